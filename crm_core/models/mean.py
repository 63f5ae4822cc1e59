"""Mean of answers on a scale, with Student's interval: CES, CSAT and the single questions."""

from dataclasses import dataclass

import numpy as np

from crm_core.models.interval import Interval, t_quantile
from crm_core.models.newton import Array


@dataclass(frozen=True)
class Mean:
    """Mean of the answers given; the interval is None for a single answer."""

    n: int
    value: float
    standard_deviation: float
    interval: Interval | None


def mean_of_counts(counts: Array, *, lowest: int = 1, confidence: float = 0.95) -> Mean | None:
    """Mean of a scale whose first entry of ``counts`` is how many answered ``lowest``; None without answers."""
    n = float(np.sum(counts))
    if not n:
        return None
    scale = lowest + np.arange(len(counts))
    mean = float(counts @ scale / n)
    if n < 2:
        return Mean(int(n), mean, 0.0, None)
    deviation = float(np.sqrt(counts @ (scale - mean) ** 2 / (n - 1)))
    half = t_quantile(confidence, n - 1) * deviation / np.sqrt(n)
    bounds = max(float(scale[0]), mean - half), min(float(scale[-1]), mean + half)
    return Mean(int(n), mean, deviation, Interval(mean, *bounds, confidence))


def top_box(counts: Array, *, boxes: int) -> tuple[float, float]:
    """Answers in the highest ``boxes`` of a scale, and all answers: what ``proportion.wilson`` takes."""
    return float(np.sum(counts[-boxes:])), float(np.sum(counts))
