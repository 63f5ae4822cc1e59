"""Pareto/NBD as a second opinion: customers leave at any time, not only after a purchase."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crm_core.errors import ModelError
from crm_core.models import fallback
from crm_core.models.dropout import collapsed
from crm_core.models.lifetime_value import LifetimeValueModel, predict
from crm_core.models.newton import Array
from crm_core.models.summary import DAYS_IN

MOST = 5_000
"""Customers it is fitted on: lifetimes searches without derivatives, so time grows with their number."""
AGREED = 0.10
"""Difference, as a share of ours, up to which two totals are said to agree."""


@dataclass(frozen=True)
class ParetoNbd:
    """A Pareto/NBD as lifetimes fits it; without standard errors, which lifetimes gets wrong.

    Source: Schmittlein, Morrison & Colombo (1987), "Counting your customers".
    """

    r: float
    alpha: float
    s: float
    beta: float
    log_likelihood: float

    @classmethod
    def fit(cls, frequency: Array, recency: Array, T: Array) -> "ParetoNbd":
        """The maximum-likelihood fit; use at most `MOST` customers.

        Raises
        ------
        ModelError
            When lifetimes finds no parameters.
        """
        found, log_likelihood = fallback.pareto_parameters(collapsed(frequency, recency, T))
        r, alpha, s, beta = found.tolist()
        return cls(r, alpha, s, beta, log_likelihood)

    def p_alive(self, frequency: Array, recency: Array, T: Array) -> Array:
        """Probability of being active at ``T``; below 1 for one-time buyers too."""
        return fallback.pareto_p_alive(self._parameters, frequency, recency, T)

    def expected_purchases(self, frequency: Array, recency: Array, T: Array, *, horizon: float) -> Array:
        """Expected number of purchases in the ``horizon`` after ``T``."""
        return fallback.pareto_purchases(self._parameters, frequency, recency, T, horizon=horizon)

    @property
    def _parameters(self) -> Array:
        return np.array([self.r, self.alpha, self.s, self.beta])


@dataclass(frozen=True)
class SecondOpinion:
    """What two models say of the same customers; purchases in the horizon, and how many are active."""

    customers: int
    is_sample: bool
    model: ParetoNbd
    purchases: float
    purchases_here: float
    active: float
    active_here: float

    @property
    def agrees(self) -> bool:
        """Whether the purchases of the two lie within `AGREED` of ours."""
        return abs(self.purchases - self.purchases_here) <= AGREED * self.purchases_here


def second_opinion(
    model: LifetimeValueModel, summary: pd.DataFrame, *, horizon_days: int, rng: np.random.Generator
) -> SecondOpinion:
    """Pareto/NBD fitted on the customers, or on `MOST` of them drawn at random, against ``model`` for the same ones.

    ``active_here`` takes the probabilities that pages show: of one-time buyers that of MBG/NBD.

    Raises
    ------
    ModelError
        When either model has nothing to predict with.
    """
    is_sample = len(summary) > MOST
    seen = summary.iloc[np.sort(rng.choice(len(summary), MOST, replace=False))] if is_sample else summary
    ours = predict(model, seen, horizon_days=horizon_days)
    x, t, T = (seen[name].to_numpy(float) for name in ("frequency", "recency", "T"))
    other = ParetoNbd.fit(x, t, T)
    purchases = float(other.expected_purchases(x, t, T, horizon=horizon_days / DAYS_IN[model.period]).sum())
    if not np.isfinite(purchases):
        raise ModelError("Pareto/NBD found no usable parameters for these purchases, so there is no second opinion.")
    return SecondOpinion(
        customers=len(seen),
        is_sample=is_sample,
        model=other,
        purchases=purchases,
        purchases_here=float(ours.expected_purchases.sum()),
        active=float(other.p_alive(x, t, T).sum()),
        active_here=float(ours.p_alive_shown.sum()),
    )
