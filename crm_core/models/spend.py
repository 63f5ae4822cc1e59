"""What a purchase is worth: Gamma-Gamma, or averages by frequency where it does not hold."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from crm_core.errors import ModelError
from crm_core.models.gamma_gamma import GammaGamma
from crm_core.models.guardrail import Guardrail, amount_correlation
from crm_core.models.newton import Array

FROM = np.array([1, 2, 4, 8])
"""Smallest frequency of each group."""


@dataclass(frozen=True)
class AmountByFrequency:
    """Mean amount per repeat purchase of customers with 1, 2-3, 4-7 and 8 or more of them."""

    means: tuple[float, ...]
    overall: float

    @classmethod
    def fit(cls, frequency: Array, monetary_value: Array) -> Self:
        """The averages; a group that nobody is in takes the overall one."""
        group = np.searchsorted(FROM, frequency, side="right")
        purchases = np.bincount(group, weights=frequency, minlength=len(FROM) + 1)
        money = np.bincount(group, weights=frequency * monetary_value, minlength=len(FROM) + 1)
        overall = money.sum() / max(purchases.sum(), 1.0)
        means = np.divide(money, purchases, out=np.full_like(money, overall), where=purchases > 0)
        return cls(tuple(means[1:].tolist()), float(overall))

    def expected_amount(self, frequency: Array, monetary_value: Array) -> Array:  # noqa: ARG002 -- as GammaGamma
        """Mean amount of the customer's group; the overall mean for one-time buyers."""
        group = np.searchsorted(FROM, frequency, side="right")
        return np.array([self.overall, *self.means])[group]


def fit_spend(x: Array, m: Array) -> tuple[GammaGamma | None, GammaGamma | AmountByFrequency, list[Guardrail]]:
    """The Gamma-Gamma fit if there is one, the model to predict with, and what must be said about it."""
    averages = AmountByFrequency.fit(x, m)
    try:
        fitted = GammaGamma.fit(x, m)
    except ModelError:
        # No amount above zero, or both engines gave up: averages are always there.
        return None, averages, [_NO_FIT]
    if not fitted.converged:
        return fitted, averages, [_NO_FIT]
    if fitted.q <= 1:
        return fitted, averages, [_INFINITE_MEAN]
    found = [_HEAVY_TAIL] if fitted.q <= 2 else []
    correlation = abs(amount_correlation(x, m))
    if correlation > 0.23:
        return fitted, averages, [*found, _DEPENDENT]
    return fitted, fitted, [*found, _SOMEWHAT_DEPENDENT] if correlation > 0.13 else found


_NO_FIT = Guardrail(
    "no_spend_fit",
    "warn",
    "The amounts do not fit the spend model, so each customer gets the average of those who buy as often. "
    "Check that the amounts are there and that refunds are marked as such.",
)
_INFINITE_MEAN = Guardrail(
    "spend_mean_infinite",
    "warn",
    "A few very large amounts rule the spend model, so each customer gets the average of those who buy as often. "
    "Look at the largest orders: wholesale belongs in an analysis of its own.",
)
_HEAVY_TAIL = Guardrail(
    "spend_heavy_tail",
    "warn",
    "A few very large amounts make the average spend unsteady. Look at the largest orders before you quote a total.",
)
_DEPENDENT = Guardrail(
    "amount_depends_on_frequency",
    "warn",
    "Customers who buy more often spend clearly more or less per order, which the spend model cannot hold, "
    "so each customer gets the average of those who buy as often.",
)
_SOMEWHAT_DEPENDENT = Guardrail(
    "amount_follows_frequency",
    "warn",
    "Customers who buy more often spend somewhat more or less per order. "
    "The ranking holds; values of the most frequent buyers are a little off.",
)
