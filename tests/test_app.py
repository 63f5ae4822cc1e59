"""The one entry in both its forms, and the locks before the pages."""

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
import streamlit as st
from streamlit.runtime.context import ContextProxy, StreamlitCookies
from streamlit.testing.v1 import AppTest
from streamlit.web.server.app_discovery import discover_asgi_app

from crm_core.ui.navigation import PAGES
from tests.e2e.harness import serving

ROOT = Path(__file__).resolve().parents[1]
APP = ROOT / "app.py"
NAMES = [name for name, *_ in PAGES]
UPGRADE = {
    "connection": "Upgrade",
    "upgrade": "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@pytest.fixture(scope="module")
def fresh_server(tmp_path_factory):
    """A server process in which nobody has opened anything: Streamlit knows of no menu yet."""
    with serving(tmp_path_factory.mktemp("fresh") / "home", CRM_WORKER="off") as server:
        yield server


def test_streamlit_run_finds_the_server_in_app_py():
    assert discover_asgi_app(APP).import_string == "app:app"


def test_importing_the_server_switches_the_pages_folder_off(tmp_path):
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import app, json; from streamlit.runtime.pages_manager import PagesManager;"
            "print(json.dumps(PagesManager.uses_pages_directory))",
        ],
        cwd=ROOT,
        env={**os.environ, "CRM_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(told.stdout) is False


def test_a_stranger_sees_no_menu_and_no_page(tmp_path, monkeypatch):
    monkeypatch.setenv("CRM_HOME", str(tmp_path))
    monkeypatch.setattr(ContextProxy, "cookies", property(lambda _: StreamlitCookies({})))
    st.cache_resource.clear()
    at = AppTest.from_file(APP, default_timeout=60).run()
    assert [warning.value for warning in at.warning] == ["Please sign in."]
    assert len(at.sidebar.children) == 0
    st.cache_resource.clear()


@pytest.mark.parametrize("name", ["", *NAMES])
def test_on_a_fresh_server_every_page_leads_a_stranger_to_the_sign_in(fresh_server, name):
    answer = httpx.get(f"{fresh_server.url}/{name}", follow_redirects=False)
    assert (answer.status_code, answer.text) == (303, "")
    assert answer.headers["location"].startswith("/auth/login")


def test_on_a_fresh_server_no_script_runs_for_a_stranger(fresh_server):
    answer = httpx.get(f"{fresh_server.url}/_stcore/stream", headers={**UPGRADE, "origin": fresh_server.url})
    assert answer.status_code == 403


def test_a_fresh_server_prints_how_to_make_the_first_administrator(fresh_server):
    page = httpx.get(fresh_server.printed_link("/auth/setup/"))
    assert "You are the first administrator" in page.text


def test_the_servers_log_names_nobody(fresh_server):
    httpx.get(f"{fresh_server.url}/u/secret-token-of-a-customer")
    httpx.get(f"{fresh_server.url}/customers?customer=ann@example.com")
    assert "secret-token" not in fresh_server.log
    assert "ann@example.com" not in fresh_server.log
