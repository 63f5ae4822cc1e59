"""A signed-in browser for tests of pages: a real installation, user and session; only Streamlit's cookie is put in."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import streamlit as st
from streamlit.runtime.context import ContextProxy, StreamlitCookies
from streamlit.testing.v1 import AppTest

from crm_core.permissions import Role
from crm_core.store.accounts import add_user, existing_user
from crm_core.store.installation import Installation
from crm_core.store.sessions import COOKIE, open_session
from crm_core.ui import load

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    """An empty installation in a folder of its own: the one that the pages open."""
    monkeypatch.setenv("CRM_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("CRM_DATABASE_URL", raising=False)
    _put_in(monkeypatch)
    # AppTest keeps caches between tests (streamlit#9139): a test would see the data of the one before.
    st.cache_data.clear()
    st.cache_resource.clear()
    yield load.installation()
    load.installation().database.close()
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def signed_in(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Installation]:
    """``signed_in("manager")``: from now on pages are opened by a user of this role, named after it."""

    def sign_in(role: str = "admin") -> Installation:
        now = datetime.now(UTC)
        with installation.database.write() as session:
            add_user(session, role, "", Role(role), now=now, by="test", display_name=role.title())
            token = open_session(session, existing_user(session, role), now=now).token
        _put_in(monkeypatch, **{COOKIE: token})
        return installation

    return sign_in


@pytest.fixture
def open_page() -> Callable[[str], AppTest]:
    """``open_page("imports")``: the page as app.py shows it, run once."""

    def open_one(name: str) -> AppTest:
        app = AppTest.from_file(PROJECT / "app.py", default_timeout=60).run()
        return app.switch_page(f"pages/{name}.py").run()

    return open_one


def _put_in(monkeypatch: pytest.MonkeyPatch, **cookies: str) -> None:
    """Give Streamlit the cookies and the time zone of a browser, which AppTest does not have."""
    monkeypatch.setattr(ContextProxy, "cookies", property(lambda _: StreamlitCookies(cookies)))
    monkeypatch.setattr(ContextProxy, "timezone", property(lambda _: "Europe/Sofia"))
