"""BG/NBD: how often customers buy, and who has silently left."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import betainc, betaincinv, betaln, gammaln, hyp2f1
from threadpoolctl import threadpool_limits

from crm_core.errors import ModelError
from crm_core.models import fallback
from crm_core.models.dropout import BLOCK, DropoutLikelihood, Histories, age_codes, collapsed
from crm_core.models.newton import Array, Minimum, Terms, in_logs, minimum

Engine = Literal["newton", "lifetimes"]

WARM_START_ROWS = 30_000
COLD_START, SECOND_START = np.full(4, 0.1), np.array([-1.0, -2.0, 0.0, 1.0])
NEAR_ONE = 1e-4
"""At a = 1 the closed form is 0/0; this close to it a straight line between both sides is better."""


@dataclass(frozen=True, eq=False)
class BgNbd:
    """A fitted BG/NBD; time is in the unit of the histories it was fitted on.

    ``covariance`` is of the logs of (r, alpha, a, b); a row of zeros belongs to a parameter in
    ``at_bound``, which runs to nothing or to infinity on these data.
    """

    r: float
    alpha: float
    a: float
    b: float
    covariance: Array
    log_likelihood: float
    customers: int
    repeat_buyers: int
    converged: bool
    largest_slope: float
    at_bound: tuple[str, ...]
    engine: Engine

    NAMES: ClassVar[tuple[str, ...]] = ("r", "alpha", "a", "b")
    FIRST_CHANCE: ClassVar[int] = 0

    @property
    def parameters(self) -> Array:
        """r, alpha, a, b."""
        return np.array([self.r, self.alpha, self.a, self.b])

    @property
    def standard_errors(self) -> Array:
        """Of r, alpha, a, b, by the delta method from those of their logs."""
        return self.parameters * np.sqrt(np.diag(self.covariance))

    @classmethod
    def fit(cls, frequency: Array, recency: Array, T: Array, *, max_steps: int = 60) -> Self:
        """The maximum-likelihood fit; ``engine`` says whether Newton or lifetimes found it.

        ``frequency`` counts repeat purchases; ``recency`` and ``T`` are ages at the last purchase
        and at the end of observation, in any one unit. Look at ``converged`` before the numbers.

        Raises
        ------
        ModelError
            When nobody came back, an age is impossible, or neither engine finds parameters.
        """
        _check(frequency, recency, T)
        histories = collapsed(np.asarray(frequency, float), np.asarray(recency, float), np.asarray(T, float))
        # Two BLAS threads make these small products 10 to 100 times slower.
        with threadpool_limits(limits=1, user_api="blas"):
            return cls._fitted(histories, max_steps=max_steps)

    @classmethod
    def _fitted(cls, histories: Histories, *, max_steps: int) -> Self:
        longest = float(histories.T.max())
        scaled = histories.in_units_of(longest)
        found = _search(scaled, COLD_START, first_chance=cls.FIRST_CHANCE, max_steps=max_steps)
        if not found.converged:
            found = _search(scaled, SECOND_START, first_chance=cls.FIRST_CHANCE, max_steps=max_steps)
        engine: Engine = "newton"
        if not found.converged:
            engine = "lifetimes"
            logs = np.log(fallback.dropout_parameters(scaled, first_chance=cls.FIRST_CHANCE))
            found = minimum(_objective(scaled, cls.FIRST_CHANCE), logs, max_steps=0)
        return cls._from(found, histories, longest, engine)

    @classmethod
    def _from(cls, found: Minimum, histories: Histories, longest: float, engine: Engine) -> Self:
        r, alpha, a, b = np.exp(found.logs)
        customers, purchases = histories.total, float(histories.customers @ histories.frequency)
        return cls(
            r=float(r),
            alpha=float(alpha * longest),
            a=float(a),
            b=float(b),
            covariance=found.covariance(customers),
            # A density per unit of time: back from units of the longest history.
            log_likelihood=float(-found.value * customers - purchases * np.log(longest)),
            customers=round(customers),
            repeat_buyers=round(histories.customers[histories.frequency > 0].sum()),
            converged=found.converged,
            largest_slope=found.largest_slope,
            at_bound=tuple(name for name, free in zip(cls.NAMES, found.free, strict=True) if not free),
            engine=engine,
        )

    def p_alive(self, frequency: Array, recency: Array, T: Array) -> Array:
        """Probability of being active at ``T``.

        1 for each one-time buyer: this model lets nobody leave before the second purchase. Say so
        beside the number, or take ``MbgNbd``.
        """
        columns = tuple(np.asarray(column, float) for column in (frequency, recency, T))
        alive = np.empty(columns[0].shape)
        for at in range(0, len(alive), BLOCK):
            rows = slice(at, at + BLOCK)
            alive[rows] = self._alive(*(column[rows] for column in columns))
        return alive

    def _alive(self, frequency: Array, recency: Array, T: Array) -> Array:
        alive = np.ones(frequency.shape)
        at_risk = np.nonzero(frequency + self.FIRST_CHANCE > 0)
        x, t, age = frequency[at_risk], recency[at_risk], T[at_risk]
        # Eq. 11 of Fader, Hardie & Lee (2008), "Computing P(alive) using the BG/NBD model".
        silence = np.log((self.alpha + age) / (self.alpha + t))
        silence *= self.r + x
        gone = np.exp(np.minimum(silence, 600.0)) * (self.a / (self.b + x + self.FIRST_CHANCE - 1))
        alive[at_risk] = 1.0 / (1.0 + gone)
        return alive

    def expected_purchases(self, frequency: Array, recency: Array, T: Array, *, horizon: float) -> Array:
        """Expected number of purchases in the ``horizon`` after ``T``; with zeros, of a new customer."""
        return self.p_alive(frequency, recency, T) * self.purchases_if_alive(frequency, T, horizon=horizon)

    def purchases_if_alive(self, frequency: Array, T: Array, *, horizon: float, distinct: bool = False) -> Array:
        """Expected purchases in the ``horizon`` of a customer known to be active at ``T``.

        ``distinct``: no pair stands twice, so equal ones need not be looked for.
        """
        if distinct:
            return self._if_alive(frequency, T, horizon)
        x, ages, pair = distinct_pairs(frequency, T)
        return self._if_alive(x, ages, horizon)[pair]

    def _if_alive(self, x: Array, T: Array, horizon: float) -> Array:
        closed = functools.partial(_closed_form, self.r + x, self.b + x + self.FIRST_CHANCE, self.alpha + T, horizon)
        if abs(self.a - 1) >= NEAR_ONE:
            expected = closed(self.a)
        else:
            share = (self.a - 1 + NEAR_ONE) / (2 * NEAR_ONE)
            expected = (1 - share) * closed(1 - NEAR_ONE) + share * closed(1 + NEAR_ONE)
        lost = ~np.isfinite(expected)
        if lost.any():
            A, B = self.r + x[lost], self.b + x[lost] + self.FIRST_CHANCE
            expected[lost] = _quadrature(A, B, self.alpha + T[lost], horizon, self.a)
        return expected

    def p_any_purchase(self, frequency: Array, recency: Array, T: Array, *, horizon: float) -> Array:
        """Probability of at least one purchase in the ``horizon`` after ``T``."""
        return self.p_alive(frequency, recency, T) * self.p_any_if_alive(frequency, T, horizon=horizon)

    def p_any_if_alive(self, frequency: Array, T: Array, *, horizon: float, start: float = 0.0) -> Array:
        """The same of a customer known to be active at ``T``, for the part of the horizon after ``start``."""
        shape, age = self.r + frequency, self.alpha + T
        if not start:
            return 1.0 - (age / (age + horizon)) ** shape
        total = self.a + self.b + frequency + self.FIRST_CHANCE
        # Active at ``start`` with probability exp(-rate p start), p ~ Beta(a, b).
        gap = age + horizon - start
        stays = _mean_power(shape, self.a, total, start / (age + start))
        silent = (age / gap) ** shape * _mean_power(shape, self.a, total, start / (age + horizon))
        return np.clip(stays - silent, 0.0, 1.0)

    def p_count(self, count: int, *, horizon: float) -> float:
        """Probability that a new customer makes exactly ``count`` repeat purchases in the ``horizon``."""
        r, a, b, chances = self.r, self.a, self.b, count + self.FIRST_CHANCE
        share = horizon / (self.alpha + horizon)
        log_nbd = gammaln(r + count) - gammaln(r) - gammaln(count + 1) + r * np.log1p(-share)
        log_nbd += count * np.log(share) if count else 0.0
        still = np.exp(betaln(a, b + chances) - betaln(a, b) + log_nbd)
        if not chances:
            return float(still)
        # Eq. 8 of Fader, Hardie & Lee (2005): left after purchase ``count``, which fell inside the horizon.
        reached = betainc(count, r, share) if count else 1.0
        return float(still + np.exp(betaln(a + 1, b + chances - 1) - betaln(a, b)) * reached)


def distinct_pairs(frequency: Array, T: Array) -> tuple[Array, Array, npt.NDArray[np.intp]]:
    """Distinct pairs and the place of each customer's: the slow function depends on nothing else."""
    codes, ages = age_codes(np.asarray(T, float))
    key = np.asarray(frequency).astype(np.int64) * len(ages) + codes
    pair, pairs = _numbered(key)
    x, age = np.divmod(pairs, max(len(ages), 1))
    return x.astype(float), ages[age], pair


def _numbered(key: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.int64]]:
    room = int(key.max(initial=-1)) + 1
    if room > 4 * len(key) + BLOCK:
        return pd.factorize(key)
    # A table of all possible keys takes a third of the time of a hash table of those there are.
    stands = np.zeros(room, dtype=bool)
    stands[key] = True
    return (np.cumsum(stands) - 1)[key], np.flatnonzero(stands)


def _closed_form(A: Array, B: Array, age: Array, horizon: float, a: float) -> Array:
    # Eq. 10 of Fader, Hardie & Lee (2005).
    C, z = a + B - 1, horizon / (age + horizon)
    with np.errstate(all="ignore"):
        never = np.exp(A * np.log1p(-z)) * hyp2f1(A, B, C, z)
        lost = ~np.isfinite(never)
        if lost.any():
            # Euler's transformation stays finite for frequent buyers.
            A, B, z, C_lost = A[lost], B[lost], z[lost], C[lost]
            never[lost] = np.exp((C_lost - B) * np.log1p(-z)) * hyp2f1(C_lost - A, C_lost - B, C_lost, z)
        return C / (a - 1) * (1.0 - never)


def _mean_power(shape: Array, a: float, total: Array, z: Array) -> Array:
    """Mean of (1 + p z / (1 - z)) ** -shape over p ~ Beta(a, total - a): Euler's integral of 2F1."""
    with np.errstate(all="ignore"):
        # So that no argument grows with the number of purchases; the other way round, none with ``a``.
        mean = (1 - z) ** a * hyp2f1(total - shape, a, total, z)
        lost = ~np.isfinite(mean)
        if lost.any():
            mean[lost] = (1 - z[lost]) ** shape[lost] * hyp2f1(shape[lost], total[lost] - a, total[lost], z[lost])
    lost = ~np.isfinite(mean)
    if lost.any():
        p, weights = _drop_outs(a, total[lost] - a)
        odds = (z[lost] / (1 - z[lost]))[:, None]
        mean[lost] = np.exp(-shape[lost, None] * np.log1p(p * odds)) @ weights
    return mean


def _quadrature(A: Array, B: Array, age: Array, horizon: float, a: float) -> Array:
    """The same mean, summed over quantiles of the drop-out probability, where both closed forms overflow."""
    p, weights = _drop_outs(a, B)
    return (-np.expm1(-A[:, None] * np.log1p(p * horizon / age[:, None])) / p) @ weights


def _drop_outs(a: float, b: Array) -> tuple[Array, Array]:
    """Quantiles of Beta(a, b), a row for each ``b``, and the weights of a mean over them."""
    nodes, weights = np.polynomial.legendre.leggauss(128)
    return np.maximum(betaincinv(a, b[:, None], (nodes + 1) / 2), 1e-300), weights / 2


def _search(scaled: Histories, start: Array, *, first_chance: int, max_steps: int) -> Minimum:
    every = len(scaled.frequency) // WARM_START_ROWS
    if every >= 3:
        thin = scaled.thinned(every)
        start = minimum(_objective(thin, first_chance), start, tolerance=1e-5).logs
    return minimum(_objective(scaled, first_chance), start, max_steps=max_steps)


def _objective(histories: Histories, first_chance: int) -> Callable[[Array], Terms]:
    return in_logs(DropoutLikelihood(histories, first_chance=first_chance), histories.total)


def _check(frequency: Array, recency: Array, T: Array) -> None:
    if not len(frequency) or not np.any(np.asarray(frequency) > 0):
        raise ModelError("Nobody in these data bought twice, so nothing can be forecast. Choose a longer history.")
    oldest = np.min(np.asarray(T) - np.asarray(recency))
    earliest = np.min(np.where(np.asarray(frequency) > 0, recency, 1))
    if not (oldest >= 0 and earliest > 0):
        raise ModelError("A last purchase lies before the first one or after the end of observation. Check the dates.")
