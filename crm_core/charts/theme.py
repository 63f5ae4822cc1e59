"""What all charts share: colours that read on light and dark, heights, order of labels, notation.

Marks without a colour of their own take the page's palette, which has a light and a dark version. The
colours here are for what must look the same on both, or is not part of a palette.
"""

from collections.abc import Iterable
from typing import TypeVar

import altair as alt
import pandas as pd

Chart = TypeVar("Chart", alt.Chart, alt.LayerChart)

SEQUENTIAL = [
    "#EDF4FB", "#D6E6F5", "#B5D1EC", "#8DB7E0", "#629AD1", "#3F7FC0", "#2467AD", "#0B5CAD", "#08467F", "#062F57",
]  # fmt: skip
"""From little to much; cells carry their value as text, dark on the first colours and white on the last."""
ON_LITTLE, ON_MUCH = "#111827", "#FFFFFF"
DARK_FROM = 0.6
"""Part of `SEQUENTIAL` from which white text reads better: contrast at least 4.5 on either side."""
MUTED = "#6F7D91"
"""Rules and intervals: contrast above 4 against a white and against a dark page."""
GOOD, MIDDLE, BAD = "#3F7FC0", "#8A96A6", "#C4620A"
"""Blue against orange, which the colour-blind tell apart; contrast at least 3 on both pages."""

HEIGHT = 280
ROW = 26
"""Height of one row of a chart that has a row per group."""
SHARE = alt.Scale(domain=[0, 1], clamp=True)


def finished(chart: Chart, *, description: str, height: int | alt.Step = HEIGHT) -> Chart:
    """``chart`` without a background, as wide as its place, with its text alternative."""
    sized = chart.properties(description=description, height=height, width="container")
    return sized.configure(background="transparent", view=alt.ViewConfig(stroke=None))


def localized(chart: Chart, *, decimal: str, thousands: str) -> Chart:
    """``chart`` with the reader's decimal mark and thousands separator on axes, labels and tooltips."""
    copy = chart.copy(deep=True)
    number = alt.NumberLocale(decimal=decimal, thousands=thousands, grouping=[3], currency=["", ""])
    config = alt.Config() if copy.config is alt.Undefined else copy.config
    config.locale = alt.Locale(number=number)
    copy.config = config
    return copy


def amounts(cents: pd.Series) -> pd.Series:
    """Minor units as whole ones, for an axis."""
    return cents / 100


def in_order(labels: Iterable[str]) -> list[str]:
    """Different labels in the order in which they come; the order in which an axis shows them."""
    return list(dict.fromkeys(labels))


def period_axis(labels: Iterable[str], *, title: str | None = None) -> alt.X:
    """Periods as text, in the order of the rows: dates would be read in the browser's time zone."""
    axis = alt.Axis(labelAngle=0, labelOverlap=True)
    return alt.X("period:O", title=title, sort=in_order(labels), axis=axis)


def label_color() -> alt.ColorDatum:
    """The page's first colour, for texts beside marks: black would vanish on a dark page."""
    return alt.ColorDatum("label", type="nominal", legend=None)
