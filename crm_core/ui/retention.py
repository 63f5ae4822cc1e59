"""What the Retention page shows, worked out and worded; drawing it is left to the page."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from crm_core import charts
from crm_core.analytics import AllOf, Condition, Fact, Filters, Grain, Operator, Rule, Variant, repeat_rate
from crm_core.reports.cohorts import Cohorts, Gaps
from crm_core.ui.figures import Figure, spec
from crm_core.ui.format import Notation

MEANING = {
    Variant.EXACT: "Share of the cohort that bought in that very period.",
    Variant.ON_OR_AFTER: "Share of the cohort that bought in that period or in any later finished one.",
    Variant.VERSUS_PREVIOUS: "Of those who bought in the period before, the share that bought again in that period.",
}


COHORTS = 36


@dataclass(frozen=True, eq=False)
class Retention:
    """Who comes back, ready to be drawn."""

    figures: tuple[Figure, ...]
    heatmap: dict[str, Any]
    curve: dict[str, Any]
    gaps: dict[str, Any]
    has_cohorts: bool
    """Whether any period has finished after a first purchase."""
    tables: dict[str, pd.DataFrame]


def retention(
    table: Cohorts,
    gaps: Gaps,
    customers: pd.DataFrame,
    *,
    kept: float | None,
    way: tuple[Grain, Variant],
    notation: Notation,
) -> Retention:
    """Cohorts, gaps and their figures.

    Parameters
    ----------
    customers
        Rows of `customer_segments`, of those the page looks at.
    kept
        `period_retention` over the last 12 months; None when there are not two years to compare.
    """
    return Retention(
        figures=_figures(table, gaps, customers, kept, (way[0], notation)),
        heatmap=spec(charts.retention_heatmap(latest(table.cells)), notation),
        curve=spec(charts.retention_curve(table.mean.query("age > 0")), notation),
        gaps=spec(charts.gaps_histogram(gaps.bars, usual_days=gaps.usual_days), notation),
        has_cohorts=bool((table.mean.age > 0).any()),
        tables={
            "Cohorts": table.cells.drop(columns="cohort").assign(counted=str(way[1])),
            "All cohorts": table.mean,
            "Gaps": gaps.bars,
        },
    )


def latest(cells: pd.DataFrame) -> pd.DataFrame:
    """The cells of the last `COHORTS` cohorts: more of them would need a page of their own."""
    return cells.loc[cells.cohort.isin(sorted(cells.cohort.unique())[-COHORTS:])]


def silent(customers: pd.DataFrame, gaps: Gaps) -> pd.DataFrame:
    """Rows of `customer_segments` silent for longer than nine of ten gaps, those who brought most first."""
    if gaps.usual_days is None:
        return customers.iloc[:0]
    return customers.loc[customers.days_since_last_order > gaps.usual_days]


def silence(rows: pd.DataFrame, gaps: Gaps, notation: Notation) -> str:
    """How many are silent for longer than usual, in words."""
    if gaps.usual_days is None:
        return "Nobody has bought twice, so no silence is unusual yet."
    return (
        f"{notation.number(len(rows))} customers bought last more than {notation.number(gaps.usual_days)} days ago; "
        "nine of ten who came back had come back sooner. Those who brought most stand first."
    )


def silent_rule(gaps: Gaps, within: Filters) -> Rule:
    """The rule that takes the silent customers, and goes on doing so."""
    is_silent = Condition(Fact.DAYS_SINCE_LAST_ORDER, Operator.MORE_THAN, (int(gaps.usual_days or 0),))
    if within == Filters():
        return is_silent
    return AllOf((is_silent, Condition(Fact.ORDERS, Operator.AT_LEAST, (1,), within=within)))


def _figures(
    table: Cohorts, gaps: Gaps, customers: pd.DataFrame, kept: float | None, said: tuple[Grain, Notation]
) -> tuple[Figure, ...]:
    grain, notation = said
    quiet = len(silent(customers, gaps))
    next_period = table.mean.loc[table.mean.age == 1].retained
    back = None if next_period.empty or next_period.isna().all() else float(next_period.iloc[0])
    return (
        Figure(
            "Repeat rate",
            _share(repeat_rate(customers), notation),
            meaning="Share of all customers ever who bought on two days or more.",
        ),
        Figure(
            "Kept over a year",
            _share(kept, notation),
            meaning="Of the customers of the 12 months before, the share that bought again in the last 12 months: "
            "(customers at the end less those gained) / customers at the start.",
        ),
        Figure(
            f"Back after one {grain}",
            _share(back, notation),
            meaning="Mean of all cohorts in which every customer weighs the same.",
        ),
        Figure(
            "Nine of ten gaps",
            "–" if gaps.usual_days is None else f"{notation.number(gaps.usual_days)} days",
            # In the value, "up to" would be cut off on a card as narrow as five of them are.
            note="" if gaps.usual_days is None else "or shorter",
            meaning="Nine of ten gaps between two purchases of a customer are this long or shorter.",
        ),
        Figure(
            "Silent for longer",
            notation.number(quiet),
            note=f"{_share(quiet / max(len(customers), 1), notation, 0)} of customers",
            meaning="Customers whose last purchase is longer ago than nine of ten gaps are long. Nobody told us that "
            "they left: in a shop leaving is never seen, only inferred.",
        ),
    )


def _share(value: float | None, notation: Notation, digits: int = 1) -> str:
    return "–" if value is None else notation.share(value, digits)
