"""How pages show figures: cards with a change and a trend, charts in frames, and tables as files."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import pandas as pd
import streamlit as st

from crm_core.reports.files import csv_bytes, xlsx_bytes
from crm_core.ui.format import Notation

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Figure:
    """One key figure on a card."""

    label: str
    value: str
    change: str = ""
    """With its sign, as `signed_share` and its like write it; empty: nothing to compare with."""
    good: Literal["up", "down", "neither"] = "up"
    """Which direction is good news."""
    trend: tuple[float, ...] = ()
    shape: Literal["line", "area", "bar"] = "line"
    meaning: str = ""
    """What exactly is counted; shown on demand."""


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


def cards(figures: Sequence[Figure], *, compared_with: str = "") -> None:
    """The figures side by side, on cards of one height; ``compared_with`` says what the changes refer to."""
    colour: dict[str, Literal["normal", "inverse", "off"]] = {"up": "normal", "down": "inverse", "neither": "off"}
    with st.grid(len(figures), min_column_width=170, gap="small"):
        for figure in figures:
            unchanged = bool(figure.change) and not any(digit in figure.change for digit in "123456789")
            trend = _trend(figure.trend)
            st.metric(
                figure.label,
                figure.value,
                0 if unchanged else figure.change or None,
                delta_color=colour[figure.good],
                delta_description=compared_with if figure.change else None,
                help=figure.meaning or None,
                border=True,
                height="stretch",
                chart_data=trend or None,
                chart_type=figure.shape,
            )


def _trend(values: Iterable[float]) -> list[float]:
    known = [float(value) for value in values if not math.isnan(value)]
    return known if len(known) > 2 else []


@contextmanager
def card(title: str, *, caption: str = "") -> Iterator[None]:
    """A frame with a heading, as tall as its neighbour; what is drawn inside the block stands in it."""
    with st.container(border=True, height="stretch"):
        st.subheader(title, anchor=False)
        if caption:
            st.caption(caption)
        yield


def chart(spec: Mapping[str, Any], *, key: str, alt: str) -> None:
    """A chart from its cached specification.

    Building the chart anew takes 16 times as long as showing a specification; `load` keeps those.
    ``alt`` says in words what the chart shows, for those who do not see it.
    """
    st.vega_lite_chart(dict(spec), key=key, alt=alt)


def downloads(tables: Mapping[str, pd.DataFrame], *, name: str, key: str, about: Mapping[str, str]) -> None:
    """A menu with the tables as files: all in one workbook, each as CSV.

    For figures about groups only: a download has an address that needs no sign-in. ``about`` (filters, last day,
    definitions) becomes the first sheet, so that the file can be read without the page.
    """
    with st.popover("Export", icon=":material/download:", key=f"{key}.menu"):
        st.download_button(
            "Workbook (XLSX)",
            partial(xlsx_bytes, {"About": _about(about), **tables}),
            f"{name}.xlsx",
            XLSX,
            key=f"{key}.xlsx",
            on_click="ignore",
            width="stretch",
        )
        for title, table in tables.items():
            st.download_button(
                f"{title} (CSV)",
                partial(csv_bytes, table),
                f"{name}-{title.lower().replace(' ', '-')}.csv",
                "text/csv",
                key=f"{key}.{title.lower()}.csv",
                on_click="ignore",
                width="stretch",
            )


def _about(about: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame({"What": list(about), "Value": list(about.values())})
