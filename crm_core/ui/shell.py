"""What every page starts with: who is asking, and the page title."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from crm_core.errors import AccountError, CrmError
from crm_core.permissions import Role
from crm_core.store.sessions import COOKIE, session_account
from crm_core.ui import chart_files, state
from crm_core.ui.format import plain
from crm_core.ui.load import installation
from crm_core.ui.one_run import once


@dataclass(frozen=True)
class User:
    """The signed-in user, as pages see it."""

    name: str
    display_name: str
    role: Role
    permissions: frozenset[str]

    def may(self, permission: str) -> bool:
        """Whether the user's role allows it."""
        return permission in self.permissions


def enter(title: str, *, permission: str) -> User:
    """Open a page: stop unless the user may see it, then draw the title.

    Every page calls this first. app.py's gate is not enough: until ``st.navigation`` has run
    once in the process, Streamlit executes ``pages/*.py`` directly for a deep link and app.py
    never runs.
    """
    user = signed_in_user()
    if user is None:
        st.warning("Please sign in.")
        st.stop()
    if not user.may(permission):
        st.error("You do not have access to this page.")
        st.stop()
    chart_files.forget()
    state.begin_page()
    st.title(title, anchor=False)
    notice = state.taken_notice()
    if notice:
        st.success(plain(notice))
    return user


def signed_in_user() -> User | None:
    """Who the browser's cookie belongs to, looked up on every rerun: sign-out and a new role work at once."""
    return _whose(_token())


def while_signed_in(build: Callable[[], bytes], user: User) -> Callable[[], bytes]:
    """``build``, for a file that is made when somebody asks for it: without a run of the page, and so without `enter`.

    What comes out refuses with AccountError once the session has ended or ``user`` may other things.
    """
    token = _token()

    def made() -> bytes:
        if _whose(token) != user:
            raise AccountError("The session has ended, or may other things now. Reload the page.")
        return build()

    return made


def _token() -> str:
    return st.context.cookies.get(COOKIE, "")


def _whose(token: str) -> User | None:
    if not token:
        return None
    database = installation().database

    def read() -> User | None:
        with database.read() as session:
            account = session_account(session, token, now=datetime.now(UTC))
        if account is None:
            return None
        return User(account.name, account.display_name, account.role, account.permissions)

    # app.py asks, and every page and part of it.
    return once(f"account of {token}", read, commits=database.commits)


def tell_failure(fault: Exception) -> bool:
    """Show what went wrong on the page: our own errors in their words, all others without details.

    Returns True: Streamlit need not show anything more. It has logged the details before.
    """
    if isinstance(fault, CrmError):
        st.error(plain(str(fault)))
    else:
        st.error("Something went wrong on this page. Nothing was changed; the details are in the server's log.")
    return True
