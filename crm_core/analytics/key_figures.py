"""Key figures: the state of the business in a period, in a few numbers."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import func, select

from crm_core.analytics.filters import Filters
from crm_core.analytics.purchase import count_where, is_purchase, is_sale, lines
from crm_core.analytics.revenue import NOT_STATED, measures


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
    """One row with the measures of `revenue`, and ``active`` and ``new`` customers, within ``filters``."""
    sales = select(*measures()).where(is_sale(), *filters.where()).cte("sales")
    first = (
        select(lines.customer_id, func.min(lines.day).label("first_day"))
        .where(is_purchase())
        .group_by(lines.customer_id)
        .cte("first")
    )
    active = select(lines.customer_id).where(is_purchase(), *filters.where()).distinct().cte("active")
    is_new = sa.true() if filters.since is None else first.c.first_day >= filters.since
    people = (
        select(func.count().label("active"), count_where(is_new).label("new"))
        .join_from(active, first, active.c.customer_id == first.c.customer_id)
        .cte("people")
    )
    return select(*sales.c, *people.c).join_from(sales, people, sa.true())


def buyers(filters: Filters) -> sa.Select[Any]:
    """The known customers who bought within ``filters``: ``customer_id``, each once; `KeyFigures.active_customers`."""
    return select(lines.customer_id).where(is_purchase(), *filters.where()).distinct()


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
