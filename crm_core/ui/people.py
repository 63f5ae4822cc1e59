"""The customers behind a number: who they are in words, their ids, and what selects them."""

from collections.abc import Iterable
from dataclasses import dataclass

from crm_core.analytics import Rule


@dataclass(frozen=True, eq=False)
class People:
    """Customers behind a number, ready for `lists.people`."""

    title: str
    meaning: str
    """Who they are, as a sentence."""
    customer_ids: Iterable[str]
    rule: Rule | None = None
    """What selects exactly them, now and later; without one an audience is fixed."""
