"""What a campaign brought beyond what would have happened anyway: everyone assigned, against control."""

from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from scipy.special import ndtri

from crm_core.errors import ModelError
from crm_core.models.interval import Interval, t_quantile, two_sided_p
from crm_core.models.newton import Array
from crm_core.models.proportion import proportion_change, wilson

Verdict = Literal["more", "less", "not distinguishable from zero", "too little data"]

FEWEST = 10
"""People per arm below which nothing is said."""


@dataclass(frozen=True)
class Arm:
    """One arm of a test: everyone assigned to it, those whose mail bounced or who bought nothing too."""

    n: int
    mean: float
    variance: float

    @classmethod
    def of(cls, outcomes: Array) -> Self:
        """From one outcome per person assigned."""
        values = np.asarray(outcomes, float)
        return cls.from_sums(len(values), float(values.sum()), float((values**2).sum()))

    @classmethod
    def from_sums(cls, n: int, total: float, total_of_squares: float) -> Self:
        """From sums that an engine makes, so that no row per person is needed."""
        if n < 1:
            return cls(0, 0.0, 0.0)
        mean = total / n
        variance = max(0.0, (total_of_squares - n * mean**2) / (n - 1)) if n > 1 else 0.0
        return cls(n, mean, variance)


@dataclass(frozen=True)
class Effect:
    """Treated less control.

    ``uplift`` is per person assigned, ``incremental`` over all treated, ``relative`` a share of
    the control's mean (None when that is not above zero); all in the unit of the outcomes.
    """

    treated: Arm
    control: Arm
    uplift: Interval
    incremental: Interval
    relative: Interval | None
    p: float
    verdict: Verdict


def effect(treated: Arm, control: Arm, *, confidence: float = 0.95) -> Effect | None:
    """Effect on a mean, such as revenue per person in the window; None when an arm has fewer than two."""
    if min(treated.n, control.n) < 2:
        return None
    difference = treated.mean - control.mean
    parts = treated.variance / treated.n, control.variance / control.n
    error = float(np.sqrt(sum(parts)))
    degrees = _welch_degrees(treated, control)
    half = t_quantile(confidence, degrees) * error
    uplift = Interval(difference, difference - half, difference + half, confidence)
    p = two_sided_p(difference / error, degrees) if error else float(difference == 0)
    return _effect(treated, control, uplift, p)


def conversion_effect(treated: tuple[int, int], control: tuple[int, int], *, confidence: float = 0.95) -> Effect | None:
    """Effect on the share who did it, from (converted, assigned); None when an arm has fewer than two.

    The interval is Newcombe's, from Wilson's of each arm: it holds for rare conversions too.
    """
    one, other = wilson(*treated, confidence=confidence), wilson(*control, confidence=confidence)
    if one is None or other is None or min(treated[1], control[1]) < 2:
        return None
    difference = one.estimate - other.estimate
    low = difference - np.hypot(one.estimate - one.low, other.high - other.estimate)
    high = difference + np.hypot(one.high - one.estimate, other.estimate - other.low)
    test = proportion_change(control, treated)
    uplift = Interval(difference, float(low), float(high), confidence)
    first, second = (Arm.from_sums(n, converted, converted) for converted, n in (treated, control))
    return _effect(first, second, uplift, test.p if test else 1.0)


def smallest_detectable_difference(
    standard_deviation: float, *, treated: int, control: int, power: float = 0.8, confidence: float = 0.95
) -> float:
    """Smallest true difference of means that a test of this size notices with this power."""
    _check_arms(treated, control)
    return _z(power, confidence) * standard_deviation * float(np.sqrt(1 / treated + 1 / control))


def smallest_detectable_lift(
    base_rate: float, *, recipients: int, control_share: float, power: float = 0.8, confidence: float = 0.95
) -> float | None:
    """Smallest relative lift of a conversion rate that is noticed; None when even 100% would not be.

    ``recipients`` is everyone assigned, control included.
    """
    treated, control = recipients * (1 - control_share), recipients * control_share
    _check_arms(treated, control)
    _check_rate(base_rate)
    z2, spread = _z(power, confidence) ** 2, base_rate * (1 - base_rate)
    # z^2 (p2 q2 / n_T + p1 q1 / n_C) = d^2 with p2 = p1 + d is a quadratic in d.
    a, b = 1 + z2 / treated, -z2 * (1 - 2 * base_rate) / treated
    c = -z2 * spread * (1 / treated + 1 / control)
    difference = float((-b + np.sqrt(b**2 - 4 * a * c)) / (2 * a))
    return difference / base_rate if base_rate + difference <= 1 else None


def recipients_needed(
    base_rate: float, *, lift: float, control_share: float, power: float = 0.8, confidence: float = 0.95
) -> int:
    """Everyone to assign, control included, to notice this relative lift of a conversion rate."""
    _check_rate(base_rate)
    treated_rate = base_rate * (1 + lift)
    if not 0 < control_share < 1 or not lift or not 0 <= treated_rate <= 1:
        raise ModelError("State a control share between 0 and 100% and a lift that keeps the rate between 0 and 100%.")
    spread = treated_rate * (1 - treated_rate) / (1 - control_share) + base_rate * (1 - base_rate) / control_share
    return int(np.ceil(_z(power, confidence) ** 2 * spread / (base_rate * lift) ** 2))


def _effect(treated: Arm, control: Arm, uplift: Interval, p: float) -> Effect:
    n = treated.n
    return Effect(
        treated=treated,
        control=control,
        uplift=uplift,
        incremental=Interval(n * uplift.estimate, n * uplift.low, n * uplift.high, uplift.confidence),
        relative=_relative(treated, control, uplift.confidence),
        p=p,
        verdict=_verdict(uplift, fewest=min(treated.n, control.n)),
    )


def _relative(treated: Arm, control: Arm, confidence: float) -> Interval | None:
    if control.mean <= 0:
        return None
    lift = treated.mean / control.mean - 1
    variance = treated.variance / (treated.n * control.mean**2)
    variance += treated.mean**2 * control.variance / (control.n * control.mean**4)
    half = t_quantile(confidence, _welch_degrees(treated, control)) * float(np.sqrt(variance))
    return Interval(lift, lift - half, lift + half, confidence)


def _welch_degrees(treated: Arm, control: Arm) -> float:
    one, other = treated.variance / treated.n, control.variance / control.n
    spread = one**2 / (treated.n - 1) + other**2 / (control.n - 1)
    return (one + other) ** 2 / spread if spread else float(treated.n + control.n - 2)


def _verdict(uplift: Interval, *, fewest: int) -> Verdict:
    if fewest < FEWEST:
        return "too little data"
    if uplift.spans_zero:
        return "not distinguishable from zero"
    return "more" if uplift.estimate > 0 else "less"


def _z(power: float, confidence: float) -> float:
    if not (0.5 < power < 1 and 0 < confidence < 1):
        raise ModelError("Power must be between 50% and 100%, confidence between 0 and 100%.")
    return float(ndtri(power) + ndtri((1 + confidence) / 2))


def _check_arms(treated: float, control: float) -> None:
    if treated < 2 or control < 2:
        raise ModelError("Both arms need at least two people. Choose a larger audience or another control share.")


def _check_rate(rate: float) -> None:
    if not 0 < rate < 1:
        raise ModelError("The usual conversion rate must be between 0 and 100%. Take it from an earlier campaign.")
