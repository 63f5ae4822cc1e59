"""Key figures on cards side by side: what each is, how it changed, where it comes from, who is behind it.

One element of our own for the whole row: ``st.metric``, containers and buttons took up to a sixth of the time until a
page is seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from crm_core.ui import own_elements, state, trend_line
from crm_core.ui.format import Notation
from crm_core.ui.trend_line import Point

LONG = 9
"""Characters of a figure that stand in one line on the narrowest card in full size."""
_HTML = '<div class="figures"></div>'


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
    # The card reads the direction of its arrow from the first character, whatever minus a locale writes.
    return f"{'-' if change < 0 else '+'}{text}"


def cards(figures: Sequence[Figure], *, at_least: int = 170, key: str = "behind") -> str | None:
    """The figures side by side, on cards of one height; the page says what changes are compared with.

    Returns the list of customers (`Figure.behind`) whose button was pressed, if any: `lists.behind` shows one.

    ``at_least``: pixels that the narrowest card needs; two of them fit beside one another on a phone below 160.
    """
    if not figures:
        return None
    shown: dict[str, Any] = {
        "cards": [_card(figure) for figure in figures],
        "at_least": at_least,
        "is_long": max(len(figure.value) for figure in figures) > LONG,
    }
    # A page may have two rows.
    place = f"{key}.{figures[0].label.lower().replace(' ', '-')}"
    own_elements.element("figures", _HTML)(key=place, data=shown, on_opened_change=partial(_hold_pressed, place))
    pressed = state.let_go(place)
    return next((name for figure in figures for name in figure.behind if name == pressed), None)


def _hold_pressed(place: str) -> None:
    """Keep the list that was asked for until the page, run again, comes to the row."""
    state.hold(place, state.told(place, "opened"))


def _card(figure: Figure) -> dict[str, Any]:
    one = len(figure.behind) == 1
    about = f"behind {figure.label.lower()}"
    return {
        "label": figure.label,
        "value": figure.value,
        "change": _change(figure),
        "note": figure.note,
        "meaning": _meaning(figure),
        "trend": trend_line.drawn(figure.trend, label=figure.label) if trend_line.is_trend(figure.trend) else None,
        "behind": [
            {"name": name, "label": "Customers", "said": f"Customers {about}"}
            if one
            else {"name": name, "label": name.capitalize(), "said": f"{name.capitalize()}, customers {about}"}
            for name in figure.behind
        ],
    }


def _change(figure: Figure) -> dict[str, str] | None:
    if not figure.change:
        return None
    if not any(digit in figure.change for digit in "123456789"):
        return {"text": "unchanged", "way": "", "news": ""}
    way = {"+": "up", "-": "down"}[figure.change[0]]
    news = "" if figure.good == "neither" else "good" if way == figure.good else "bad"
    return {"text": figure.change, "way": way, "news": news}


def _meaning(figure: Figure) -> str:
    # Beside a change the note is set in small grey letters: here it can be read at ease.
    is_told = not figure.change or figure.note in figure.meaning
    beside = "" if is_told else f"{figure.note[:1].upper()}{figure.note[1:]}."
    return f"{figure.meaning} {beside}".strip()
