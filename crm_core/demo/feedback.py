"""Answers to the quarterly satisfaction survey."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crm_core.columns import SCORES
from crm_core.demo.season import Floats, day_number, quarter_bounds
from crm_core.demo.sentences import SENTENCES
from crm_core.demo.stories import DELIVERY, DRIVERS, LOYALTY, QUARTERS, SEED

LEVELS = {"quality": 4.15, "price": 3.45, "delivery": 4.0, "service_before": 4.0, "service_after": 3.8}
SKIPPED = {"nps": 0.03, "csat": 0.04, "ces": 0.1, "quality": 0.06, "price": 0.06, "delivery": 0.08}
SKIPPED |= {"service_before": 0.12, "service_after": 0.18}
BROKEN_OFF = 0.06
"""Share of respondents who stop after the first two questions; what they answered is kept."""

ANONYMOUS = 0.05
COMMENTED = 0.36
REACHED_DAYS = 183
"""The survey goes to customers who bought in this many days before the quarter's end."""


def answers(buyers: pd.DataFrame, heads: pd.DataFrame) -> pd.DataFrame:
    """Columns of `Kind.ANSWERS`, sorted by date; a skipped question is missing."""
    rng = np.random.default_rng([SEED, 14])
    person = _satisfaction(buyers, rng)
    waves = [_wave(quarter, buyers, heads, rng) for quarter in QUARTERS]
    responses = pd.concat(waves).sort_values(["date", "buyer"], ignore_index=True)
    felt = _felt(responses, person, rng)
    scores = _scores(responses, felt, person, rng)
    stopped = rng.random(len(responses)) < BROKEN_OFF
    responses["comment"] = _comments(responses, felt, scores.nps, rng).mask(stopped)
    responses = responses.join(_with_gaps(scores, stopped, rng))
    anonymous = rng.random(len(responses)) < ANONYMOUS
    responses["customer_id"] = responses.buyer.map(buyers.customer_id).mask(anonymous)
    return responses.assign(response_id=[f"R{number:05d}" for number in range(1, len(responses) + 1)])


def _satisfaction(buyers: pd.DataFrame, rng: np.random.Generator) -> Floats:
    """A lasting trait of each buyer, standard normal, the lower the likelier the customer drops out."""
    # Normal scores of the drop-out probabilities: the n-th of a sorted normal sample for the n-th largest.
    scores = np.sort(rng.normal(size=len(buyers)))
    leaving = scores[buyers.dropout.rank(method="first").to_numpy(dtype=int) - 1]
    return -LOYALTY * leaving + np.sqrt(1 - LOYALTY**2) * rng.normal(size=len(buyers))


def _wave(quarter: str, buyers: pd.DataFrame, heads: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    _, end = quarter_bounds(quarter)
    reached = np.unique(heads.buyer[(heads.buyer >= 0) & (heads.day < end) & (heads.day >= end - REACHED_DAYS)])
    who = np.sort(rng.choice(reached, min(int(rng.integers(440, 560)), len(reached)), replace=False))
    # Invitations leave early in the last month; most answer soon, the rest after the reminder.
    month = quarter_bounds(quarter)[1] - 26
    wait = np.minimum(rng.geometric(0.22, len(who)) + 7 * (rng.random(len(who)) < 0.25), 24)
    frame = buyers.loc[who, ["region", "language"]].reset_index(drop=True)
    return frame.assign(buyer=who, date=month + wait, survey=f"quarterly-{quarter}")


def _felt(responses: pd.DataFrame, person: Floats, rng: np.random.Generator) -> pd.DataFrame:
    """What each respondent feels about each driver, before it is put into whole points."""
    trait = person[responses.buyer]
    count = len(responses)
    felt = pd.DataFrame({name: level + 0.42 * trait + rng.normal(0, 0.72, count) for name, level in LEVELS.items()})
    late = (responses.region == DELIVERY.region) & (responses.date >= day_number(DELIVERY.start))
    felt["delivery"] -= DELIVERY.points * late
    return felt


def _scores(responses: pd.DataFrame, felt: pd.DataFrame, person: Floats, rng: np.random.Generator) -> pd.DataFrame:
    count, trait = len(responses), person[responses.buyer]
    mood = sum(weight * (felt[name] - LEVELS[name]) for name, weight in DRIVERS.items())
    raw = felt.assign(
        nps=8.1 + mood + 0.45 * trait + rng.normal(0, 0.85, count),
        csat=3.95 + 0.38 * mood + rng.normal(0, 0.45, count),
        ces=5.3 + 0.5 * mood + rng.normal(0, 0.8, count),
    )
    whole = {code: raw[code].round().clip(low, high).astype("int64") for code, (low, high) in SCORES.items()}
    return pd.DataFrame(whole)


def _comments(responses: pd.DataFrame, felt: pd.DataFrame, nps: pd.Series, rng: np.random.Generator) -> pd.Series:
    """Praise of what pleased most, complaint about what pleased least, or both, in the person's language."""
    relative = felt - pd.Series(LEVELS)
    best, worst = relative.idxmax(axis=1), relative.idxmin(axis=1)
    pick = rng.integers(0, 2, (len(responses), 2)).tolist()
    writes = rng.random(len(responses)) < COMMENTED
    texts = []
    for language, liked, disliked, score, (first, second) in zip(
        responses.language, best, worst, nps, pick, strict=True
    ):
        said = SENTENCES[language]
        praise, complaint = said[str(liked)][0][first], said[str(disliked)][1][second]
        texts.append(praise if score >= 9 else complaint if score <= 6 else f"{praise} {complaint}")
    return pd.Series(texts).where(writes)


def _with_gaps(scores: pd.DataFrame, stopped: NDArray[np.bool_], rng: np.random.Generator) -> pd.DataFrame:
    kept = {}
    for number, (code, share) in enumerate(SKIPPED.items()):
        skipped = (rng.random(len(scores)) < share) | (stopped & (number >= 2))
        kept[code] = scores[code].astype("Int64").mask(skipped)
    return pd.DataFrame(kept)
