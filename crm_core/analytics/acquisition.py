"""Acquisition: what winning new customers cost, how soon their margin pays it back, and who buys again."""

from dataclasses import replace
from typing import Any, Literal

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import func, select

from crm_core.analytics.filters import Filters
from crm_core.analytics.purchase import first_days as first_days  # noqa: PLC0414 - others reach it here
from crm_core.analytics.purchase import is_purchase, is_sale, lines, total, total_where
from crm_core.analytics.revenue import NOT_STATED
from crm_core.models.proportion import wilson

AcquiredBy = Literal["channel", "source"]
SECOND_WITHIN = 90
"""Days after the first purchase in which a second one is looked for."""


def new_customers(*, since: int | None, until: int, as_of_day: int, within: Filters | None = None) -> sa.Select[Any]:
    """Customers whose first purchase **over all history** lies from ``since`` to before ``until``, a row each.

    With ``within`` (columns only) those of whose first purchase day a line meets it.

    Columns
    -------
    customer_id, first_day, first_month
    channel, source, region
        Of the lines of the first purchase day; of several the first in alphabetical order, missing when none states it.
    cents, margin_cents, covered_cents
        Paid on the first purchase day, and of the lines whose cost is known the margin and what was paid.
    second_day
        The next purchase day before ``as_of_day``; missing when there is none.
    """
    first = _first(since, until, within)
    begun = _begun(first, within).cte("begun")
    later = sa.and_(lines.customer_id == first.c.customer_id, lines.day > first.c.first_day)
    again = (
        select(first.c.customer_id, func.min(lines.day).label("second_day"))
        .join_from(first, lines.customer_id.table, later)
        .where(is_purchase(), lines.day < as_of_day)
        .group_by(first.c.customer_id)
        .cte("again")
    )
    return select(*begun.c, again.c.second_day).outerjoin_from(begun, again, begun.c.customer_id == again.c.customer_id)


def margin_by_month(
    *, since: int | None, until: int, until_month: int, within: Filters | None = None
) -> sa.Select[Any]:
    """Margin of new customers (as in `new_customers`) by calendar month, of each group; a row per group and month.

    Columns ``channel``, ``source`` and ``first_month`` of the first order, ``month`` (before ``until_month``, the first
    not finished), ``margin_cents`` over the lines whose cost is known, returns included.
    """
    begun = _begun(_first(since, until, within), within).cte("begun")
    known = lines.cost_cents.is_not(None)
    groups = [begun.c.channel, begun.c.source, begun.c.first_month, lines.month]
    return (
        select(*groups, total_where(known, lines.amount_cents - lines.cost_cents).label("margin_cents"))
        .join_from(begun, lines.customer_id.table, lines.customer_id == begun.c.customer_id)
        .where(is_sale(), lines.month < until_month, lines.day >= begun.c.first_day)
        .group_by(*groups)
    )


def _first(since: int | None, until: int, within: Filters | None) -> sa.CTE:
    every = first_days(since, until)
    if within is None:
        return every.cte("first")
    new = every.cte("every")
    on_day = sa.and_(lines.customer_id == new.c.customer_id, lines.day == new.c.first_day)
    found = select(new.c.customer_id, new.c.first_day).join_from(new, lines.customer_id.table, on_day)
    return found.where(is_purchase(), *within.where()).distinct().cte("first")


def _begun(first: sa.CTE, within: Filters | None) -> sa.Select[Any]:
    known = lines.cost_cents.is_not(None)
    on_day = sa.and_(lines.customer_id == first.c.customer_id, lines.day == first.c.first_day)
    return (
        select(
            first.c.customer_id,
            first.c.first_day,
            func.min(lines.month).label("first_month"),
            *_places(within or Filters()),
            total(lines.amount_cents).label("cents"),
            total_where(known, lines.amount_cents - lines.cost_cents).label("margin_cents"),
            total_where(known, lines.amount_cents).label("covered_cents"),
        )
        .join_from(first, lines.customer_id.table, on_day)
        .where(is_purchase())
        .group_by(first.c.customer_id, first.c.first_day)
    )


def _places(within: Filters) -> list[sa.ColumnElement[Any]]:
    """Channel, source and region of a first day: where any is chosen, those of the lines that meet it."""
    meets = sa.and_(sa.true(), *replace(within, segments=()).where())
    is_chosen = within.channels or within.sources or within.regions
    names = ("channel", "source", "region")
    return [func.min(sa.case((meets, lines[name])) if is_chosen else lines[name]).label(name) for name in names]


def acquisition(customers: pd.DataFrame, marketing: pd.DataFrame, *, by: AcquiredBy, as_of_day: int) -> pd.DataFrame:
    """What new customers cost and brought at first, a row per group of ``by``, the largest first.

    Columns
    -------
    <by>
        `NOT_STATED` where the first order states none.
    customers
        New customers; 0 where only costs are known.
    marketing_cents
        Marketing costs of the group; missing where none are known, which is not the same as nothing.
    cost_each_cents
        Marketing costs per new customer; missing without costs or without customers. All costs of the group fall on
        the new ones, though they may have reached others too: the most that winning one can have cost.
    first_margin_cents
        Mean margin of the first purchase day. Lines whose cost is not known add nothing: it is rather too low than
        too high; missing when no cost is known.
    known_cost_share
        Share of what was paid on first days whose cost is known.
    watched
        Of ``customers``, those seen for more than `SECOND_WITHIN` days after the first purchase.
    again, again_share, again_low, again_high
        Of ``watched``, those who bought again within these days; the share with Wilson's interval.

    Parameters
    ----------
    customers
        Rows of `new_customers`.
    marketing
        Columns ``by``, ``marketing_cents``, as from ``marketing_costs(by)`` over the same days; costs that name no
        group fall on none.
    """
    rows = customers.assign(
        **{by: customers[by].fillna(NOT_STATED)},
        watched=customers.first_day + SECOND_WITHIN < as_of_day,
        again=(customers.second_day - customers.first_day) <= SECOND_WITHIN,
    )
    rows = rows.assign(again=rows.again.fillna(value=False).astype(bool) & rows.watched)
    groups = rows.groupby(by).agg(
        customers=("customer_id", "size"),
        cents=("cents", "sum"),
        first_margin=("margin_cents", "sum"),
        covered=("covered_cents", "sum"),
        watched=("watched", "sum"),
        again=("again", "sum"),
    )
    # Costs that name no group are of all of them, not of the customers whose group is not known.
    spent = marketing.dropna(subset=[by]).groupby(by).marketing_cents.sum()
    both = groups.join(spent, how="outer").rename_axis(by)
    counted = both.drop(columns="marketing_cents").fillna(0).astype("int64").join(both.marketing_cents)
    return _finished(counted.reset_index(), by)


def _finished(groups: pd.DataFrame, by: str) -> pd.DataFrame:
    some = groups.customers.where(groups.customers > 0).astype("float64")
    known = groups.covered / groups.cents.where(groups.cents > 0)
    shares = [wilson(again, n) for again, n in zip(groups.again, groups.watched, strict=True)]
    table = groups.assign(
        cost_each_cents=groups.marketing_cents / some,
        first_margin_cents=(groups.first_margin / some).where(known > 0),
        known_cost_share=known,
        **{
            name: pd.Series([getattr(one, end) if one else None for one in shares], index=groups.index, dtype="float64")
            for name, end in (("again_share", "estimate"), ("again_low", "low"), ("again_high", "high"))
        },
    )
    names = [by, "customers", "marketing_cents", "cost_each_cents", "first_margin_cents", "known_cost_share"]
    names += ["watched", "again", "again_share", "again_low", "again_high"]
    return table[names].sort_values(["customers", by], ascending=[False, True], ignore_index=True)


def margin_course(
    customers: pd.DataFrame, margins: pd.DataFrame, *, by: AcquiredBy, until_month: int, longest: int = 24
) -> pd.DataFrame:
    """Margin per new customer by month since the first order, a row per group and month, until nobody is seen longer.

    Month 1 is the calendar month of the first order. Each month is a mean over the customers who have been seen to
    its end; so later months rest on fewer, earlier customers.

    Columns ``by``, ``month``, ``customers`` (seen to the end of it), ``margin_cents`` (mean of the month) and
    ``total_cents`` (of this and all months before).

    Parameters
    ----------
    customers, margins
        Rows of `new_customers` and of `margin_by_month`.
    until_month
        First month not finished.
    """
    group = customers[by].fillna(NOT_STATED)
    seen = (until_month - customers.first_month).clip(upper=longest).astype("int64")
    place = (margins.month - margins.first_month + 1).rename("place")
    bought = margins.margin_cents.groupby([margins[by].fillna(NOT_STATED), place]).sum()
    sizes = seen.groupby([group, seen.rename("seen")]).size()
    rows: list[tuple[str, int, int, float]] = []
    for name, counts in sizes.groupby(level=0):
        months = counts.droplevel(0)
        for month in range(1, int(months.index.max()) + 1):
            n = int(months[months.index >= month].sum())
            rows.append((str(name), month, n, float(bought.get((name, month), 0)) / n))
    table = pd.DataFrame(rows, columns=[by, "month", "customers", "margin_cents"])
    table = table.astype({"month": "int64", "customers": "int64", "margin_cents": "float64"})
    return table.assign(total_cents=table.groupby(by).margin_cents.cumsum())


def payback_month(cost_each: float, totals: "pd.Series[float]") -> int | None:
    """The month, from 1, in which the margins so far reach what winning the customer cost; None when not yet.

    Parameters
    ----------
    totals
        Cumulative margin per customer, a value per month.
    """
    reached = totals.to_numpy(dtype="float64") >= cost_each
    return int(reached.argmax()) + 1 if reached.any() else None
