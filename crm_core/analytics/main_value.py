"""Where a customer mostly buys: the value of a column in most of the orders."""

from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import func, select

from crm_core.analytics.purchase import is_purchase, lines


def main_values(column: Literal["channel", "region"], *, until_day: int) -> sa.Select[Any]:
    """``customer_id``, ``value``: the one with the most orders before ``until_day``; of equals the one ordered by last.

    Orders that do not state it do not count; who has no other has no row.
    """
    value = lines[column]
    orders = func.count(lines.order_id.distinct())
    counted = (
        select(
            lines.customer_id,
            value.label("value"),
            func.row_number()
            .over(partition_by=lines.customer_id, order_by=[orders.desc(), func.max(lines.day).desc(), value])
            .label("place"),
        )
        .where(is_purchase(), lines.day < until_day, value.is_not(None))
        .group_by(lines.customer_id, value)
        .cte("counted")
    )
    return select(counted.c.customer_id, counted.c.value).where(counted.c.place == 1)
