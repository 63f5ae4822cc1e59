"""Lifecycle: where a customer stands between the first purchase and the last."""

from enum import StrEnum

import numpy as np
import pandas as pd


class Stage(StrEnum):
    """Stage of a customer who has bought at least once; prospects have not, and are not in the ledger."""

    NEW = "new"
    """Bought on one day only, not long ago."""
    ACTIVE = "active"
    AT_RISK = "at risk"
    """Silent for longer than most gaps."""
    LAPSED = "lapsed"
    """Silent for more than twice as long as that."""
    WON_BACK = "won back"
    """Had lapsed before the last purchase, and bought again not long ago."""


def lifecycle_stages(
    customers: pd.DataFrame, *, as_of_day: int, quiet_after: float, lapsed_after: float | None = None
) -> pd.Series:
    """`Stage` of each customer of `customer_totals`, as text; index of ``customers``.

    Parameters
    ----------
    quiet_after
        Days after which a silence is unusual: the 90th percentile of gaps (`gap_quantile`), or one's own.
    lapsed_after
        Days of silence after which a customer has lapsed; None takes twice ``quiet_after``.
    """
    gone_after = 2 * quiet_after if lapsed_after is None else lapsed_after
    silence = as_of_day - customers.last_day
    pause = customers.last_day - customers.previous_day
    stages = np.select(
        [
            silence > gone_after,
            silence > quiet_after,
            pause > gone_after,
            customers.purchase_days == 1,
        ],
        range(4),
        default=4,
    )
    names = [Stage.LAPSED, Stage.AT_RISK, Stage.WON_BACK, Stage.NEW, Stage.ACTIVE]
    return pd.Series(pd.array(names, dtype="str").take(stages), index=customers.index)
