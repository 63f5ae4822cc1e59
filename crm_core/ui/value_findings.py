"""Headings of the charts of the Lifetime value page."""

from collections.abc import Callable
from math import isnan

import pandas as pd

from crm_core.models.validation import Backtest
from crm_core.ui.format import Notation

Written = Callable[[float], str]
STEADY = 0.01
"""A change or a miss smaller than this share is none."""


def by_month(months: pd.DataFrame, what: str, written: Written) -> str:
    """How the forecast goes on from the first whole month to the last, with the range of the last.

    Parameters
    ----------
    months
        ``period``, ``is_whole``, ``expected``, ``low``, ``high``.
    what
        What is expected: ``sales``.
    """
    whole = months.loc[months.is_whole.astype(bool)]
    if whole.empty:
        return f"Expected {what}: no whole month"
    first, last = whole.iloc[0], whole.iloc[-1]
    there = f"{written(last.expected)} in {last.period}{_range(last.low, last.high, written)}"
    if len(whole) == 1:
        return f"Expected {what}: {there}"
    change = last.expected - first.expected
    if abs(change) <= STEADY * abs(first.expected):
        return f"Expected {what} stay about the same: {there}"
    way = "rise" if change > 0 else "fall"
    return f"Expected {what} {way} from {written(first.expected)} in {first.period} to {there}"


def by_group(groups: pd.DataFrame, grouping: str, what: str, written: Written, notation: Notation) -> str:
    """Of which group most is expected; ``groups`` has ``group``, ``expected``, ``low`` and ``high``."""
    whole = float(groups.expected.sum())
    if whole <= 0:
        return f"No {what} are expected"
    top = groups.iloc[int(groups.expected.argmax())]
    said = f"{written(top.expected)}{_range(top.low, top.high, written)}"
    if len(groups) == 1:
        return f"All {what} are expected of one {grouping}, {top.group}: {said}"
    share = notation.share(float(top.expected) / whole, 0)
    return f"{share} of the {what} are expected of the {grouping} {top.group}: {said}"


def _range(low: float, high: float, written: Written) -> str:
    return ", too few for a range" if isnan(low) else f" ({written(low)} to {written(high)})"


def backtest(test: Backtest | None, notation: Notation) -> str:
    """Whether the model expected too many or too few purchases in the days it had not seen."""
    if test is None:
        return "The forecast was not tested"
    days = f"the last {notation.number(test.holdout_days)} days ({notation.number(test.actual_purchases)} were made)"
    if abs(test.bias) < STEADY:
        return f"The model expected the purchases of {days} to within {notation.share(STEADY, 0)}"
    off = f"{notation.share(abs(test.bias), 0)} too {'many' if test.bias > 0 else 'few'}"
    return f"The model expected {off} purchases in {days}"


def active(probabilities: "pd.Series[float]", notation: Notation) -> str:
    """How many customers are likely active: the sum of their probabilities."""
    if probabilities.empty:
        return "No customers yet"
    few = float(probabilities.sum())
    share = notation.share(few / len(probabilities), 0)
    return f"About {notation.number(few)} of {notation.number(len(probabilities))} customers are likely active, {share}"
