"""A chart as a file: a picture for a slide, its rows for a spreadsheet."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from crm_core.charts.pictures import Look, drawn_rows, picture, png_bytes, svg_bytes
from crm_core.reports.files import csv_bytes
from crm_core.ui import state
from crm_core.ui.format import of_its_own

_SAID = "page.said"


def say(words: str) -> None:
    """Remember what the page says about its figures; it stands under the title of every picture of them."""
    state.hold(_SAID, words)


def forget() -> None:
    """A page begins: what the one before said is not about its charts."""
    state.let_go(_SAID)


def menu(kept: Mapping[str, Any], *, title: str, key: str, name: str = "") -> None:
    """A menu with the chart, kept by `figures.spec`, as PNG, SVG and CSV; each is made when somebody asks for it.

    Under its title a picture says ``name``, what is shown, where the title is a finding.
    """
    said, file = str(state.held(_SAID) or ""), key.replace(".", "-").replace("_", "-")
    words = f"{name.removesuffix('?')}. {said}" if name else said
    kinds = (
        ("Picture (PNG)", "png", "image/png", partial(drawn, kept, title, words, "png")),
        ("Picture (SVG)", "svg", "image/svg+xml", partial(drawn, kept, title, words, "svg")),
        ("Rows (CSV)", "csv", "text/csv", lambda: csv_bytes(rows(kept))),
    )
    label = of_its_own("Save", f"the chart: {name or title}")
    with st.popover(label, icon=":material/download:", type="tertiary", key=f"{key}.files"):
        for label, suffix, mime, build in kinds:
            st.download_button(
                label, build, f"{file}.{suffix}", mime, key=f"{key}.{suffix}", on_click="ignore", width="stretch"
            )


def rows(kept: Mapping[str, Any]) -> pd.DataFrame:
    """The rows of a chart in the words in which it tells of a mark; what it has no word for only places the marks."""
    found = drawn_rows(_with_rows(kept))
    named = {field: title for field, title in _told(kept) if field in found}
    return found[list(named)].rename(columns=named) if named else found


def _told(part: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any part of a specification
    """Field and title of all that stands on the labels of marks; the last title of a field counts."""
    if isinstance(part, Mapping):
        for said in part.get("tooltip", ()) if isinstance(part.get("tooltip"), list) else ():
            if "title" in said:
                yield str(said["field"]), str(said["title"])
        for name, inner in part.items():
            if name != "datasets":
                yield from _told(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _told(inner)


def drawn(kept: Mapping[str, Any], title: str, words: str, suffix: str) -> bytes:
    """The picture of a chart in the light colours of the page, as ``png`` or ``svg``."""
    look = Look(
        groups=st.get_option("theme.light.chartCategoricalColors") or (),
        shades=st.get_option("theme.light.chartSequentialColors") or (),
    )
    specification = picture(_with_rows(kept), title=title, words=words, look=look)
    return png_bytes(specification) if suffix == "png" else svg_bytes(specification)


def _with_rows(kept: Mapping[str, Any]) -> dict[str, Any]:
    return {**kept, "datasets": {name: table.to_pylist() for name, table in kept["datasets"].items()}}
