"""The customers behind a number: who they are in words, their ids, and what selects them."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from crm_core.analytics import Rule

SHOWN = 200
"""Rows of a list on the screen; the file has all of them."""


@dataclass(frozen=True, eq=False)
class People:
    """Customers behind a number, ready for `lists.people`."""

    title: str
    meaning: str
    """Who they are, as a sentence."""
    customer_ids: Iterable[str]
    rule: Rule | None = None
    """What selects exactly them, now and later; without one an audience is fixed."""


@dataclass(frozen=True, eq=False)
class Listed:
    """A list of customers as a page shows it, to be kept."""

    first: pd.DataFrame
    """`SHOWN` rows at most, each with its ``reason``, for `lists.table`."""
    total: int
    said: str = ""
    """What they are together, in words."""
