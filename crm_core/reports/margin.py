"""Contribution margin as far as costs are known: which part of the revenue, and what is left of it."""

from dataclasses import dataclass

import numpy as np
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
        return Margins(0.0, 0.0, np.zeros(len(totals)))
    rate = float(margin.sum() / known.sum())
    one = float(revenue.sum() / totals.purchase_days.sum())
    # Who brought back as much as was bought has no rate of their own.
    rates = np.where(known > 0, (margin + rate * one) / (np.maximum(known, 0.0) + one), rate)
    return Margins(min(1.0, float(known.sum() / revenue.sum())), rate, rates)
