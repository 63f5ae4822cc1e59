"""How pages show figures: charts in frames, and the row of cards of `figure_cards`."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pyarrow as pa
import streamlit as st
from babel.numbers import get_decimal_symbol, get_group_symbol
from streamlit.delta_generator import DeltaGenerator

from crm_core.charts import localized
from crm_core.ui import chart_files, state

# Pages reach all of them through this module.
from crm_core.ui.figure_cards import Figure as Figure  # noqa: PLC0414
from crm_core.ui.figure_cards import cards as cards  # noqa: PLC0414
from crm_core.ui.figure_cards import signed_number as signed_number  # noqa: PLC0414
from crm_core.ui.figure_cards import signed_points as signed_points  # noqa: PLC0414
from crm_core.ui.figure_cards import signed_share as signed_share  # noqa: PLC0414
from crm_core.ui.format import Notation
from crm_core.ui.format import plain as plain  # noqa: PLC0414

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class _Heading:
    """Of the card that is being drawn: where the menus of its charts belong."""

    title: str
    name: str
    place: DeltaGenerator


_HEADING: ContextVar[_Heading | None] = ContextVar("_HEADING", default=None)


def toolbar() -> DeltaGenerator:
    """A row for filters and exports above the figures; wraps on a phone."""
    return st.container(horizontal=True, vertical_alignment="center")


def said(words: str) -> None:
    """What the figures of a page are about (filters, last day), as plain text; pictures of charts say it too."""
    chart_files.say(words)
    st.caption(plain(words))


@contextmanager
def card(title: str = "", *, name: str = "", caption: str = "") -> Iterator[None]:
    """A frame with a heading, as tall as its neighbour; what is drawn inside the block stands in it.

    Parameters
    ----------
    title
        What was found, as plain text. Without one, `finding` says it in the block.
    name
        What is shown, where the title does not say it.
    """
    with st.container(border=True, height="stretch"):
        # Without wrap=False a long heading would push the menu onto a line of its own.
        place = st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small")
        if title:
            place.subheader(plain(title), anchor=False)
        if name or caption:
            st.caption(" ".join(part for part in (f"**{_sentence(name)}**" if name else "", caption) if part))
        outer = _HEADING.set(_Heading(title, name, place))
        try:
            yield
        finally:
            _HEADING.reset(outer)


def _sentence(name: str) -> str:
    return name if name.endswith("?") else f"{name}."


def finding(title: str) -> None:
    """The heading of the card that is being drawn, where it depends on a choice made in the card."""
    heading = _HEADING.get()
    if heading is None:
        raise RuntimeError("There is no card to give a heading to; open one with figures.card().")
    heading.place.subheader(plain(title), anchor=False)
    _HEADING.set(replace(heading, title=title))


def spec(chart: Any, notation: Notation) -> dict[str, Any]:  # noqa: ANN401 - Altair's types stay in charts
    """The specification of a chart in the reader's notation, to be kept.

    Building a chart anew takes 16 times as long as showing its specification. Its rows are Arrow tables, as browsers
    get them: from lists they would be made at each showing.
    """
    decimal, thousands = (find(notation.locale) for find in (get_decimal_symbol, get_group_symbol))
    # Tests hold every chart against Vega-Lite's schema; to do so here again takes a third of the time.
    specification: dict[str, Any] = localized(chart, decimal=decimal, thousands=thousands).to_dict(validate=False)
    rows = {name: pa.Table.from_pylist(listed) for name, listed in specification.get("datasets", {}).items()}
    return {**specification, "datasets": rows}


def at_least(width: int) -> AbstractContextManager[Any]:
    """Room of this many pixels for a chart that cannot be read when narrower; on a phone one scrolls in it."""
    return st.grid(1, min_column_width=width, wrap=False)


def chart(kept: Mapping[str, Any], *, key: str, fills: bool = False) -> None:
    """A chart from its specification, which carries a description for those who do not see it.

    The heading of its card gets a menu with the chart as a file. ``fills``: as tall as the neighbour's card, instead
    of its own height.
    """
    st.vega_lite_chart(dict(kept), key=key, height="stretch" if fills else "content")
    _file_menu(kept, key)


def _file_menu(kept: Mapping[str, Any], key: str) -> None:
    heading = _HEADING.get()
    if heading is None:
        chart_files.menu(kept, title=str(kept["description"]).partition(":")[0], key=key)
        return
    with heading.place:
        chart_files.menu(kept, title=heading.title, name=heading.name, key=key)


_STANDS_FOR_ONE = "item() && item().mark.marktype !== 'area' && item().mark.marktype !== 'line'"
"""A mark that is drawn over many rows would choose the first of them, wherever it was pressed."""


def pressable(
    kept: Mapping[str, Any],
    *,
    chooses: Mapping[str, str],
    key: str,
    sets: Mapping[str, object] | None = None,
    fills: bool = True,
) -> None:
    """A chart whose marks can be pressed: widgets then show what the mark stands for.

    The widgets stay the way for keyboards, and for those who do not see the chart.

    Parameters
    ----------
    chooses
        Field of the mark to the widget that shows it.
    sets
        Widget to what it shows after any press, besides.
    fills
        As tall as the neighbour's card, instead of its own height.
    """
    on = {"type": "click", "filter": _STANDS_FOR_ONE}
    point = {"name": "pressed", "select": {"type": "point", "on": on, "fields": list(chooses), "toggle": False}}
    st.vega_lite_chart(
        _with_selection(kept, point),
        key=key,
        height="stretch" if fills else "content",
        on_select=partial(state.choose_pressed, key, chooses, sets or {}),
        selection_mode="pressed",
    )
    _file_menu(kept, key)


def _with_selection(kept: Mapping[str, Any], point: dict[str, Any]) -> dict[str, Any]:
    if "layer" not in kept:
        return {**kept, "params": [point]}
    first, *others = kept["layer"]
    return {**kept, "layer": [{**first, "params": [point]}, *others]}


def cautions(messages: Sequence[str]) -> None:
    """What speaks against taking the figures at their word, in one box; nothing when nothing does."""
    # Its place is kept: where an element comes or goes, browsers build all that follow anew, in 0.2 s.
    place = st.empty()
    if messages:
        first = "" if len(messages) == 1 else "- "
        place.warning("\n".join(f"{first}{plain(message)}" for message in messages), icon=":material/rule:")
