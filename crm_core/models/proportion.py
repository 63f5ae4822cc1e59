"""Shares of people: an interval, a comparison of two, a trend over ordered groups."""

from dataclasses import dataclass

import numpy as np

from crm_core.errors import ModelError
from crm_core.models.interval import Interval, normal_quantile, two_sided_p
from crm_core.models.newton import Array


@dataclass(frozen=True)
class ZTest:
    """A test statistic and the probability of one at least as far from zero by chance."""

    z: float
    p: float


def wilson(successes: float, trials: float, *, confidence: float = 0.95) -> Interval | None:
    """Share of successes with Wilson's interval, in [0, 1]; None without trials."""
    _check(successes, trials)
    if not trials:
        return None
    z, share = normal_quantile(confidence), successes / trials
    centre = (share + z**2 / (2 * trials)) / (1 + z**2 / trials)
    half = z / (1 + z**2 / trials) * np.sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2))
    # Rounding must not push an end past the share itself when nobody or everybody succeeds.
    return Interval(share, max(0.0, min(centre - half, share)), min(1.0, max(centre + half, share)), confidence)


def proportion_change(before: tuple[float, float], after: tuple[float, float]) -> ZTest | None:
    """The pooled z-test of (successes, trials) after against before; None where nothing can differ."""
    (x0, n0), (x1, n1) = before, after
    _check(x0, n0)
    _check(x1, n1)
    if not n0 or not n1:
        return None
    pooled = (x0 + x1) / (n0 + n1)
    error = np.sqrt(pooled * (1 - pooled) * (1 / n0 + 1 / n1))
    if not error:
        return None
    z = float((x1 / n1 - x0 / n0) / error)
    return ZTest(z, two_sided_p(z))


def trend(successes: Array, trials: Array, scores: Array) -> ZTest | None:
    """Cochran-Armitage: do shares rise with the groups' ``scores``; None where nothing can differ."""
    x, n, s = (np.asarray(column, float) for column in (successes, trials, scores))
    total = n.sum()
    share = x.sum() / total if total else 0.0
    variance = share * (1 - share) * ((n * s**2).sum() - (n * s).sum() ** 2 / total) if total else 0.0
    if variance <= 0:
        return None
    z = float((s * (x - n * share)).sum() / np.sqrt(variance))
    return ZTest(z, two_sided_p(z))


def _check(successes: float, trials: float) -> None:
    if not 0 <= successes <= trials:
        raise ModelError(f"{successes:g} of {trials:g} is not a share. Check how the answers were counted.")
