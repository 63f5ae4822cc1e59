"""A table of number fields side by side, as in a spreadsheet; what somebody entered stands in the address.

One element of our own for the whole table: a dozen ``st.number_input`` took a fifth of the time until a page is seen.
"""

import math
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial

import streamlit as st

from crm_core.ui import filters, own_elements, state

_HTML = '<div class="sheet"></div>'
_LONGEST_ID = 40
UNTOUCHED = "untouched"
"""What is kept of a field that nobody filled in: it follows the data."""


@dataclass(frozen=True)
class Number:
    """What a field may hold."""

    begin: float | None
    """Until somebody fills the field in; None: it is empty then."""
    least: float
    most: float
    digits: int = 0
    """Behind the decimal point, as shown; without any the field takes whole numbers only."""
    may_be_empty: bool = False
    """Else an emptied field shows ``begin`` again."""
    of: str = ""
    """Names what ``begin`` was read from: of other data the field at the same place is another one."""

    def taken(self, value: object) -> float | str | None:
        """What is kept of what a browser or an address says: a number in bounds, None for empty, or `UNTOUCHED`."""
        number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
        if number is None or not abs(number) < math.inf:
            is_emptied = value is None and self.may_be_empty and self.begin is not None
            return None if is_emptied else UNTOUCHED
        held = float(min(max(number, self.least), self.most))
        held = held + 0.0 if self.digits else float(round(held))
        return UNTOUCHED if held == self.begin else held

    def text(self, value: float | None) -> str:
        """A value as a field takes it: no digit that was entered is hidden."""
        if value is None:
            return ""
        short = f"{value:.{self.digits}f}"
        return short if float(short) == value else repr(value)


@dataclass(frozen=True)
class Cell:
    """A field, and what stands beside it."""

    key: str
    """The name of its `Number`."""
    label: str
    """For those who do not see where it stands."""
    said: str = ""
    empty: str = ""
    """Stands in the field while it is empty."""


@dataclass(frozen=True)
class Row:
    """One cell per column, or a single one that counts for all columns."""

    name: str
    cells: tuple[Cell, ...]


def values(numbers: Mapping[str, Number], key: str) -> dict[str, float | None]:
    """Name to what its field holds: what was entered, else what the field begins with. Nothing is drawn.

    What was entered stays while the session lasts. The address is read where a field is seen for the first time, as by
    a link, and after Back; the menu's bare address says nothing, and changes nothing.
    """
    address, page = state.address(), key.partition(".")[0]
    is_back = state.is_back() and not filters.is_bare(page, address)
    # What is entered while other data come is meant for them.
    now = entered(state.held(f"{key}.told"), numbers)
    for name, number in numbers.items():
        field = name + number.of
        if name in now:
            state.choose(field, now[name])
        elif is_back or not state.is_known(field):
            state.choose(field, _read(address.get(field), number))
        else:
            state.choose(field, number.taken(state.shown(field)))
        state.remember(field)
    # Only now: a run may be broken off at any access to the session.
    state.let_go(f"{key}.told")
    return {name: _value(name, number) for name, number in numbers.items()}


def to_address(numbers: Mapping[str, Number]) -> None:
    """Let the address say what was entered; at the end of a page, since its other parts look at the address too."""
    fields = [name + number.of for name, number in numbers.items()]
    told = {field: _told(state.shown(field)) for field in fields}
    new = {field: text for field, text in told.items() if text != st.query_params.get(field)}
    if new:
        # All at once, since each change is an entry of the history; an empty list takes a name out.
        st.query_params.update({field: [] if text is None else text for field, text in new.items()})


def shown(rows: Sequence[Row], numbers: Mapping[str, Number], *, columns: Iterable[str], words: str, key: str) -> None:
    """The table; a change runs the page again with what was entered.

    Parameters
    ----------
    words
        What the table is, above it.
    key
        The one of `values`; before the dot the page.
    """
    drawn = [{"name": row.name, "cells": [_drawn(cell, numbers[cell.key]) for cell in row.cells]} for row in rows]
    is_changed = any(state.shown(name + number.of) != UNTOUCHED for name, number in numbers.items())
    data = {"words": words, "columns": list(columns), "rows": drawn, "is_changed": is_changed, "untouched": UNTOUCHED}
    # The browser shows what was entered, and tells it again, until it was heard; of another session it expects nothing.
    data |= {"session": state.begun("sheet.session", secrets.token_hex(4)), "heard": state.held(f"{key}.heard")}
    own_elements.element("sheet", _HTML)(key=key, data=data, on_entered_change=partial(_take, key))


def _drawn(cell: Cell, number: Number) -> dict[str, object]:
    value = _value(cell.key, number)
    bounds = {"least": number.least, "most": number.most, "step": "any" if number.digits else "1"}
    return {**asdict(cell), **bounds, "text": number.text(value)}


def _take(element: str) -> None:
    """Hold what was entered for `values`, and let the browser know that it was heard."""
    told = state.told(element, "entered")
    fields = told.get("fields") if isinstance(told, dict) else None
    if not isinstance(told, dict) or not isinstance(fields, dict):
        return
    before = state.held(f"{element}.told")
    # Another entry may have come before the page came to `values`.
    state.hold(f"{element}.told", {**before, **fields} if isinstance(before, dict) else fields)
    state.hold(f"{element}.heard", str(told.get("id"))[:_LONGEST_ID])


def entered(told: object, numbers: Mapping[str, Number]) -> dict[str, float | str | None]:
    """Name to what is kept of what a browser told; of fields that are not drawn, nothing."""
    fields = told if isinstance(told, dict) else {}
    return {name: number.taken(fields[name]) for name, number in numbers.items() if name in fields}


def _value(name: str, number: Number) -> float | None:
    kept = state.shown(name + number.of)
    return number.begin if kept == UNTOUCHED else kept  # type: ignore[return-value]


def _told(kept: object) -> str | None:
    """How the address says what is kept; None: not at all."""
    if kept is None or kept == UNTOUCHED:
        return "" if kept is None else None
    return repr(kept).removesuffix(".0")


def _read(told: str | None, number: Number) -> float | str | None:
    if told is None or not told.strip():
        return UNTOUCHED if told is None else number.taken(None)
    try:
        return number.taken(float(told))
    except ValueError:
        return UNTOUCHED
