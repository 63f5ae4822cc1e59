"""Scores of a whole population from unequal answers, and what moved a score: the mix or the people."""

from dataclasses import dataclass

import numpy as np

from crm_core.errors import ModelError
from crm_core.models.interval import Interval, normal_interval
from crm_core.models.newton import Array
from crm_core.models.nps import Counts


@dataclass(frozen=True)
class WeightedNps:
    """NPS with each group in its share of the population; ``effective_n`` is Kish's."""

    raw: float
    weighted: float
    standard_error: float
    interval: Interval
    effective_n: float


@dataclass(frozen=True)
class MixAndWithin:
    """A change of an overall score, split; the parts add up to ``change``."""

    before: float
    after: float
    mix: float
    within: float

    @property
    def change(self) -> float:
        """After less before."""
        return self.after - self.before


def weighted_nps(groups: list[Counts], populations: list[float], *, confidence: float = 0.95) -> WeightedNps | None:
    """NPS of a population of known groups; None without answers.

    Raises
    ------
    ModelError
        When a group of the population has no answer: join it with a similar one first.
    """
    if not any(group.n for group in groups):
        return None
    if any(people > 0 and not group.n for group, people in zip(groups, populations, strict=True)):
        raise ModelError(
            "A group of the population has no answers. Join it with a similar group, or leave weights out."
        )
    used = [(group, people) for group, people in zip(groups, populations, strict=True) if people > 0]
    shares = np.array([people for _, people in used]) / sum(people for _, people in used)
    n = np.array([group.n for group, _ in used], float)
    scores = np.array([100 * (group.promoters - group.detractors) / group.n for group, _ in used])
    error = 100 * float(np.sqrt((shares**2 * np.array([group.variance for group, _ in used]) / n).sum()))
    weighted, raw = float(shares @ scores), _raw(groups)
    interval = normal_interval(weighted, error, confidence=confidence)
    clipped = Interval(weighted, max(-100.0, interval.low), min(100.0, interval.high), confidence)
    return WeightedNps(raw, weighted, error, clipped, float(1 / (shares**2 / n).sum()))


def mix_and_within(
    before: dict[str, tuple[float, float]], after: dict[str, tuple[float, float]]
) -> MixAndWithin | None:
    """How much of a change is who answered (mix) and how much is the same people's view (within).

    Each maps a segment to (answers, score). A segment in one quarter only belongs to the mix.
    None when a quarter has no answers.
    """
    segments = sorted({*before, *after})
    n0, n1 = (np.array([quarter.get(name, (0, 0))[0] for name in segments], float) for quarter in (before, after))
    if not n0.sum() or not n1.sum():
        return None
    s0 = _scores(segments, before, after)
    s1 = _scores(segments, after, before)
    w0, w1 = n0 / n0.sum(), n1 / n1.sum()
    return MixAndWithin(float(w0 @ s0), float(w1 @ s1), float((w1 - w0) @ s0), float(w1 @ (s1 - s0)))


def _raw(groups: list[Counts]) -> float:
    lead = sum(group.promoters - group.detractors for group in groups)
    return 100 * lead / sum(group.n for group in groups)


def _scores(
    segments: list[str], quarter: dict[str, tuple[float, float]], other: dict[str, tuple[float, float]]
) -> Array:
    return np.array([(quarter if quarter.get(name, (0, 0))[0] else other)[name][1] for name in segments])
