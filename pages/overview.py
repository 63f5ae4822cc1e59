"""Overview: the state of the business, what changed, what to do today."""

from datetime import UTC, datetime

import streamlit as st

from crm_core.ui import (
    actions,
    ahead,
    downloads,
    empty,
    enter,
    figures,
    filters,
    lists,
    load,
    overview,
    sections,
    segment_table,
    segments,
    views,
)

user = enter("Overview", permission="analytics.read")

extent, notation = load.extent(), load.notation()
if extent is None:
    empty.teach(
        "Here you will see revenue, active and returning customers against the period before, what changed most, "
        "and what should be done first.",
        user=user,
    )

fresh = overview.freshness(extent, load.imported_at(), now=datetime.now(UTC), notation=notation)
bar = figures.toolbar()
with bar:
    view = filters.view("overview", extent=extent, choices=load.choices(), notation=notation)
shown = load.overview(view.filters, view.before)
ahead.read(load.overview, view.others)
with bar:
    about = {"Data": fresh, "View": view.words, "Compared": view.compared_with or "nothing"}
    downloads.menu(shown.tables, name="overview", key="overview.export", about=about)
    views.menu("overview", user=user)
figures.said(f"{fresh}. {view.words}{view.compared_with and ', '}{view.compared_with}.")

opened = figures.cards(shown.figures, at_least=160, key="overview.behind")
if opened:
    title, meaning = overview.BEHIND[opened]
    lists.behind(
        title,
        load.behind(opened, view.filters),
        as_of_day=view.filters.until or extent.as_of_day,
        meaning=meaning,
        said=view.words,
        user=user,
        key=f"overview.list.{opened}",
    )

left, right = st.columns([3, 2])
with left, figures.card(shown.leading, name="Revenue by channel"):
    figures.chart(shown.channels, key="overview.channels", fills=True)
with right, figures.card("What changed", caption=f"Revenue, {view.compared_with}" if view.before else ""):
    lines = overview.change_lines(shown.changes) or ["There is no earlier period in the data to compare with."]
    st.markdown("\n\n".join(lines))

with sections.shown("overview", overview.SECTIONS) as section:
    whatever = f"By all data to {notation.day(extent.last_day)}, whatever the filters."
    if section == overview.ACTIONS:
        with figures.card(section, caption=whatever):
            actions.show(load.actions(extent), user=user, date=notation.day(extent.last_day))
    else:
        with figures.card(section, caption=f"{whatever} The trend is the number of customers over the last year."):
            opened = segment_table.show(load.attention(extent.as_of_day), key="overview.attention")
        if opened:
            st.switch_page("pages/segments.py", query_params=segments.address(opened))
