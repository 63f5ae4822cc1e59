"""Audiences: statements that select the customers whom a condition takes."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import func, select

from crm_core.analytics.purchase import count_where, is_purchase, is_sale, lines, total
from crm_core.analytics.rule import Condition, Fact, Operator


def matching(condition: Condition, *, as_of_day: int) -> sa.Select[Any]:
    """Column ``customer_id``: the customers who satisfy ``condition``, each once, in no order.

    Parameters
    ----------
    condition
        One that order lines answer (``condition.in_engine``).
    as_of_day
        First day not seen: windows end the day before, days since an order count up to it.
    """
    view = condition.view(as_of_day).where()
    if condition.fact is Fact.LARGEST_ORDER:
        return _by_order(condition, view)
    # What was spent includes returns; the other facts look at purchases only.
    counted = [is_sale(), lines.customer_id.is_not(None)] if condition.fact is Fact.SPENT else [is_purchase()]
    facts: dict[Fact, sa.ColumnElement[int]] = {
        Fact.SPENT: total(lines.amount_cents),
        Fact.ORDERS: func.count(lines.order_id.distinct()),
        Fact.DAYS_SINCE_LAST_ORDER: as_of_day - func.max(lines.day),
        Fact.DAYS_SINCE_FIRST_ORDER: as_of_day - func.min(lines.day),
    }
    return (
        select(lines.customer_id)
        .where(*counted, *view)
        .group_by(lines.customer_id)
        # Of a customer who only returned something in view there is nothing to hold a limit against.
        .having(_bought(), _holds(facts[condition.fact], condition))
    )


def _by_order(condition: Condition, view: list[sa.ColumnElement[bool]]) -> sa.Select[Any]:
    orders = (
        select(lines.customer_id, lines.order_id, total(lines.amount_cents).label("cents"))
        .where(is_sale(), lines.customer_id.is_not(None), *view)
        .group_by(lines.customer_id, lines.order_id)
        .having(_bought())
        .cte("orders")
    )
    return (
        select(orders.c.customer_id).group_by(orders.c.customer_id).having(_holds(func.max(orders.c.cents), condition))
    )


def _bought() -> sa.ColumnElement[bool]:
    return count_where(lines.amount_cents >= 0) > 0


def _holds(fact: sa.ColumnElement[int], condition: Condition) -> sa.ColumnElement[bool]:
    first, last = condition.values[0], condition.values[-1]
    match condition.operator:
        case Operator.MORE_THAN:
            return fact > first
        case Operator.AT_LEAST:
            return fact >= first
        case Operator.AT_MOST:
            return fact <= first
        case _:
            return fact.between(first, last)
