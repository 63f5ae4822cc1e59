"""How far a check or an import has come, for whoever waits for it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """One moment of a long task."""

    step: str
    """What is being done, for people: Reading, Checking, Writing."""
    done: int
    total: int
    """Rows of the step; 0 while their number is not known."""


Tell = Callable[[Progress], None]
"""Hears of progress between steps and per batch of rows; what it raises stops the task, with nothing changed."""


def untold(_: Progress) -> None:
    """Nobody listens."""
