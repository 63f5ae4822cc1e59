"""The small line under a key figure: where it comes from, told in words as well.

A line of our own: that of ``st.metric`` has no text alternative, and says neither when nor what; it names cents as they
are kept.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from html import escape
from itertools import groupby
from typing import NamedTuple
from urllib.parse import quote

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


def html(points: Sequence[Point], *, label: str) -> str:
    """The line of a trend, from the least to the most of its values; each period says its value where one points at it.

    ``label``: what the values are. Sizes and colours are in ``static/frame.css``.
    """
    titles = (f' title="{escape(f"{point.period}: {point.written}")}"' if point.written else "" for point in points)
    places = "".join(f"<i{title}></i>" for title in titles)
    # As a mask it takes the colour of the theme; as an element of the page it would be taken out.
    line = quote(_svg([point.value for point in points]))
    return (
        f'<div class="trend-line" role="img" aria-label="{escape(in_words(points, label=label))}">{places}'
        f"<span style=\"mask-image:url('data:image/svg+xml,{line}')\"></span></div>"
    )


def in_words(points: Sequence[Point], *, label: str) -> str:
    """Where the trend begins and ends, and its least and most: what is drawn, for those who do not see it."""
    known = [point for point in points if not math.isnan(point.value)]
    least, most = (found(known, key=lambda point: point.value) for found in (min, max))
    first, last = known[0], known[-1]
    said = f"{label} from {first.written} in {first.period} to {last.written} in {last.period}"
    if least.value == most.value:
        return f"{said}."
    return f"{said}; least {least.written} in {least.period}, most {most.written} in {most.period}."


def _svg(values: Sequence[float]) -> str:
    known = [value for value in values if not math.isnan(value)]
    most, span = max(known), max(known) - min(known)
    heights = [HEIGHT * (most - value) / span if span else HEIGHT / 2 for value in values]
    stretches = groupby(enumerate(heights), key=lambda place: math.isnan(values[place[0]]))
    lines = "".join(_line(list(places)) for missing, places in stretches if not missing)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-0.5 {-ROOM} {len(values)} {HEIGHT + 2 * ROOM}"'
        f' preserveAspectRatio="none" fill="none" stroke="#000" stroke-width="2" stroke-linecap="round"'
        f' stroke-linejoin="round">{lines}</svg>'
    )


def _line(places: Sequence[tuple[int, float]]) -> str:
    # A single point between gaps is no line: a stretch of half a period, then.
    ends = places if len(places) > 1 else [(places[0][0] + side, places[0][1]) for side in (-0.25, 0.25)]
    points = " ".join(f"{at:g},{height:.1f}" for at, height in ends)
    return f'<polyline vector-effect="non-scaling-stroke" points="{points}"/>'
