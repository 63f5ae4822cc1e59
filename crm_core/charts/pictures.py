"""Charts as files: a picture drawn without a browser or the net, and the rows that the chart draws."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

WIDTH, MARGIN, ZOOM = 860, 18, 2
FONT = "Inter, Liberation Sans, Arial, sans-serif"
TEXT, FAINT, LINE = "#111827", "#55606E", "#D5DDE8"
SIGNS_A_LINE, TITLE_SIGNS_A_LINE = 118, 84
"""Vega does not break lines; so many signs fit into `WIDTH`."""
NOT_SAID = ["ink", "on_desk", "on_phone"]
"""Columns for the colours of texts and for where they stand."""


@dataclass(frozen=True)
class Look:
    """The page's colours for groups and for shades, on white."""

    groups: Sequence[str] = ()
    shades: Sequence[str] = ()


def picture(kept: Mapping[str, Any], *, title: str, words: str, look: Look) -> dict[str, Any]:
    """The specification of a chart that stands alone, on white and as wide as a slide.

    Parameters
    ----------
    words
        What the picture must say without its page: filters, date of the data. Stands under the title.
    """
    heading = {
        "text": textwrap.wrap(title, TITLE_SIGNS_A_LINE),
        "subtitle": textwrap.wrap(words, SIGNS_A_LINE),
        "anchor": "start",
        "offset": 14,
    }
    size = {"width": WIDTH, "padding": MARGIN, "autosize": {"type": "fit-x", "contains": "padding"}}
    config = _merged(_config(look), {**kept.get("config", {}), "background": "#FFFFFF"})
    # A selection belongs to the page; a picture cannot be pressed.
    return {**kept, **size, "title": heading, "config": config}


def svg_bytes(specification: Mapping[str, Any]) -> bytes:
    """The drawing as SVG."""
    # Here: the first use starts a JavaScript engine, and most visits save no picture.
    from vl_convert import vegalite_to_svg  # noqa: PLC0415

    drawing: str = vegalite_to_svg(dict(specification), allowed_base_urls=[])
    return drawing.encode()


def png_bytes(specification: Mapping[str, Any]) -> bytes:
    """The drawing as PNG, `ZOOM` times as fine as a screen."""
    from vl_convert import vegalite_to_png  # noqa: PLC0415

    drawing: bytes = vegalite_to_png(dict(specification), scale=ZOOM, allowed_base_urls=[])
    return drawing


def drawn_rows(kept: Mapping[str, Any]) -> pd.DataFrame:
    """The rows that a chart draws, without what is there for its looks only.

    Of a chart of several layers with rows of their own, those of the layer that has most.
    """
    longest: Sequence[Mapping[str, Any]] = max(kept.get("datasets", {}).values(), key=len, default=[])
    return pd.DataFrame(list(longest)).drop(columns=NOT_SAID, errors="ignore")


def _config(look: Look) -> dict[str, Any]:
    axis = {"labelColor": FAINT, "titleColor": FAINT, "titleFontWeight": "normal", "gridColor": LINE}
    legend = {"labelColor": FAINT, "titleColor": FAINT, "titleFontWeight": "normal"}
    title = {"fontSize": 17, "fontWeight": 600, "color": TEXT, "subtitleFontSize": 12, "subtitleColor": FAINT}
    shades = {name: list(look.shades) for name in ("ramp", "heatmap", "ordinal")} if look.shades else {}
    groups = {"category": list(look.groups)} if look.groups else {}
    mark = {"mark": {"color": look.groups[0]}} if look.groups else {}
    return {
        "font": FONT,
        "axis": {**axis, "domainColor": LINE, "tickColor": LINE},
        "legend": legend,
        "title": title,
        "range": {**groups, **shades},
        **mark,
    }


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    both = {
        name: _merged(under[name], value)
        if isinstance(value, Mapping) and isinstance(under.get(name), Mapping)
        else value
        for name, value in over.items()
    }
    return {**under, **both}
