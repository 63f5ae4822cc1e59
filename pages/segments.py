"""Segments: customers sorted by significance, with the customers behind every number."""

import streamlit as st

from crm_core.ui import (
    as_of,
    downloads,
    empty,
    enter,
    figures,
    filters,
    limits_form,
    lists,
    load,
    migration_card,
    sections,
    segment_people,
    segments,
    views,
)

user = enter("Segments", permission="analytics.read")

extent, notation = load.extent(), load.notation()
if extent is None:
    empty.teach(
        "Here you will see your customers in named segments by how lately, how often and how much they bought, which "
        "of them bring most of the revenue, and why each one stands where they stand.",
        user=user,
    )

with figures.toolbar():
    standing = as_of.choose("segments", extent=extent, notation=notation)
    with st.popover("Filters", icon=":material/tune:", key="segments.filters"):
        within = standing.within(filters.chosen_columns("segments", load.choices()))
    shown = load.segments(standing.day, within, standing.before_day)
    limits_form.draw(user)
    limits = load.limits()
    said = f"{standing.words}. {within.words(notation.day)}"
    downloads.menu(
        shown.tables,
        name="segments",
        key="segments.export",
        about={"View": said, "Compared": standing.comparison, **segments.definitions(limits, notation)},
        last_day=standing.extent.last_day,
    )
    views.menu("segments", user=user)
figures.said(f"{said}, {standing.comparison}. {segments.compared(limits)}")

customers = load.customers(standing.day, within)
if customers.empty:
    empty.stop("Nobody bought within these filters. Choose fewer of them.")

opened = figures.cards(shown.figures, key="segments.behind")
if opened:
    found = segments.behind(opened, customers, within, is_past=standing.is_past)
    lists.people(found, said=said, as_of_day=standing.day, user=user, key=f"segments.list.{opened}")

with sections.shown("segments", segments.SECTIONS) as section:
    if section == segments.SIZES:
        left, right = st.columns(2)
        with left, figures.card(shown.largest, name="Recency and value", caption="Press a cell to see its customers."):
            figures.pressable(shown.grid, chooses=segments.PRESSED, sets=segments.OPENED, key="segments.grid")
        with right, figures.card(shown.uneven, name="Share of customers and of revenue"):
            figures.pressable(
                shown.bars, chooses=segments.PRESSED, sets=segments.OPENED, key="segments.bars", fills=False
            )
    elif section == segments.CUSTOMERS:
        segment_people.draw(standing, within, user=user)
    elif section == segments.MOVES:
        migration_card.draw(standing.extent, within)
    elif section == segments.MOVERS:
        migration_card.draw_people(standing.extent, within, user=user)
    else:
        with figures.card(shown.concentration, name="Concentration", caption=segments.ranked(limits, within, notation)):
            figures.chart(shown.curve, key="segments.curve")
