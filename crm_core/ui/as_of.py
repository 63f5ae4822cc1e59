"""The day as of which a page sorts customers, and the earlier day with which its figures are compared."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import streamlit as st

from crm_core.analytics import Filters, date_of, day_number, months_before
from crm_core.reports.extent import Extent
from crm_core.ui import filters
from crm_core.ui.format import Notation

END, OWN_DATE, NOTHING = "end of data", "Own date", "nothing"
EARLIER: Mapping[str, int] = {"3 months earlier": 3, "6 months earlier": 6, "12 months earlier": 12}
"""Days to sort customers as of, in calendar months before the end of the data."""
BEFORE: Mapping[str, int] = {"12 months before": 12, "6 months before": 6, "3 months before": 3}
"""Days to compare with, in calendar months before the day chosen."""


@dataclass(frozen=True)
class AsOf:
    """The day a page looks from, and the one it compares with."""

    extent: Extent
    """The days of the data up to the day chosen; nothing later is looked at."""
    is_past: bool
    """Whether the data go on after it: who is in a group then is not who is in it now."""
    before_day: int | None
    """First day not seen of the figures compared with; None when there is too little history before it."""
    words: str
    """The day as a sentence without a full stop."""
    comparison: str
    """With what the figures are compared, or why with nothing; goes on a sentence after a comma."""

    @property
    def day(self) -> int:
        """The first day not seen."""
        return self.extent.as_of_day

    @property
    def extent_before(self) -> Extent | None:
        """The days of the data up to the day compared with."""
        return None if self.before_day is None else replace(self.extent, last_day=self.before_day - 1)

    @property
    def suffix(self) -> str:
        """What the name of a file says of the day; empty at the end of the data."""
        return f"-{date_of(self.extent.last_day).isoformat()}" if self.is_past else ""

    def within(self, chosen: Filters) -> Filters:
        """The filters as they could be known on the day."""
        return known_before(chosen, self.day) if self.is_past else chosen


def choose(page: str, *, extent: Extent, notation: Notation, on_demand: bool = False) -> AsOf:
    """The widgets of both days, in a menu drawn where the page stands; compared ``on_demand`` only, or always."""
    possible = [name for name, months in EARLIER.items() if months_before(extent.as_of_day, months) > extent.first_day]
    with st.popover("As of", icon=":material/event:", key=f"{page}.as_of.menu"):
        chosen = filters.one_of("As of", [END, *possible, OWN_DATE], key=f"{page}.as_of", labelled=True)
        own = _own_date(page, extent) if chosen == OWN_DATE else None
        spans = [*([NOTHING] if on_demand else []), *BEFORE]
        span = filters.one_of("Compare with", spans, key=f"{page}.before", labelled=True)
    day = day_chosen(chosen, own, extent)
    if span == NOTHING:
        return _alone(standing(extent, day, spans[1], notation))
    return standing(extent, day, span, notation)


def _alone(compared: AsOf) -> AsOf:
    return replace(compared, before_day=None, comparison="")


def day_chosen(chosen: str, own: date | None, extent: Extent) -> int:
    """First day not seen of a choice by name, or of a date of one's own, which is the last day seen."""
    if own is not None:
        return day_number(own) + 1
    return months_before(extent.as_of_day, EARLIER.get(chosen, 0))


def usual(extent: Extent, notation: Notation, *, on_demand: bool = False) -> AsOf:
    """What `choose` says where nothing is chosen."""
    compared = standing(extent, extent.as_of_day, next(iter(BEFORE)), notation)
    return _alone(compared) if on_demand else compared


def standing(extent: Extent, as_of_day: int, span: str, notation: Notation) -> AsOf:
    """The view from ``as_of_day``, compared with ``span``, a key of `BEFORE`, where history is long enough.

    The day compared with must itself have as much history as lies between the two: against the first weeks of the
    data every number grows.
    """
    months, last = BEFORE[span], notation.day(extent.last_day)
    is_past = as_of_day < extent.as_of_day
    is_covered = months_before(as_of_day, 2 * months) >= extent.first_day
    return AsOf(
        extent=replace(extent, last_day=as_of_day - 1),
        is_past=is_past,
        before_day=months_before(as_of_day, months) if is_covered else None,
        words=f"As it was on {notation.day(as_of_day - 1)}; data to {last}" if is_past else f"Data to {last}",
        comparison=f"compared with {span}" if is_covered else _too_little(extent, span, notation),
    )


def _too_little(extent: Extent, span: str, notation: Notation) -> str:
    return f"not compared with {span}, because the data begin only on {notation.day(extent.first_day)}"


def known_before(chosen: Filters, day: int) -> Filters:
    """The filters over the orders before ``day`` only; filters that leave nothing out stay as they are."""
    return chosen if chosen == Filters() else replace(chosen, until=min(day, chosen.until or day))


def _own_date(page: str, extent: Extent) -> date:
    first, last = date_of(extent.first_day), date_of(extent.last_day)
    key = f"{page}.as_of_day"
    with filters.lasting(key, lambda day: first <= day <= last):
        chosen = st.date_input("As it was on", last, first, last, key=key, bind="query-params")
    return chosen if chosen is not None else last
