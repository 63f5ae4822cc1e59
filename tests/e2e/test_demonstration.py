"""The demonstration opens by one printed link; its pages are full, and the browser complains about none of them."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, expect

from crm_core.ui.navigation import PAGES
from tests.e2e.harness import DESKTOP, Server, Visitor, serving


@pytest.fixture(scope="module")
def server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("demonstration") / "home", "--demo") as server:
        yield server


@pytest.fixture(scope="module")
def signed_in_state(browser: Browser, server: Server) -> dict[str, object]:
    """The cookies after the printed link was opened and its button pressed, once for all tests of this file."""
    context = browser.new_context(viewport=DESKTOP)
    visitor = Visitor(context, server)
    visitor.goto(server.printed_link("/auth/link/"))
    visitor.shot("demonstration_link")
    visitor.click("Open the demonstration")
    visitor.page.wait_for_url(server.url + "/")
    visitor.settle()
    state = context.storage_state()
    context.close()
    visitor.check()
    return dict(state)


@pytest.fixture
def guest(browser: Browser, server: Server, signed_in_state: dict[str, object]) -> Iterator[Visitor]:
    context = browser.new_context(
        viewport=DESKTOP, color_scheme="light", locale="en-GB", accept_downloads=True, storage_state=signed_in_state
    )
    visitor = Visitor(context, server)
    yield visitor
    context.close()
    visitor.check()


@pytest.mark.parametrize(("name", "title"), [(name, title) for name, title, *_ in PAGES])
def test_the_page_is_full_in_light_dark_and_on_a_phone(guest, name, title):
    guest.goto(f"/{name}")
    expect(guest.page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()
    guest.assert_no_error()
    expect(guest.page.get_by_text("Nothing to show yet")).to_have_count(0)
    guest.shot(name)
    guest.assert_no_error()


def test_an_exported_file_is_for_the_signed_in_only(guest):
    guest.goto("/segments")
    guest.click("Export the list")
    with guest.page.expect_download() as waiting:
        guest.page.get_by_test_id("stDownloadButton").get_by_role("button").last.click()
    assert waiting.value.path().stat().st_size > 1000
    address = waiting.value.url
    assert "/media/" in address
    assert guest.context.request.get(address).status == 200
    assert httpx.get(address).status_code == 401


def test_the_printed_link_works_once(guest, server):
    guest.expect_complaint("410")
    guest.goto(server.printed_link("/auth/link/"))
    guest.sees("This link no longer works")
    assert guest.page.get_by_role("button").count() == 0
