"""Time to the second purchase: Kaplan-Meier, so that customers who are new count as long as they were seen."""

from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy import func, select

from crm_core.analytics.filters import Filters
from crm_core.analytics.key_figures import of_buyers
from crm_core.analytics.purchase import count_where, is_purchase, lines

_Z = 1.959963984540054


def second_purchases(*, until_day: int, customers: Filters | None = None) -> sa.Select[Any]:
    """Days from the first to the second purchase day: a row per number of ``days``, in no order.

    ``events`` bought again after so many days; ``censored`` had not bought again before ``until_day``, and were seen
    for so many days. ``customers`` keeps those with a purchase within these filters, with all their purchases.
    """
    days = (
        select(lines.customer_id, lines.day)
        .where(is_purchase(), lines.day < until_day, *of_buyers(customers))
        .distinct()
        .cte("purchase_days")
    )
    first = select(days.c.customer_id, func.min(days.c.day).label("day")).group_by(days.c.customer_id).cte("first")
    later = sa.and_(days.c.customer_id == first.c.customer_id, days.c.day > first.c.day)
    second = (
        select(first.c.day.label("first"), func.min(days.c.day).label("second"))
        .select_from(first.outerjoin(days, later))
        .group_by(first.c.customer_id, first.c.day)
        .cte("second")
    )
    waited = (func.coalesce(second.c.second, until_day - 1) - second.c.first).label("days")
    return select(
        waited,
        count_where(second.c.second.is_not(None)).label("events"),
        count_where(second.c.second.is_(None)).label("censored"),
    ).group_by(waited)


def survival(waits: pd.DataFrame) -> pd.DataFrame:
    """The share that has not bought again after so many days: a row per day on which somebody did, from day 0.

    Columns ``days``, ``at_risk`` (seen for at least as long, without a second purchase before), ``events``,
    ``survival`` in [0, 1], its 95% interval ``low``, ``high`` (of the complementary log-log, Greenwood's variance;
    missing where nobody or everybody has), and ``again``, ``again_low``, ``again_high``: the share that has.
    """
    ordered = waits.groupby("days", as_index=False)[["events", "censored"]].sum().sort_values("days")
    leaving = (ordered.events + ordered.censored).to_numpy("int64")
    at_risk = leaving.sum() - np.concatenate([[0], leaving.cumsum()[:-1]]) if len(leaving) else leaving
    seen = ordered.assign(at_risk=at_risk).loc[ordered.events.to_numpy() > 0]
    n, d = seen.at_risk.to_numpy("float64"), seen.events.to_numpy("float64")
    share = np.cumprod(1 - d / n)
    low, high = _interval(share, n, d)
    start = pd.DataFrame({"days": [0], "at_risk": [leaving.sum()], "events": [0], "survival": [1.0]})
    steps = seen[["days", "at_risk", "events"]].assign(survival=share, low=low, high=high)
    table = pd.concat([start.assign(low=np.nan, high=np.nan), steps], ignore_index=True)
    return table.assign(again=1 - table.survival, again_low=1 - table.high, again_high=1 - table.low)


def _interval(share: np.ndarray, n: np.ndarray, d: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    # Kalbfleisch & Prentice (2002), section 1.4: log(-log S) keeps the interval within [0, 1].
    inside = (share > 0) & (share < 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(np.where(n > d, d / (n * (n - d)), np.nan))
        turn = _Z * np.sqrt(greenwood) / np.log(share)
        low, high = share ** np.exp(-turn), share ** np.exp(turn)
    return np.where(inside, low, np.nan), np.where(inside, high, np.nan)


def at(table: pd.DataFrame, days: int) -> pd.Series:
    """The row of `survival` that holds after ``days``."""
    return table.loc[table.days <= days].iloc[-1]


def median_days(table: pd.DataFrame) -> int | None:
    """Days after which half have bought again; None when less than half do, as far as was seen."""
    reached = table.loc[table.survival <= 0.5]
    return None if reached.empty else int(reached.days.iloc[0])


def last_day_seen(waits: pd.DataFrame) -> int:
    """The longest time any customer was seen for; the curve says nothing beyond it."""
    return int(waits.days.max()) if len(waits) else 0
