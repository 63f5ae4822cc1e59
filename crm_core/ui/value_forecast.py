"""The sales forecast of the Lifetime value page: by month and by group, and what a second model says."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import isnan
from typing import Any

import pandas as pd

from crm_core import charts
from crm_core.charts.theme import PART
from crm_core.models.pareto_nbd import AGREED, SecondOpinion
from crm_core.reports.sales_forecast import FEWEST
from crm_core.ui import value_findings
from crm_core.ui.figures import spec
from crm_core.ui.format import Notation

SALES, PURCHASES, BUYERS = "Sales", "Purchases", "Buyers"
MEASURES = {SALES: "value_cents", PURCHASES: "purchases", BUYERS: "buyers"}
"""What the forecast can be read in, and its column."""
SEGMENT, REGION, CHANNEL = "Segment", "Region", "Channel"
GROUPINGS = (SEGMENT, REGION, CHANNEL)
MEANING = {
    SALES: "Revenue before returns, not discounted.",
    PURCHASES: "Days on which a customer buys.",
    BUYERS: "Customers with at least one purchase; who buys in two months is a buyer in both.",
}
SMALL = f"Groups with fewer than {FEWEST} repeat buyers have no range: their figure is a guess, not a finding."
MAINLY = {
    SEGMENT: "By the segment that each customer was in on the last day known.",
    REGION: "By the region of most of a customer's orders.",
    CHANNEL: "By the channel of most of a customer's orders.",
}


@dataclass(frozen=True, eq=False)
class Parts:
    """A forecast in parts, ready to be drawn: a chart per measure, and all measures in one table."""

    charts: dict[str, dict[str, Any]]
    """Of the measures that were to be drawn."""
    findings: dict[str, str]
    """What each chart says, as its heading."""
    table: pd.DataFrame
    rows: pd.DataFrame
    """All of it as numbers, money in units of currency: for files."""
    has_small: bool = False


def by_month(months: pd.DataFrame, *, drawn: Iterable[str] = tuple(MEASURES), notation: Notation) -> Parts:
    """Rows of `reports.sales_forecast.monthly_forecast`, with the charts of the measures to be ``drawn``."""
    pictures = {
        name: spec(
            charts.forecast_by_month(_measured(months, name), title=_title(name, "per month", notation)), notation
        )
        for name in drawn
    }
    said = {
        name: value_findings.by_month(_measured(months, name), name.lower(), _written(name, notation))
        for name in MEASURES
    }
    table = _in_words(months, "period", "Month", notation)
    table["Month"] = table.Month.where(months.is_whole.astype(bool).to_numpy(), table.Month + f" ({PART})")
    return Parts(pictures, said, table, months.drop(columns="month"))


def by_group(
    groups: pd.DataFrame, *, grouping: str, period: str, drawn: Iterable[str] = tuple(MEASURES), notation: Notation
) -> Parts:
    """Rows of `reports.sales_forecast.group_forecast` over ``period`` (``365 days``), drawn as in `by_month`."""
    pictures = {
        name: spec(
            charts.forecast_by_group(
                _measured(groups, name).sort_values("expected", ascending=False),
                title=_title(name, f"in {period}", notation),
            ),
            notation,
        )
        for name in drawn
    }
    said = {
        name: value_findings.by_group(
            _measured(groups, name), grouping.lower(), name.lower(), _written(name, notation), notation
        )
        for name in MEASURES
    }
    table = _in_words(groups, "group", grouping, notation)
    table.insert(1, "Customers", groups.customers.map(notation.number))
    table.insert(2, "Repeat buyers", groups.repeat_buyers.map(notation.number))
    return Parts(pictures, said, table, groups, bool(groups.value_cents_low.isna().any()))


def opinion(found: SecondOpinion, notation: Notation) -> str:
    """What Pareto/NBD says of the same customers, and whether the two agree."""
    number = notation.number
    who = f"a random sample of {number(found.customers)} customers" if found.is_sample else "the same customers"
    verdict = (
        f"The two agree: their purchases differ by less than {notation.share(AGREED, 0)}."
        if found.agrees
        else f"The two do not agree: their purchases differ by more than {notation.share(AGREED, 0)}. How customers "
        "leave decides here; read the forecast as a range between the two."
    )
    return (
        f"{verdict} For {who} Pareto/NBD expects {number(found.purchases)} purchases and {number(found.active)} active "
        f"customers, this page's models {number(found.purchases_here)} and {number(found.active_here)}. Pareto/NBD "
        "lets customers leave at any time; the lifetimes library fitted it. It gives no standard errors that could "
        "be relied on, so none are shown."
    )


def _measured(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """One measure as the charts take it."""
    column, unit = MEASURES[name], 100 if name == SALES else 1
    ends = {"expected": rows[column], "low": rows[f"{column}_low"], "high": rows[f"{column}_high"]}
    return rows.assign(actual=float("nan"), **{end: values / unit for end, values in ends.items()})


def _title(name: str, over: str, notation: Notation) -> str:
    return f"{name} {over}, {notation.currency}" if name == SALES else f"{name} {over}"


def _in_words(rows: pd.DataFrame, column: str, label: str, notation: Notation) -> pd.DataFrame:
    table: dict[str, list[str]] = {label: list(rows[column])}
    for name in MEASURES:
        written = _written(name, notation)
        measured = _measured(rows, name)
        table[name] = [
            written(expected) + ("" if isnan(low) else f" ({written(low)} to {written(high)})")
            for expected, low, high in zip(measured.expected, measured.low, measured.high, strict=True)
        ]
    return pd.DataFrame(table)


def _written(name: str, notation: Notation) -> Callable[[float], str]:
    if name != SALES:
        return notation.number
    return lambda amount: notation.money(amount * 100, whole=True)
