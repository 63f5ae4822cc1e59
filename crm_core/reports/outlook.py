"""What one customer will likely bring, with the range in which nine of ten customers like this one end."""

from dataclasses import dataclass
from zlib import crc32

import numpy as np

from crm_core.errors import ModelError
from crm_core.models.forecast import individual_ranges
from crm_core.models.interval import Interval
from crm_core.models.lifetime_value import predict
from crm_core.models.summary import DAYS_IN
from crm_core.reports.value import LifetimeValue


@dataclass(frozen=True)
class Outlook:
    """Of one customer, in the ``horizon_days`` after the data end."""

    horizon_days: int
    p_alive: float | None
    """As pages print it: of who bought on one day only by MBG/NBD; None where that is not known."""
    purchases: Interval
    """The range is that of single customers: it says what may happen, not how sure the mean is."""
    spend: Interval
    """Revenue before any returns in minor units, not discounted."""


def outlook(value: LifetimeValue, customer_id: str, *, horizon_days: int) -> Outlook | None:
    """What the fitted model expects of one customer; None of somebody who bought nothing.

    Raises
    ------
    ModelError
        When a guardrail of the fit forbids to show it.
    """
    row = value.summary.loc[value.summary.customer_id == customer_id]
    if row.empty:
        return None
    model = value.model
    if value.closed or model.purchases is None or model.spend is None:
        raise ModelError(value.closed)
    found = predict(model, row, horizon_days=horizon_days).iloc[0]
    purchases, spend = individual_ranges(
        model.purchases,
        model.spend,
        (float(found.frequency), float(found.recency), float(found["T"]), float(found.monetary_value)),
        horizon=horizon_days / DAYS_IN[model.period],
        rng=chance(value.as_of_day, customer_id),
    )
    alive = float(found.p_alive_shown)
    return Outlook(
        horizon_days,
        None if np.isnan(alive) else alive,
        Interval(float(found.expected_purchases), *purchases, confidence=0.9),
        Interval(float(found.expected_spend), *spend, confidence=0.9),
    )


def chance(as_of_day: int, customer_id: str) -> np.random.Generator:
    """A seed of their own: a customer has the same range in every list and on every page."""
    return np.random.default_rng([as_of_day, crc32(customer_id.encode())])
