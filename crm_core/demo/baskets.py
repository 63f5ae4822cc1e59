"""What is in each order: channel, products, discounts, returns, and a few sales to nobody in particular."""

import numpy as np
import pandas as pd

from crm_core.demo.catalogue import CATEGORIES
from crm_core.demo.places import PARTNER_DESK, REGION_NAMES, REGIONS
from crm_core.demo.season import FIRST, LAST, Days, day_number
from crm_core.demo.stories import CURRENCY, DELIVERY, SEED, SPENDING, UNPROFITABLE

ANONYMOUS_ORDERS = 320
RETURN_SHARE = 0.03
SOURCES = {
    "online": {"search": 0.38, "direct": 0.2, "newsletter": 0.18, "social": 0.16, "referral": 0.08},
    "store": {"walk-in": 0.8, "catalogue": 0.12, "referral": 0.08},
    "phone": {"catalogue": 0.55, "referral": 0.25, "newsletter": 0.2},
    UNPROFITABLE.channel: {UNPROFITABLE.source: 1.0},
}


def order_heads(buyers: pd.DataFrame, purchases: pd.DataFrame) -> pd.DataFrame:
    """One row per order, sorted by day: order_id, buyer (-1: anonymous), day, channel, source, region,
    salesperson, and ``total``, the amount in cents that its lines approach.
    """
    rng = np.random.default_rng([SEED, 6])
    known = purchases.join(buyers[["region", "channel", "mean_order"]], on="buyer")
    known["channel"] = _channels(known, rng)
    heads = pd.concat([known, _anonymous(rng)], ignore_index=True)
    # Gamma-Gamma: the amounts of one customer are Gamma(p) around the customer's own mean.
    heads["total"] = np.maximum(rng.gamma(SPENDING.p, 100 * heads.mean_order / SPENDING.p), 350.0)
    heads["source"] = _sources(heads, rng)
    heads["salesperson"] = _salespersons(heads, rng)
    heads = heads.iloc[np.lexsort([rng.random(len(heads)), heads.day.to_numpy()])].reset_index(drop=True)
    return heads.assign(order_id=[f"T{number}" for number in range(100_001, 100_001 + len(heads))])


def order_lines(heads: pd.DataFrame, buyers: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    """Columns of `Kind.ORDER_LINES`: ``date`` as a day number, money in cents, sorted by date."""
    rng = np.random.default_rng([SEED, 7])
    shelf = products.sort_values("list_price", ignore_index=True)
    wanted = _wanted_lines(heads, int(shelf.list_price.iloc[-1]), rng)
    chosen = _chosen(wanted, buyers, shelf, rng)
    lines = _priced(wanted, shelf.loc[chosen].reset_index(drop=True))
    lines["status"] = _status(lines, rng)
    lines = pd.concat([lines, _returns(lines, rng)], ignore_index=True)
    lines["customer_id"] = lines.buyer.map(buyers.customer_id)
    return lines.assign(currency=CURRENCY).sort_values(["date", "order_id", "line"], ignore_index=True)


def _anonymous(rng: np.random.Generator) -> pd.DataFrame:
    share = [region.share for region in REGIONS]
    return pd.DataFrame(
        {
            "buyer": -1,
            "day": rng.integers(FIRST, LAST + 1, ANONYMOUS_ORDERS),
            "region": rng.choice(REGION_NAMES, ANONYMOUS_ORDERS, p=share),
            "channel": "store",
            "mean_order": 38.0,
        }
    )


def _channels(orders: pd.DataFrame, rng: np.random.Generator) -> pd.Series:
    elsewhere = pd.Series(rng.choice(("online", "store", "phone"), len(orders), p=(0.6, 0.3, 0.1)), index=orders.index)
    return orders.channel.where(rng.random(len(orders)) < 0.88, elsewhere).mask(orders.campaign.notna(), "online")


def _sources(heads: pd.DataFrame, rng: np.random.Generator) -> pd.Series:
    source = pd.Series("", index=heads.index, dtype="str")
    for channel, shares in SOURCES.items():
        here = heads.channel == channel
        source[here] = rng.choice(list(shares), int(here.sum()), p=list(shares.values()))
    return source.mask(heads.campaign.notna(), "newsletter")


def _salespersons(heads: pd.DataFrame, rng: np.random.Generator) -> pd.Series:
    second = pd.Series(rng.random(len(heads)) < 0.45, index=heads.index)
    person = heads.region.map({region.name: region.sales[0] for region in REGIONS})
    person = person.mask(second, heads.region.map({region.name: region.sales[1] for region in REGIONS}))
    person = person.mask(heads.channel == UNPROFITABLE.channel, PARTNER_DESK)
    return person.mask(heads.channel == "online")


def _wanted_lines(heads: pd.DataFrame, dearest: int, rng: np.random.Generator) -> pd.DataFrame:
    """Orders split into lines with the amount wanted for each, and how many pieces make it up."""
    count = 1 + np.minimum(rng.poisson(0.97, len(heads)), 5)
    lines = heads.loc[np.repeat(heads.index, count)].reset_index(drop=True)
    lines["line"] = lines.groupby("order_id").cumcount() + 1
    part = pd.Series(rng.gamma(2.5, 1.0, len(lines)))
    lines["wanted"] = np.maximum(lines.total * part / part.groupby(lines.order_id).transform("sum"), 320.0)
    pieces = rng.choice((1, 2, 3, 4), len(lines), p=(0.74, 0.17, 0.05, 0.04))
    pieces = np.where(lines.wanted / pieces < 600, 1, pieces)
    enough = np.ceil(lines.wanted / dearest).astype("int64")
    return lines.assign(quantity=np.maximum(pieces, enough)).rename(columns={"day": "date"})


def _chosen(wanted: pd.DataFrame, buyers: pd.DataFrame, shelf: pd.DataFrame, rng: np.random.Generator) -> Days:
    """Row of ``shelf`` for each line: a product a little dearer than wanted, so that a discount closes the gap.

    Sales through the partner need the dearer product, and so the deeper discount.
    """
    prices = shelf.list_price.to_numpy()
    start = np.searchsorted(prices, wanted.wanted / wanted.quantity) + np.where(
        wanted.channel == UNPROFITABLE.channel, 6, -1
    )
    candidates = np.clip(start[:, None] + np.arange(6), 0, len(shelf) - 1)
    category = shelf.category.map({name: number for number, name in enumerate(CATEGORIES)}).to_numpy()[candidates]
    likes = buyers[["liked", "also_liked"]].reindex(wanted.buyer).to_numpy()
    weight = 1.0 + 3.0 * (category == likes[:, :1]) + 2.0 * (category == likes[:, 1:])
    ladder = np.cumsum(weight * np.array([3.0, 3.0, 2.0, 1.5, 1.0, 0.6]), axis=1)
    place = (ladder < rng.random((len(wanted), 1)) * ladder[:, -1:]).sum(axis=1)
    return candidates[np.arange(len(wanted)), place]


def _priced(wanted: pd.DataFrame, product: pd.DataFrame) -> pd.DataFrame:
    full = product.list_price * wanted.quantity
    rate = ((1 - wanted.wanted / full) * 20).round().clip(0, 8) / 20
    amount = (full * (1 - rate)).round().astype("int64")
    columns = ["product_id", "product", "brand", "model", "category"]
    return wanted.assign(
        amount=amount, discount=full - amount, cost=product.cost * wanted.quantity, **{c: product[c] for c in columns}
    )


def _status(lines: pd.DataFrame, rng: np.random.Generator) -> pd.Series:
    late = (lines.region == DELIVERY.region) & (lines.date >= day_number(DELIVERY.start))
    # An order takes a step every day or two; in the region with the delivery problem it stays shipped for long.
    age = LAST - lines.date + pd.Series(rng.integers(0, 2, len(lines))).groupby(lines.order_id).transform("first")
    steps = [age <= 0, age <= 1, age <= 2, age <= np.where(late, 14, 5)]
    status = np.select(steps, ["accepted", "paid", "packed", "shipped"], "delivered")
    return pd.Series(status, index=lines.index).mask(lines.channel == "store", "delivered")


def _returns(lines: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Negative lines under the number of the order they belong to, dated when the goods came back."""
    back = lines[rng.random(len(lines)) < RETURN_SHARE]
    back = back.assign(date=back.date + rng.integers(4, 25, len(back)))
    back = back[back.date <= LAST]
    pieces = np.where(rng.random(len(back)) < 0.4, 1, back.quantity)
    share = pieces / back.quantity
    last_line = back.order_id.map(lines.groupby("order_id").line.max())
    return back.assign(
        line=last_line + back.groupby("order_id").cumcount() + 1,
        quantity=-pieces,
        amount=-(back.amount * share).round().astype("int64"),
        cost=-(back.cost * share).round().astype("int64"),
        discount=0,
        status="returned",
        return_of=back.order_id,
    )
