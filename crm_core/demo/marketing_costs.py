"""What marketing cost: by month, channel, source and region, and by campaign."""

import numpy as np
import pandas as pd

from crm_core.demo.season import day_number, month_starts
from crm_core.demo.stories import CAMPAIGNS, CURRENCY, SEED, UNPROFITABLE

RATES = {
    ("online", "search"): 0.13,
    ("online", "social"): 0.15,
    ("online", "newsletter"): 0.02,
    ("online", "referral"): 0.06,
    ("store", "walk-in"): 0.05,
    ("store", "catalogue"): 0.1,
    ("store", "referral"): 0.04,
    ("phone", "catalogue"): 0.11,
    ("phone", "referral"): 0.04,
    ("phone", "newsletter"): 0.02,
    (UNPROFITABLE.channel, UNPROFITABLE.source): UNPROFITABLE.marketing_rate,
}
"""Marketing cost as a share of the sales it brought; what is not listed costs nothing."""


def costs(lines: pd.DataFrame) -> pd.DataFrame:
    """Columns of `Kind.COSTS`: ``date`` is the first of the month or the day of sending, ``amount`` in cents."""
    rng = np.random.default_rng([SEED, 8])
    sold = lines[lines.amount > 0].assign(date=month_starts(lines.date[lines.amount > 0].to_numpy()))
    monthly = sold.groupby(["date", "channel", "source", "region"], as_index=False).amount.sum()
    rate = np.array([RATES.get(pair, 0.0) for pair in zip(monthly.channel, monthly.source, strict=True)])
    monthly["amount"] = (monthly.amount * rate * rng.normal(1.0, 0.08, len(monthly)) / 10).round().astype("int64") * 10
    mailings = pd.DataFrame(
        [(day_number(c.sent), "online", "newsletter", c.campaign, 100 * c.cost) for c in CAMPAIGNS],
        columns=["date", "channel", "source", "campaign", "amount"],
    )
    everything = pd.concat([monthly[monthly.amount > 0], mailings])
    everything["currency"] = CURRENCY
    return everything.sort_values(["date", "channel", "source", "region"], ignore_index=True)
