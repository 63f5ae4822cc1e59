"""Every page opens in a real browser, on nothing, without a complaint, light, dark and on a phone."""

import pytest
from playwright.sync_api import expect

from crm_core.ui.navigation import PAGES


@pytest.mark.parametrize(("name", "title"), [(name, title) for name, title, *_ in PAGES])
def test_the_page_opens_on_an_empty_installation(admin_page, name, title):
    admin_page.goto(f"/{name}")
    expect(admin_page.page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()
    admin_page.assert_no_error()
    admin_page.shot(f"empty_{name}")


@pytest.mark.parametrize("section", ["Users", "Suppression list", "Currency and numbers", "Audit log", "Demonstration"])
def test_a_section_of_the_settings_opens_by_its_address(admin_page, section):
    admin_page.goto(f"/settings?settings.section={section.replace(' ', '+')}")
    expect(admin_page.page.get_by_role("tab", name=section)).to_have_attribute("aria-selected", "true")
    admin_page.assert_no_error()
    admin_page.shot(f"settings_{section.split()[0].lower()}")


def test_the_menu_leads_to_every_page(admin_page):
    admin_page.goto("/")
    for _name, title, *_ in PAGES:
        admin_page.open_page(title)
        admin_page.assert_no_error()
