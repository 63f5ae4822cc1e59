"""What drives each buyer unseen: how often they buy, when they drop out, what they spend, where and how."""

import numpy as np
import pandas as pd

from crm_core.demo.catalogue import CATEGORIES
from crm_core.demo.places import REGION_NAMES, REGIONS
from crm_core.demo.season import LENGTH, Floats, calendar_days, quarter_names
from crm_core.demo.stories import BUYERS, DECLINE, PURCHASING, QUIET, SEED, SPENDING, UNPROFITABLE

CHANNELS = ("online", "store", "phone", UNPROFITABLE.channel)


def customer_ids(count: int, *, first: int = 1) -> list[str]:
    return [f"C{number:05d}" for number in range(first, first + count)]


def buyers() -> pd.DataFrame:
    """One row per buyer in order of the first purchase.

    Columns: ``customer_id``; ``joined`` (shop time of the first order, days since opening) and
    ``first_day``; ``rate`` (orders per day of shop time while active); ``dropout`` (probability of
    leaving after a repeat order); ``mean_order`` (euro); ``is_quiet``; ``region``; ``language``;
    ``channel`` (the usual one); ``liked``, ``also_liked`` (numbers of categories).
    """
    rng = np.random.default_rng([SEED, 2])
    frame = pd.DataFrame({"customer_id": customer_ids(BUYERS), "joined": _joining_times(rng)})
    frame["first_day"] = calendar_days(frame.joined.to_numpy())
    frame["rate"] = rng.gamma(PURCHASING.r, 1 / PURCHASING.alpha, BUYERS)
    frame["dropout"] = rng.beta(PURCHASING.a, PURCHASING.b, BUYERS)
    # The mean order of a customer is p / nu with nu ~ Gamma(q, v).
    frame["mean_order"] = SPENDING.p / rng.gamma(SPENDING.q, 1 / SPENDING.v, BUYERS)
    frame["is_quiet"] = frame.customer_id.isin(QUIET.customer_ids)
    frame.loc[frame.is_quiet, "mean_order"] = rng.uniform(*QUIET.mean_order, len(QUIET.customer_ids))
    frame["region"] = _regions(frame, rng)
    frame["language"] = _languages(frame.region, rng)
    partner = UNPROFITABLE.share_of_customers
    frame["channel"] = rng.choice(CHANNELS, BUYERS, p=(0.62, 0.92 - 0.62 - 0.06, 0.06, partner))
    frame.loc[frame.is_quiet & (frame.channel == UNPROFITABLE.channel), "channel"] = "online"
    frame["liked"] = rng.integers(0, len(CATEGORIES), BUYERS)
    frame["also_liked"] = (frame.liked + rng.integers(1, len(CATEGORIES), BUYERS)) % len(CATEGORIES)
    return frame


def _joining_times(rng: np.random.Generator) -> Floats:
    """More customers join in the first year than later: a shop that opens, then settles."""
    knots = np.array([0.0, 90, 365, LENGTH])
    pace = np.array([2.2, 1.5, 1.0, 0.95])
    area = np.concatenate([[0.0], np.cumsum(np.diff(knots) * (pace[1:] + pace[:-1]) / 2)])
    return np.sort(np.interp(rng.random(BUYERS) * area[-1], area, knots))


def _regions(frame: pd.DataFrame, rng: np.random.Generator) -> pd.Series:
    share = np.array([region.share for region in REGIONS])
    elsewhere = np.where(np.array(REGION_NAMES) == DECLINE.region, 0.0, share)
    region = pd.Series(rng.choice(REGION_NAMES, BUYERS, p=share))
    kept = pd.Series(quarter_names(frame.first_day.to_numpy())).map(DECLINE.kept).fillna(1.0)
    moves = (region == DECLINE.region) & ((rng.random(BUYERS) >= kept) | frame.is_quiet)
    return region.mask(moves, pd.Series(rng.choice(REGION_NAMES, BUYERS, p=elsewhere / elsewhere.sum())))


def _languages(region: pd.Series, rng: np.random.Generator) -> pd.Series:
    language = pd.Series("", index=region.index, dtype="str")
    for place in REGIONS:
        here = region == place.name
        language[here] = rng.choice(list(place.languages), int(here.sum()), p=list(place.languages.values()))
    return language
