"""The known customers behind what is said of products: each statement gives ``customer_id``, each once."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import func, select

from crm_core.analytics.affinity import Basket
from crm_core.analytics.filters import Filters
from crm_core.analytics.product import FEWEST_BUYERS
from crm_core.analytics.profit_and_loss import product_name
from crm_core.analytics.purchase import is_purchase, is_sale, lines


def product_buyers(filters: Filters) -> sa.Select[Any]:
    """Who bought anything that states a product."""
    return select(lines.customer_id).where(is_purchase(), product_name().is_not(None), *filters.where()).distinct()


def product_returners(filters: Filters) -> sa.Select[Any]:
    """Who brought anything back that states a product."""
    returned = sa.and_(is_sale(), lines.customer_id.is_not(None), lines.amount_cents < 0)
    return select(lines.customer_id).where(returned, product_name().is_not(None), *filters.where()).distinct()


def bought_again(filters: Filters) -> sa.Select[Any]:
    """Who bought the same product in two orders or more, of those products with at least `FEWEST_BUYERS` buyers."""
    product = product_name()
    bought = (
        select(product.label("product"), lines.customer_id, func.count(lines.order_id.distinct()).label("orders"))
        .where(is_purchase(), product.is_not(None), *filters.where())
        .group_by(product, lines.customer_id)
        .cte("bought")
    )
    measured = select(bought.c.product).group_by(bought.c.product).having(func.count() >= FEWEST_BUYERS)
    return select(bought.c.customer_id).where(bought.c.orders > 1, bought.c.product.in_(measured)).distinct()


def bought_both(first: str, second: str, filters: Filters, *, per: Basket) -> sa.Select[Any]:
    """Who bought both products within ``filters``: in one order, or the one then and the other at another time."""
    one, other = (
        select(lines.customer_id, lines.order_id)
        .where(is_purchase(), product_name() == product, *filters.where())
        .distinct()
        .cte(name)
        for product, name in ((first, "one"), (second, "other"))
    )
    together = one.c.customer_id == other.c.customer_id
    if per == "order":
        together = sa.and_(together, one.c.order_id == other.c.order_id)
    return select(one.c.customer_id).select_from(one.join(other, together)).distinct()
