"""Who comes back: cohorts, and gaps between purchases."""

import math
from dataclasses import dataclass

import pandas as pd

from crm_core.analytics import (
    Filters,
    Grain,
    Variant,
    active_customers,
    among,
    gap_counts,
    gap_quantile,
    period_name,
    retention,
    weighted_mean,
    with_unfinished,
)
from crm_core.analytics.cohort_members import cohort_members, retained
from crm_core.analytics.gaps import gap_customers
from crm_core.analytics.key_figures import buyers
from crm_core.analytics.retention import Measure
from crm_core.analytics.survival import second_purchases, survival
from crm_core.reports.segments import UNUSUAL_SILENCE
from crm_core.store.warehouse import Warehouse


@dataclass(frozen=True, eq=False)
class Cohorts:
    """Retention of each cohort and of all together."""

    cells: pd.DataFrame
    """`retention.with_unfinished` and ``name``, the cohort in words."""
    mean: pd.DataFrame
    """`retention.weighted_mean`."""


def cohorts(
    warehouse: Warehouse,
    *,
    until_month: int,
    grain: Grain = Grain.MONTH,
    variant: Variant = Variant.EXACT,
    measure: Measure = Measure.CUSTOMERS,
    customers: Filters | None = None,
    as_of_day: int | None = None,
) -> Cohorts:
    """Cohorts by first purchase over all history, up to the first month not finished.

    Parameters
    ----------
    customers
        Keeps the customers with a purchase within these filters.
    as_of_day
        As for `retention.with_unfinished`.
    """
    active = warehouse.frame(active_customers(until_month=until_month, grain=grain, customers=customers))
    return cohorts_of(
        active, until_month=until_month, grain=grain, variant=variant, measure=measure, as_of_day=as_of_day
    )


def cohorts_of(
    active: pd.DataFrame,
    *,
    until_month: int,
    grain: Grain = Grain.MONTH,
    variant: Variant = Variant.EXACT,
    measure: Measure = Measure.CUSTOMERS,
    as_of_day: int | None = None,
) -> Cohorts:
    """`cohorts` from the rows of `active_customers`.

    The rows may be of a later month than ``until_month``, unless the variant is `Variant.ON_OR_AFTER`: who came back
    later would count. ``as_of_day`` is as for `retention.with_unfinished`.
    """
    finished = retention(active, until_month=until_month, grain=grain, variant=variant, measure=measure)
    cells = with_unfinished(finished, until_month=until_month, grain=grain, as_of_day=as_of_day)
    names = [period_name(cohort, grain) for cohort in cells.cohort]
    return Cohorts(cells.assign(name=pd.Series(names, dtype="str")), weighted_mean(finished, measure=measure))


@dataclass(frozen=True)
class Cell:
    """One number of the cohorts: a period so many periods after the first, of one cohort or of all whose is over."""

    age: int
    cohort: int | None = None
    """First month of its period."""


def members(
    warehouse: Warehouse,
    cell: Cell,
    *,
    until_month: int,
    way: tuple[Grain, Variant],
    customers: Filters | None = None,
) -> pd.DataFrame:
    """The customers behind a number of `cohorts` of customers: ``customer_id`` and ``retained``, a row each."""
    grain, variant = way
    statement = cohort_members(
        until_month=until_month, age=cell.age, grain=grain, cohort=cell.cohort, customers=customers
    )
    return retained(warehouse.frame(statement), age=cell.age, variant=variant)


@dataclass(frozen=True, eq=False)
class Gaps:
    """How long customers pause between purchases."""

    bars: pd.DataFrame
    """Number of gaps per bar: ``start``, ``end`` in days, ``gaps``; the last bar takes all longer ones."""
    usual_days: int | None
    """Nine of ten gaps are this long or shorter, in whole days as gaps are; None when nobody bought twice."""


def gaps(warehouse: Warehouse, *, as_of_day: int, customers: Filters | None = None, bars: int = 30) -> Gaps:
    """Gaps between purchase days of one customer, over all history before ``as_of_day``.

    ``customers`` keeps those with a purchase within these filters.
    """
    counts = warehouse.frame(gap_counts(until_day=as_of_day, customers=customers))
    usual = gap_quantile(counts, UNUSUAL_SILENCE)
    return Gaps(_bars(counts, usual, bars), None if usual is None else math.floor(usual))


def kept(warehouse: Warehouse, period: Filters, *, before: Filters) -> pd.DataFrame:
    """The customers behind `period_counts`: of the period before, ``customer_id`` and ``kept``, bought in this one."""
    start, end = (warehouse.frame(buyers(one)).customer_id for one in (before, period))
    return pd.DataFrame({"customer_id": start, "kept": among(start, end)})


def paused(
    warehouse: Warehouse, *, as_of_day: int, at_least: int, below: int | None = None, customers: Filters | None = None
) -> "pd.Series[str]":
    """Ids of the customers with such a gap between two purchase days, as `gap_customers` understands it."""
    asked = gap_customers(until_day=as_of_day, at_least=at_least, below=below, customers=customers)
    found: pd.Series[str] = warehouse.frame(asked).customer_id
    return found


def _bars(counts: pd.DataFrame, usual: float | None, bars: int) -> pd.DataFrame:
    if usual is None:
        return pd.DataFrame({"start": [], "end": [], "gaps": []})
    width = max(1, math.ceil(2 * usual / bars))
    bar = (counts.gap // width).clip(upper=bars - 1)
    in_bar = counts.gaps.groupby(bar).sum().reindex(range(bars), fill_value=0)
    start = pd.Series(range(bars)) * width
    return pd.DataFrame({"start": start, "end": start + width, "gaps": in_bar.to_numpy()})


def time_to_second(warehouse: Warehouse, *, as_of_day: int, customers: Filters | None = None) -> pd.DataFrame:
    """`survival.survival` of the time from the first to the second purchase, as seen before ``as_of_day``."""
    return survival(warehouse.frame(second_purchases(until_day=as_of_day, customers=customers)))
