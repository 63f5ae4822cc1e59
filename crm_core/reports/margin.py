"""Contribution margin as far as costs are known: which part of the revenue, and what is left of it."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from crm_core.models.newton import Array

ENOUGH = 0.95
"""Share of revenue whose cost must be known before a value is given as margin."""


@dataclass(frozen=True, eq=False)
class Margins:
    """Amounts less costs of goods, as shares of the amounts.

    ``rates`` has a customer each: the own margin so far, drawn towards ``rate``, that of all, as one more average
    purchase at this rate would.
    """

    known_share: float
    rate: float
    rates: Array
    known: Array = field(default_factory=lambda: np.zeros(0))
    revenue: Array = field(default_factory=lambda: np.zeros(0))
    """Of each customer: cents whose cost is known, and all."""

    def of(self, chosen: npt.NDArray[np.bool_]) -> "Margins":
        """Those of a part of the customers; ``rate`` stays that of all."""
        known, revenue = self.known[chosen], self.revenue[chosen]
        return Margins(_share(known, revenue), self.rate, self.rates[chosen], known, revenue)

    @property
    def are_known(self) -> bool:
        """Whether costs are known of enough revenue to give values as margin."""
        return self.known_share >= ENOUGH


def margins(totals: pd.DataFrame) -> Margins:
    """The margins of `analytics.value_totals`, in the order of its rows."""
    margin, cost, revenue = (
        totals[name].to_numpy(float) for name in ("margin_cents", "known_cost_cents", "total_cents")
    )
    known = margin + cost
    if known.sum() <= 0 or revenue.sum() <= 0:
        return Margins(0.0, 0.0, np.zeros(len(totals)), known, revenue)
    rate = float(margin.sum() / known.sum())
    one = float(revenue.sum() / totals.purchase_days.sum())
    # Who brought back as much as was bought has no rate of their own.
    rates = np.where(known > 0, (margin + rate * one) / (np.maximum(known, 0.0) + one), rate)
    return Margins(_share(known, revenue), rate, rates, known, revenue)


def _share(known: Array, revenue: Array) -> float:
    whole = float(revenue.sum())
    return min(1.0, max(0.0, float(known.sum()) / whole)) if whole > 0 else 0.0
