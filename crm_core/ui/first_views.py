"""What each page shows before anything is chosen on it, read while nobody waits: an import makes all of it new."""

from collections.abc import Callable, Iterator
from typing import Any

from crm_core.analytics import Filters
from crm_core.columns import order_lines
from crm_core.reports.extent import Extent
from crm_core.ui import (
    acquired,
    acquisition,
    ahead,
    as_of,
    cluster_form,
    filters,
    load,
    profit,
    retention,
    segments,
    value_forecast,
    value_scope,
    value_terms,
)
from crm_core.ui.format import Notation

Way = tuple[Callable[..., object], tuple[Any, ...]]
"""A function and what it is called with."""


def have_read() -> None:
    """Have the first view of every analysis read, while no page is run, where the data are new."""
    ahead.call_once(_ask)


def _ask() -> None:
    extent = load.extent()
    # Where an earlier run of the server was asked, its answers are kept: to read all now would only slow who comes.
    if extent is None or load.warehouse().was_asked_before:
        return
    # What is asked for last is read first.
    for what, way in reversed([*ways(extent, load.notation())]):
        ahead.read(what, [way])


def ways(extent: Extent, notation: Notation) -> Iterator[Way]:
    """What the first views read, in the order of their worth; what takes long is last."""
    year, day, everybody = filters.usual(extent), extent.as_of_day, Filters()
    standing = as_of.usual(extent, notation)
    days = (day, standing.before_day)
    yield load.overview, year
    yield load.actions, (extent,)
    # Not sooner: whoever comes at once is shown what is above.
    yield load.hold, (order_lines.name,)
    yield load.customers, (day,)
    yield load.segments, (day, everybody, standing.before_day)
    yield load.retention, (extent, retention.USUAL, acquired.usual(extent, notation))
    scope = value_scope.usual(extent, notation)
    for part in ("backtest", "cards", "months"):
        yield value_scope.read, (part, scope, value_terms.USUAL_DISCOUNT, value_forecast.SALES, "")
    yield load.profit, (*year, next(iter(profit.BY)))
    yield load.products, year
    by, electronic = next(iter(acquisition.BY)), acquisition.electronic(load.choices()["channels"])
    yield load.acquisition_view, (by, *year, tuple(electronic))
    for end in days:
        if end is not None:
            yield load.margins, (next(iter(segments.GROUPS)), end)
    for until in (standing.extent, standing.extent_before):
        if until is not None:
            yield load.year_facts, (until, everybody)
    yield _groups, (days, cluster_form.USUAL.features)


def _groups(days: tuple[int, int | None], features: tuple[str, ...]) -> None:
    load.groups(days, Filters(), features, None, {})
