"""Product affinity: which products are bought together more often than chance would have it."""

from collections.abc import Sequence
from statistics import NormalDist
from typing import Any, Literal

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy import func, select

from crm_core.analytics.filters import Filters
from crm_core.analytics.profit_and_loss import product_name
from crm_core.analytics.purchase import is_purchase, is_sale, lines

Basket = Literal["order", "customer"]
FEWEST = 10
"""Baskets in which a pair must be seen: fewer can be chance."""
MOST_PRODUCTS = 2_000
MOST_PAIRS = 20_000_000
"""Pairs that the baskets may make before they are counted, so that the engine never drowns."""
CONFIDENCE = 0.95


def _items(per: Basket, filters: Filters | None, products: Sequence[str] | None = None) -> sa.Select[Any]:
    """Each product of each basket, once. Anonymous orders are baskets too, of orders."""
    basket = lines.order_id if per == "order" else lines.customer_id
    bought = sa.and_(is_sale(), lines.amount_cents >= 0) if per == "order" else is_purchase()
    product = product_name()
    wanted = product.is_not(None) if products is None else product.in_(list(products))
    clauses = (filters or Filters()).where()
    return select(basket.label("basket"), product.label("product")).where(bought, wanted, *clauses).distinct()


def product_baskets(per: Basket, filters: Filters | None = None) -> sa.Select[Any]:
    """Number of ``baskets`` (orders, or customers with all they bought) that hold each ``product``."""
    items = _items(per, filters).cte("items")
    return select(items.c.product, func.count().label("baskets")).group_by(items.c.product)


def basket_count(per: Basket, filters: Filters | None = None) -> sa.Select[Any]:
    """Number of ``baskets`` that hold any product."""
    items = _items(per, filters).cte("items")
    return select(func.count(items.c.basket.distinct()).label("baskets"))


def frequent(counts: pd.DataFrame) -> list[str]:
    """The products of `product_baskets` that can be in a pair: at least `FEWEST` baskets, `MOST_PRODUCTS` at most."""
    often = counts.loc[counts.baskets >= FEWEST]
    return list(often.sort_values(["baskets", "product"], ascending=[False, True]).head(MOST_PRODUCTS)["product"])


def basket_sizes(per: Basket, products: Sequence[str], filters: Filters | None = None) -> sa.Select[Any]:
    """Number of ``baskets`` by how many of ``products`` they hold, as ``size``."""
    items = _items(per, filters, products).cte("items")
    size = func.count().label("size")
    sized = select(items.c.basket, size).group_by(items.c.basket).cte("sized")
    return select(sized.c.size, func.count().label("baskets")).group_by(sized.c.size)


def largest_size(sizes: pd.DataFrame, *, most_pairs: int = MOST_PAIRS) -> int:
    """The largest basket that may be counted, so that all make at most ``most_pairs`` pairs; at least 2."""
    ordered = sizes.sort_values("size")
    pairs = (ordered.baskets * ordered["size"] * (ordered["size"] - 1) // 2).cumsum()
    return max(2, int(ordered["size"].where(pairs <= most_pairs, 0).max())) if len(ordered) else 2


def pair_counts(
    per: Basket, products: Sequence[str], filters: Filters | None = None, *, largest: int
) -> sa.Select[Any]:
    """Number of ``baskets`` of at most ``largest`` of the ``products`` that hold ``one`` and ``other``.

    A row per pair with at least `FEWEST`, each pair once in no order of its two; and a row per product with itself,
    which is in how many of these baskets the product is.
    """
    items = _items(per, filters, products).cte("items")
    size = func.count().label("size")
    small = select(items.c.basket).group_by(items.c.basket).having(size <= largest).cte("small")
    kept = select(items).join_from(items, small, items.c.basket == small.c.basket).cte("kept")
    one, other = kept.alias("one"), kept.alias("other")
    baskets = func.count().label("baskets")
    return (
        select(one.c.product.label("one"), other.c.product.label("other"), baskets)
        .join_from(one, other, sa.and_(one.c.basket == other.c.basket, one.c.product <= other.c.product))
        .group_by(one.c.product, other.c.product)
        .having(sa.or_(baskets >= FEWEST, one.c.product == other.c.product))
    )


def affinity(counts: pd.DataFrame, *, baskets: int, looked_at: int) -> pd.DataFrame:
    """Support, confidence and lift of every pair, both ways; the surest affinity first.

    Columns
    -------
    bought, also
        Of who bought the one, which share also bought the other. Every pair has two rows.
    together, support
        Baskets with both, and their share of all.
    confidence, base
        Share of the baskets with ``bought`` that hold ``also``; share of all baskets that do.
    lift, lift_low, lift_high
        ``confidence / base`` with its 95% interval; the same both ways. 1: as chance would have it.
    verdict
        ``together``, ``apart`` or ``chance``: whether the lift differs from 1 beyond chance, with a bar so high that
        of all the pairs looked at, one would cross it by chance in 5% of cases.

    Parameters
    ----------
    counts
        `pair_counts`, with the rows of products with themselves.
    baskets
        All baskets that were counted, also those with none of these products.
    looked_at
        Number of pairs that could have been found.
    """
    alone = counts.loc[counts.one == counts.other].set_index("one").baskets
    pairs = counts.loc[(counts.one != counts.other) & (counts.baskets >= FEWEST)]
    n, first, second = (values.to_numpy("float64") for values in (pairs.baskets, *_each(pairs, alone)))
    lift = n * baskets / (first * second)
    # Delta method on log(n_ab * n / (n_a * n_b)) of multinomial counts; not below 0 by rounding.
    error = np.sqrt(np.maximum(1 / n - 1 / first - 1 / second + (2 * lift - 1) / max(baskets, 1), 0))
    wide = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)
    bar = NormalDist().inv_cdf(1 - (1 - CONFIDENCE) / 2 / max(looked_at, 1))
    verdict = np.where(np.log(lift) > bar * error, "together", np.where(np.log(lift) < -bar * error, "apart", "chance"))
    shared = pd.DataFrame(
        {
            "together": pairs.baskets.to_numpy("int64"),
            "support": n / max(baskets, 1),
            "lift": lift,
            "lift_low": lift * np.exp(-wide * error),
            "lift_high": lift * np.exp(wide * error),
            "verdict": verdict,
        }
    )
    names = pairs.one.to_numpy(), pairs.other.to_numpy()
    ways = [
        shared.assign(bought=a, also=b, confidence=n / with_a, base=with_b / max(baskets, 1))
        for a, b, with_a, with_b in ((*names, first, second), (*names[::-1], second, first))
    ]
    columns = [
        "bought", "also", "together", "support", "confidence", "base", "lift", "lift_low", "lift_high", "verdict",
    ]  # fmt: skip
    both = pd.concat(ways, ignore_index=True)[columns]
    return both.sort_values(
        ["lift_low", "confidence", "bought", "also"], ascending=[False, False, True, True], ignore_index=True
    )


def _each(pairs: pd.DataFrame, alone: pd.Series) -> tuple[pd.Series, pd.Series]:
    return pairs.one.map(alone), pairs.other.map(alone)
