"""Every page opens in a real browser, on nothing, without a complaint, light, dark and on a phone."""

import pytest
from playwright.sync_api import expect

from crm_core.ui.navigation import PAGES


@pytest.fixture
def ann(browser_page):
    """The administrator, signed up by the first test and signed in by the others."""
    if "/auth/setup/" in browser_page.server.log and not (browser_page.server.home / "ann").exists():
        browser_page.sign_up("ann")
        (browser_page.server.home / "ann").touch()
    else:
        browser_page.sign_in("ann")
    return browser_page


@pytest.mark.parametrize(("name", "title"), [(name, title) for name, title, *_ in PAGES])
def test_the_page_opens_on_an_empty_installation(ann, name, title):
    ann.goto(f"/{name}")
    expect(ann.page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()
    ann.assert_no_error()
    ann.shot(f"empty_{name}")


@pytest.mark.parametrize("section", ["Users", "Suppression list", "Currency and numbers", "Audit log", "Demonstration"])
def test_a_section_of_the_settings_opens_by_its_address(ann, section):
    ann.goto(f"/settings?settings.section={section.replace(' ', '+')}")
    expect(ann.page.get_by_role("radio", name=section)).to_be_checked()
    ann.assert_no_error()
    ann.shot(f"settings_{section.split()[0].lower()}")


def test_the_menu_leads_to_every_page(ann):
    for _name, title, *_ in PAGES:
        ann.open_page(title)
        ann.assert_no_error()
