"""Retention: which share of the customers buys again."""

from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy import func, select

from crm_core.analytics.filters import Filters
from crm_core.analytics.key_figures import buyers, of_buyers
from crm_core.analytics.period import Grain, first_day
from crm_core.analytics.purchase import count_where, is_purchase, lines, total


class Variant(StrEnum):
    """What counts as retained at an age."""

    EXACT = "exact"
    """Bought in that very period; share of the cohort."""
    ON_OR_AFTER = "on or after"
    """Bought in that period or any later finished one; share of the cohort."""
    VERSUS_PREVIOUS = "versus previous"
    """Bought in that period; share of those who bought in the period before."""


class Measure(StrEnum):
    """What is retained."""

    CUSTOMERS = "customers"
    REVENUE = "revenue"
    """What they paid; returns are left out, as they are of purchases. A cohort can pay more than at first."""


def active_customers(
    *, until_month: int, grain: Grain = Grain.MONTH, customers: Filters | None = None
) -> sa.Select[Any]:
    """Customers of each cohort who buy at an age; a row per (cohort, age) with at least one.

    Columns: ``cohort`` (first month of the period of the first purchase over **all** history: filtering the
    lines by date first would move customers into later cohorts), ``months`` (since the cohort's),
    ``customers`` (active then), ``last`` (of these, never active later), ``again`` (of these, active in the
    period before too), ``cents`` (paid by them).

    Parameters
    ----------
    until_month
        The first month not finished; an unfinished period would read as churn.
    customers
        Keeps the customers with at least one purchase within these filters, and all purchases of theirs.
    """
    step, until = grain.months, until_month - until_month % grain.months
    period = (lines.month - lines.month % step).label("period")
    active = (
        select(lines.customer_id, period, total(lines.amount_cents).label("cents"))
        .where(is_purchase(), lines.month < until, *of_buyers(customers))
        .group_by(lines.customer_id, period)
        .cte("active")
    )
    lives = (
        select(active.c.customer_id, func.min(active.c.period).label("cohort"), func.max(active.c.period).label("last"))
        .group_by(active.c.customer_id)
        .cte("lives")
    )
    before = active.alias("before")
    return _by_age(active, lives, before, step)


def _by_age(active: sa.CTE, lives: sa.CTE, before: sa.FromClause, step: int) -> sa.Select[Any]:
    months = (active.c.period - lives.c.cohort).label("months")
    cells = (
        select(
            lives.c.cohort,
            months,
            active.c.cents,
            sa.case((active.c.period == lives.c.last, 1), else_=0).label("last"),
            sa.case((before.c.customer_id.is_not(None), 1), else_=0).label("again"),
        )
        .join_from(active, lives, active.c.customer_id == lives.c.customer_id)
        .outerjoin(
            before,
            sa.and_(before.c.customer_id == active.c.customer_id, before.c.period == active.c.period - step),
        )
        .cte("cells")
    )
    return select(
        cells.c.cohort,
        cells.c.months,
        func.count().label("customers"),
        count_where(cells.c.last == 1).label("last"),
        count_where(cells.c.again == 1).label("again"),
        total(cells.c.cents).label("cents"),
    ).group_by(cells.c.cohort, cells.c.months)


def retention(
    active: pd.DataFrame,
    *,
    until_month: int,
    grain: Grain = Grain.MONTH,
    variant: Variant = Variant.EXACT,
    measure: Measure = Measure.CUSTOMERS,
) -> pd.DataFrame:
    """Retained share per finished (cohort, age), from the rows of `active_customers`.

    Of revenue it can be above 1, and there is no variant on or after: `Variant.EXACT` stands for it.

    A finished period in which nobody came back is a 0, not a gap; periods not finished are left out.

    Columns
    -------
    cohort
        First month of the cohort's period.
    age
        Whole periods since.
    customers
        Size of the cohort.
    base
        Customers the share is taken of: the cohort, or those active in the period before.
    active
        Customers retained.
    retained
        ``active / base``, of customers in [0, 1]; missing where the base is 0. Of revenue, base and active are cents.
    """
    step, until = grain.months, until_month - until_month % grain.months
    sizes = active.loc[active.months == 0].set_index("cohort").customers.sort_index()
    grid = pd.DataFrame(
        [(cohort, age) for cohort in sizes.index for age in range((until - cohort) // step)],
        columns=["cohort", "age"],
        dtype="int64",
    )
    counts = active.assign(age=active.months // step).drop(columns="months")
    cells = grid.merge(counts, how="left", on=["cohort", "age"]).fillna(0).astype("int64")
    sized = cells.assign(size=cells.cohort.map(sizes).astype("int64"))
    return _revenue_shares(sized, variant) if measure is Measure.REVENUE else _shares(sized, variant)


def _shares(cells: pd.DataFrame, variant: Variant) -> pd.DataFrame:
    base, active = cells["size"], cells.customers
    if variant is Variant.ON_OR_AFTER:
        active = cells["last"][::-1].groupby(cells.cohort[::-1]).cumsum()[::-1]
    if variant is Variant.VERSUS_PREVIOUS:
        first = cells.age == 0
        base = cells.groupby("cohort").customers.shift().where(~first, cells["size"]).astype("int64")
        active = cells.again.where(~first, cells.customers)
    shares = cells[["cohort", "age"]].assign(customers=cells["size"], base=base, active=active)
    return shares.assign(retained=shares.active / shares.base.where(shares.base > 0))


def _revenue_shares(cells: pd.DataFrame, variant: Variant) -> pd.DataFrame:
    by_cohort = cells.groupby("cohort").cents
    base = by_cohort.transform("first")
    if variant is Variant.VERSUS_PREVIOUS:
        base = by_cohort.shift().where(cells.age > 0, base).astype("int64")
    shares = cells[["cohort", "age"]].assign(customers=cells["size"], base=base, active=cells.cents)
    return shares.assign(retained=shares.active / shares.base.where(shares.base > 0))


def with_unfinished(
    cells: pd.DataFrame, *, until_month: int, grain: Grain = Grain.MONTH, as_of_day: int | None = None
) -> pd.DataFrame:
    """The cells of `retention` and, per cohort, the one of the period still running.

    ``finished`` tells them apart; ``retained`` of the running one is missing, never 0. ``as_of_day`` is the first day
    not seen: a period of which no day was seen has not begun, and no cell. Without it, it is taken as begun.
    """
    step, until = grain.months, until_month - until_month % grain.months
    is_begun = as_of_day is None or first_day(until) < as_of_day
    running = cells.loc[(cells.age == 0) & is_begun, ["cohort", "customers"]]
    running = running.assign(age=(until - running.cohort) // step, retained=np.nan, finished=False)
    both = pd.concat([cells.assign(finished=True), running], ignore_index=True)
    return both[["cohort", "age", "customers", "retained", "finished"]].sort_values(
        ["cohort", "age"], ignore_index=True
    )


def weighted_mean(cells: pd.DataFrame, *, measure: Measure = Measure.CUSTOMERS) -> pd.DataFrame:
    """Retention of all cohorts together: a row per age.

    Columns ``age``, ``base``, ``active``, ``retained`` and its 95% interval ``low``, ``high`` (Wilson; missing of
    revenue, which is no count). Every customer weighs the same, whatever the size of the cohort; of revenue every
    unit of money.
    """
    ages = cells.groupby("age", as_index=False)[["base", "active"]].sum()
    n = ages.base.where(ages.base > 0)
    share, z = ages.active / n, 1.959964
    if measure is Measure.REVENUE:
        return ages.assign(retained=share, low=np.nan, high=np.nan)
    # Wilson (1927): stays within [0, 1] and is right for few customers and for shares near 0.
    centre, spread = share + z**2 / (2 * n), z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    low, high = (((centre + sign * spread) / (1 + z**2 / n)).clip(0, 1) for sign in (-1, 1))
    return ages.assign(retained=share, low=low, high=high)


def period_counts(filters: Filters, *, before: Filters) -> sa.Select[Any]:
    """One row: who bought in the period of ``filters`` and in the one ``before``.

    Columns ``start`` (customers of the period before), ``end`` (customers of the period) and ``gained`` (of
    these, not in the period before: new or back after a pause).
    """
    start, end = (buyers(period).cte(name) for period, name in ((before, "start"), (filters, "ended")))
    both = start.c.customer_id == end.c.customer_id
    kept = select(func.count()).select_from(end.join(start, both)).scalar_subquery()
    ends = select(func.count()).select_from(end).scalar_subquery()
    starts = select(func.count()).select_from(start).scalar_subquery()
    return select(starts.label("start"), ends.label("end"), (ends - kept).label("gained"))


def period_retention(*, start: int, end: int, gained: int) -> float | None:
    """``(end - gained) / start``: the share of the customers at the start who are still there at the end.

    None when there were none at the start.
    """
    return (end - gained) / start if start else None


def repeat_rate(customers: pd.DataFrame) -> float | None:
    """Share of all customers who bought on two days or more, from `customer_totals`; None without customers."""
    return float((customers.purchase_days >= 2).mean()) if len(customers) else None
