"""What the Profit page shows, worked out and worded; drawing it is left to the page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from crm_core import charts
from crm_core.analytics import NOT_STATED, Filters, relative_change
from crm_core.analytics.profit import ENOUGH_KNOWN
from crm_core.analytics.profit_and_loss import Breakdown, of_all_goods
from crm_core.reports.profit import Profit, compared
from crm_core.ui.figures import Figure, plain, signed_points, signed_share, spec
from crm_core.ui.format import Notation
from crm_core.ui.people import SHOWN, Listed, People

BY: dict[str, Breakdown] = {
    "Segment": "segment",
    "Product": "product",
    "Brand": "brand",
    "Category": "category",
    "Region": "region",
    "Channel": "channel",
    "Source": "source",
    "Salesperson": "salesperson",
}
NET = {"cents": "net_revenue_cents"}
"""What the files call the revenue less discounts and returns."""
ALL_GROUPS = "All groups"
VERDICTS = {
    "unprofitable": "At a loss",
    "profitable": "Profitable",
    "cost unknown": "Cost unknown",
}
EVERYBODY = "Everybody"
GROUPS, STEPS, STATEMENT, CUSTOMERS = SECTIONS = ("Groups", "From revenue to profit", "Profit and loss", "Customers")
OPENED = {"profit.who": EVERYBODY, "profit.section": CUSTOMERS}
"""Widgets to what they show once a group is opened.

Everybody of it: a group that gains as a whole can be without anybody at a loss, and the list would be empty.
"""
ORDER = {"unprofitable": "the greatest loss first"} | dict.fromkeys(
    ("profitable", "cost unknown", EVERYBODY), "the greatest profit first"
)
"""How the customers are sorted, in words."""
PEOPLE = {
    "everybody": ("Customers of the revenue", "They bought or returned something."),
    "discount": ("Customers with a discount", "They paid less than the list price at least once."),
    "returns": ("Customers who returned", "They returned goods."),
    "marketing": ("Customers with marketing costs", "Marketing costs fall on them: an assumption."),
    "loss-makers": ("Loss-makers", "They cost more in goods and marketing than they paid."),
}
"""Name of a list behind a figure to its title, and to who they are."""
BARS = 12
"""More bars than these cannot be taken in; the table has every group."""


@dataclass(frozen=True, eq=False)
class ProfitView:
    """Profit and loss by one breakdown, ready to be drawn."""

    figures: tuple[Figure, ...]
    groups: pd.DataFrame
    """`reports.profit.compared`, the greatest loss first."""
    steps: dict[str, Any]
    steps_title: str
    bars: dict[str, Any]
    finding: str
    cautions: tuple[str, ...]
    assumption: str
    tables: dict[str, pd.DataFrame]
    """What the export holds: groups only."""


def profit_view(
    now: Profit, before: Profit | None, customers: pd.DataFrame, *, by: str, filters: Filters, notation: Notation
) -> ProfitView:
    """The figures of ``now``, compared with ``before``.

    Parameters
    ----------
    customers
        `customer_profit` within the same filters.
    by
        A key of `BY`.
    """
    groups = compared(now.groups, before.groups if before else None)
    money = _whole(notation)
    return ProfitView(
        figures=_figures(now.total, before.total if before else None, customers, notation),
        groups=groups,
        steps=spec(charts.profit_steps(steps(now.total), currency=notation.currency), notation),
        steps_title=remains(now.total, money),
        bars=spec(charts.profit_bars(extremes(groups), currency=notation.currency), notation),
        finding=finding(groups, by, money),
        cautions=cautions(now.total, notation),
        assumption=assumption(now, by, filters),
        tables={
            f"By {by.lower()}": groups.rename(columns={"group": by, "customers": "buyers", **NET}),
            "Total": now.total.to_frame().T.drop(columns="group").rename(columns={"customers": "buyers", **NET}),
        },
    )


def _whole(notation: Notation) -> Callable[[float], str]:
    return lambda cents: notation.money(cents, whole=True)


def remains(total: "pd.Series[Any]", money: Callable[[float], str]) -> str:
    """What is left of the revenue, as a heading."""
    gain, whole = int(total.profit_cents), money(total.gross_cents)
    return f"{money(gain)} of {whole} remain" if gain >= 0 else f"{whole} ended in a loss of {money(-gain)}"


def steps(total: "pd.Series[Any]") -> pd.DataFrame:
    """The rows of `charts.profit_steps`; a step that takes nothing is left out."""
    rows = [
        ("Before discount", total.gross_cents, True),
        ("Discounts", -total.discount_cents, False),
        ("Returns", -total.returns_cents, False),
        ("Net revenue", total.cents, True),
        ("Cost of goods", -total.cost_cents, False),
        ("Cost not known", -total.unknown_cents, False),
        ("Margin", total.margin_cents, True),
        ("Marketing", -total.marketing_cents, False),
        ("Profit", total.profit_cents, True),
    ]
    # What is left is the start of the steps after it.
    shown = pd.DataFrame([row for row in rows if row[1] or row[2]], columns=["step", "cents", "is_total"])
    return shown.astype({"cents": "int64"})


def extremes(groups: pd.DataFrame, *, shown: int = BARS) -> pd.DataFrame:
    """The greatest losses and the greatest gains, half each where there are more than ``shown``; worst first."""
    if len(groups) <= shown:
        return groups
    return pd.concat([groups.head(shown // 2), groups.tail(shown - shown // 2)], ignore_index=True)


def finding(groups: pd.DataFrame, by: str, money: Callable[[float], str]) -> str:
    """What the bars show, as a heading."""
    lossy = groups.loc[groups.verdict == "unprofitable"]
    if not lossy.empty:
        worst = lossy.iloc[0]
        loss = money(-worst.profit_cents)
        if len(lossy) == 1:
            return f"By {by.lower()}: 1 of {len(groups)} loses money: {worst['group']}, {loss}"
        return f"By {by.lower()}: {len(lossy)} of {len(groups)} lose money, {worst['group']} most, {loss}"
    if (groups.verdict == "cost unknown").any():
        return f"By {by.lower()}: no loss where the costs are known"
    return f"By {by.lower()}: each is profitable"


def cautions(total: "pd.Series[Any]", notation: Notation) -> tuple[str, ...]:
    """What speaks against taking the profit at its word."""
    known = float(total.known_cost_share)
    found = []
    if known < ENOUGH_KNOWN:
        found.append(
            f"The cost of goods is known for {notation.share(known, 0)} of the sales only; margin and profit count "
            "just these. A group below 95% is called neither profitable nor unprofitable. Import products with "
            "their cost to close the gap."
        )
    if not total.marketing_cents:
        found.append("No marketing costs are known for this period, so profit is the margin. Import costs.")
    return tuple(found)


def assumption(found: Profit, by: str, filters: Filters) -> str:
    """How marketing costs came to the groups, in words."""
    if not found.total.marketing_cents:
        return "Margin: net revenue less cost of goods, of the lines whose cost is known."
    said = [
        f"Marketing costs are those recorded for each {by.lower()}."
        if found.over is None
        else f"An assumption: marketing costs, recorded by {found.over}, fall on each {by.lower()} in proportion to "
        f"what was bought in each {found.over}."
    ]
    if filters != of_all_goods(filters):
        said.append("Goods and customers outside the filters bear their own part.")
    if filters.channels or filters.sources or filters.regions:
        said.append("Costs that do not state the filtered column are left out.")
    if by == "Segment":
        said.append(f"Segments are those at the end of the period; anonymous sales are in {NOT_STATED}.")
    return " ".join(said)


def _figures(
    now: "pd.Series[Any]", then: "pd.Series[Any] | None", customers: pd.DataFrame, notation: Notation
) -> tuple[Figure, ...]:
    money = _whole(notation)

    def change(name: str) -> str:
        return signed_share(relative_change(float(now[name]), None if then is None else float(then[name])), notation)

    def points(name: str) -> str:
        return "" if then is None else _points(float(now[name]), float(then[name]), notation)

    lossy = customers.loc[customers.verdict == "unprofitable"]
    return (
        Figure(
            "Net revenue",
            money(now.cents),
            change("cents"),
            meaning="Paid less returned, anonymous sales included: the revenue of the Overview page.",
            behind=("everybody",),
        ),
        Figure(
            "Margin",
            money(now.margin_cents),
            change("margin_cents"),
            meaning="Net revenue less cost of goods, of the lines whose cost is known: "
            f"{_share(now.margin_share, notation)} of their net revenue. Cost is known for "
            f"{_share(now.known_cost_share, notation)} of what was sold.",
            behind=("everybody",),
        ),
        Figure(
            "Marketing",
            money(now.marketing_cents),
            change("marketing_cents"),
            good="neither",
            meaning="Marketing costs of the period within the filters.",
            behind=("marketing",),
        ),
        Figure(
            "Profit",
            money(now.profit_cents),
            change("profit_cents"),
            meaning="Margin less marketing costs.",
            behind=("everybody",),
        ),
        Figure(
            "Discounts",
            _share(now.discount_share, notation),
            points("discount_share"),
            good="down",
            meaning=f"Taken off the list price: {plain(money(now.discount_cents))}, as a share of the revenue before.",
            behind=("discount",),
        ),
        Figure(
            "Returns",
            _share(now.returns_share, notation),
            points("returns_share"),
            good="down",
            meaning=f"Taken back: {plain(money(now.returns_cents))}, as a share of what was paid. Orders that only "
            "their status calls returned count as never sold.",
            behind=("returns",),
        ),
        Figure(
            "Loss-makers",
            notation.number(len(lossy)),
            note=f"cost {money(-lossy.profit_cents.sum())}",
            meaning="Known customers who cost more in goods and marketing than they paid. "
            f"{notation.number((lossy.margin_cents < 0).sum())} of them by the goods alone, before marketing, whose "
            "spread over customers is an assumption.",
            behind=("loss-makers",),
        ),
    )


def behind(figure: str, customers: pd.DataFrame) -> People:
    """The customers behind a figure of `PEOPLE`, of the rows of `customer_profit` within the filters of the page."""
    title, meaning = PEOPLE[figure]
    if figure == "everybody":
        return People(title, meaning, customers.customer_id)
    is_lossy = customers.verdict == "unprofitable"
    chosen = is_lossy if figure == "loss-makers" else customers[f"{figure}_cents"] > 0
    return People(title, meaning, customers.customer_id[chosen])


def _points(now: float, then: float, notation: Notation) -> str:
    return "" if pd.isna(now) or pd.isna(then) else signed_points(now - then, notation)


def _share(value: float, notation: Notation) -> str:
    return "–" if pd.isna(value) else notation.share(float(value))


def group_sizes(groups: pd.DataFrame) -> dict[str, int]:
    """What the customers can be narrowed to: all groups, then each with its number of customers."""
    return {ALL_GROUPS: 0, **dict(zip(groups.group, groups.customers, strict=True))}


def members(customers: pd.DataFrame, verdict: str) -> pd.DataFrame:
    """The rows of `customer_profit` with a verdict of `VERDICTS`, worst first; who gains most first otherwise."""
    if verdict == EVERYBODY:
        return customers.iloc[::-1].reset_index(drop=True)
    rows = customers.loc[customers.verdict == verdict]
    return (rows if verdict == "unprofitable" else rows.iloc[::-1]).reset_index(drop=True)


def together(rows: pd.DataFrame, notation: Notation) -> str:
    """What the customers of a list bring or cost together."""
    money, gain = _whole(notation), int(rows.profit_cents.sum())
    told = f"cost {money(-gain)}" if gain < 0 else f"bring a profit of {money(gain)}"
    who = notation.customers(len(rows))
    return f"{who}, net revenue {money(rows.cents.sum())}; together they {told}."


def listed(rows: pd.DataFrame, notation: Notation) -> Listed:
    """The list of `members`."""
    return Listed(explained(rows.head(SHOWN), notation), len(rows), together(rows, notation))


def explained(rows: pd.DataFrame, notation: Notation) -> pd.DataFrame:
    """The rows for `lists.table`, with ``reason``: what was paid and what it cost."""
    reasons = [_reason(row, _whole(notation)) for row in rows.itertuples()]
    return rows.assign(total_cents=rows.cents, reason=pd.Series(reasons, index=rows.index, dtype="str"))


def _reason(row: Any, money: Callable[[float], str]) -> str:  # noqa: ANN401 - a row of any frame
    parts = [f"goods cost {money(row.cost_cents)}"]
    if row.discount_cents:
        parts.append(f"discounts {money(row.discount_cents)}")
    if row.returns_cents:
        parts.append(f"returned {money(row.returns_cents)}")
    if row.marketing_cents:
        parts.append(f"marketing {money(row.marketing_cents)}")
    if row.verdict == "cost unknown":
        return f"{'; '.join(parts)}: too few costs are known"
    ends = f"loss of {money(-row.profit_cents)}" if row.profit_cents < 0 else f"profit of {money(row.profit_cents)}"
    return f"{ends}: {'; '.join(parts)}"


def in_file(rows: pd.DataFrame) -> pd.DataFrame:
    """What the export of the customers holds."""
    return rows.drop(columns="customers").rename(columns=NET)


def list_name(by: str, group: str, verdict: str, view: str) -> str:
    """What the audience of a list is called."""
    which = EVERYBODY if verdict == EVERYBODY else VERDICTS[verdict]
    return which + ("" if group == ALL_GROUPS else f", {by.lower()} {group}") + f" ({view})"


OF_CUSTOMERS = (
    "Anonymous sales belong to nobody. Marketing costs fall on customers in proportion to what they bought: "
    "an assumption."
)


def shown_of(groups: pd.DataFrame) -> str:
    """Which groups the bars show."""
    if len(groups) <= BARS:
        first = "the greatest loss" if (groups.profit_cents < 0).any() else "the lowest profit"
        return f"Margin less marketing, {first} first."
    return f"Margin less marketing: the {BARS // 2} worst and {BARS - BARS // 2} best of {len(groups)} groups."
