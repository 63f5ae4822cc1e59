"""What the Retention page shows, worked out and worded; drawing it is left to the page."""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from crm_core import charts
from crm_core.analytics import AllOf, Condition, Fact, Filters, Grain, Operator, Rule, Variant, repeat_rate
from crm_core.analytics.retention import Measure
from crm_core.analytics.rule import buyers_within
from crm_core.analytics.survival import at, median_days
from crm_core.models.proportion import wilson
from crm_core.reports.cohorts import Cohorts, Gaps
from crm_core.ui import filters, retention_findings
from crm_core.ui.figures import Figure, signed_number, signed_points, spec
from crm_core.ui.format import Notation

MEANING = {
    Variant.EXACT: "Share of the cohort that bought in that very period.",
    Variant.ON_OR_AFTER: "Share of the cohort that bought in that period or in any later finished one.",
    Variant.VERSUS_PREVIOUS: "Of those who bought in the period before, the share that bought again in that period.",
}


REVENUE_MEANING = {
    Variant.EXACT: "What the cohort paid in that very period, as a share of what it paid in its first.",
    Variant.VERSUS_PREVIOUS: "What the cohort paid in that period, as a share of what it paid in the period before.",
}
BY_COHORT, TOGETHER, SECOND, GAPS_BETWEEN, SILENT = SECTIONS = (
    "Cohorts",
    "All together",
    "Second purchase",
    "Gaps",
    "Silent customers",
)
USUAL = (Grain.MONTH, Variant.EXACT, Measure.CUSTOMERS)
"""Until somebody chooses something else."""
SPANS = {"Last 12": 12, "Last 36": 36}
"""Name of a choice of cohorts to how many are drawn; the first shows a year without scrolling."""
SECOND_IN_FILE = {
    "low": "survival_low",
    "high": "survival_high",
    **{f"again{end}": f"again_share{end}" for end in ("", "_low", "_high")},
}
"""Columns of `cohorts.time_to_second` to what the file calls them."""
GAPS = "All purchases of these customers, whatever the dates; nine of ten gaps end before the line."


@dataclass(frozen=True)
class Paces:
    """How long the customers of a view pause, and everybody.

    What silence is unusual is taken from everybody: few customers tell little of it, and those who are new have had
    no time for long gaps, so by their own ones nearly all of them would soon look lost.
    """

    own: Gaps
    everybody: Gaps


@dataclass(frozen=True)
class Facts:
    """The key figures of some customers as seen on a day; None where there is nothing to count."""

    customers: int
    repeat: float | None
    kept: float | None
    back: float | None
    usual_days: int | None
    silent: int


@dataclass(frozen=True)
class Findings:
    """What each chart says, as its heading."""

    curve: str
    gaps: str
    again: str


@dataclass(frozen=True, eq=False)
class CohortHeatmap:
    """The latest cohorts, ready to be drawn."""

    chart: dict[str, Any]
    finding: str
    ages: dict[str, tuple[int, int]]
    """Name of each cohort to its first month and the last finished period after it; the newest first."""


@dataclass(frozen=True, eq=False)
class Retention:
    """Who comes back, ready to be drawn."""

    figures: tuple[Figure, ...]
    cohorts: dict[str, CohortHeatmap]
    """By the names of `SPANS`; those that would show no more than the one before are left out."""
    curve: dict[str, Any]
    gaps: dict[str, Any]
    again: dict[str, Any]
    findings: Findings
    second: str
    """How long the second purchase takes, in words."""
    running: str
    """What a dashed frame is, to go on a sentence; empty where the data end with a period."""
    has_cohorts: bool
    """Whether any period has finished after a first purchase."""
    tables: dict[str, pd.DataFrame]


@dataclass(frozen=True, eq=False)
class Pauses:
    """How long customers pause, ready to be drawn: the same whatever counts as retained."""

    gaps: dict[str, Any]
    again: dict[str, Any]
    said: tuple[str, str]
    """What each of the two says, as its heading."""
    table: pd.DataFrame
    """`cohorts.time_to_second`."""


def pauses(gaps: Gaps, second: pd.DataFrame, notation: Notation) -> Pauses:
    """Gaps between purchases, and the time to the second one (`cohorts.time_to_second`)."""
    return Pauses(
        gaps=spec(charts.gaps_histogram(gaps.bars, usual_days=gaps.usual_days), notation),
        again=spec(charts.second_purchase_curve(_fewer(second)), notation),
        said=(retention_findings.gaps(gaps, notation), retention_findings.second_purchase(second, notation)),
        table=second,
    )


def retention(
    table: Cohorts,
    paces: Paces,
    customers: pd.DataFrame,
    *,
    kept: float | None,
    before: Facts | None = None,
    paused: Pauses,
    way: tuple[Grain, Variant, Measure],
    notation: Notation,
) -> Retention:
    """Cohorts, gaps and their figures.

    Parameters
    ----------
    customers
        Rows of `customer_segments`, of those the page looks at.
    kept
        `period_retention` over the last 12 months; None when there are not two years to compare.
    before
        `facts` of the customers compared with; None when there are none.
    """
    is_revenue = way[2] is Measure.REVENUE
    mean = table.mean.assign(base=table.mean.base / 100, active=table.mean.active / 100) if is_revenue else table.mean
    counted = f"Revenue counted, {notation.currency}" if is_revenue else "Customers counted"
    now, bars = facts(table, paces, customers, kept), paces.own.bars
    figures = _figures(now, customers, (way[0], way[2], notation))
    return Retention(
        figures=figures if before is None else _with_changes(figures, now, before, notation),
        cohorts=_heatmaps(table.cells, way, notation),
        curve=spec(charts.retention_curve(mean.loc[mean.age > 0], counted=counted, period=way[0]), notation),
        gaps=paused.gaps,
        again=paused.again,
        findings=Findings(
            curve=retention_findings.curve(table.mean, way, notation),
            gaps=paused.said[0],
            again=paused.said[1],
        ),
        second=second_words(paused.table, notation),
        running="" if table.cells.finished.all() else f"; a dashed frame is a {way[0]} still running",
        has_cohorts=bool((table.mean.age > 0).any()),
        tables={
            "Figures": _figures_table(figures, now, before),
            "Cohorts": table.cells.drop(columns="cohort")
            .rename(columns={"name": "cohort"})
            .assign(counted=str(way[1]), measure=str(way[2])),
            "All cohorts": mean.assign(counts=counted),
            # The last bar has no end: it takes all longer ones.
            "Gaps": bars.assign(end=bars.end.where(bars.index < len(bars) - 1)),
            "Second purchase": paused.table.rename(columns=SECOND_IN_FILE),
        },
    )


def _heatmaps(cells: pd.DataFrame, way: tuple[Grain, Variant, Measure], notation: Notation) -> dict[str, CohortHeatmap]:
    cohorts = sorted(cells.cohort.unique())
    shows_more = [next(iter(SPANS)), *(name for fewer, name in pairwise(SPANS) if len(cohorts) > SPANS[fewer])]
    return {name: _heatmap(cells.loc[cells.cohort.isin(cohorts[-SPANS[name] :])], way, notation) for name in shows_more}


def _heatmap(cells: pd.DataFrame, way: tuple[Grain, Variant, Measure], notation: Notation) -> CohortHeatmap:
    finding = retention_findings.cohorts(cells, way, notation)
    of = "the period before" if way[1] is Variant.VERSUS_PREVIOUS else "the cohort"
    return CohortHeatmap(spec(charts.retention_heatmap(cells, of=of, period=way[0]), notation), finding, _ages(cells))


def _ages(cells: pd.DataFrame) -> dict[str, tuple[int, int]]:
    ended = cells.loc[cells.finished.astype(bool) & (cells.age > 0)]
    last = ended.sort_values(["cohort", "age"]).drop_duplicates("cohort", keep="last")[::-1]
    columns = (last[name] for name in ("name", "cohort", "age"))
    return {str(name): (int(cohort), int(age)) for name, cohort, age in zip(*columns, strict=True)}


def chosen_measure() -> Measure:
    """Whether customers or their revenue are looked at."""
    return Measure(filters.one_of("Retention of", [str(measure) for measure in Measure], key="retention.measure"))


def chosen_variant(measure: Measure) -> Variant:
    """What counts as retained; of revenue there is no variant on or after."""
    ways = REVENUE_MEANING if measure is Measure.REVENUE else Variant
    return Variant(filters.one_of("Counted as retained", [str(way) for way in ways], key="retention.variant"))


def one_step_from(way: tuple[Grain, Variant, Measure]) -> list[tuple[Grain, Variant, Measure]]:
    """The ways of counting that one press away from this one leads to."""
    grain, variant, measure = way
    variants = REVENUE_MEANING if measure is Measure.REVENUE else Variant
    return [
        *((other, variant, measure) for other in Grain if other is not grain),
        *((grain, other, measure) for other in variants if other is not variant),
    ]


def mean_words(measure: Measure) -> str:
    """What the mean of all cohorts is."""
    if measure is Measure.REVENUE:
        return "All revenue of all cohorts together; a sum of money has no interval of this kind."
    return "Each customer weighs the same; the band is the 95% interval."


def meaning(variant: Variant, measure: Measure) -> str:
    """What counts as retained, in words."""
    return REVENUE_MEANING[variant] if measure is Measure.REVENUE else MEANING[variant]


def definition(variant: Variant, measure: Measure) -> dict[str, str]:
    """What the export says of what counts as retained."""
    return {"Counted as retained": f"{measure}, {variant}: {meaning(variant, measure)}"}


def second_words(table: pd.DataFrame, notation: Notation) -> str:
    """How many have bought a second time after a year, and after how many days half of them have."""
    n, days = int(table.at_risk.iloc[0]), min(365, int(table.days.iloc[-1]))
    if not days:
        return "Nobody has bought a second time yet."
    row = at(table, days)
    span = (
        ""
        if np.isnan(row.again_low)
        else (f" (95%: {notation.share(row.again_low)} to {notation.share(row.again_high)})")
    )
    half = median_days(table)
    reached = f"half after {notation.number(half)} days" if half is not None else "fewer than half in all that was seen"
    return (
        f"Within {notation.number(days)} days of the first purchase {notation.share(row.again)}{span} have bought "
        f"again, {reached}; {notation.number(n)} customers, new ones counted as long as they were seen (Kaplan-Meier)."
    )


def _fewer(table: pd.DataFrame, most: int = 300) -> pd.DataFrame:
    """At most so many rows, for a chart; the file has all."""
    places = np.unique(np.linspace(0, len(table) - 1, min(most, len(table))).astype("int64"))
    return table.iloc[places]


def silent(customers: pd.DataFrame, paces: Paces) -> pd.DataFrame:
    """Rows of `customer_segments` silent for longer than nine of ten gaps of all, those who brought most first."""
    usual_days = paces.everybody.usual_days
    return customers.iloc[:0] if usual_days is None else customers.loc[customers.days_since_last_order > usual_days]


def silence(count: int, paces: Paces, notation: Notation) -> str:
    """How many are silent for longer than usual, in words."""
    usual_days = paces.everybody.usual_days
    if usual_days is None:
        return "Nobody has bought twice, so no silence is unusual yet."
    return (
        f"{notation.customers(count)} bought last more than {notation.number(usual_days)} days ago; nine of ten pauses "
        "of all customers who came back were shorter. Those who brought most stand first."
    )


def silent_name(within: Filters, notation: Notation) -> str:
    """What the audience of `silent_rule` is called; it goes on selecting, so it carries no date."""
    chosen = "; ".join(within.chosen(notation.day))
    return f"Silent for longer than usual{chosen and f' ({chosen})'}"


def silent_rule(paces: Paces, within: Filters) -> Rule:
    """The rule that takes the silent customers, and goes on doing so."""
    is_silent = Condition(Fact.DAYS_SINCE_LAST_ORDER, Operator.MORE_THAN, (paces.everybody.usual_days or 0,))
    narrowed = buyers_within(within)
    return AllOf((is_silent, *narrowed)) if narrowed else is_silent


def facts(table: Cohorts, paces: Paces, customers: pd.DataFrame, kept: float | None) -> Facts:
    """The key figures of ``customers``, of whom ``table`` holds the cohorts."""
    next_period = table.mean.loc[table.mean.age == 1].retained
    return Facts(
        customers=len(customers),
        repeat=repeat_rate(customers),
        kept=kept,
        back=None if next_period.empty or next_period.isna().all() else float(next_period.iloc[0]),
        usual_days=paces.own.usual_days,
        silent=len(silent(customers, paces)),
    )


def _with_changes(figures: tuple[Figure, ...], now: Facts, then: Facts, notation: Notation) -> tuple[Figure, ...]:
    def moved(name: str) -> float | None:
        after, earlier = getattr(now, name), getattr(then, name)
        return None if after is None or earlier is None else after - earlier

    changes = [
        *(signed_points(moved(name), notation) for name in ("repeat", "kept", "back")),
        *(signed_number(moved(name), notation) for name in ("usual_days", "silent")),
    ]
    return tuple(replace(figure, change=change) for figure, change in zip(figures, changes, strict=True))


def _figures_table(figures: tuple[Figure, ...], now: Facts, then: Facts | None) -> pd.DataFrame:
    """The figures for a file: shares in [0, 1], days, customers; ``compared`` is empty without a comparison."""
    names = ("repeat", "kept", "back", "usual_days", "silent")
    columns = {
        name: pd.Series([getattr(said, field) if said else None for field in names], dtype="Float64")
        for name, said in (("value", now), ("compared", then))
    }
    measured = [*["share from 0 to 1"] * 3, "days", "customers"]
    return pd.DataFrame({"figure": [figure.label for figure in figures], **columns, "measured": measured})


def _figures(now: Facts, customers: pd.DataFrame, said: tuple[Grain, Measure, Notation]) -> tuple[Figure, ...]:
    grain, measure, notation = said
    return (
        Figure(
            "Repeat rate",
            _share(now.repeat, notation),
            note=_repeat_note(customers, notation),
            meaning="Share of all customers ever who bought on two days or more, and its 95% interval.",
            behind=("again", "once"),
        ),
        Figure(
            "Kept over a year",
            _share(now.kept, notation),
            meaning="Of the customers of the 12 months before, the share that bought again in the last 12 months: "
            "(customers at the end less those gained) / customers at the start.",
            behind=() if now.kept is None else ("kept", "lost"),
        ),
        Figure(
            f"{'Revenue' if measure is Measure.REVENUE else 'Back'} after one {grain}",
            _share(now.back, notation),
            meaning="Mean of all cohorts in which every customer weighs the same; of revenue every amount.",
            behind=() if now.back is None else ("came back", "did not"),
        ),
        Figure(
            "Nine of ten gaps",
            "–" if now.usual_days is None else f"{notation.number(now.usual_days)} days",
            # In the value, "up to" would be cut off on a card as narrow as five of them are.
            note="" if now.usual_days is None else "or shorter",
            good="neither",
            meaning="Nine of ten gaps between two purchases of one of these customers are this long or shorter.",
            behind=() if now.usual_days is None else ("longer",),
        ),
        Figure(
            "Silent for longer",
            notation.number(now.silent),
            note=f"{_share(now.silent / max(now.customers, 1), notation, 0)} of customers",
            good="down",
            meaning="Customers whose last purchase is longer ago than nine of ten gaps of all customers are long, "
            "whatever is chosen here. Nobody told us that they left: in a shop leaving is never seen, only inferred.",
            behind=("silent",) if now.silent else (),
        ),
    )


def _repeat_note(customers: pd.DataFrame, notation: Notation) -> str:
    found = wilson(float((customers.purchase_days >= 2).sum()), len(customers))
    if found is None:
        return ""
    return f"{notation.share(found.low, 0)} to {notation.share(found.high, 0)} of {notation.number(len(customers))}"


def _share(value: float | None, notation: Notation, digits: int = 1) -> str:
    return "–" if value is None else notation.share(value, digits)
