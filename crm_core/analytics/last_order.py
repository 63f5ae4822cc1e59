"""The last order of each customer: when it was, and what it contained."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import func, select

from crm_core.analytics.purchase import is_purchase, lines


def last_order_products(*, as_of_day: int) -> sa.Select[Any]:
    """What each customer bought on the last purchase day before ``as_of_day``; a row per customer and product.

    Columns ``customer_id``, ``day``, ``product`` (its id where it has no name; missing where neither is known), in the
    order in which the products stand in the orders. Several orders of one day count as one.
    """
    seen = sa.and_(is_purchase(), lines.day < as_of_day)
    last = (
        select(lines.customer_id, func.max(lines.day).label("day")).where(seen).group_by(lines.customer_id).cte("last")
    )
    product = func.coalesce(lines.product, lines.product_id)
    return (
        select(lines.customer_id, lines.day, product.label("product"))
        .join_from(lines.customer_id.table, last, last.c.customer_id == lines.customer_id)
        .where(seen, lines.day == last.c.day)
        .group_by(lines.customer_id, lines.day, product)
        .order_by(lines.customer_id, func.min(lines.order_id), func.min(lines.line), product)
    )
