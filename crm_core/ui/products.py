"""What the Products page shows, worked out and worded; drawing it is left to the page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from crm_core import charts
from crm_core.analytics import abc_sizes, date_of, relative_change
from crm_core.analytics.affinity import FEWEST, MOST_PRODUCTS, Basket
from crm_core.reports.products import Affinity
from crm_core.ui.figures import Figure, signed_share, spec
from crm_core.ui.format import Notation
from crm_core.ui.people import SHOWN, Listed, People

RANKING, ALL, TOGETHER, PAIRS, BUYERS = SECTIONS = (
    "Ranking",
    "All products",
    "Bought together",
    "All pairs",
    "Who bought what",
)
BOUGHT, WITHOUT = "products.bought", "products.without"
"""Widgets of the products that customers bought, and never did."""
OPENED = {"products.section": BUYERS}
"""Widget to what it shows once a product or a pair is opened."""
PER: dict[str, Basket] = {"Same order": "order", "Same customer": "customer"}
ANYTHING = "Anything else"
"""In place of a product that must not have been bought."""
BARS = 12
PEOPLE = {
    "buyers": ("Buyers of products", "They bought anything that states a product."),
    "again": ("Bought the same again", "They bought the same product in two orders or more."),
    "returns": ("Returned products", "They returned anything that states a product."),
}
"""Name of a list behind a figure to its title, and to who they are."""
VERDICTS = {"together": "Beyond chance", "apart": "Seldom together", "chance": "May be chance"}


@dataclass(frozen=True, eq=False)
class Ranking:
    """Products by revenue, ready to be drawn."""

    figures: tuple[Figure, ...]
    products: pd.DataFrame
    """`product_ranking` with ``change_cents`` since the period before, missing without one."""
    finding: str
    bars: dict[str, Any]
    tables: dict[str, pd.DataFrame]


@dataclass(frozen=True, eq=False)
class Together:
    """Pairs of products, ready to be drawn."""

    pairs: pd.DataFrame
    """`analytics.affinity`, both ways."""
    finding: str
    looked_at: str
    lift: dict[str, Any]
    tables: dict[str, pd.DataFrame]


def ranking(products: pd.DataFrame, before: pd.DataFrame | None, *, notation: Notation) -> Ranking:
    """The rows of `product_ranking`, compared with the `product_amounts` of the period before."""
    changed = products.assign(change_cents=float("nan"))
    if before is not None:
        earlier = products["product"].map(dict(zip(before["product"], before.cents, strict=True))).fillna(0)
        changed = changed.assign(change_cents=products.cents - earlier)
    top = products.head(BARS)
    return Ranking(
        figures=_figures(products, before, notation),
        products=changed,
        finding=_concentration(products, notation),
        bars=spec(charts.revenue_by(top, by="product", currency=notation.currency), notation),
        tables={"Products": changed},
    )


def _concentration(products: pd.DataFrame, notation: Notation) -> str:
    if products.empty or products.cents.sum() <= 0:
        return "No product brought revenue"
    few, all_of_them = (notation.number(count) for count in (abc_sizes(products.cents)["items"].iloc[0], len(products)))
    return f"{few} of {all_of_them} products bring the first 80% of revenue"


def _figures(products: pd.DataFrame, before: pd.DataFrame | None, notation: Notation) -> tuple[Figure, ...]:
    cents, earlier = int(products.cents.sum()), None if before is None else int(before.cents.sum())
    paid = cents + int(products.returns_cents.sum())
    measured = products.dropna(subset=["repeat_share"])
    again, buyers = (measured.repeat_share * measured.buyers).sum(), measured.buyers.sum()
    most = products.sort_values("returns_cents", ascending=False).head(1)
    return (
        Figure(
            "Revenue of products",
            notation.money(cents, whole=True),
            signed_share(relative_change(cents, earlier), notation),
            meaning="Paid less returned, of the lines that state a product; anonymous sales are in.",
            behind=("buyers",),
        ),
        Figure(
            "Products sold",
            notation.number((products.orders > 0).sum()),
            signed_share(
                relative_change((products.orders > 0).sum(), None if before is None else (before.sold > 0).sum()),
                notation,
            ),
            meaning="Different products with at least one sale in the period.",
            behind=("buyers",),
        ),
        Figure(
            "Bought again",
            notation.share(again / buyers) if buyers else "–",
            meaning="Of the buyers of a product, the share that bought the same one in two orders or more; the mean "
            "over products with at least 10 known buyers, in which each buyer weighs the same.",
            behind=("again",),
        ),
        Figure(
            "Returned",
            notation.share(products.returns_cents.sum() / paid) if paid > 0 else "–",
            # The name of a product can be longer than a card is wide.
            note=f"most: {most['product'].iloc[0]}"[:28] if len(most) and most.returns_cents.iloc[0] else "",
            good="down",
            meaning="Taken back, as a share of what was paid; below it the product of which most money went back.",
            behind=("returns",),
        ),
    )


def together(found: Affinity, *, notation: Notation) -> Together:
    """Pairs with their lift, the surest first."""
    once = _once(found.pairs)
    return Together(
        pairs=found.pairs,
        finding=_strongest(once, notation),
        looked_at=_looked_at(found, notation),
        lift=spec(charts.affinity_lift(once.head(BARS)), notation),
        tables={"Bought together": found.pairs.rename(columns={"base": "share_of_all"})},
    )


def _once(pairs: pd.DataFrame) -> pd.DataFrame:
    """One of the two rows of each pair: that of the higher confidence."""
    key = pd.Series(["\0".join(sorted(pair)) for pair in zip(pairs.bought, pairs.also, strict=True)], dtype="str")
    return pairs.loc[~key.duplicated().to_numpy()].reset_index(drop=True)


def _strongest(once: pd.DataFrame, notation: Notation) -> str:
    sure = once.loc[once.verdict == "together"]
    if sure.empty:
        return "No pair is bought together beyond chance"
    best = sure.iloc[0]
    pairs = "1 pair is" if len(sure) == 1 else f"{notation.number(len(sure))} pairs are"
    return f"{pairs} bought together beyond chance; {best.bought} and {best.also} most surely"


def _looked_at(found: Affinity, notation: Notation) -> str:
    number, noun = notation.number, f"{found.per}s"
    said = [
        f"{number(found.baskets)} {noun}; {number(found.products)} of {number(found.all_products)} products are in at "
        f"least {FEWEST} of them",
    ]
    if found.products == MOST_PRODUCTS:
        said = [f"{said[0]} and among the {number(MOST_PRODUCTS)} most frequent"]
    if found.left_out:
        said.append(
            f"{number(found.left_out)} {noun} with more than {number(found.largest)} different products are left out"
        )
    said.append(f"pairs seen less than {FEWEST} times are not shown")
    anonymous = " Anonymous orders are in." if found.per == "order" else " Anonymous sales belong to no customer."
    return f"{'; '.join(said)}.{anonymous}"


MEANING = (
    "Lift: how many times as often as by chance both are bought; the bar is its 95% interval. Beyond chance: so far "
    "from 1 that not one of all pairs looked at should get there by accident. Press a pair to see who bought one but "
    "never the other."
)


def options(products: pd.DataFrame, *, first: str = "", besides: str = "") -> list[str]:
    """The products that can be chosen, ``first`` first, then those that brought most."""
    named = [first, *products["product"]] if first else list(products["product"])
    return [name for name in dict.fromkeys(named) if name != besides]


def surest(pairs: pd.DataFrame | None) -> str:
    """The product of the surest pair that says most about the other; empty without pairs."""
    return "" if pairs is None or pairs.empty else str(pairs.bought.iloc[0])


def others(products: pd.DataFrame, pairs: pd.DataFrame | None, product: str) -> list[str]:
    """What may not have been bought besides ``product``: of pairs its surest partner first, else nothing at first."""
    found = options(products, besides=product)
    if pairs is None:
        return [ANYTHING, *found]
    partners = pairs.loc[pairs.bought == product, "also"]
    return list(dict.fromkeys([*partners.head(1), *found, ANYTHING]))


def behind(figure: str, customer_ids: "pd.Series[str]") -> People:
    """The customers behind a figure of `PEOPLE`."""
    title, meaning = PEOPLE[figure]
    return People(title, meaning, customer_ids)


def both(pair: tuple[str, str], per: Basket, customer_ids: "pd.Series[str]") -> People:
    """Those who bought both products of a pair."""
    when = "in one order" if per == "order" else "in one order or several"
    return People(f"Bought {pair[0]} and {pair[1]}", f"Known customers who bought both {when}.", customer_ids)


HEADINGS = {"orders": "Orders of it", "last_day": "Last bought"}
"""In the list of customers: these figures are of one product."""


def who(product: str, without: str) -> str:
    """What the customers of a list have in common."""
    return f"Bought {product}" + ("" if without == ANYTHING else f", never {without}")


def listed(rows: pd.DataFrame, product: str, without: str, notation: Notation) -> Listed:
    """The list of ``rows``, each `explained`."""
    return Listed(explained(rows.head(SHOWN), product, without, notation), len(rows))


def explained(rows: pd.DataFrame, product: str, without: str, notation: Notation) -> pd.DataFrame:
    """The rows of `reports.products.buyers` for `lists.table`, with ``reason``."""
    never = "" if without == ANYTHING else f"; never {without}"
    reasons = [
        f"bought {product} in {orders} order{'s' if orders > 1 else ''} for {notation.money(cents, whole=True)}{never}"
        for orders, cents in zip(rows.orders, rows.total_cents, strict=True)
    ]
    return rows.assign(reason=pd.Series(reasons, index=rows.index, dtype="str"))


def as_file(rows: pd.DataFrame, product: str, without: str, notation: Notation) -> Callable[[], pd.DataFrame]:
    """What the export of the customers holds, made when somebody asks for it."""
    names = {**HEADINGS, "total_cents": "paid_for_it_cents"}
    return lambda: (
        explained(rows, product, without, notation)
        .assign(last_day=[date_of(day) for day in rows.last_day])
        .rename(columns=names)
    )
