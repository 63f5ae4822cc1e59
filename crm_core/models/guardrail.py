"""Guardrails: what is wrong or missing in data and fits, in plain words, with what to do next."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from crm_core.models.newton import Array
from crm_core.models.summary import DAYS_IN, Period

Severity = Literal["info", "warn", "block"]


@dataclass(frozen=True)
class Guardrail:
    """A message for the page; ``block`` means that the forecast must not be shown."""

    code: str
    severity: Severity
    message: str


def sample_guardrails(summary: pd.DataFrame, *, period: Period) -> list[Guardrail]:
    """Too few buyers, too short a history, or data that stopped arriving."""
    return [*_size_guardrails(summary), *_history_guardrails(summary, period=period)]


def _size_guardrails(summary: pd.DataFrame) -> list[Guardrail]:
    buyers, repeat = len(summary), int((summary["frequency"] > 0).sum())
    found = []
    if repeat < 50:
        message = (
            f"Only {repeat} customers bought more than once; a forecast from fewer than 50 can be wrong by half. "
            "Look at the history only, or import a longer one."
        )
        found.append(Guardrail("few_repeat_buyers", "block", message))
    elif repeat < 250:
        message = (
            f"{repeat} customers bought more than once. With fewer than 250 the forecast is rough: "
            "use it to rank customers, and read the interval rather than the number."
        )
        found.append(Guardrail("few_repeat_buyers", "warn", message))
    if buyers < 500:
        message = f"{buyers} customers are few for a forecast; 500 or more make it steadier. Import all customers."
        found.append(Guardrail("few_buyers", "warn", message))
    return found


def _history_guardrails(summary: pd.DataFrame, *, period: Period) -> list[Guardrail]:
    if summary.empty:
        return []
    length = DAYS_IN[period]
    history = round(float(summary["T"].max()) * length) + 1
    silence = round(float((summary["T"] - summary["recency"]).min()) * length)
    found = []
    if history < 180:
        message = f"The orders cover {history} days. Half a year or more shows who comes back; import older orders."
        found.append(Guardrail("short_history", "warn", message))
    if history < 730:
        message = (
            "The orders cover less than two years, so a season cannot be told from a trend. "
            "A forecast made right after a peak is too high: end the data before it, or compare with last year."
        )
        found.append(Guardrail("season_unknown", "warn", message))
    if silence > 30:
        message = f"The last order is {silence} days old. Import newer orders, or set the end of observation back."
        found.append(Guardrail("old_data", "warn", message))
    return found


def regularity(first_gap: Array, second_gap: Array) -> float | None:
    """How evenly customers buy: 1 is at random, 5 and more looks like a subscription.

    One pair of successive gaps between purchases per customer with three purchases or more, in
    any unit. None when fewer than 50 customers have a pair.
    """
    # Wheat & Morrison (1990): the share of the first gap is Beta(k, k), variance 1 / (4 (2k + 1)).
    both = np.asarray(first_gap, float) + np.asarray(second_gap, float)
    shares = np.asarray(first_gap, float)[both > 0] / both[both > 0]
    if len(shares) < 50:
        return None
    variance = float(shares.var(ddof=1))
    return (1 - 4 * variance) / (8 * variance) if variance > 0 else np.inf


def regularity_guardrails(k: float | None, r: float | None) -> list[Guardrail]:
    """Purchases too even for a model of purchases at random."""
    is_even = k is not None and k > 5
    if is_even or (r is not None and r > 50):
        how = "at nearly equal intervals" if is_even else "all at nearly the same rate"
        message = (
            f"Customers buy {how}: this looks like a subscription business. "
            "A forecast for purchases at random does not fit it; use retention and the scenario calculator."
        )
        return [Guardrail("subscription", "block", message)]
    if k is not None and k > 1.5:
        message = (
            "Customers buy at more even intervals than the model assumes. The ranking holds; "
            "the probability of being active reacts too slowly to a missed purchase."
        )
        return [Guardrail("regular_purchases", "warn", message)]
    return []


def amount_correlation(frequency: Array, monetary_value: Array) -> float:
    """Spearman's correlation of how often and how much, over repeat buyers with an amount above zero."""
    used = (np.asarray(frequency) > 0) & (np.asarray(monetary_value) > 0)
    x, m = (pd.Series(np.asarray(column)[used]).rank() for column in (frequency, monetary_value))
    return float(x.corr(m)) if used.any() and np.ptp(x) > 0 and np.ptp(m) > 0 else 0.0
