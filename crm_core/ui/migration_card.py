"""The section of the Segments page about moves between two dates."""

from functools import partial

import streamlit as st

from crm_core.analytics import Filters, date_of, day_number, months_before
from crm_core.reports.extent import Extent
from crm_core.ui import ahead, figures, filters, lists, load, migration, parts, segments
from crm_core.ui.segment_people import chosen_grouping
from crm_core.ui.shell import User

OWN_DATE = "Own date"


def draw(extent: Extent, within: Filters, *, user: User) -> None:
    """Where the customers stood at an earlier date and where they stand now, with those behind each move."""
    parts.part(partial(_draw, extent, within, user))


def _draw(extent: Extent, within: Filters, user: User) -> None:
    notation = load.notation()
    with figures.card(name="Moves between two dates"):
        with figures.toolbar():
            by = chosen_grouping()
            day = _earlier(extent)
        if day <= extent.first_day:
            figures.finding("No customers at the earlier date")
            st.info(f"The data begin on {notation.day(extent.first_day)}. Choose a later date.")
            return
        shown = load.migration(day, extent.as_of_day, within, by)
        others = [other for other in segments.GROUPS if other != by]
        ahead.read(load.migration, [(day, extent.as_of_day, within, other) for other in others])
        said = (
            f"{segments.GROUPS[by]} on {notation.day(day - 1)} (rows) and on {notation.day(extent.last_day)} (columns)."
        )
        figures.finding(shown.finding)
        st.caption(f"{said} Press a cell to see its customers below.")
        with figures.at_least(760):
            figures.pressable(shown.heatmap, chooses={"move": "segments.move"}, key=f"segments.moves.{by}")
        if shown.biggest:
            st.markdown("\n".join(f"- {figures.plain(words)}" for words in shown.biggest))
        between = f"{notation.day(day - 1)} to {notation.day(extent.last_day)}"
        _people((day, extent.as_of_day, within, by), shown, "; ".join([between, *within.chosen(notation.day)]), user)
        words = {"View": within.words(notation.day), "Compared": said}
        figures.downloads(
            {"Moves": shown.table}, name="moves", key="segments.moves_export", about=migration.about(shown, words)
        )


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


def _people(way: tuple[int, int, Filters, str], shown: migration.Migration, said: str, user: User) -> None:
    customers = load.customers(way[1], way[2])
    move = filters.group("Move", shown.sizes, key="segments.move")
    members = partial(migration.members, shown, customers, move)
    st.caption(f"{load.notation().customers(shown.sizes[move])}.")
    with figures.toolbar():
        lists.use_as_audience(
            f"{move}, {said}", lambda: members().customer_id, user=user, key="segments.moves_audience"
        )
        lists.files(
            lambda: segments.in_file(members(), customers),
            user=user,
            name="customers-who-moved",
            key="segments.moves_list",
        )
    listed = load.movers(*way, move)
    lists.table(listed, user=user, key="segments.moves_table")
