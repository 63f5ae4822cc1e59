"""Segments: customers sorted by significance, with the customers behind every number."""

import streamlit as st

from crm_core.ui import empty, enter, figures, filters, limits_form, lists, load, migration_card, segments, views

user = enter("Segments", permission="analytics.read")

extent, notation = load.extent(), load.notation()
if extent is None:
    empty.teach(
        "Here you will see your customers in named segments by how lately, how often and how much they bought, which "
        "of them bring most of the revenue, and why each one stands where they stand.",
        user=user,
    )

with figures.toolbar():
    with st.popover("Filters", icon=":material/tune:", key="segments.filters"):
        within = filters.chosen_columns("segments", load.choices())
    shown = load.segments(extent.as_of_day, within)
    limits_form.draw(user)
    limits = load.limits()
    said = f"Data to {notation.day(extent.last_day)}. {within.words(notation.day)}"
    figures.downloads(
        shown.tables,
        name="segments",
        key="segments.export",
        about={"View": said, **segments.definitions(limits, notation)},
    )
    views.menu("segments", user=user)
figures.said(f"{said}. {segments.compared(limits)}")

customers = load.customers(extent.as_of_day, within)
if customers.empty:
    st.info("Nobody bought within these filters. Choose fewer of them.")
    st.stop()

figures.cards(shown.figures)

left, right = st.columns(2)
with left, figures.card(shown.largest, name="Recency and value", caption="Press a cell to see its customers below."):
    figures.pressable(shown.grid, field="segment", key="segments.grid", chooses="segments.segment")
with right, figures.card(shown.uneven, name="Share of customers and of revenue"):
    figures.chart(shown.bars, key="segments.bars")

with figures.card("The customers behind the numbers"):
    with figures.toolbar():
        by = filters.one_of("Group by", list(segments.GROUPS), key="segments.by", names=segments.GROUPS)
        sizes = segments.sizes_of(customers, by)
        chosen = filters.group(segments.GROUPS[by], sizes, key=f"segments.{by}")
    st.caption(f"{notation.number(sizes[chosen])} customers. {segments.meaning(by, limits, notation)}")
    rows, active = segments.members(customers, by, chosen), load.likely_active(extent.as_of_day)
    with figures.toolbar():
        rule = segments.rule(by, chosen, rows, within)
        name = segments.audience_name(by, chosen, within, notation.day(extent.last_day))
        lists.use_as_audience(name, rule, user=user, key="segments.audience")
        lists.files(
            segments.as_file(rows, customers, active), user=user, name=f"customers-{chosen}", key="segments.list"
        )
    lists.table(
        segments.explained(rows.head(lists.SHOWN), customers, active), total=len(rows), user=user, key="segments.table"
    )

migration_card.draw(extent, within, by, user=user)

with figures.card(shown.concentration, name="Concentration", caption=segments.meaning("abc", limits, notation)):
    figures.chart(shown.curve, key="segments.curve")
