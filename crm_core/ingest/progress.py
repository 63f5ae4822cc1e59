"""How far a check or an import has come, for whoever waits for it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
_BATCH = 10_000


@dataclass(frozen=True)
class Progress:
    """One moment of a long task."""

    step: str
    """What is being done, for people: Reading, Checking, Writing."""
    done: int
    """Rows that are done; 0 also where only an engine knows."""
    total: int
    """Rows of the step; 0 while their number is not known."""
    about: bool = False
    """Whether ``total`` is an estimate."""


Tell = Callable[[Progress], None]
"""Hears of progress between steps and per batch of rows; what it raises stops the task, with nothing changed."""


def untold(_: Progress) -> None:
    """Nobody listens."""


def rows_of(step: str, tell: Tell) -> Callable[[int, int], None]:
    """Hears how many rows of how many a step has done, and tells it."""
    return lambda done, total: tell(Progress(step, done, total))


def counted(rows: Iterable[T], step: str, tell: Tell, *, about: int = 0) -> Iterator[T]:
    """The same rows; ``tell`` hears of each batch that was taken, of ``about`` as many."""
    for done, row in enumerate(rows):
        if done % _BATCH == 0:
            tell(Progress(step, done, max(about, done) if about else 0, about=True))
        yield row
