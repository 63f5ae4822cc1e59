"""Products: ranked, bought together, and who bought one but not another."""

from dataclasses import dataclass

import pandas as pd

from crm_core.analytics import Filters
from crm_core.analytics.affinity import (
    MOST_PAIRS,
    Basket,
    affinity,
    basket_count,
    basket_sizes,
    frequent,
    largest_size,
    pair_counts,
    product_baskets,
)
from crm_core.analytics.product import buyers_of, product_amounts, product_ranking, product_sales, repeat_buyers
from crm_core.analytics.product_people import bought_again, bought_both, product_buyers, product_returners
from crm_core.store.warehouse import Warehouse

BEHIND = {"buyers": product_buyers, "again": bought_again, "returns": product_returners}
"""Name of a list behind a figure to the statement that finds its customers."""


@dataclass(frozen=True, eq=False)
class Affinity:
    """Pairs of products, and what was looked at to find them."""

    pairs: pd.DataFrame
    """`analytics.affinity`."""
    per: Basket
    baskets: int
    """Counted."""
    left_out: int
    """Baskets too large to be counted, with more than ``largest`` products."""
    largest: int
    products: int
    """Looked at; the others are too rare for a pair, or beyond the most frequent ones."""
    all_products: int


def ranking(warehouse: Warehouse, filters: Filters) -> pd.DataFrame:
    """`product_ranking` within ``filters``."""
    return product_ranking(warehouse.frame(product_sales(filters)), warehouse.frame(repeat_buyers(filters)))


def amounts_of(warehouse: Warehouse, filters: Filters) -> pd.DataFrame:
    """`product_amounts` within ``filters``: what a ranking is compared with."""
    return warehouse.frame(product_amounts(filters))


def bought_together(warehouse: Warehouse, filters: Filters, *, per: Basket, most_pairs: int = MOST_PAIRS) -> Affinity:
    """Product affinity within ``filters``, over orders or over customers."""
    counts = warehouse.frame(product_baskets(per, filters))
    products = frequent(counts)
    baskets = int(warehouse.frame(basket_count(per, filters)).baskets.iloc[0])
    if not products:
        nothing = pd.DataFrame({"one": [], "other": [], "baskets": []}).astype({"one": "str", "other": "str"})
        return Affinity(affinity(nothing, baskets=baskets, looked_at=0), per, baskets, 0, 0, 0, len(counts))
    sizes = warehouse.frame(basket_sizes(per, products, filters))
    largest = largest_size(sizes, most_pairs=most_pairs)
    left_out = int(sizes.baskets.where(sizes["size"] > largest, 0).sum())
    found = warehouse.frame(pair_counts(per, products, filters, largest=largest))
    kept, looked_at = baskets - left_out, len(products) * (len(products) - 1) // 2
    pairs = affinity(found, baskets=kept, looked_at=looked_at)
    return Affinity(pairs, per, kept, left_out, largest, len(products), len(counts))


def buyers(warehouse: Warehouse, filters: Filters, *, product: str, without: str | None) -> pd.DataFrame:
    """The rows of `buyers_of`, those who paid most first."""
    rows = warehouse.frame(buyers_of(product, filters, without=without))
    return rows.sort_values(["total_cents", "customer_id"], ascending=[False, True], ignore_index=True)


def behind(warehouse: Warehouse, filters: Filters, figure: str) -> "pd.Series[str]":
    """Ids of the known customers behind a figure of `BEHIND`."""
    found: pd.Series[str] = warehouse.frame(BEHIND[figure](filters)).customer_id
    return found


def both(warehouse: Warehouse, filters: Filters, pair: tuple[str, str], *, per: Basket) -> "pd.Series[str]":
    """Ids of the known customers who bought both products of ``pair``, in one order or at any time."""
    found: pd.Series[str] = warehouse.frame(bought_both(*pair, filters, per=per)).customer_id
    return found
