"""What survives a rerun or a change of page, one typed accessor an item; nothing else touches the session state."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, TypeVar, cast

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from crm_core.errors import CrmError
from crm_core.ui.format import plain

T = TypeVar("T")

_NOTICE, _LEFT, _ADDRESS = "state.notice", "state.left.", "state.address"
_ANEW, _DRAWN, _DRAWN_BEFORE = "state.anew", "state.drawn", "state.drawn_before"


def keep_notice(text: str) -> None:
    """Remember what was done, to be said once the page has run again."""
    st.session_state[_NOTICE] = text


def taken_notice() -> str:
    """What was done before this run; empty when nothing, and empty the next time."""
    return str(st.session_state.pop(_NOTICE, ""))


def attempt(command: Callable[[], str]) -> None:
    """Run a command of a button: what it did is said on the page run anew, what it refused is said here."""
    try:
        done = command()
    except CrmError as fault:
        st.error(plain(str(fault)))
        return
    keep_notice(done)
    st.rerun()


def pressed_row(key: str) -> int | None:
    """The row of a table whose button was pressed before this run; ``key`` is that of the button column."""
    click = st.session_state.get(key)
    return None if click is None else int(click["row"])


def choose_of_row(key: str, values: Sequence[Mapping[str, object]]) -> None:
    """Make widgets show what ``values`` says of the row whose button was pressed; for the callback of a button column.

    ``key`` is that of the column.
    """
    row = pressed_row(key)
    if row is not None:
        for widget, value in values[row].items():
            choose(widget, value)


def choose(widget: str, value: object) -> None:
    """Make ``widget`` show ``value``; for the callback of a button, before the page runs again."""
    st.session_state[widget] = value


def shown(widget: str) -> object:
    """What ``widget`` shows now, for its own callback or before it is drawn; None when it never was."""
    return st.session_state.get(widget)


def begun(widget: str, value: object) -> object:
    """What ``widget`` shows now; from now on that is ``value`` where it never showed anything."""
    return st.session_state.setdefault(widget, value)


def is_known(widget: str) -> bool:
    """Whether ``widget`` ever showed anything."""
    return widget in st.session_state


def is_back() -> bool:
    """Whether the page runs because somebody went back or forward in the browser's history."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def told(element: str, event: str) -> object:
    """What an element of our own told of ``event``, for the callback of the event; None when it told nothing."""
    return st.session_state[element].get(event)


def choose_pressed(chart: str, chooses: Mapping[str, str], sets: Mapping[str, object]) -> None:
    """Make widgets show what was pressed on ``chart``; for the chart's callback, before the page runs again.

    ``chooses`` names the widget of each field, ``sets`` what other widgets show then.
    """
    points = st.session_state[chart]["selection"].get("pressed") or []
    if points and chooses.keys() <= points[0].keys():
        for field, widget in chooses.items():
            choose(widget, points[0][field])
        for widget, value in sets.items():
            choose(widget, value)


def bring_back(page: str) -> None:
    """Make the widgets of ``page`` show what they showed when it was left; those shown now stay as they are.

    After `insist` they too show what was remembered.
    """
    insisted = st.session_state.pop(f"state.insisted.{page}", False)
    for widget, value in remembered(page).items():
        if insisted or widget not in st.session_state:
            st.session_state[widget] = value


def begin_page() -> None:
    """Tell `show_surely` and `address` that a page is run from its top."""
    st.session_state[_DRAWN_BEFORE] = st.session_state.pop(_DRAWN, set())
    st.session_state[_ADDRESS] = st.query_params.to_dict()


def address() -> dict[str, str]:
    """What the address said before the page drew anything: widgets whose state stands in it change it as they come."""
    return dict(st.session_state.get(_ADDRESS, {}))


def show_surely(widget: str) -> None:
    """Have the browser show what ``widget`` shows here, where the run before did not draw it.

    When two sections are opened in quick succession, the browser has forgotten a field that is known here still: it
    would show the first choice over the figures of another one.
    """
    drawn = st.session_state.setdefault(_DRAWN, set())
    if widget in st.session_state and widget not in drawn | st.session_state.get(_DRAWN_BEFORE, set()):
        st.session_state[widget] = st.session_state[widget]
    drawn.add(widget)


def remembered(page: str) -> dict[str, object]:
    """What the widgets of ``page`` show, by their keys."""
    return dict(st.session_state.get(f"{_LEFT}{page}", {}))


def show_again(values: Mapping[str, object]) -> None:
    """Make widgets show these values, also those in closed menus: see `is_anew`. For the callback of a button."""
    for widget, value in values.items():
        choose(widget, value)
        remember(widget)
    hold(_ANEW, value=True)


def is_anew() -> bool:
    """Whether the page is to be drawn as by a browser that knows nothing of it: after `show_again`; once.

    A browser keeps what was chosen in a menu that is closed, is not told of another choice there, and puts its own back
    at the next press.
    """
    return let_go(_ANEW) is not None


def insist(page: str) -> None:
    """Run the page again with what is remembered of its widgets."""
    st.session_state[f"state.insisted.{page}"] = True
    st.rerun()


def drop_unless(fits: Callable[[Any], bool], widget: str, *, instead: object = None) -> None:
    """Forget what ``widget`` is to show when that is not possible any more, as after an import.

    A widget that is on the page goes on showing it all the same, unless it is told what to show ``instead``.
    """
    if widget not in st.session_state or fits(st.session_state[widget]):
        return
    if instead is None:
        del st.session_state[widget]
    else:
        choose(widget, instead)


def remember(widget: str) -> None:
    """Keep what ``widget`` shows for `bring_back`: Streamlit forgets it when the page changes."""
    page = f"{_LEFT}{widget.partition('.')[0]}"
    # One item for each page: to look through all of them takes Streamlit longer than to draw a widget.
    st.session_state[page] = {**st.session_state.get(page, {}), widget: st.session_state[widget]}


def kept(name: str, key: Hashable, build: Callable[[], T], *, discard: Callable[[T], None]) -> T:
    """What ``build`` made for ``key``, once a session; when the key changes the old one is discarded first."""
    held = st.session_state.get(f"state.kept.{name}")
    if held is not None and held[0] == key:
        return cast("T", held[1])
    forget(name, discard=discard)
    made = build()
    st.session_state[f"state.kept.{name}"] = (key, made)
    return made


def forget(name: str, *, discard: Callable[[T], None]) -> None:
    """Discard what `kept` holds under ``name``."""
    held = st.session_state.pop(f"state.kept.{name}", None)
    if held is not None:
        discard(held[1])


def hold(name: str, value: object) -> None:
    """Keep ``value`` under ``name`` until `let_go`."""
    st.session_state[f"state.held.{name}"] = value


def held(name: str) -> object:
    """What `hold` keeps under ``name``; None when nothing."""
    return st.session_state.get(f"state.held.{name}")


def let_go(name: str) -> object:
    """What was kept under ``name``, which is kept no longer."""
    return st.session_state.pop(f"state.held.{name}", None)


def turn(name: str) -> int:
    """How often `next_turn` was called for ``name``; in a widget's key it makes the widget empty again."""
    return int(st.session_state.get(f"state.turn.{name}", 0))


def next_turn(name: str) -> None:
    """Make widgets whose key holds `turn` new ones."""
    st.session_state[f"state.turn.{name}"] = turn(name) + 1
