"""What all charts share: colours that read on light and dark, heights, order of labels, notation.

Marks and cells without a colour of their own take the page's palettes, which have a light and a dark version
(`.streamlit/config.toml`). The colours here are for what is not part of a palette.

Charts write ``text=alt.Text("label:N")``, never a bare text or dict: of one Altair looks the class up among all there
are, 15 ms each time.
"""

from collections.abc import Iterable, Sequence
from typing import TypeVar

import altair as alt
import pandas as pd

Chart = TypeVar("Chart", alt.Chart, alt.LayerChart)

DARK_TEXT, LIGHT_TEXT = "#000000", "#FFFFFF"
"""On cells. Only with pure black is one of the two at a contrast of 4.5 on every colour, the middle ones included."""
MUTED = "#6F7D91"
"""Rules and intervals: contrast above 4 against a white and against a dark page."""
GOOD, MIDDLE, BAD = "#3F7FC0", "#8A96A6", "#C4620A"
"""Blue against orange, which the colour-blind tell apart; contrast at least 3 on both pages."""

HEIGHT = 280
ROW, FRAME, LEGEND = 28, 64, 60
"""Height of a row of a chart that has a row per group, of the axis and its title, and of a legend on top."""
SHARE = alt.Scale(domain=[0, 1], clamp=True)
LEFT, LEFT_OF_ROWS = 80, 215
"""Width of an axis of numbers, and of one with a name for each row."""
COMPLETE, PART = "complete month", "part of a month"
"""What a tooltip says of a month."""
COLOURS = 8
"""Colours and shapes that can be told apart; the palettes of the pages have as many."""


def finished(chart: Chart, *, description: str, height: int = HEIGHT) -> Chart:
    """``chart`` without a background, as wide as its place, with its text alternative."""
    # Room on the right: the last label of an axis stands half outside.
    said = {"description": description, "height": height, "width": "container", "padding": {"right": 14}}
    # Set on the chart itself, which nobody else has yet: properties() and configure() copy the whole of it each time.
    for name, value in said.items():
        setattr(chart, name, value)
    # Streamlit lets every mark show its fields by their names here: a dashed rule then says "start: 14810.22".
    marks = alt.MarkConfig(tooltip=None)
    chart.config = alt.Config(background="transparent", view=alt.ViewConfig(stroke=None), mark=marks)
    return chart


def localized(chart: Chart, *, decimal: str, thousands: str) -> Chart:
    """``chart`` with the reader's decimal mark and thousands separator on axes, labels and tooltips."""
    copy = chart.copy(deep=False)
    # The minus of figures and texts on the pages; browsers would take a longer one.
    number = alt.NumberLocale(decimal=decimal, thousands=thousands, grouping=[3], currency=["", ""], minus="-")
    config = alt.Config() if chart.config is alt.Undefined else chart.config.copy(deep=False)
    config.locale = alt.Locale(number=number)
    copy.config = config
    return copy


def amounts(cents: pd.Series) -> pd.Series:
    """Minor units as whole ones, for an axis."""
    return cents / 100


def in_order(labels: Iterable[str]) -> list[str]:
    """Different labels in the order in which they come; the order in which an axis shows them."""
    return list(dict.fromkeys(labels))


def colours_of(drawn: Iterable[str], known: Sequence[str]) -> alt.Scale:
    """The scale on which each of at most eight groups has the colour and shape of its place among all ``known`` ones.

    So a channel looks the same in every chart, whichever others are shown. Of more than eight, those after the eighth
    take the place of one that is not drawn.
    """
    shown = in_order(drawn)
    every = in_order([*known, *shown])
    places = every[:COLOURS]
    for name in shown:
        free = [place for place, other in enumerate(places) if other not in shown]
        if name not in places and free:
            own = every.index(name) % COLOURS
            places[min(free, key=lambda place: (place - own) % COLOURS)] = name
    return alt.Scale(domain=places)


def legend(names: Iterable[str], *, title: str | None = None, left: int = LEFT) -> alt.Legend:
    """A legend of these names on top, in as many columns as there is room for: one row would be cut off on a phone.

    ``left`` are the pixels that the axis takes, from which the legend begins.
    """
    shown = in_order(names)
    # A letter takes 7 pixels at most, as a rule; the symbol and the room between two names 36.
    column = 36 + 7 * max(map(len, shown), default=0)
    # Of the page, not of the plot alone: that is found only after the legend has its height. Files have no page.
    room = f"(containerSize()[0] || width + {left}) - {left}"
    columns = alt.ExprRef(f"max(1, floor(({room}) / {column}))")
    return alt.Legend(title=title, orient="top", columns=columns, values=shown)


def period_axis(labels: Iterable[str], *, title: str | None = None) -> alt.X:
    """Periods as text, in the order of the rows: dates would be read in the browser's time zone."""
    axis = alt.Axis(labelAngle=0, labelOverlap=True)
    return alt.X("period:O", title=title, sort=in_order(labels), axis=axis)


def row_axis() -> alt.Axis:
    """The axis of a chart with a row per group: every group has its label."""
    return alt.Axis(labelLimit=200, labelOverlap=False, labelFlush=False)


def money_format(largest: float) -> str:
    """How amounts are written on an axis: ``12k`` and ``3M``, small ones in full (``m`` would be thousandths)."""
    if largest >= 10_000:
        return ".3~s"
    return ",.0f" if largest >= 20 else ",.2f"


def on_cell(field: str) -> alt.ColorValue:
    """Text colour that reads on the cell below, whose colour shows ``field``, in either palette."""
    # 0.179 is the luminance at which black and white text have the same contrast (WCAG 2).
    is_light = f"luminance(scale('color', datum.{field})) > 0.179"
    return alt.ColorValue(LIGHT_TEXT, condition={"test": is_light, "value": DARK_TEXT})


def ink() -> alt.Color:
    """The first colour of the page's palette, for texts beside marks: their default, black, vanishes on a dark page.

    The rows need a constant column ``ink``.
    """
    return alt.Color("ink:N", legend=None)
