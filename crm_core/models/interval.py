"""An estimate with its interval, and the quantiles it is built from."""

from dataclasses import dataclass

from scipy.special import ndtri, stdtr, stdtrit


@dataclass(frozen=True)
class Interval:
    """An estimate and the range that a repetition of the study would cover with this confidence."""

    estimate: float
    low: float
    high: float
    confidence: float = 0.95

    @property
    def spans_zero(self) -> bool:
        """Whether nothing at all is among the possible values."""
        return self.low <= 0 <= self.high


def normal_quantile(confidence: float) -> float:
    """Half-width in standard errors of a two-sided interval; 1.96 for .95."""
    return float(ndtri((1 + confidence) / 2))


def t_quantile(confidence: float, degrees: float) -> float:
    """The same for a mean whose standard error is estimated from ``degrees`` + 1 values."""
    return float(stdtrit(degrees, (1 + confidence) / 2))


def two_sided_p(z: float, degrees: float | None = None) -> float:
    """Probability of a value at least as far from zero; of Student's t when ``degrees`` is given."""
    return float(2 * stdtr(1e12 if degrees is None else degrees, -abs(z)))


def normal_interval(estimate: float, standard_error: float, *, confidence: float = 0.95) -> Interval:
    """Estimate +- z standard errors."""
    half = normal_quantile(confidence) * standard_error
    return Interval(estimate, estimate - half, estimate + half, confidence)
