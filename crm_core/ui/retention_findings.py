"""Headings of the charts of the Retention page."""

import pandas as pd

from crm_core.analytics import Grain, Variant
from crm_core.analytics.retention import Measure
from crm_core.analytics.survival import at, median_days
from crm_core.models.proportion import proportion_change
from crm_core.reports.cohorts import Gaps
from crm_core.ui.format import Notation

ENOUGH = 30
"""Customers on each side below which newer and older cohorts are not compared."""
SURE = 0.05


def cohorts(cells: pd.DataFrame, way: tuple[Grain, Variant, Measure], notation: Notation) -> str:
    """Who comes back after the first period, and whether newer cohorts do so more often than older ones.

    Parameters
    ----------
    cells
        Of `reports.cohorts.Cohorts`, those that are drawn.
    """
    grain, variant, measure = way
    first = cells.loc[(cells.age == 1) & cells.finished.astype(bool)].dropna(subset="retained")
    if first.empty:
        return f"No {grain} has ended since a first purchase"
    if measure is Measure.REVENUE:
        return _of_revenue(first, grain, notation)
    came = (first.retained * first.customers).round()
    share = notation.share(float(came.sum() / first.customers.sum()))
    n = f"n = {notation.number(first.customers.sum())}"
    if variant is Variant.ON_OR_AFTER:
        # Newer cohorts had less time to come back, so they cannot be compared with older ones.
        return f"{share} of new customers came back in a later {grain} ({n})"
    return f"{share} of new customers come back in the next {grain} ({n}){_compared(first, came, notation)}"


def _of_revenue(first: pd.DataFrame, grain: Grain, notation: Notation) -> str:
    low, high = (notation.share(float(end), 0) for end in (first.retained.min(), first.retained.max()))
    if len(first) == 1:
        return f"In the next {grain} the cohort of {first.name.iloc[0]} paid {low} of what it had paid first"
    span = low if low == high else f"from {low} to {high}"
    return f"In the next {grain} cohorts paid {span} of what they had paid first ({len(first)} cohorts)"


def _compared(first: pd.DataFrame, came: "pd.Series[float]", notation: Notation) -> str:
    if len(first) == 1:
        return ""
    is_newer = first.cohort.rank(method="first") > len(first) // 2
    older, newer = ((float(came[which].sum()), float(first.customers[which].sum())) for which in (~is_newer, is_newer))
    if min(older[1], newer[1]) < ENOUGH:
        return "; too few to compare newer with older cohorts"
    found = proportion_change(older, newer)
    if found is None or found.p >= SURE:
        return "; no detectable difference between the newer and the older half of the cohorts"
    now, then = (notation.share(some / everybody) for some, everybody in (newer, older))
    return f"; the newer half of the cohorts {'more' if found.z > 0 else 'less'} often, {now} after {then}"


def curve(mean: pd.DataFrame, way: tuple[Grain, Variant, Measure], notation: Notation) -> str:
    """How retention goes on; rows of `analytics.weighted_mean`."""
    grain, variant, measure = way
    year = 12 // grain.months
    known = mean.loc[(mean.age > 0) & (mean.age <= year)].dropna(subset="retained")
    if known.empty:
        return f"No {grain} has ended since a first purchase"
    ends = [known.iloc[0], known.iloc[-1]][: len(known)]
    who = "revenue" if measure is Measure.REVENUE else "customers"
    of = f" of the {grain} before" if variant is Variant.VERSUS_PREVIOUS else ""
    (share, age), *later = [(notation.share(float(row.retained)), _ages(int(row.age), grain)) for row in ends]
    n = "" if measure is Measure.REVENUE else f" (n = {_counts(ends, notation)})"
    return f"Retained{of}: {share} of {who} after {age}{''.join(f', {last} after {end}' for last, end in later)}{n}"


def _ages(age: int, grain: Grain) -> str:
    return f"1 {grain}" if age == 1 else f"{age} {grain}s"


def _counts(rows: "list[pd.Series[float]]", notation: Notation) -> str:
    return " and ".join(dict.fromkeys(notation.number(row.base) for row in rows))


def gaps(found: Gaps, notation: Notation) -> str:
    """How long customers pause at most, as a rule."""
    if found.usual_days is None:
        return "Nobody has bought twice, so there are no gaps yet"
    n = notation.number(found.bars.gaps.sum())
    return f"Nine of ten gaps are at most {_days(found.usual_days, notation)} long (n = {n})"


def second_purchase(table: pd.DataFrame, notation: Notation) -> str:
    """How soon new customers buy a second time; rows of `analytics.survival.survival`."""
    last = int(table.days.iloc[-1])
    if not last:
        return "Nobody has bought a second time yet"
    half = median_days(table)
    if half is not None:
        return f"Half of new customers come back within {_days(half, notation)}"
    days = min(365, last)
    share = notation.share(float(at(table, days).again), 0)
    return f"{share} of new customers come back within {_days(days, notation)}, fewer than half in all"


def _days(count: int, notation: Notation) -> str:
    return "1 day" if count == 1 else f"{notation.number(count)} days"
