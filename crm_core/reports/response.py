"""Response to campaigns: do new customers answer otherwise than those who have been there for long."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.analytics import Filters, among
from crm_core.analytics.acquisition import first_days
from crm_core.analytics.key_figures import buyers
from crm_core.campaigns.results import assignments, attribution_window
from crm_core.models.interval import normal_interval
from crm_core.store.tables import Campaign
from crm_core.store.warehouse import Warehouse

NEW_FOR = 90
"""Days before a campaign; whoever bought first within them, or never before it, is new."""
NEW, EXISTING = "new", "existing"
FEW = 30
"""Customers in an arm below which a campaign says nothing about a group."""


def arms_by_age(session: Session, warehouse: Warehouse, *, as_of_day: int) -> pd.DataFrame:
    """Everyone assigned to an arm of a campaign whose window is over, counted by group.

    Columns ``campaign`` (id), ``group`` (`NEW`, `EXISTING`), ``arm``, ``customers``, ``buyers`` (bought in the window).
    """
    parts = []
    for campaign in session.scalars(sa.select(Campaign).order_by(Campaign.id)):
        window = attribution_window(session, campaign)
        if window is not None and window[1] <= as_of_day:
            people = assignments(session, campaign.id)
            parts.append(counted(warehouse, people, window=window).assign(campaign=campaign.id))
    columns = ["campaign", "group", "arm", "customers", "buyers"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def counted(warehouse: Warehouse, assigned: pd.DataFrame, *, window: tuple[int, int]) -> pd.DataFrame:
    """The customers of one campaign by group and arm: ``group``, ``arm``, ``customers``, ``buyers``."""
    first = warehouse.frame(first_days(None, window[0])).set_index("customer_id").first_day
    bought = set(warehouse.frame(buyers(Filters(since=window[0], until=window[1]))).customer_id)
    begun = assigned.customer_id.map(first)
    rows = assigned.assign(
        group=np.where(begun < window[0] - NEW_FOR, EXISTING, NEW), bought=among(assigned.customer_id, bought)
    )
    return rows.groupby(["group", "arm"]).agg(customers=("bought", "size"), buyers=("bought", "sum")).reset_index()


def response(arms: pd.DataFrame) -> pd.DataFrame:
    """What mailing added to the share that buys, by group, over all campaigns; a row per group of ``arms``.

    Each campaign is compared with its own control group (Mantel and Haenszel), so that a campaign with many buyers and
    few controls does not pass for an effect. Campaigns with fewer than `FEW` customers of the group in an arm are left
    out.

    Columns ``group``, ``campaigns``, ``treated`` and ``control`` (customers), ``difference``, ``low``, ``high`` (of the
    share that bought; missing without campaigns).
    """
    rows = [(group, *_pooled(arms.loc[arms.group == group])) for group in (NEW, EXISTING)]
    return pd.DataFrame(rows, columns=["group", "campaigns", "treated", "control", "difference", "low", "high"])


def _pooled(arms: pd.DataFrame) -> Sequence[float]:
    sides = {
        arm: arms.loc[arms.arm == arm].set_index("campaign")[["customers", "buyers"]].astype("float64")
        for arm in ("treated", "control")
    }
    both = sides["treated"].merge(sides["control"], on="campaign", suffixes=("_t", "_c"))
    both = both.loc[(both.customers_t >= FEW) & (both.customers_c >= FEW)]
    if both.empty:
        return 0, 0, 0, np.nan, np.nan, np.nan
    share = {arm: both[f"buyers_{arm}"] / both[f"customers_{arm}"] for arm in "tc"}
    weight = both.customers_t * both.customers_c / (both.customers_t + both.customers_c)
    variance = sum(share[arm] * (1 - share[arm]) / both[f"customers_{arm}"] for arm in "tc")
    difference = float((weight * (share["t"] - share["c"])).sum() / weight.sum())
    found = normal_interval(difference, float(np.sqrt((weight**2 * variance).sum()) / weight.sum()))
    sizes = (int(both.customers_t.sum()), int(both.customers_c.sum()))
    return len(both), *sizes, found.estimate, found.low, found.high
