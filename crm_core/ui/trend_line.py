"""The small line under a key figure: where it comes from, told in words as well.

A line of our own: that of ``st.metric`` has no text alternative, and says neither when nor what; it names cents as they
are kept.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any, NamedTuple

FEWEST = 3
"""Points that make a trend."""
HEIGHT, ROOM = 100, 6
"""Of the line, and above and below it for its width."""


class Point(NamedTuple):
    """One period of a trend."""

    period: str
    value: float
    """NaN: nothing is known, and the line has a gap."""
    written: str
    """The value in the reader's notation; empty where nothing is known."""


def trend(periods: Iterable[str], values: Iterable[float], write: Callable[[float], str]) -> tuple[Point, ...]:
    """The points of a trend, their values written by ``write``."""
    numbers = map(float, values)
    return tuple(
        Point(period, value, "" if math.isnan(value) else write(value))
        for period, value in zip(periods, numbers, strict=True)
    )


def is_trend(points: Sequence[Point]) -> bool:
    """Whether enough of the points are known."""
    return sum(not math.isnan(point.value) for point in points) >= FEWEST


def drawn(points: Sequence[Point], *, label: str) -> dict[str, Any]:
    """What ``assets/figures.js`` draws: a line from the least to the most of the values, and what each period says.

    ``label``: what the values are.
    """
    values = [point.value for point in points]
    return {
        "words": in_words(points, label=label),
        "box": f"-0.5 {-ROOM} {len(values)} {HEIGHT + 2 * ROOM}",
        "lines": _lines(values),
        "places": [f"{point.period}: {point.written}" if point.written else "" for point in points],
    }


def in_words(points: Sequence[Point], *, label: str) -> str:
    """Where the trend begins and ends, and its least and most: what is drawn, for those who do not see it."""
    known = [point for point in points if not math.isnan(point.value)]
    least, most = (found(known, key=lambda point: point.value) for found in (min, max))
    first, last = known[0], known[-1]
    said = f"{label} from {first.written} in {first.period} to {last.written} in {last.period}"
    if least.value == most.value:
        return f"{said}."
    return f"{said}; least {least.written} in {least.period}, most {most.written} in {most.period}."


def _lines(values: Sequence[float]) -> list[str]:
    """Each stretch of known values as the points of a line."""
    known = [value for value in values if not math.isnan(value)]
    most, span = max(known), max(known) - min(known)
    heights = [HEIGHT * (most - value) / span if span else HEIGHT / 2 for value in values]
    stretches = groupby(enumerate(heights), key=lambda place: math.isnan(values[place[0]]))
    return [_line(list(places)) for missing, places in stretches if not missing]


def _line(places: Sequence[tuple[int, float]]) -> str:
    # A single point between gaps is no line: a stretch of half a period, then.
    ends = places if len(places) > 1 else [(places[0][0] + side, places[0][1]) for side in (-0.25, 0.25)]
    return " ".join(f"{at:g},{height:.1f}" for at, height in ends)
