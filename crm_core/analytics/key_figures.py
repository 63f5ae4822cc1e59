"""Key figures: the state of the business in a period, in a few numbers."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import func, select

from crm_core.analytics.among import among
from crm_core.analytics.filters import Filters
from crm_core.analytics.purchase import count_where, is_purchase, is_sale, lines, total
from crm_core.analytics.revenue import NOT_STATED, money


@dataclass(frozen=True)
class KeyFigures:
    """Figures of one period. None says that there is nothing to take a mean or share of."""

    revenue_cents: int
    """Paid less returned, anonymous sales included."""
    orders: int
    active_customers: int
    """Known customers who bought in the period."""
    new_customers: int
    """Of these, those whose first purchase over all history lies in the period."""
    repeat_share: float | None
    """Share of the active customers who had bought before the period."""
    mean_order_cents: float | None
    """Revenue per order: returns lower it."""
    margin_cents: int | None
    """Revenue less cost of goods over the lines whose cost is known; None when no cost is known."""
    known_cost_share: float | None
    """Share of what was paid (before returns) whose cost is known."""


def period_figures(filters: Filters) -> sa.Select[Any]:
    """One row with `period_sales`, and ``active`` and ``new`` customers, within ``filters``."""
    sales, people = period_sales(filters).cte("period_sales"), _people(filters).cte("people")
    return select(*sales.c, *people.c).join_from(sales, people, sa.true())


def period_sales(filters: Filters) -> sa.Select[Any]:
    """One row: the amounts of `revenue` and its ``orders``, within ``filters``."""
    sales = select(*money()).where(is_sale(), *filters.where()).cte("sales")
    # Counted apart: beside the sums, every line would be looked up among the orders.
    ids = select(lines.order_id).where(is_sale(), lines.amount_cents >= 0, *filters.where()).distinct().cte("ids")
    orders = select(func.count().label("orders")).select_from(ids).cte("orders")
    return select(*sales.c, orders.c.orders).join_from(sales, orders, sa.true())


def _people(filters: Filters) -> sa.Select[Any]:
    """Known customers who bought within ``filters``, and those whose first purchase over all history is in there."""
    first_day, within = func.min(lines.day), sa.and_(sa.true(), *filters.where())
    clauses = [] if filters.until is None else [lines.day < filters.until]
    one = (
        select(first_day.label("first_day"), func.max(sa.case((within, 1), else_=0)).label("active"))
        .where(is_purchase(), *clauses)
        .group_by(lines.customer_id)
        .cte("one")
    )
    is_new = one.c.active == 1
    if filters.since is not None:
        is_new = sa.and_(is_new, one.c.first_day >= filters.since)
    counted: list[sa.ColumnElement[Any]] = [total(one.c.active).label("active"), count_where(is_new).label("new")]
    return select(*counted)


def people_of(customers: pd.DataFrame, *, since: int | None, bought: "pd.Series[str] | None" = None) -> dict[str, int]:
    """``active`` and ``new`` of `period_figures`, from rows that are there already.

    Parameters
    ----------
    customers
        ``first_day`` and ``last_day`` of everybody who bought before the end of the period, which begins on ``since``;
        ``customer_id`` where ``bought`` is given.
    bought
        `buyers` of the filters; of filters without other bounds than dates the days tell who they are.
    """
    begin = float("-inf") if since is None else since
    is_active = customers.last_day >= begin if bought is None else among(customers.customer_id, bought)
    return {"active": int(is_active.sum()), "new": int((is_active & (customers.first_day >= begin)).sum())}


def new_by_month(*, until_month: int) -> sa.Select[Any]:
    """Known customers by the ``month`` of their first purchase over all history: how many are ``new``.

    A row per month before ``until_month`` with at least one, in no order.
    """
    month = func.min(lines.month).label("month")
    first = select(month).where(is_purchase(), lines.month < until_month).group_by(lines.customer_id).cte("first")
    return select(first.c.month, func.count().label("new")).group_by(first.c.month)


def buyers(filters: Filters) -> sa.Select[Any]:
    """The known customers who bought within ``filters``: ``customer_id``, each once; `KeyFigures.active_customers`."""
    return select(lines.customer_id).where(is_purchase(), *filters.where()).distinct()


def of_buyers(filters: Filters | None) -> list[sa.ColumnElement[bool]]:
    """Clauses that keep the lines of the `buyers` within ``filters``, with all their lines; None keeps every line."""
    if filters is None:
        return []
    # DuckDB thinks the buyers as many as the lines: from ten million lines on it would hold these in memory instead.
    chosen = buyers(filters).cte("chosen").prefix_with("MATERIALIZED")
    return [lines.customer_id.in_(select(chosen.c.customer_id))]


def buyer_count(filters: Filters) -> sa.Select[Any]:
    """One row with ``customers``: how many are `buyers`."""
    return select(func.count().label("customers")).select_from(buyers(filters).subquery())


def channel_buyers(filters: Filters, channels: tuple[str, ...]) -> sa.Select[Any]:
    """The `buyers` by any of ``channels``, where `NOT_STATED` stands for orders that state none."""
    stated = func.coalesce(lines.channel, NOT_STATED)
    return buyers(filters).where(stated.in_(channels))


def key_figures(row: pd.DataFrame) -> KeyFigures:
    """The figures of the one row of `period_figures`."""
    cents, orders, active, new = (int(row[name].iloc[0]) for name in ("cents", "orders", "active", "new"))
    covered, paid = int(row.covered_cents.iloc[0]), cents + int(row.returns_cents.iloc[0])
    return KeyFigures(
        revenue_cents=cents,
        orders=orders,
        active_customers=active,
        new_customers=new,
        repeat_share=(active - new) / active if active else None,
        mean_order_cents=cents / orders if orders else None,
        margin_cents=int(row.margin_cents.iloc[0]) if covered else None,
        known_cost_share=covered / paid if paid else None,
    )


def relative_change(now: float | None, before: float | None) -> float | None:
    """``now / before - 1``; None when either is missing or there was nothing before."""
    return None if now is None or before is None or before <= 0 else now / before - 1
