"""A signed-in browser for tests of pages: a real installation, user and session; only Streamlit's cookie is put in."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.context import ContextProxy, StreamlitCookies
from streamlit.testing.v1 import AppTest

from crm_core.permissions import Role
from crm_core.store.accounts import add_user, existing_user
from crm_core.store.installation import Installation
from crm_core.store.sessions import COOKIE, open_session
from crm_core.ui import load

PROJECT = Path(__file__).resolve().parents[2]
COMPONENTS = cache(manifest_scanner.scan_component_manifests)
"""The components that are installed. Every AppTest looks through all packages for them, which takes half a second."""


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    """An empty installation in a folder of its own: the one that the pages open."""
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(migrated, home / "crm.sqlite")
    monkeypatch.setenv("CRM_HOME", str(home))
    monkeypatch.delenv("CRM_DATABASE_URL", raising=False)
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", COMPONENTS)
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
    """``open_page("imports")``: the page as app.py shows it, run once, as after a link to it."""

    def open_one(name: str) -> AppTest:
        # Not by way of the first page, which reads all there is. Its own address has no name in it.
        app = AppTest.from_file(PROJECT / "app.py", default_timeout=60)
        return (app if name == "overview" else app.switch_page(f"pages/{name}.py")).run()

    return open_one


def _put_in(monkeypatch: pytest.MonkeyPatch, **cookies: str) -> None:
    """Give Streamlit the cookies and the time zone of a browser, which AppTest does not have."""
    monkeypatch.setattr(ContextProxy, "cookies", property(lambda _: StreamlitCookies(cookies)))
    monkeypatch.setattr(ContextProxy, "timezone", property(lambda _: "Europe/Sofia"))
