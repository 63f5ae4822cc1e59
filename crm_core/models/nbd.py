"""NBD: customers who buy at their own rates and never leave, the limit of BG/NBD without drop-out."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from scipy.special import gammaln, polygamma, psi
from threadpoolctl import threadpool_limits

from crm_core.models.dropout import Histories, collapsed
from crm_core.models.newton import Array, Terms, in_logs, minimum


@dataclass(frozen=True, eq=False)
class Nbd:
    """A fitted NBD; ``covariance`` is of the logs of (r, alpha)."""

    r: float
    alpha: float
    covariance: Array
    log_likelihood: float
    customers: int
    repeat_buyers: int
    converged: bool
    largest_slope: float
    at_bound: tuple[str, ...]
    engine: str = "newton"

    NAMES: ClassVar[tuple[str, ...]] = ("r", "alpha")

    @property
    def parameters(self) -> Array:
        """r, alpha."""
        return np.array([self.r, self.alpha])

    @property
    def standard_errors(self) -> Array:
        """Of r, alpha, by the delta method."""
        return self.parameters * np.sqrt(np.diag(self.covariance))

    @classmethod
    def fit(cls, frequency: Array, T: Array) -> Self:
        """The maximum-likelihood fit on repeat purchases within ages ``T``."""
        ages = np.asarray(T, float)
        histories = collapsed(np.asarray(frequency, float), np.zeros_like(ages), ages)
        longest, customers = float(ages.max()), histories.total
        scaled = histories.in_units_of(longest)
        with threadpool_limits(limits=1, user_api="blas"):
            found = minimum(in_logs(lambda p: _log_likelihood(p, scaled), customers), np.full(2, 0.1))
        r, alpha = np.exp(found.logs)
        purchases = float(histories.customers @ histories.frequency)
        return cls(
            r=float(r),
            alpha=float(alpha * longest),
            covariance=found.covariance(customers),
            log_likelihood=float(-found.value * customers - purchases * np.log(longest)),
            customers=round(customers),
            repeat_buyers=round(histories.customers[histories.frequency > 0].sum()),
            converged=found.converged,
            largest_slope=found.largest_slope,
            at_bound=tuple(name for name, free in zip(cls.NAMES, found.free, strict=True) if not free),
        )

    def p_alive(self, frequency: Array, recency: Array, T: Array) -> Array:  # noqa: ARG002 -- the same call as BgNbd
        """1 for everybody: this model has no drop-out."""
        return np.ones(len(frequency))

    def expected_purchases(self, frequency: Array, recency: Array, T: Array, *, horizon: float) -> Array:  # noqa: ARG002
        """Expected number of purchases in the ``horizon`` after ``T``."""
        return (self.r + frequency) / (self.alpha + T) * horizon

    def purchases_if_alive(self, frequency: Array, T: Array, *, horizon: float, distinct: bool = False) -> Array:  # noqa: ARG002
        """The same: everybody is active."""
        return (self.r + frequency) / (self.alpha + T) * horizon

    def p_any_purchase(self, frequency: Array, recency: Array, T: Array, *, horizon: float) -> Array:  # noqa: ARG002
        """Probability of at least one purchase in the ``horizon`` after ``T``."""
        return self.p_any_if_alive(frequency, T, horizon=horizon)

    def p_any_if_alive(self, frequency: Array, T: Array, *, horizon: float, start: float = 0.0) -> Array:
        """The same for the part of the horizon after ``start``: only its length counts."""
        age = self.alpha + T
        return 1.0 - (age / (age + horizon - start)) ** (self.r + frequency)


def _log_likelihood(parameters: Array, histories: Histories) -> Terms:
    r, alpha = parameters
    x, T, n = histories.frequency, histories.T, histories.customers
    total, inverse = histories.total, 1.0 / (alpha + T)
    logs = n @ np.log(alpha + T)
    value = n @ gammaln(r + x) + total * (r * np.log(alpha) - gammaln(r)) - (n * (r + x)) @ np.log(alpha + T)
    gradient = np.array(
        [n @ psi(r + x) + total * (np.log(alpha) - psi(r)) - logs, total * r / alpha - (n * (r + x)) @ inverse]
    )
    mixed = total / alpha - n @ inverse
    rate = (n * (r + x)) @ inverse**2 - total * r / alpha**2
    shape = n @ polygamma(1, r + x) - total * polygamma(1, r)
    return float(value), gradient, np.array([[shape, mixed], [mixed, rate]])
