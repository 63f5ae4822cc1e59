"""Likelihood of purchase histories when rates are gamma and drop-out after a purchase is beta-geometric."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import gammaln, polygamma, psi

from crm_core.models.newton import Array, Terms

LONGEST = 65_536
"""Ages below it can be numbers of their own without leaving the room of 64 bits."""
BLOCK = 65_536
"""Rows worked on at a time: the temporary arrays then stay in the processor's cache."""


@dataclass(frozen=True, eq=False)
class Histories:
    """Distinct purchase histories and how many customers have each."""

    frequency: Array
    recency: Array
    T: Array
    customers: Array

    @property
    def total(self) -> float:
        """All customers."""
        return float(self.customers.sum())

    def in_units_of(self, length: float) -> "Histories":
        """The same histories with ``length`` as the unit of time."""
        return Histories(self.frequency, self.recency / length, self.T / length, self.customers)

    def thinned(self, every: int) -> "Histories":
        """Each ``every``-th distinct history: enough for a starting value."""
        return Histories(*(column[::every] for column in (self.frequency, self.recency, self.T, self.customers)))


def collapsed(frequency: Array, recency: Array, T: Array) -> Histories:
    """Distinct (frequency, recency, T) rows; a million customers have half a million or fewer."""
    recency_code, recencies = age_codes(recency)
    T_code, ages = age_codes(T)
    key = (frequency.astype(np.int64) * len(recencies) + recency_code) * len(ages) + T_code
    code, keys = pd.factorize(key)
    counts = np.bincount(code, minlength=len(keys)).astype(float)
    rest, T_of_key = np.divmod(keys, len(ages))
    frequency_of_key, recency_of_key = np.divmod(rest, len(recencies))
    return Histories(frequency_of_key.astype(float), recencies[recency_of_key], ages[T_of_key], counts)


def age_codes(ages: Array) -> tuple[npt.NDArray[np.int64], Array]:
    """A number for each distinct age, and the ages by number; whole days are their own number."""
    whole = ages.astype(np.int64)
    if whole.min(initial=0) >= 0 and whole.max(initial=0) < LONGEST and (whole == ages).all():
        return whole, np.arange(whole.max(initial=0) + 1, dtype=float)
    return pd.factorize(ages)


class DropoutLikelihood:
    """Log-likelihood with derivatives in r, alpha, a, b; called with those four.

    ``first_chance`` is the number of chances to drop out before the first repeat purchase: 0 is
    BG/NBD, 1 is MBG/NBD, where a customer may leave right after the first purchase too.
    """

    # Eq. 6 of Fader, Hardie & Lee (2005); with x + 1 chances Eq. 6 of Batislam, Denizel & Filiztekin (2007).
    def __init__(self, histories: Histories, *, first_chance: int) -> None:
        frequency, customers = histories.frequency, histories.customers
        count_of = np.bincount(frequency.astype(np.int64), weights=customers)
        self.total = histories.total
        self.purchases = np.flatnonzero(count_of).astype(float)
        self.buyers = count_of[self.purchases.astype(np.int64)]
        self.first_chance = first_chance
        chances = frequency + first_chance
        at_risk, safe = chances > 0, chances == 0
        ages, code = np.unique(histories.T[safe], return_inverse=True)
        self.safe_T, self.safe_customers = ages, np.bincount(code, weights=customers[safe], minlength=len(ages))
        self.rows = tuple(column[at_risk] for column in (frequency, chances, histories.recency, histories.T, customers))

    def __call__(self, parameters: Array) -> Terms:
        value, gradient, hessian = self._counts(parameters)
        for part in (self._safe(parameters), *self._blocks(parameters)):
            value, gradient, hessian = value + part[0], gradient + part[1], hessian + part[2]
        return value, gradient, hessian + np.triu(hessian, 1).T

    def _counts(self, parameters: Array) -> Terms:
        """Terms that depend on the number of purchases only; upper triangle of the Hessian."""
        r, alpha, a, b = parameters
        n, total = self.buyers, self.total
        rx, bk = r + self.purchases, b + self.purchases + self.first_chance
        value = n @ (gammaln(rx) + gammaln(bk) - gammaln(a + bk))
        value += total * (gammaln(a + b) - gammaln(r) - gammaln(b) + r * np.log(alpha))
        both = total * psi(a + b) - n @ psi(a + bk)
        gradient = np.array(
            [
                n @ psi(rx) + total * (np.log(alpha) - psi(r)),
                total * r / alpha,
                both,
                both - total * psi(b) + n @ psi(bk),
            ]
        )
        hessian = np.zeros((4, 4))
        hessian[0, 0] = n @ polygamma(1, rx) - total * polygamma(1, r)
        hessian[0, 1] = total / alpha
        hessian[1, 1] = -total * r / alpha**2
        hessian[2, 2] = hessian[2, 3] = total * polygamma(1, a + b) - n @ polygamma(1, a + bk)
        hessian[3, 3] = hessian[2, 2] - total * polygamma(1, b) + n @ polygamma(1, bk)
        return float(value), gradient, hessian

    def _safe(self, parameters: Array) -> Terms:
        """One-time buyers who had no chance to drop out."""
        r, alpha, _, _ = parameters
        inverse = 1.0 / (alpha + self.safe_T)
        logs = self.safe_customers @ np.log(alpha + self.safe_T)
        rate = self.safe_customers @ inverse
        gradient, hessian = np.zeros(4), np.zeros((4, 4))
        gradient[:2] = -logs, -r * rate
        hessian[0, 1], hessian[1, 1] = -rate, r * (self.safe_customers @ inverse**2)
        return float(-r * logs), gradient, hessian

    def _blocks(self, parameters: Array) -> list[Terms]:
        starts = range(0, len(self.rows[0]), BLOCK)
        return [_block(parameters, *(column[at : at + BLOCK] for column in self.rows)) for at in starts]


def _block(parameters: Array, *rows: Array) -> Terms:
    """ln(alive + gone) of each row, where both are densities of the same purchases."""
    r, alpha, a, b = parameters
    x, chances, t, T, n = rows
    rx, inverse_b = r + x, 1.0 / (b + chances - 1.0)
    inverse_T, inverse_t = 1.0 / (alpha + T), 1.0 / (alpha + t)
    log_T = np.log(alpha + T)
    silence = log_T - np.log(alpha + t)
    odds = rx * silence + np.log(a * inverse_b)
    small = np.exp(-np.abs(odds))
    gone = np.where(odds > 0, 1.0, small) / (1.0 + small)
    n_gone = n * gone
    n_alive = n - n_gone
    value = n @ (np.maximum(odds, 0.0) + np.log1p(small) - rx * log_T)
    slope_T, slope_t = n_alive * rx * inverse_T, n_gone * rx * inverse_t
    gradient = np.array(
        [
            n_gone @ silence - n @ log_T,
            -slope_T.sum() - slope_t.sum(),
            n_gone.sum() / a,
            -(n_gone @ inverse_b),
        ]
    )
    mixed = n_gone * (1.0 - gone)
    steps = (silence, rx * (inverse_T - inverse_t), np.full_like(x, 1.0 / a), -inverse_b)
    hessian = np.zeros((4, 4))
    for i in range(4):
        weighted = mixed * steps[i]
        for j in range(i, 4):
            hessian[i, j] = weighted @ steps[j]
    hessian[0, 1] -= n_alive @ inverse_T + n_gone @ inverse_t
    hessian[1, 1] += slope_T @ inverse_T + slope_t @ inverse_t
    hessian[2, 2] -= n_gone.sum() / a**2
    hessian[3, 3] += n_gone @ inverse_b**2
    return float(value), gradient, hessian
