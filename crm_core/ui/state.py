"""What survives a rerun or a change of page, one typed accessor an item; nothing else touches the session state."""

from collections.abc import Callable

import streamlit as st

from crm_core.errors import CrmError

_NOTICE = "state.notice"


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
        st.error(str(fault))
        return
    keep_notice(done)
    st.rerun()


def pressed_row(key: str) -> int | None:
    """The row of a table whose button was pressed before this run; ``key`` is that of the button column."""
    click = st.session_state.get(key)
    return None if click is None else int(click["row"])


def choose(widget: str, value: object) -> None:
    """Make ``widget`` show ``value``; for the callback of a button, before the page runs again."""
    st.session_state[widget] = value


def choose_pressed(chart: str, field: str, widget: str) -> None:
    """Make ``widget`` show what was pressed on ``chart``; for the chart's callback, before the page runs again."""
    points = st.session_state[chart]["selection"].get(field) or []
    if points and field in points[0]:
        choose(widget, points[0][field])
