"""Parts of a page that are drawn again alone when something in them is chosen, and windows over a page.

Streamlit then runs the part and nothing else, so neither the page's own check of who asks nor its reading of the data.
"""

from collections.abc import Callable

import streamlit as st

from crm_core.ui import load, one_run
from crm_core.ui.shell import signed_in_user


def part(draw: Callable[[], None], *, every: float | None = None) -> None:
    """Draw now what ``draw`` draws, and again alone when something in it is chosen, or ``every`` so many seconds.

    The whole page is run instead once the session has ended, the role was changed, or other data are there.
    """
    st.fragment(_while_all_stands(draw), run_every=every)()


def window(title: str, draw: Callable[[], None], *, is_large: bool = False, icon: str | None = None) -> None:
    """Open a window over the page, a `part` of it."""
    opened = st.dialog(title, width="large" if is_large else "small", icon=icon)
    opened(_while_all_stands(draw))()


def _while_all_stands(draw: Callable[[], None]) -> Callable[[], None]:
    user, version = signed_in_user(), load.data_version()

    def drawn() -> None:
        if user is None or signed_in_user() != user or load.data_version() != version:
            st.rerun()
        with one_run.reading_once():
            draw()

    return drawn
