"""Charts of relationship levels."""

from math import ceil
from typing import Any

import altair as alt
import pandas as pd

from crm_core.analytics.strategy import Level
from crm_core.charts.theme import LEGEND, MUTED, amounts, colours_of, finished, ink, legend, money_format

LEVELS = [str(level) for level in reversed(Level)]
"""The closest first, so that each keeps its colour whichever are recommended."""
WIDE, NARROW, HIGH = 680, 230, 290
"""Pixels of the plot on a desk and on a phone, for which places of the names are found."""
BESIDE: dict[str, dict[str, Any]] = {
    "right": {"align": "left", "dx": 9},
    "left": {"align": "right", "dx": -9},
    "above": {"align": "center", "dy": -13},
    "below": {"align": "center", "dy": 13},
}


def level_matrix(
    groups: pd.DataFrame, *, numbers: tuple[float, float], margins: tuple[float, float], currency: str
) -> alt.LayerChart:
    """Each group by its share of the customers and the margin of one; the lines are the thresholds.

    A name stands beside its point where it covers no other; all are in the tooltips.

    Parameters
    ----------
    groups
        As from `analytics.strategy.levels`: ``group``, ``customers``, ``share``, ``margin_each_cents``, ``level``.
    numbers, margins
        Thresholds: shares of the customers, and yearly margins in cents.
    """
    drawn = groups.dropna(subset="margin_each_cents")
    rows = drawn[["group", "customers", "share", "level"]].assign(each=amounts(drawn.margin_each_cents), ink="label")
    # A quarter more than the largest, in whole tenths: with many groups all would stand in the left fifth.
    end = min(1.0, ceil(12.5 * max([*rows.share, *numbers], default=1.0)) / 10)
    tall = _with_room([*rows.each, *(cents / 100 for cents in margins)])
    rows = rows.assign(on_desk=_places(rows, (end, *tall), WIDE), on_phone=_places(rows, (end, *tall), NARROW))
    number = money_format(float(rows.each.abs().max()) if len(rows) else 0.0)
    title = f"Margin per customer and year, {currency}"
    base = alt.Chart(rows).encode(
        x=alt.X("share:Q", title="Share of customers", scale=alt.Scale(domain=[0, end]), axis=alt.Axis(format="%")),
        y=alt.Y(
            "each:Q",
            title=title,
            scale=alt.Scale(domain=list(tall), nice=False),
            axis=alt.Axis(format=number, tickCount=5),
        ),
        tooltip=[
            alt.Tooltip("group:N", title="Group"),
            alt.Tooltip("level:N", title="Level"),
            alt.Tooltip("customers:Q", title="Customers", format=",d"),
            alt.Tooltip("each:Q", title=title, format=",.2f"),
        ],
    )
    scale = colours_of(rows.level, LEVELS)
    names = legend((level for level in LEVELS if level in set(rows.level)), title="Level")
    points = base.mark_point(filled=True, size=90, opacity=1).encode(
        color=alt.Color("level:N", scale=scale, legend=names), shape=alt.Shape("level:N", scale=scale, legend=names)
    )
    chart = alt.layer(*_borders(numbers, margins, is_drawn=len(rows) > 0), points, *_names(base))
    parts = [
        f"{row.group}: {row.level} ({row.share:.0%} of customers, {row.each:,.2f} each)"
        for row in rows.itertuples(index=False)
    ]
    return finished(
        # Both: with the colours alone the legend would be split into one of colours and one of shapes.
        chart.resolve_scale(color="independent", shape="independent"),
        description=f"Groups by share of customers and {title.lower()}: {'; '.join(parts) or 'none'}.",
        height=380 + LEGEND,
    )


def _borders(numbers: tuple[float, float], margins: tuple[float, float], *, is_drawn: bool) -> list[alt.Chart]:
    some = 2 if is_drawn else 0
    across = alt.Chart(pd.DataFrame({"each": [cents / 100 for cents in margins][:some]}))
    up = alt.Chart(pd.DataFrame({"share": list(numbers)[:some]}))
    dashed: dict[str, Any] = {"color": MUTED, "strokeDash": [4, 4]}
    return [
        across.mark_rule(**dashed).encode(y=alt.Y("each:Q")),
        up.mark_rule(**dashed).encode(x=alt.X("share:Q")),
    ]


def _names(base: alt.Chart) -> list[alt.Chart]:
    of_width = f"(width < {(WIDE + NARROW) // 2} ? datum.on_phone : datum.on_desk)"
    named = base.encode(text=alt.Text("group:N"), color=ink())
    return [
        named.transform_filter(f"{of_width} === '{place}'").mark_text(fontSize=11, baseline="middle", **where)
        for place, where in BESIDE.items()
    ]


def _with_room(shown: list[float]) -> tuple[float, float]:
    """The axis from below the least to above the most: names stand there too."""
    least, most = min(0.0, *shown), max(0.0, *shown)
    room = 0.08 * (most - least)
    return least - room, most + room


def _places(rows: pd.DataFrame, ends: tuple[float, float, float], width: int) -> list[str]:
    """Where the name of each point stands in a plot so wide, one of `BESIDE`; empty where it would cover another.

    ``ends`` are the end of the axis of shares, and both ends of that of margins.
    """
    end, bottom, top = ends
    across = rows.share / end * width
    down = (top - rows.each) / ((top - bottom) or 1) * HIGH
    taken = [(x - 5, y - 5, x + 5, y + 5) for x, y in zip(across, down, strict=True)]
    places = []
    for name, x, y in zip(rows.group, across, down, strict=True):
        boxes = _boxes(6 * len(name), x, y)
        free = [
            place for place, box in boxes.items() if _is_inside(box, width) and not any(_meet(box, t) for t in taken)
        ]
        places.append(free[0] if free else "")
        taken += [boxes[place] for place in free[:1]]
    return places


Box = tuple[float, float, float, float]


def _boxes(length: float, x: float, y: float) -> dict[str, Box]:
    return {
        "right": (x + 9, y - 6, x + 9 + length, y + 6),
        "left": (x - 9 - length, y - 6, x - 9, y + 6),
        "above": (x - length / 2, y - 19, x + length / 2, y - 7),
        "below": (x - length / 2, y + 7, x + length / 2, y + 19),
    }


def _is_inside(box: Box, width: int) -> bool:
    return box[0] >= 0 and box[2] <= width and box[1] >= 0 and box[3] <= HIGH


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
