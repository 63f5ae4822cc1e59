"""From the printed link to a working session and out again."""

import pytest
from playwright.sync_api import expect

from tests.e2e.harness import DESKTOP, PAGES, Visitor, serving


def test_the_first_administrator_is_made_by_the_printed_link(browser_page):
    browser_page.goto("/")
    browser_page.sees("Nobody can sign in yet")
    browser_page.shot("nobody_yet")
    link = browser_page.server.printed_link("/auth/setup/")
    browser_page.goto(link)
    browser_page.shot("set_up")
    browser_page.sign_up("ann")
    browser_page.sees("ann, admin")
    browser_page.expect_complaint("410")
    browser_page.goto(link)
    browser_page.sees("This link no longer works")
    browser_page.shot("expired_link")
    assert browser_page.page.get_by_role("textbox").count() == 0


def test_a_wrong_password_says_so_and_the_right_one_leads_to_the_page_asked_for(browser_page):
    browser_page.expect_complaint("401")
    browser_page.goto("/settings?settings.section=Users")
    browser_page.fill("User name", "ann")
    browser_page.fill("Password", "not the password")
    browser_page.click("Sign in")
    browser_page.sees("The user name or the password is wrong")
    browser_page.shot("sign_in")
    browser_page.fill("Password", "correct horse battery")
    browser_page.click("Sign in")
    browser_page.settle()
    expect(browser_page.page.get_by_role("heading", name="Settings", level=1)).to_be_visible()
    browser_page.sees("Add a user")
    assert "/auth/" not in browser_page.page.url


def test_signing_out_closes_this_browser_and_an_open_tab_asks_to_sign_in(browser_page):
    browser_page.sign_in()
    other = browser_page.context.new_page()
    other.goto(f"{browser_page.server.url}/settings")
    expect(other.get_by_role("heading", name="Settings", level=1)).to_be_visible()
    browser_page.page.get_by_role("link", name="Account and sign-out").click()
    browser_page.sees("Signed in as ann")
    browser_page.shot("account")
    browser_page.click("Sign out")
    browser_page.sees("You are signed out.")
    other.get_by_role("tab", name="Users").click()
    expect(other.get_by_text("Please sign in.")).to_be_visible()
    assert other.get_by_role("heading", name="Settings", level=1).count() == 0


def test_an_invited_viewer_sees_figures_and_no_customers(browser_page):
    browser_page.sign_in()
    browser_page.goto("/settings?settings.section=Users")
    browser_page.fill("User name", "vera")
    browser_page.click("Add and make an invitation")
    invitation = browser_page.page.get_by_test_id("stCode").inner_text().strip()
    browser_page.context.clear_cookies()
    browser_page.goto(invitation)
    browser_page.fill("Password", "vera's long password")
    browser_page.fill("The same password again", "vera's long password")
    browser_page.click("Set the password and sign in")
    browser_page.page.wait_for_url(browser_page.server.url + "/")
    browser_page.settle()
    browser_page.sees("vera, viewer")
    menu = browser_page.page.get_by_test_id("stSidebarNav")
    expect(menu.get_by_role("link", name="Overview")).to_be_visible()
    expect(menu.get_by_role("link", name="Customers")).to_have_count(0)
    browser_page.goto("/customers")
    browser_page.sees("You do not have access to this page.")
    assert browser_page.page.get_by_role("heading", name="Customers", level=1).count() == 0


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_who_follows_a_link_sees_only_the_sign_in(browser_page, name):
    browser_page.goto(f"/{name}")
    browser_page.sees("Sign in")
    assert browser_page.page.url.endswith(f"/auth/login?next=/{name}")


def test_a_viewers_deep_link_on_a_fresh_process_is_refused_and_an_ended_session_told(browser, browser_page, tmp_path):
    """Until somebody has opened a page, Streamlit would run pages/settings.py without app.py."""
    password = "vera's long password"
    with serving(tmp_path / "home", CRM_WORKER="off") as fresh:
        link = fresh.crm("user", "add", "vera", "--role", "viewer").stdout.split()[-1]
        context = browser.new_context(viewport=DESKTOP)
        visitor = Visitor(context, fresh)
        # Signed in without opening any page: the deep link is the first one in the life of the process.
        form = {"password": password, "again": password}
        context.request.post(link, form=form, headers={"origin": fresh.url}, max_redirects=0)
        visitor.goto("/settings")
        expect(visitor.page.get_by_role("heading", name="Settings", level=1)).to_have_count(0)
        assert visitor.page.get_by_text("Mail server").count() == 0
        visitor.sees("You do not have access to this page.")
        fresh.crm("user", "disable", "vera")
        fresh.stop()
        fresh.start()
        # The page is still open, and looks for its server again.
        expect(visitor.page.get_by_role("dialog")).to_contain_text("Signed out. Reload this page to sign in.")
        context.close()
