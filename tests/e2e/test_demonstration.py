"""The demonstration opens by one printed link; its pages are full, and the browser complains about none of them."""

import httpx
import pytest
from playwright.sync_api import expect

from crm_core.ui.navigation import PAGES


@pytest.fixture(scope="module")
def options():
    return ("--demo",)


@pytest.mark.parametrize(("name", "title"), [(name, title) for name, title, *_ in PAGES])
def test_the_page_is_full_in_light_dark_and_on_a_phone(admin_page, name, title):
    admin_page.goto(f"/{name}")
    expect(admin_page.page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()
    admin_page.assert_no_error()
    expect(admin_page.page.get_by_text("Nothing to show yet")).to_have_count(0)
    admin_page.shot(name)
    admin_page.assert_no_error()


def test_an_exported_file_is_for_the_signed_in_only(admin_page):
    admin_page.goto("/segments?segments.section=Customers")
    admin_page.page.get_by_role("button", name="Export the list", exact=True).first.click()
    with admin_page.page.expect_download() as waiting:
        admin_page.page.get_by_test_id("stDownloadButton").get_by_role("button").last.click()
    assert waiting.value.path().stat().st_size > 1000
    address = waiting.value.url
    assert "/media/" in address
    assert admin_page.context.request.get(address).status == 200
    assert httpx.get(address).status_code == 401


def test_the_printed_link_works_once(admin_page, server):
    admin_page.expect_complaint("410")
    admin_page.goto(server.printed_link("/auth/link/"))
    admin_page.sees("This link no longer works")
    assert admin_page.page.get_by_role("button").count() == 0
