"""How pages show figures: cards with a change and a trend, charts in frames."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

import pyarrow as pa
import streamlit as st
from babel.numbers import get_decimal_symbol, get_group_symbol
from streamlit.delta_generator import DeltaGenerator

from crm_core.charts import localized
from crm_core.ui import chart_files, state, trend_line
from crm_core.ui.format import Notation, of_its_own
from crm_core.ui.format import plain as plain  # noqa: PLC0414 - pages reach it through this module
from crm_core.ui.trend_line import Point

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONG = 9
"""Characters of a figure that stand in one line on the narrowest card in full size."""
_COLOUR: dict[str, Literal["normal", "inverse", "off"]] = {"up": "normal", "down": "inverse", "neither": "off"}


@dataclass(frozen=True)
class Figure:
    """One key figure on a card."""

    label: str
    value: str
    change: str = ""
    """With its sign, as `signed_share` and its like write it; empty: nothing to compare with."""
    note: str = ""
    """Stands in place of a change, or beside it: a range, a share."""
    good: Literal["up", "down", "neither"] = "up"
    """Which direction is good news."""
    trend: tuple[Point, ...] = ()
    """Periods up to the one of the value, in order of time."""
    meaning: str = ""
    """What exactly is counted; shown on demand."""
    behind: tuple[str, ...] = ()
    """Names of the lists of customers that the number counts; empty: it opens none."""


@dataclass(frozen=True)
class _Heading:
    """Of the card that is being drawn: where the menus of its charts belong."""

    title: str
    name: str
    place: DeltaGenerator


_HEADING: ContextVar[_Heading | None] = ContextVar("_HEADING", default=None)


def signed_share(change: float | None, notation: Notation) -> str:
    """A relative change as ``+3.1%``; empty when there is none to tell."""
    return "" if change is None else _signed(change, notation.share(abs(change)))


def signed_points(change: float | None, notation: Notation) -> str:
    """The difference of two shares as ``-0.6 pt``, in percentage points."""
    return "" if change is None else _signed(change, f"{notation.number(abs(change) * 100, 1)} pt")


def signed_number(change: float | None, notation: Notation) -> str:
    """A difference as ``+87``."""
    return "" if change is None else _signed(change, notation.number(abs(change)))


def _signed(change: float, text: str) -> str:
    # Streamlit reads the direction of the arrow from the first character: a locale's own minus is not seen.
    return f"{'-' if change < 0 else '+'}{text}"


def cards(figures: Sequence[Figure], *, at_least: int = 170, key: str = "behind") -> str | None:
    """The figures side by side, on cards of one height; the page says what changes are compared with.

    Returns the list of customers (`Figure.behind`) whose button was pressed, if any: `lists.behind` shows one.

    ``at_least``: pixels that the narrowest card needs; two of them fit beside one another on a phone below 160.
    """
    opened = None
    longest = max((len(figure.value) for figure in figures), default=0)
    # static/frame.css sets them smaller, so that no number goes on in a second line.
    name = f"long-figures {key} {figures[0].label}" if longest > LONG else None
    with st.grid(len(figures), min_column_width=at_least, gap="small", key=name):
        for figure in figures:
            has_trend = trend_line.is_trend(figure.trend)
            if not figure.behind and not has_trend:
                _metric(figure, border=True)
                continue
            with st.container(border=True, height="stretch", gap="xxsmall"):
                _metric(figure, border=False)
                if has_trend:
                    st.html(trend_line.html(figure.trend, label=figure.label))
                if figure.behind:
                    opened = _openers(figure, key) or opened
    return opened


def _openers(figure: Figure, key: str) -> str | None:
    """A button for each list behind the figure; the one that was pressed."""
    pressed = None
    one = len(figure.behind) == 1
    # A row for a single button would be one more thing to draw on every card.
    with nullcontext() if one else st.container(horizontal=True, gap="small"):
        for name in figure.behind:
            label = of_its_own("Customers", f"behind {figure.label.lower()}") if one else name.capitalize()
            # What is heard says it where there is one: a hint for each card would be drawn with every view.
            what = None if one else f"The customers behind {figure.label.lower()}: {name}"
            place = f"{key}.{figure.label.lower().replace(' ', '-')}.{name}"
            if st.button(label, icon=":material/group:" if one else None, key=place, type="tertiary", help=what):
                pressed = name
    return pressed


def _metric(figure: Figure, *, border: bool) -> None:
    unchanged = bool(figure.change) and not any(digit in figure.change for digit in "123456789")
    st.metric(
        figure.label,
        figure.value,
        0 if unchanged else figure.change or figure.note or None,
        delta_color=_COLOUR[figure.good] if figure.change else "off",
        delta_arrow="auto" if figure.change else "off",
        delta_description=figure.note if figure.change and figure.note else None,
        help=_help(figure) or None,
        border=border,
        height="stretch",
    )


def _help(figure: Figure) -> str:
    # Beside a change the note is set in small grey letters: here it can be read at ease.
    is_told = not figure.change or figure.note in figure.meaning
    beside = "" if is_told else f"{figure.note[:1].upper()}{figure.note[1:]}."
    return f"{figure.meaning} {beside}".strip()


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
