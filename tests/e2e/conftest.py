"""Fixtures of the journeys: a fresh server for each file, a fresh browser profile for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import StorageState as State

from tests.e2e.harness import CHROMIUM_ARGUMENTS, Server, Visitor, chromium, serving, visiting


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.path).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        pytest.skip("no Chromium is installed: the journeys in a browser were not made")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def options() -> tuple[str, ...]:
    """What ``serve`` is started with; a file of tests that wants the demonstration says ``--demo`` instead."""
    return ()


@pytest.fixture(scope="module")
def server(browser: Browser, tmp_path_factory: pytest.TempPathFactory, options: tuple[str, ...]) -> Iterator[Server]:
    """A server with nothing in it or with the demonstration, shared by the tests of one file in their order."""
    with serving(tmp_path_factory.mktemp("server") / "home", *options) as server:
        yield server


@pytest.fixture
def browser_page(browser: Browser, server: Server) -> Iterator[Visitor]:
    """A stranger with a new browser profile; what the browser complained about fails the test."""
    with visiting(browser, server) as visitor:
        yield visitor


@pytest.fixture(scope="module")
def admin_state(browser: Browser, server: Server, options: tuple[str, ...]) -> State:
    """The browser profile of the first administrator, signed up or let in once for the tests of one file."""
    with visiting(browser, server) as visitor:
        if "--demo" in options:
            visitor.open_demonstration()
        else:
            visitor.sign_up("ann")
        return visitor.context.storage_state()


@pytest.fixture
def admin_page(browser: Browser, server: Server, admin_state: State) -> Iterator[Visitor]:
    """The first administrator, signed in, at no page yet."""
    with visiting(browser, server, admin_state) as visitor:
        yield visitor


@pytest.fixture(autouse=True)
def _no_thread_stays_behind() -> None:
    """Playwright keeps threads of its own until the browser is closed; ours are in the server's process."""
