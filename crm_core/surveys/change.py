"""One figure with its interval, and the test of its change between two sets of answers."""

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np

from crm_core.models.interval import normal_quantile, t_quantile, two_sided_p
from crm_core.models.mean import mean_of_counts, top_box
from crm_core.models.nps import HIDDEN_BELOW, Counts, nps
from crm_core.models.nps import change as nps_change
from crm_core.models.proportion import proportion_change, wilson
from crm_core.surveys.questions import Floats, Measure, Question

CONFIDENCE = 0.95
WHOLE_POINTS = 1 / 12
"""Variance within one whole point: what is left of a scale on which all gave the same answer."""


@dataclass(frozen=True)
class Estimate:
    """A figure of those who answered, with its 95% interval; NaN where there is none."""

    n: int
    value: float = nan
    low: float = nan
    high: float = nan


@dataclass(frozen=True)
class Change:
    """A figure after another one; ``low`` and ``high`` bound the change, in the unit of the figure."""

    before: Estimate
    now: Estimate
    size: float
    low: float
    high: float
    p: float


def estimate(question: Question, counts: Floats) -> Estimate:
    """The figure of a question from people per answer.

    NPS has the adjusted Wald interval, a share Wilson's, a mean Student's; the mean of a single
    answer has none.
    """
    n = int(counts.sum())
    if question.measure is Measure.NPS:
        score = nps(nps_counts(counts))
        return Estimate(n, score.score, score.interval.low, score.interval.high) if score else Estimate(n)
    if question.measure is Measure.TOP_TWO:
        share = wilson(*top_box(counts, boxes=2))
        return Estimate(n, share.estimate, share.low, share.high) if share else Estimate(n)
    mean = mean_of_counts(counts, lowest=question.lowest)
    if mean is None or mean.interval is None:
        return Estimate(n, mean.value if mean else nan)
    return Estimate(n, mean.value, mean.interval.low, mean.interval.high)


def change(
    question: Question, before: Floats, now: Floats, *, shared: tuple[Floats, Floats] | None = None
) -> Change | None:
    """The change between people per answer before and now, tested; None with fewer than 10 answers on a side.

    Parameters
    ----------
    shared
        Answers before and now of the people who gave both. What these have in common is taken off
        the error of independent groups; when everybody gave both, the test is the paired one.
    """
    first, second = estimate(question, before), estimate(question, now)
    if min(first.n, second.n) < HIDDEN_BELOW:
        return None
    size = second.value - first.value
    error, degrees = _apart(question, before, now)
    p = two_sided_p(size / error, degrees)
    together = _together(question, before, now, shared) if shared is not None else None
    if together is not None and shared is not None:
        error = together
        degrees = first.n - 1 if len(shared[0]) == first.n == second.n else degrees
        p = two_sided_p(size / error, degrees)
    elif question.measure is Measure.TOP_TWO:
        pooled = proportion_change(top_box(before, boxes=2), top_box(now, boxes=2))
        p = pooled.p if pooled else 1.0
    half = error * (normal_quantile(CONFIDENCE) if degrees is None else t_quantile(CONFIDENCE, degrees))
    return Change(first, second, size, size - half, size + half, p)


def nps_counts(counts: Floats) -> Counts:
    """Promoters, passives and detractors from people per answer 0-10."""
    return Counts(int(counts[9:].sum()), int(counts[7:9].sum()), int(counts[:7].sum()))


def _apart(question: Question, before: Floats, now: Floats) -> tuple[float, float | None]:
    """Standard error of a change between different people, and its degrees of freedom (None: normal)."""
    sides = (before, now)
    if question.measure is Measure.NPS:
        tested = nps_change(nps_counts(before), nps_counts(now))
        return (tested.standard_error if tested else nan), None
    if question.measure is Measure.TOP_TWO:
        plain = sum(_variance(question, side) / side.sum() for side in sides)
        # All of one kind on both sides has no spread, which is no proof: Agresti and Caffo (2000) add one of each.
        adjusted = sum((side[-2:].sum() + 1) * (side[:-2].sum() + 1) / (side.sum() + 2) ** 3 for side in sides)
        return sqrt(plain or adjusted), None
    parts = [_variance(question, side) / (side.sum() - 1) for side in sides]
    if not sum(parts):
        parts = [WHOLE_POINTS / side.sum() for side in sides]
    # Welch (1947): the two sides need not spread alike.
    degrees = sum(parts) ** 2 / sum(part**2 / (side.sum() - 1) for part, side in zip(parts, sides, strict=True))
    return sqrt(sum(parts)), degrees


def _together(question: Question, before: Floats, now: Floats, shared: tuple[Floats, Floats]) -> float | None:
    """The standard error when some, or all, of the people are on both sides; None when they tell nothing."""
    count = len(shared[0])
    if count < 2:
        return None
    worth = [question.worth[answers.astype(int) - question.lowest] for answers in shared]
    covariance = float(np.cov(*worth)[0, 1])
    apart = sum(_variance(question, side) / (side.sum() - 1) for side in (before, now))
    squared = apart - 2 * count * covariance / (before.sum() * now.sum())
    return sqrt(squared) if squared > 1e-9 * apart else None


def _variance(question: Question, counts: Floats) -> float:
    mean = counts @ question.worth / counts.sum()
    return float(counts @ (question.worth - mean) ** 2 / counts.sum())
