"""The sections of the Segments page about moves between two dates, and about those who moved."""

from functools import partial

import streamlit as st

from crm_core.analytics import Filters, date_of, day_number, months_before
from crm_core.reports.extent import Extent
from crm_core.ui import ahead, downloads, figures, filters, lists, load, migration, parts, segments
from crm_core.ui.segment_people import chosen_grouping
from crm_core.ui.shell import User

OWN_DATE = "Own date"
Way = tuple[int, int, Filters, str]
"""First days not seen of both dates, whom to look at, and by which of `segments.GROUPS`."""


def draw(extent: Extent, within: Filters) -> None:
    """Where the customers stood at an earlier date and where they stand now; a press leads to those behind a move."""
    with figures.card(name="Moves between two dates"):
        way = _way(extent, within)
        if way is None:
            return
        shown, between = load.migration(*way), _between(way, extent)
        figures.finding(shown.finding)
        st.caption(f"{between} Press a cell to see its customers.")
        with figures.at_least(760):
            pressed = {"segments.section": segments.MOVERS}
            chart = f"segments.moves.{way[3]}"
            figures.pressable(shown.heatmap, chooses={"move": "segments.move"}, sets=pressed, key=chart)
        if shown.biggest:
            st.markdown("\n".join(f"- {figures.plain(words)}" for words in shown.biggest))
        words = {"View": within.words(load.notation().day), "Compared": between}
        downloads.menu(
            {"Moves": shown.table}, name="moves", key="segments.moves_export", about=migration.about(shown, words)
        )


def draw_people(extent: Extent, within: Filters, *, user: User) -> None:
    """The customers behind each move."""
    parts.part(partial(_people, extent, within, user))


def _way(extent: Extent, within: Filters) -> Way | None:
    """The widgets of what is compared; None where nobody was a customer at the earlier date, which is said then."""
    with figures.toolbar():
        by = chosen_grouping()
        day = _earlier(extent)
    if day <= extent.first_day:
        figures.finding("No customers at the earlier date")
        st.info(f"The data begin on {load.notation().day(extent.first_day)}. Choose a later date.")
        return None
    others = [other for other in segments.GROUPS if other != by]
    ahead.read(load.migration, [(day, extent.as_of_day, within, other) for other in others])
    return day, extent.as_of_day, within, by


def _between(way: Way, extent: Extent) -> str:
    day = load.notation().day
    return f"{segments.GROUPS[way[3]]} on {day(way[0] - 1)} (rows) and on {day(extent.last_day)} (columns)."


def _earlier(extent: Extent) -> int:
    """First day not seen of the earlier date."""
    span = filters.one_of(
        "Since", [*migration.SPANS, OWN_DATE], key="segments.since", default="12 months", labelled=False
    )
    if span != OWN_DATE:
        return months_before(extent.as_of_day, migration.SPANS[span])
    first, last = date_of(extent.first_day), date_of(extent.last_day)
    with filters.lasting("segments.since_day"):
        chosen = st.date_input("As it was on", first, first, last, key="segments.since_day", bind="query-params")
    return day_number(chosen if chosen is not None else first) + 1


def _people(extent: Extent, within: Filters, user: User) -> None:
    notation = load.notation()
    with figures.card(name="Who moved between two dates"):
        way = _way(extent, within)
        if way is None:
            return
        shown, customers = load.migration(*way), load.customers(*way[1:3])
        figures.finding(shown.finding)
        move = filters.group("Move", shown.sizes, key="segments.move")
        members = partial(migration.members, shown, customers, move)
        st.caption(f"{notation.customers(shown.sizes[move])}. {segments.GROUPS[way[3]]} then → now.")
        with figures.toolbar():
            days = f"{notation.day(way[0] - 1)} to {notation.day(extent.last_day)}"
            name = f"{move}, {'; '.join([days, *within.chosen(notation.day)])}"
            lists.use_as_audience(name, lambda: members().customer_id, user=user, key="segments.moves_audience")
            lists.files(
                lambda: segments.in_file(members(), customers),
                user=user,
                name="customers who moved",
                key="segments.moves_list",
                about={"List": name, "Compared": _between(way, extent)},
            )
        lists.table(load.movers(*way, move), user=user, key="segments.moves_table")
