"""Gaps: days between one purchase day of a customer and the next."""

from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy import func, select

from crm_core.analytics.filters import Filters
from crm_core.analytics.key_figures import of_buyers
from crm_core.analytics.purchase import is_purchase, lines


def gap_counts(*, until_day: int, customers: Filters | None = None) -> sa.Select[Any]:
    """How often each gap occurs before ``until_day``: a row per ``gap`` in days, with ``gaps``; in no order.

    Customers who bought on one day only have none. ``customers`` keeps those with a purchase within these filters,
    with all their purchases: bounding the purchases themselves would make two gaps one.
    """
    gaps = _gaps(until_day, customers)
    return select(gaps.c.gap, func.count().label("gaps")).where(gaps.c.gap.is_not(None)).group_by(gaps.c.gap)


def gap_customers(
    *, until_day: int, at_least: int, below: int | None = None, customers: Filters | None = None
) -> sa.Select[Any]:
    """Customers with a gap between two purchase days that fits, before ``until_day``: ``customer_id``, each once.

    Parameters
    ----------
    at_least, below
        Days; the gap can be ``at_least``, and is shorter than ``below`` unless that is None.
    customers
        As in `gap_counts`.
    """
    gaps = _gaps(until_day, customers)
    fits = [gaps.c.gap >= at_least] if below is None else [gaps.c.gap >= at_least, gaps.c.gap < below]
    return select(gaps.c.customer_id).where(*fits).distinct()


def _gaps(until_day: int, customers: Filters | None) -> sa.CTE:
    days = (
        select(lines.customer_id, lines.day)
        .where(is_purchase(), lines.day < until_day, *of_buyers(customers))
        .distinct()
        .cte("purchase_days")
    )
    previous = func.lag(days.c.day).over(partition_by=days.c.customer_id, order_by=days.c.day)
    return select(days.c.customer_id, (days.c.day - previous).label("gap")).cte("gaps")


def gap_quantile(counts: pd.DataFrame, share: float) -> float | None:
    """The gap that ``share`` of all gaps do not exceed, in days; between two gaps by linear interpolation.

    None when nobody bought twice.
    """
    if counts.empty:
        return None
    ordered = counts.sort_values("gap")
    gaps, ranks = ordered.gap.to_numpy(), ordered.gaps.cumsum().to_numpy()
    position = share * (ranks[-1] - 1)
    places = np.array([np.floor(position), np.ceil(position)])
    low, high = gaps[np.searchsorted(ranks, places, side="right")]
    return float(low + (high - low) * (position - places[0]))


def silent(customers: pd.DataFrame, *, as_of_day: int, longer_than: float) -> pd.DataFrame:
    """The customers of `customer_totals` silent for more than ``longer_than`` days, longest first.

    Adds ``days_since_last_order``. With the 90th percentile of gaps, nine of ten
    of the pauses after which a customer came back were shorter.
    """
    rows = customers.assign(days_since_last_order=as_of_day - customers.last_day)
    return rows.loc[rows.days_since_last_order > longer_than].sort_values(
        ["days_since_last_order", "customer_id"], ascending=[False, True], ignore_index=True
    )
