"""The effect of one campaign on spending and on buying at all: everyone assigned, treated against control."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crm_core.analytics import Filters, revenue
from crm_core.models.effect import Arm, Effect, conversion_effect, effect
from crm_core.models.interval import t_quantile
from crm_core.store.warehouse import Warehouse

ARMS = {"treated": "Chosen for the mail", "control": "Control group"}


@dataclass(frozen=True)
class CampaignEffect:
    """What the two arms did in the attribution window, and their difference.

    ``arms`` is a row per arm: ``arm`` (in words), ``customers``, ``mean`` (revenue per customer, units of
    currency) with ``low`` and ``high`` of its 95% interval, ``buyers``.
    """

    arms: pd.DataFrame
    spending: Effect | None
    """In units of currency; None when an arm has fewer than two customers."""
    buying: Effect | None


def campaign_effect(warehouse: Warehouse, assigned: pd.DataFrame, *, window: tuple[int, int]) -> CampaignEffect:
    """The effect on the customers of `campaigns.results.assignments` in the days of ``window``, the last one out."""
    lines = warehouse.frame(revenue("customer_id", filters=Filters(since=window[0], until=window[1])))
    bought = lines.dropna(subset="customer_id").set_index("customer_id")
    rows = assigned.assign(
        amount=assigned.customer_id.map(bought.cents).fillna(0).astype("float64") / 100,
        is_buyer=assigned.customer_id.map(bought.orders).fillna(0).astype("int64") > 0,
    )
    parts = {name: rows[rows.arm == name] for name in ARMS}
    arms = {name: Arm.of(part.amount.to_numpy()) for name, part in parts.items()}
    buyers = {name: (int(part.is_buyer.sum()), len(part)) for name, part in parts.items()}
    table = [_described(ARMS[name], arms[name], buyers[name][0]) for name in ARMS]
    return CampaignEffect(
        pd.DataFrame(table),
        effect(arms["treated"], arms["control"]),
        conversion_effect(buyers["treated"], buyers["control"]),
    )


def _described(name: str, arm: Arm, buyers: int) -> dict[str, object]:
    half = t_quantile(0.95, arm.n - 1) * float(np.sqrt(arm.variance / arm.n)) if arm.n > 1 else 0.0
    ends = {"low": arm.mean - half, "high": arm.mean + half}
    return {"arm": name, "customers": arm.n, "mean": arm.mean, **ends, "buyers": buyers}
