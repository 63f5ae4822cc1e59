"""Gamma-Gamma: what a customer spends per purchase, shrunk towards the average of all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from scipy.special import gammaln, polygamma, psi
from threadpoolctl import threadpool_limits

from crm_core.errors import ModelError
from crm_core.models import fallback
from crm_core.models.bgnbd import WARM_START_ROWS, Engine
from crm_core.models.newton import Array, Minimum, Terms, in_logs, minimum

START = np.log([2.0, 3.0, 1.5])


@dataclass(frozen=True, eq=False)
class GammaGamma:
    """A fitted Gamma-Gamma; ``v`` is in the unit of the amounts, ``covariance`` of the logs of (p, q, v)."""

    p: float
    q: float
    v: float
    covariance: Array
    log_likelihood: float
    customers: int
    converged: bool
    largest_slope: float
    at_bound: tuple[str, ...]
    engine: Engine

    NAMES: ClassVar[tuple[str, ...]] = ("p", "q", "v")

    @property
    def parameters(self) -> Array:
        """p, q, v."""
        return np.array([self.p, self.q, self.v])

    @property
    def standard_errors(self) -> Array:
        """Of p, q, v, by the delta method."""
        return self.parameters * np.sqrt(np.diag(self.covariance))

    @property
    def mean_amount(self) -> float:
        """Mean amount of a purchase over the whole population; infinite when q <= 1."""
        return self.p * self.v / (self.q - 1) if self.q > 1 else np.inf

    @classmethod
    def fit(cls, frequency: Array, monetary_value: Array, *, max_steps: int = 100) -> Self:
        """The maximum-likelihood fit on customers with ``frequency`` > 0 and ``monetary_value`` > 0.

        Others are left out here, so that columns of a whole summary may be given.

        Raises
        ------
        ModelError
            When no repeat purchase has an amount above zero, or neither engine finds parameters.
        """
        used = (np.asarray(frequency) > 0) & (np.asarray(monetary_value) > 0)
        if not used.any():
            raise ModelError("No repeat purchase has an amount above zero, so no spend can be forecast.")
        x, m = np.asarray(frequency, float)[used], np.asarray(monetary_value, float)[used]
        scale = float(m.mean())
        with threadpool_limits(limits=1, user_api="blas"):
            found, engine = _found(x, m / scale, max_steps=max_steps)
        p, q, v = np.exp(found.logs)
        return cls(
            p=float(p),
            q=float(q),
            v=float(v * scale),
            covariance=found.covariance(len(x)),
            log_likelihood=float(-found.value * len(x) - len(x) * np.log(scale)),
            customers=len(x),
            converged=found.converged,
            largest_slope=found.largest_slope,
            at_bound=tuple(name for name, free in zip(cls.NAMES, found.free, strict=True) if not free),
            engine=engine,
        )

    def expected_amount(self, frequency: Array, monetary_value: Array) -> Array:
        """Expected mean amount per purchase given past ones; the population's mean for one-time buyers."""
        # Eq. 5, Fader & Hardie (2013), "The Gamma-Gamma model of monetary value".
        return self.p * (self.v + frequency * monetary_value) / (self.p * frequency + self.q - 1)


def _found(x: Array, m: Array, *, max_steps: int) -> tuple[Minimum, Engine]:
    start, every = START, len(x) // WARM_START_ROWS
    if every >= 3:
        start = minimum(_objective(x[::every], m[::every]), start, tolerance=1e-6, longest_step=1.5).logs
    objective = _objective(x, m)
    found = minimum(objective, start, tolerance=1e-10, max_steps=max_steps, longest_step=1.5)
    if found.converged:
        return found, "newton"
    return minimum(objective, np.log(fallback.spend_parameters(x, m)), max_steps=0), "lifetimes"


def _objective(x: Array, m: Array) -> Callable[[Array], Terms]:
    return in_logs(_SpendLikelihood(x, m), len(x))


class _SpendLikelihood:
    """Only ln(x m + v) and its inverse are worked out per customer, all else per number of purchases."""

    # Eq. 1a, Fader & Hardie (2013).
    def __init__(self, x: Array, m: Array) -> None:
        # Numpy sorts 16-bit numbers by radix, in a quarter of the time.
        order = np.argsort(x.astype(np.uint16 if x.max() < 2**16 else np.int64), kind="stable")
        x, m = x[order], m[order]
        self.first = np.flatnonzero(np.r_[True, x[1:] != x[:-1]])
        self.purchases = x[self.first]
        self.buyers = np.diff(np.r_[self.first, len(x)]).astype(float)
        self.total_spent = x * m
        logs = np.add.reduceat(np.log(m), self.first)
        self.constant = -float(logs.sum())
        self.slope_p = float(self.purchases @ (logs + self.buyers * np.log(self.purchases)))

    def __call__(self, parameters: Array) -> Terms:
        p, q, v = parameters
        x, n, total = self.purchases, self.buyers, self.buyers.sum()
        spent = self.total_spent + v
        each = 1 / spent
        logs, inverse, square = (np.add.reduceat(term, self.first) for term in (np.log(spent), each, each * each))
        shape = p * x + q
        value = n @ (gammaln(shape) - gammaln(p * x)) + total * (q * np.log(v) - gammaln(q))
        value += p * self.slope_p + self.constant - shape @ logs
        gradient = np.array(
            [
                (n * x) @ (psi(shape) - psi(p * x)) + self.slope_p - x @ logs,
                n @ psi(shape) + total * (np.log(v) - psi(q)) - logs.sum(),
                total * q / v - shape @ inverse,
            ]
        )
        curve = polygamma(1, shape)
        pq, pv, qv = (n * x) @ curve, -(x @ inverse), total / v - inverse.sum()
        pp = (n * x * x) @ (curve - polygamma(1, p * x))
        qq = n @ curve - total * polygamma(1, q)
        vv = shape @ square - total * q / v**2
        return float(value), gradient, np.array([[pp, pq, pv], [pq, qq, qv], [pv, qv, vv]])
