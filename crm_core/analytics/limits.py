"""Limits by which customers are sorted: those of this business instead of fifths, 80 and 95%, and usual gaps."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from crm_core.errors import SettingsError

SCORES = 4
"""Limits between the scores 1 to 5."""


@dataclass(frozen=True)
class Limits:
    """Where one score, class or stage ends and the next begins. Left empty, customers are compared with one another.

    Raises
    ------
    SettingsError
        Limits that do not rise, or too few of them.
    """

    recency_days: tuple[int, ...] = ()
    """Rising: who bought last within the first is a 5, within the second a 4; longer ago than the last a 1."""
    purchase_days: tuple[int, ...] = ()
    """Rising: who bought on fewer days than the first is a 1, on at least as many as the last a 5."""
    money_cents: tuple[int, ...] = ()
    a_share: int = 80
    b_share: int = 95
    """Per cent of the revenue up to which a customer belongs to A, and to A or B."""
    quiet_days: int | None = None
    """Days after which a silence is unusual; None takes what nine of ten gaps do not exceed."""
    lapsed_days: int | None = None
    """Days after which a silent customer has lapsed; None takes twice as many."""

    def __post_init__(self) -> None:
        for name, words in (("recency_days", "days"), ("purchase_days", "purchases"), ("money_cents", "money")):
            _check_rising(getattr(self, name), words)
        if not 0 < self.a_share < self.b_share < 100:
            raise SettingsError(
                f"Class A ends at {self.a_share}% and class B at {self.b_share}%; A must end above 0% and before B, "
                "and B below 100%."
            )
        stages = [days for days in (self.quiet_days, self.lapsed_days) if days is not None]
        if any(days < 1 for days in stages) or (len(stages) == 2 and stages[0] >= stages[1]):
            raise SettingsError("Customers must be at risk after at least 1 day, and before they have lapsed.")
        if self.quiet_days is None and self.lapsed_days is not None:
            raise SettingsError("Say after how many days customers are at risk, too; they lapse later than that.")

    @property
    def has_own_scores(self) -> bool:
        """Whether any score is by limits instead of by fifths."""
        return bool(self.recency_days or self.purchase_days or self.money_cents)

    def words(self, money: Callable[[int], str]) -> dict[str, str]:
        """The limits by what they sort: ``segment``, ``abc``, ``stage``; ``money`` writes cents."""
        scores = [
            _scores("recency", self.recency_days, lambda day: f"{day} days", "at most"),
            _scores("frequency", self.purchase_days, lambda count: f"{count} purchase days", "at least"),
            _scores("money", self.money_cents, money, "at least"),
        ]
        between = self.b_share - self.a_share
        quiet = f"{self.quiet_days} days" if self.quiet_days else "nine of ten gaps after which customers came back"
        lapsed = f"{self.lapsed_days} days" if self.lapsed_days else "twice that"
        return {
            "segment": "; ".join(scores).capitalize() + ".",
            "abc": f"A brings the first {self.a_share}% of revenue, B the next {between}%, C the rest.",
            "stage": f"By silence: at risk is longer than {quiet}, lapsed longer than {lapsed}.",
        }


def _check_rising(limits: tuple[int, ...], words: str) -> None:
    if limits and (len(limits) != SCORES or list(limits) != sorted(set(limits)) or limits[0] < 1):
        raise SettingsError(
            f"The limits of {words} must be {SCORES} numbers above 0, each larger than the one before, such as "
            "30, 90, 180, 365."
        )


def _scores(name: str, limits: tuple[int, ...], said: Callable[[int], str], which: str) -> str:
    if not limits:
        return f"{name} by fifths of all customers"
    ordered = limits if which == "at most" else limits[::-1]
    return f"{name} 5 is {which} " + ", ".join(
        f"{said(limit)}" if score == 5 else f"{score} {said(limit)}"
        for score, limit in zip((5, 4, 3, 2), ordered, strict=True)
    )


def scores_by(values: "pd.Series[int]", limits: tuple[int, ...]) -> "pd.Series[int]":
    """Scores from 1 to 5: one more for each of the four limits that is reached; index of ``values``."""
    reached = np.searchsorted(np.array(limits), values.to_numpy(), side="right")
    return pd.Series(1 + reached, index=values.index, dtype="int64")


def latest_by(days: "pd.Series[int]", limits: tuple[int, ...]) -> "pd.Series[int]":
    """Scores from 5 (within the first limit) to 1 (beyond the last) of days since the last order."""
    passed = np.searchsorted(np.array(limits), days.to_numpy(), side="left")
    return pd.Series(5 - passed, index=days.index, dtype="int64")


def limits_to_json(limits: Limits) -> dict[str, Any]:
    """The limits as a preference keeps them; back by `limits_from_json`."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(limits).items()}


def limits_from_json(kept: dict[str, Any]) -> Limits:
    """The limits of a preference; those of a product without any when it was never set."""
    values: dict[str, Any] = {
        name: tuple(kept[name]) if isinstance(kept[name], list) else kept[name]
        for name in (field.name for field in fields(Limits))
        if name in kept
    }
    return Limits(**values)
