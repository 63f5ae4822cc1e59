"""Relationship levels: how much care a group of customers is worth, by their number and by what one brings.

Source: Kotler's matrix of relationship levels, number of customers against margin.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from crm_core.errors import ModelError


class Level(StrEnum):
    """How far a relationship goes, from selling to working together."""

    BASIC = "basic"
    """Sell, and leave it at that."""
    REACTIVE = "reactive"
    """Sell, and ask the customer to come back with questions and complaints."""
    ACCOUNTABLE = "accountable"
    """Ask soon after the sale whether it is what was expected."""
    ACTIVE = "active"
    """Be in touch from time to time, with better uses and new offers."""
    PARTNERSHIP = "partnership"
    """Work with the customer all the time."""


MATRIX: dict[tuple[str, str], Level] = {
    ("many", "high"): Level.ACCOUNTABLE,
    ("many", "medium"): Level.REACTIVE,
    ("many", "low"): Level.BASIC,
    ("some", "high"): Level.ACTIVE,
    ("some", "medium"): Level.ACCOUNTABLE,
    ("some", "low"): Level.REACTIVE,
    ("few", "high"): Level.PARTNERSHIP,
    ("few", "medium"): Level.ACTIVE,
    ("few", "low"): Level.ACCOUNTABLE,
}
"""(number of customers, margin) to the level; Kotler and Keller, Marketing Management."""
NUMBERS, MARGINS = ("few", "some", "many"), ("low", "medium", "high")


@dataclass(frozen=True)
class Thresholds:
    """Where few ends and many begins, and low and high; the value itself belongs to the higher part."""

    some: float
    """Share of all customers from which a group is not few any more."""
    many: float
    medium_cents: float
    """Yearly margin per customer from which it is not low any more."""
    high_cents: float

    def __post_init__(self) -> None:
        """Refuse thresholds between which nothing lies."""
        if not 0 <= self.some <= self.many:
            raise ModelError("'Many' must begin at or above 'some'. Correct the thresholds of the number of customers.")
        if self.medium_cents > self.high_cents:
            raise ModelError("'High' must begin at or above 'medium'. Correct the thresholds of the margin.")


def suggested(groups: pd.DataFrame) -> Thresholds:
    """Thresholds to begin with: half and twice an even share of the customers, half and twice the mean margin."""
    even = 1 / max(len(groups), 1)
    customers = max(int(groups.customers.sum()), 1)
    mean = max(float(groups.margin_cents.sum()) / customers, 0.0)
    return Thresholds(some=even / 2, many=min(2 * even, 1.0), medium_cents=mean / 2, high_cents=2 * mean)


def levels(groups: pd.DataFrame, thresholds: Thresholds) -> pd.DataFrame:
    """The groups with the level recommended for each, the closest relationship first.

    Adds ``share`` (of all customers), ``margin_each_cents`` (missing without customers), ``number`` and ``margin`` (as
    in `MATRIX`) and ``level``.

    Parameters
    ----------
    groups
        ``group``, ``customers``, ``margin_cents`` (of a year).
    """
    some = groups.customers.where(groups.customers > 0)
    share, each = groups.customers / max(int(groups.customers.sum()), 1), groups.margin_cents / some
    number = _place(share, thresholds.some, thresholds.many, NUMBERS)
    margin = _place(each.fillna(0), thresholds.medium_cents, thresholds.high_cents, MARGINS)
    level = pd.Series([MATRIX[pair] for pair in zip(number, margin, strict=True)], index=groups.index, dtype="object")
    table = groups.assign(share=share, margin_each_cents=each, number=number, margin=margin, level=level.astype("str"))
    closest = table.level.map({str(one): place for place, one in enumerate(reversed(Level))}).astype("int64")
    order = table.assign(closest=closest).sort_values(["closest", "margin_each_cents"], ascending=[True, False])
    return table.loc[order.index].reset_index(drop=True)


def _place(values: "pd.Series[float]", middle: float, top: float, names: tuple[str, str, str]) -> "pd.Series[str]":
    low, medium, high = names
    placed = np.select([values >= top, values >= middle], [high, medium], default=low)
    return pd.Series(placed, index=values.index, dtype="str")
