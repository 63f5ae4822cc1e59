"""The days on which customers buy: BG/NBD on the shop's clock, and the planted exceptions to it."""

import numpy as np
import pandas as pd

from crm_core.demo.season import LAST, LENGTH, calendar_days, quarter_names
from crm_core.demo.stories import DECLINE, QUIET, SEED


def purchases(buyers: pd.DataFrame) -> pd.DataFrame:
    """One row per customer and day of purchase, in that order: ``buyer`` (row of `buyers`), ``day``."""
    rng = np.random.default_rng([SEED, 3])
    repeat = _declined(_repeat_purchases(buyers, rng), buyers, rng)
    first = pd.DataFrame({"buyer": buyers.index, "day": buyers.first_day})
    ordinary = pd.concat([first, repeat])
    ordinary = ordinary[~ordinary.buyer.map(buyers.is_quiet)]
    days = pd.concat([ordinary, _quiet_purchases(buyers[buyers.is_quiet], rng)])
    return days.drop_duplicates().sort_values(["buyer", "day"], ignore_index=True)


def _repeat_purchases(buyers: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Repeat orders of BG/NBD.

    Given their number, the orders of a Poisson process lie uniformly over the time left; the customer
    drops out after the k-th of them, k geometric.

    Source: Fader, Hardie & Lee (2005), "Counting Your Customers" the Easy Way, section 2.
    """
    left = LENGTH - buyers.joined.to_numpy()
    wanted = rng.poisson(buyers.rate.to_numpy() * left)
    until = rng.geometric(np.maximum(buyers.dropout.to_numpy(), 1e-12))
    frame = pd.DataFrame({"buyer": np.repeat(buyers.index.to_numpy(), wanted)})
    frame["time"] = buyers.joined.to_numpy()[frame.buyer] + rng.random(len(frame)) * left[frame.buyer]
    frame = frame.sort_values(["buyer", "time"], ignore_index=True)
    frame = frame[frame.groupby("buyer").cumcount() < until[frame.buyer]]
    return pd.DataFrame({"buyer": frame.buyer, "day": calendar_days(frame.time.to_numpy())})


def _declined(repeat: pd.DataFrame, buyers: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    kept = pd.Series(quarter_names(repeat.day.to_numpy()), index=repeat.index).map(DECLINE.kept).fillna(1.0)
    gone = (repeat.buyer.map(buyers.region) == DECLINE.region) & (rng.random(len(repeat)) >= kept)
    return repeat[~gone]


def _quiet_purchases(quiet: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Even gaps up to a last order that lies the planted number of gaps before the end."""
    rows = []
    for buyer, first in quiet.first_day.items():
        gap = rng.uniform(*QUIET.gap_days)
        last = LAST + 1 - round(gap * rng.uniform(*QUIET.silence_in_gaps))
        steps = rng.gamma(6.0, 1.0, round((last - first) / gap))
        days = first + np.round(np.cumsum(steps) / steps.sum() * (last - first)).astype(np.int64)
        rows += [(buyer, day) for day in [first, *days.tolist()]]
    return pd.DataFrame(rows, columns=["buyer", "day"])
