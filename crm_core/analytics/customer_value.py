"""What each customer has brought so far."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import func, select

from crm_core.analytics.purchase import count_where, is_purchase, is_sale, lines, total, total_where


def customer_totals(*, until_day: int) -> sa.Select[Any]:
    """Totals of every customer who bought before ``until_day``; a row per customer, in no order.

    Also the input of the lifetime value model.

    Columns
    -------
    customer_id
    first_day, last_day
        First and last purchase day. A purchase day is a day with at least one line of 0 or more.
    previous_day
        The purchase day before the last; ``first_day`` of those who bought on one day only.
    purchase_days
        Number of purchase days, at least 1; frequency is one less.
    orders, returns
        Orders with at least one line of 0 or more; lines below 0.
    total_cents
        Everything paid less everything returned; a return counts here though it is no purchase.
    repeat_cents
        Paid on the purchase days after the first. Returns are left out, as they are of the purchase summary.
    margin_cents, known_cost_cents
        Amounts less costs, and costs, over the lines whose cost is known.

    A customer who has only returns in the data bought nothing and has no row.
    """
    days = _customer_days(until_day).cte("days")
    bought = days.c.purchases > 0
    bounds = (
        select(days.c.customer_id, func.min(days.c.day).label("first_day"), func.max(days.c.day).label("last_day"))
        .where(bought)
        .group_by(days.c.customer_id)
        .cte("bounds")
    )
    day, first_day, last_day = days.c.day, bounds.c.first_day, bounds.c.last_day
    earlier = func.max(sa.case((sa.and_(bought, day < last_day), day)))
    return (
        select(
            days.c.customer_id,
            first_day,
            last_day,
            func.coalesce(earlier, first_day).label("previous_day"),
            count_where(bought).label("purchase_days"),
            total(days.c.orders).label("orders"),
            total(days.c.cents).label("total_cents"),
            total_where(day != first_day, days.c.paid_cents).label("repeat_cents"),
            total(days.c.margin_cents).label("margin_cents"),
            total(days.c.known_cost_cents).label("known_cost_cents"),
            total(days.c.returns).label("returns"),
        )
        .join_from(days, bounds, days.c.customer_id == bounds.c.customer_id)
        .group_by(days.c.customer_id, first_day, last_day)
    )


def purchase_totals(*, until_day: int) -> sa.Select[Any]:
    """What the purchase summary is made of, at a third of the work of `customer_totals`; the same rows.

    Columns ``customer_id``, ``first_day``, ``last_day``, ``purchase_days`` and ``repeat_cents``, as there.
    """
    days = (
        select(lines.customer_id, lines.day, total(lines.amount_cents).label("cents"))
        .where(is_purchase(), lines.day < until_day)
        .group_by(lines.customer_id, lines.day)
        .cte("days")
    )
    lives = (
        select(
            days.c.customer_id,
            func.min(days.c.day).label("first_day"),
            func.max(days.c.day).label("last_day"),
            func.count().label("purchase_days"),
            total(days.c.cents).label("cents"),
        )
        .group_by(days.c.customer_id)
        .cte("lives")
    )
    first = sa.and_(days.c.customer_id == lives.c.customer_id, days.c.day == lives.c.first_day)
    return select(
        lives.c.customer_id,
        lives.c.first_day,
        lives.c.last_day,
        lives.c.purchase_days,
        (lives.c.cents - days.c.cents).label("repeat_cents"),
    ).join_from(lives, days, first)


def _customer_days(until_day: int) -> sa.Select[Any]:
    # Orders are grouped first: a third faster than COUNT(DISTINCT order_id) per day, at 3 million lines on DuckDB.
    known = lines.cost_cents.is_not(None)
    orders = (
        select(
            lines.customer_id,
            lines.day,
            lines.order_id,
            total(lines.amount_cents).label("cents"),
            total_where(lines.amount_cents > 0, lines.amount_cents).label("paid_cents"),
            count_where(is_purchase()).label("purchases"),
            count_where(lines.amount_cents < 0).label("returns"),
            total_where(known, lines.amount_cents - lines.cost_cents).label("margin_cents"),
            total(lines.cost_cents).label("known_cost_cents"),
        )
        .where(is_sale(), lines.customer_id.is_not(None), lines.day < until_day)
        .group_by(lines.customer_id, lines.day, lines.order_id)
        .cte("orders")
    )
    summed = ("purchases", "cents", "paid_cents", "returns", "margin_cents", "known_cost_cents")
    return select(
        orders.c.customer_id,
        orders.c.day,
        count_where(orders.c.purchases > 0).label("orders"),
        *[total(orders.c[name]).label(name) for name in summed],
    ).group_by(orders.c.customer_id, orders.c.day)
