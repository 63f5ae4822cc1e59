"""Filters at the top of a page; their state stands in the address, so a link shows the same figures."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, TypeVar

import streamlit as st

from crm_core.analytics import Filters, Grain, date_of, day_number, months_before
from crm_core.reports.extent import Extent
from crm_core.reports.overview import is_covered
from crm_core.ui import state
from crm_core.ui.format import Notation

PERIODS: dict[str, int | None] = {"3 months": 3, "12 months": 12, "24 months": 24, "All": None}
"""Periods offered by name, in calendar months back from the end of the data; ``All`` is unbounded."""
USUAL = "12 months"
"""Until somebody chooses another, compared with the period before."""
OWN_DATES = "Own dates"
THE_PERIOD_BEFORE, A_YEAR_BEFORE = "the period before", "the same period a year before"
LABELS = {
    "segments": "Segment",
    "channels": "Channel",
    "sources": "Source",
    "regions": "Region",
    "brands": "Brand",
    "categories": "Category",
    "products": "Product",
}
HELP = {
    "segments": "Where customers stand at the end of the data, whatever the period; anonymous orders are left out. "
    "Who is in a good segment today has bought lately: compare such customers with an earlier period with care.",
}

Option = TypeVar("Option", bound=str)


@dataclass(frozen=True)
class View:
    """What a page looks at, and what it compares that with."""

    filters: Filters
    before: Filters | None
    """None when the period has no beginning, or the data do not reach back that far."""
    words: str
    """The filters as a sentence without a full stop."""
    compared_with: str
    """``compared with the period before``; empty when there is no comparison."""
    others: tuple[tuple[Filters, Filters | None], ...]
    """``filters`` and ``before`` of the other periods by name."""


def view(page: str, *, extent: Extent, choices: Mapping[str, tuple[str, ...]], notation: Notation) -> View:
    """The widgets of period, comparison and columns, and what they say; drawn where the page stands."""
    period = one_of("Period", [*PERIODS, OWN_DATES], key=f"{page}.period", default=USUAL)
    with st.popover("Filters", icon=":material/tune:", key=f"{page}.filters"):
        compare = one_of("Compare with", [THE_PERIOD_BEFORE, A_YEAR_BEFORE], key=f"{page}.compare", labelled=True)
        own = dates(page, extent) if period == OWN_DATES else None
        columns = chosen_columns(page, choices)
    seen = partial(_seen, columns, extent=extent, with_year=compare == A_YEAR_BEFORE)
    filters, before = seen(period, own)
    said = comparison(f"compared with {compare}", filters) if before else ""
    others = tuple(seen(other, None) for other in PERIODS if other != period)
    return View(filters, before, filters.words(notation.day), said, others)


def usual(extent: Extent) -> tuple[Filters, Filters | None]:
    """``filters`` and ``before`` of `view` where nothing is chosen."""
    return _seen(Filters(), USUAL, None, extent=extent, with_year=False)


def _seen(
    columns: Filters, period: str, own: tuple[date, date] | None, *, extent: Extent, with_year: bool
) -> tuple[Filters, Filters | None]:
    """The filters of a period, and of what it is compared with."""
    since, until = bounds(period, own, extent)
    filters = replace(columns, since=since, until=until)
    before = compared(filters, months=PERIODS.get(period), with_year=with_year)
    return filters, before if is_covered(before, from_day=extent.first_day) else None


def is_bare(page: str, address: Iterable[str]) -> bool:
    """Whether an address, the names in it, says nothing of what ``page`` shows, as when the menu opened it."""
    return not any(name.startswith(f"{page}.") for name in address)


@contextmanager
def lasting(key: str, fits: Callable[[Any], bool] = lambda _: True, *, instead: object = None) -> Iterator[None]:
    """Around a widget whose state stands in the address: it comes back when the page is opened again.

    The menu and the browser's Back open a page by its bare address: when one leaves a page, Streamlit adds an entry
    without its parameters to the history. An address with any state of the page is a link, and shows what it says.

    ``fits`` says whether what the widget showed is still possible; where it is not, the widget shows ``instead``.
    """
    page = key.partition(".")[0]
    bare = is_bare(page, st.query_params)
    if bare:
        state.bring_back(page)
    state.drop_unless(fits, key, instead=instead)
    state.show_surely(key)
    wanted = state.shown(key)
    yield
    if bare and wanted is not None and state.shown(key) != wanted:
        # Back: Streamlit has set the widget to its default, whatever the session state said; the next run need not.
        state.insist(page)
    state.remember(key)


def chosen_columns(page: str, choices: Mapping[str, tuple[str, ...]], *, meaning: Mapping[str, str] = HELP) -> Filters:
    """A choice of values for each column that the order lines state; nothing chosen means all.

    ``meaning`` says on demand what a choice in a field takes.
    """
    chosen = {
        field: _several(field, values, key=f"{page}.{field}", meaning=meaning.get(field))
        for field, values in choices.items()
    }
    return Filters(**chosen)  # type: ignore[arg-type]


def _several(field: str, values: tuple[str, ...], *, key: str, meaning: str | None) -> tuple[str, ...]:
    if len(values) < 2:
        return ()
    with lasting(key, lambda chosen: set(chosen) <= set(values)):
        return tuple(
            st.multiselect(LABELS[field], values, key=key, placeholder="All", help=meaning, bind="query-params")
        )


def one_of(
    label: str,
    options: list[Option],
    *,
    key: str,
    default: Option | None = None,
    names: Mapping[str, str] | None = None,
    labelled: bool = False,
) -> Option:
    """One of a few options, in a row, without a way to choose none of them; ``names`` is how they are written.

    The label is only for screen readers, unless ``labelled``.
    """
    with lasting(key, lambda chosen: chosen in options, instead=default or options[0]):
        chosen = st.segmented_control(
            label,
            options,
            default=default or options[0],
            required=True,
            format_func=lambda option: (names or {}).get(option, option[:1].upper() + option[1:]),
            key=key,
            label_visibility="visible" if labelled else "collapsed",
            wrap=True,
            bind="query-params",
        )
    return chosen if chosen is not None else default or options[0]


def group(label: str, sizes: Mapping[str, int], *, key: str, width: int = 260) -> str:
    """One of several groups. Its name alone stands in the address, so that a link outlives the next import."""
    with lasting(key, lambda chosen: chosen in sizes, instead=next(iter(sizes), None)):
        chosen = st.selectbox(
            label, list(sizes), key=key, label_visibility="collapsed", width=width, bind="query-params"
        )
    return chosen or next(iter(sizes))


def grain(page: str) -> Grain:
    """Month or quarter."""
    return Grain(one_of("Period", [str(grain) for grain in Grain], key=f"{page}.grain"))


def bounds(period: str, dates: tuple[date, date] | None, extent: Extent) -> tuple[int | None, int]:
    """First day in and first day out of a period by name, or of two dates, both in."""
    if dates is not None:
        return day_number(dates[0]), day_number(dates[1]) + 1
    months = PERIODS.get(period)
    return (None if months is None else months_before(extent.as_of_day, months)), extent.as_of_day


def compared(filters: Filters, *, months: int | None, with_year: bool) -> Filters | None:
    """The filters over the period before, of as many calendar ``months``, or over the same days a year before."""
    if filters.since is None or filters.until is None:
        return None
    if with_year:
        return replace(filters, since=months_before(filters.since, 12), until=_a_year_before(filters))
    if months is None:
        return filters.previous()
    return replace(filters, since=months_before(filters.since, months), until=filters.since)


def _a_year_before(period: Filters) -> int:
    """The first day out of the same days a year before; whole months stay whole, with a 29 February or without."""
    since, until = period.since or 0, period.until or 0
    out = months_before(until, 12)
    return out if date_of(since).day == 1 else min(out, months_before(until - 1, 12) + 1)


def comparison(said: str, chosen: Filters) -> str:
    """``said`` of a comparison, and that the customers of a segment are the same ones then.

    Those who are Champions now have grown by the choice alone: the change is not one of the business.
    """
    return f"{said} (both times those who are in the segment now)" if chosen.segments else said


def dates(page: str, extent: Extent) -> tuple[date, date]:
    """First and last day of a period of one's own, both in."""
    first, last = date_of(extent.first_day), date_of(extent.last_day)
    key = f"{page}.dates"
    with lasting(key, lambda chosen: all(first <= day <= last for day in chosen)):
        chosen = st.date_input("First and last day", (first, last), first, last, key=key, bind="query-params")
    # While the second day is not chosen yet, the widget holds only the first.
    return (chosen[0], chosen[1]) if len(chosen) == 2 else (first, last)
