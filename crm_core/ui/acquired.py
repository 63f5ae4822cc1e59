"""When the customers of a page first bought, and the customers before them with whom they are compared."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import streamlit as st

from crm_core.analytics import Filters, months_before
from crm_core.reports.extent import Extent
from crm_core.ui import filters
from crm_core.ui.as_of import known_before
from crm_core.ui.format import Notation

EVERYBODY = "All"
PERIODS: Mapping[str, int | None] = {EVERYBODY: None, "12 months": 12, "24 months": 24}
"""Periods of the first purchase offered by name, in calendar months back from the end of the data."""


@dataclass(frozen=True)
class Acquired:
    """Whom a page looks at, and with whom it compares them."""

    within: Filters
    before: Filters | None
    """The customers compared with; None when the data do not reach back far enough."""
    before_day: int | None
    """First day not seen of those compared with: as long after their first purchases as now."""
    comparison: str
    """With whom they are compared, or why with nobody; goes on a sentence after a comma."""


def choose(page: str, *, extent: Extent, choices: Mapping[str, tuple[str, ...]], notation: Notation) -> Acquired:
    """The widgets of the first purchase, of the comparison and of columns, in a menu drawn where the page stands."""
    with st.popover("Filters", icon=":material/tune:", key=f"{page}.filters"):
        period = filters.one_of(
            "First bought in the last", [*PERIODS, filters.OWN_DATES], key=f"{page}.acquired", labelled=True
        )
        dates = filters.dates(page, extent) if period == filters.OWN_DATES else None
        compare = filters.one_of(
            "Compare with",
            [filters.THE_PERIOD_BEFORE, filters.A_YEAR_BEFORE],
            key=f"{page}.compare",
            labelled=True,
        )
        columns = filters.chosen_columns(page, choices)
    since, until = filters.bounds(period, dates, extent)
    months = PERIODS.get(period)
    return compared(
        columns, (since, until), extent, months=months, with_year=compare == filters.A_YEAR_BEFORE, notation=notation
    )


def usual(extent: Extent, notation: Notation) -> Acquired:
    """What `choose` says where nothing is chosen: everybody."""
    everybody = (None, extent.as_of_day)
    return compared(Filters(), everybody, extent, months=None, with_year=False, notation=notation)


def compared(
    columns: Filters,
    period: tuple[int | None, int],
    extent: Extent,
    *,
    months: int | None,
    with_year: bool,
    notation: Notation,
) -> Acquired:
    """Customers within ``columns`` who first bought in the period, and those before them.

    Those before are seen as long as these: newer customers have had less time to come back, whatever they are like.
    All customers are compared with all there were 12 months before.
    """
    since, until = period
    if since is None:
        day = months_before(extent.as_of_day, 12)
        is_covered = months_before(extent.as_of_day, 24) >= extent.first_day
        whom = "all customers" if columns == Filters() else "such customers"
        said = f"compared with {whom} as they were 12 months before"
        return _acquired(columns, known_before(columns, day), day, said if is_covered else "", (extent, notation))
    within = replace(columns, acquired=(since, until))
    then = filters.compared(Filters(since=since, until=until), months=months, with_year=with_year)
    if then is None or then.since is None or then.until is None:
        return _acquired(within, within, 0, "", (extent, notation))
    day = _shifted(extent.as_of_day, since - then.since, 12 if with_year else months)
    before = known_before(replace(columns, acquired=(then.since, then.until)), day)
    who = filters.A_YEAR_BEFORE if with_year else filters.THE_PERIOD_BEFORE
    said = f"compared with those of {who}, seen for as long" if then.since >= extent.first_day else ""
    return _acquired(within, before, day, said, (extent, notation))


def _shifted(day: int, days: int, months: int | None) -> int:
    return day - days if months is None else months_before(day, months)


def _acquired(within: Filters, before: Filters, day: int, said: str, reach: tuple[Extent, Notation]) -> Acquired:
    extent, notation = reach
    if said:
        return Acquired(within, before, day, filters.comparison(said, within))
    why = f"not compared with any before, because the data begin only on {notation.day(extent.first_day)}"
    return Acquired(within, None, None, why)
