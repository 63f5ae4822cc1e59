"""What a page shows stands in its address, survives Back, and can be kept as a view; a chart can be saved."""

import pytest
from playwright.sync_api import expect

LATELY = "Orders from 1 Apr 2026 to 30 Jun 2026"


@pytest.fixture(scope="module")
def options():
    return ("--demo",)


def test_back_and_the_menu_keep_the_filters_of_a_page(admin_page):
    admin_page.goto("/")
    admin_page.step("3 months")
    admin_page.sees(LATELY)
    admin_page.open_page("Segments")
    admin_page.page.go_back()
    admin_page.sees(LATELY)
    expect(admin_page.page).to_have_url(f"{admin_page.server.url}/?overview.period=3+months")
    admin_page.settle()
    admin_page.open_page("Segments")
    admin_page.open_page("Overview")
    admin_page.sees(LATELY)
    assert "overview.period=3+months" in admin_page.page.url


def test_a_chart_is_saved_as_a_picture(admin_page):
    admin_page.goto("/")
    admin_page.page.get_by_role("button", name="Save", exact=False).first.click()
    with admin_page.page.expect_download() as waiting:
        admin_page.page.get_by_role("button", name="Picture (PNG)").click()
    assert waiting.value.suggested_filename == "overview-channels.png"
    assert waiting.value.path().read_bytes().startswith(b"\x89PNG")


def test_a_number_opens_its_customers_who_become_an_audience(admin_page):
    admin_page.goto("/")
    admin_page.click("Returning")
    window = admin_page.page.get_by_role("dialog")
    expect(window.get_by_text("They bought in the period, and had bought before it.")).to_be_visible()
    window.get_by_role("button", name="Use as audience").click()
    expect(admin_page.page).to_have_url(
        f"{admin_page.server.url}/campaigns?audience=Returning+customers%2C+30+Jun+2026"
    )
    admin_page.settle()
    admin_page.assert_no_error()
