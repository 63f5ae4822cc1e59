"""Products: what each one sold, who bought it again, and who bought one but not another."""

from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import func, select

from crm_core.analytics.filters import Filters
from crm_core.analytics.profit_and_loss import product_name
from crm_core.analytics.purchase import count_where, is_purchase, is_sale, lines, total
from crm_core.analytics.revenue import money, orders

FEWEST_BUYERS = 10
"""A share of fewer buyers says nothing."""


def product_sales(filters: Filters | None = None) -> sa.Select[Any]:
    """``orders`` and the amounts of `revenue` per ``product``, and ``quantity``: sold less returned, if stated.

    A product without a name is told by its id; lines without either are one row with a missing product.
    """
    product = product_name()
    quantity = func.sum(lines.quantity).label("quantity")
    columns: list[sa.ColumnElement[Any]] = [product.label("product"), quantity, orders(), *money()]
    return select(*columns).where(is_sale(), *(filters or Filters()).where()).group_by(product)


def product_amounts(filters: Filters) -> sa.Select[Any]:
    """``cents`` of every product, and ``sold``: its lines of 0 or more; lines that state none are left out.

    What a comparison needs, at a tenth of the work of `product_sales`.
    """
    product, sold = product_name(), count_where(lines.amount_cents >= 0).label("sold")
    columns: list[sa.ColumnElement[Any]] = [product.label("product"), total(lines.amount_cents).label("cents"), sold]
    return select(*columns).where(is_sale(), product.is_not(None), *filters.where()).group_by(product)


def repeat_buyers(filters: Filters | None = None) -> sa.Select[Any]:
    """Known customers per ``product``: ``buyers``, and ``again``: those who bought it in two orders or more."""
    clauses = (filters or Filters()).where()
    product = product_name()
    # Orders are two or more where the first in order is not the last: a third less work than to count them.
    first, last = func.min(lines.order_id), func.max(lines.order_id)
    bought = (
        select(product.label("product"), sa.case((first != last, 1), else_=0).label("again"))
        .where(is_purchase(), product.is_not(None), *clauses)
        .group_by(product, lines.customer_id)
        .cte("bought")
    )
    return select(bought.c.product, func.count().label("buyers"), total(bought.c.again).label("again")).group_by(
        bought.c.product
    )


def product_ranking(sold: pd.DataFrame, buyers: pd.DataFrame) -> pd.DataFrame:
    """A row per product of `product_sales`, the greatest revenue first; lines without a product are left out.

    Columns: ``product``, ``cents``, ``quantity``, ``orders``, ``buyers``, ``repeat_share`` (of the buyers, those who
    bought it in two orders or more; missing below `FEWEST_BUYERS`), ``returns_cents``, ``returns_share`` (of what was
    paid), ``margin_cents``, ``margin_share`` (of the net revenue whose cost is known), ``known_cost_share``.
    """
    rows = sold.dropna(subset=["product"]).merge(buyers, how="left", on="product")
    rows = rows.fillna({"buyers": 0, "again": 0}).astype({"buyers": "int64", "again": "int64"})
    paid, with_cost = rows.cents + rows.returns_cents, rows.margin_cents + rows.known_cost_cents
    shares = {
        "repeat_share": rows.again / rows.buyers.where(rows.buyers >= FEWEST_BUYERS),
        "returns_share": rows.returns_cents / paid.where(paid > 0),
        "margin_share": rows.margin_cents / with_cost.where(with_cost > 0),
        "known_cost_share": rows.covered_cents / paid.where(paid > 0),
    }
    names = [
        "product", "cents", "quantity", "orders", "buyers", "repeat_share", "returns_cents", "returns_share",
        "margin_cents", "margin_share", "known_cost_share",
    ]  # fmt: skip
    return rows.assign(**shares)[names].sort_values(["cents", "product"], ascending=[False, True], ignore_index=True)


def buyers_of(product: str, filters: Filters, *, without: str | None = None) -> sa.Select[Any]:
    """Known customers who bought ``product`` within ``filters``; a row per customer, in no order.

    Columns ``customer_id``, ``orders``, ``total_cents`` (paid for it; returns are no purchase) and ``last_day``.

    Parameters
    ----------
    without
        Leaves out who ever bought this product before the end of ``filters``, whatever its other bounds.
    """
    bought = (
        select(
            lines.customer_id,
            func.count(lines.order_id.distinct()).label("orders"),
            total(lines.amount_cents).label("total_cents"),
            func.max(lines.day).label("last_day"),
        )
        .where(is_purchase(), product_name() == product, *filters.where())
        .group_by(lines.customer_id)
        .cte("bought")
    )
    if without is None:
        return select(bought)
    ever = (
        select(lines.customer_id)
        .where(is_purchase(), product_name() == without, *Filters(until=filters.until).where())
        .distinct()
        .cte("ever")
    )
    return (
        select(bought)
        .outerjoin_from(bought, ever, ever.c.customer_id == bought.c.customer_id)
        .where(ever.c.customer_id.is_(None))
    )
