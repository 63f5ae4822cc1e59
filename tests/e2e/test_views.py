"""What a page shows stands in its address, survives Back, and can be kept as a view; a chart can be saved."""

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.e2e.harness import visiting

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
    admin_page.click("Returning, customers behind returning customers")
    window = admin_page.page.get_by_role("dialog")
    expect(window.get_by_text("They bought in the period, and had bought before it.")).to_be_visible()
    window.get_by_role("button", name="Use as audience").click()
    name = "Returning customers (Orders from 1 Jul 2025 to 30 Jun 2026)"
    expect(admin_page.page).to_have_url(f"{admin_page.server.url}/campaigns?{urlencode({'audience': name})}")
    admin_page.settle()
    admin_page.assert_no_error()


def test_a_point_of_a_curve_is_chosen_when_pressed_and_the_line_between_two_is_none(admin_page):
    admin_page.goto("/retention?retention.section=All+together")
    points = admin_page.page.locator("[data-testid=stVegaLiteChart]").first.locator(".mark-symbol path")
    chosen = admin_page.page.get_by_role("combobox", name="Periods after the first")
    points.nth(5).click()
    expect(chosen).to_have_value("6 months after")
    admin_page.settle()
    left, right = (points.nth(place).bounding_box() for place in (8, 9))
    middle = [(left[side] + right[side] + left[size]) / 2 for side, size in (("x", "width"), ("y", "height"))]
    admin_page.page.mouse.click(*middle)
    admin_page.page.wait_for_timeout(1000)
    assert chosen.input_value() == "6 months after"


def test_only_the_part_that_was_changed_is_sent_again(admin_page):
    frames = []
    admin_page.page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(frame)))  # noqa: PLW0108 - Playwright marks it
    admin_page.goto("/segments?segments.section=Who+moved")
    whole = len(frames)
    frames.clear()
    admin_page.step("Lifecycle stage")
    admin_page.sees("931 customers.")
    assert len(frames) < whole / 2
    # Other groups have other moves: the one that was shown is none of them any more.
    expect(admin_page.page.get_by_role("combobox", name="Move")).to_have_value("lapsed (stayed)")
    assert "segments.by=Lifecycle+stage" in admin_page.page.url
    admin_page.open_page("Overview")
    admin_page.open_page("Segments")
    expect(admin_page.page.get_by_role("radio", name="Lifecycle stage")).to_be_checked()


def test_a_number_in_a_cell_of_a_part_opens_its_customers_when_pressed(admin_page):
    admin_page.goto("/segments?segments.section=Moves")
    moves = admin_page.page.locator("[data-testid=stVegaLiteChart]")
    moves.locator(".mark-text text", has_text="121").first.click()
    expect(admin_page.page.get_by_role("combobox", name="Move")).to_have_value("Loyal → Champions")
    admin_page.sees("121 customers.")


def test_a_view_takes_back_what_was_chosen_in_a_menu_and_the_next_press_does_not_bring_it_again(admin_page):
    before, year_before = "compared with the period before.", "compared with the same period a year before."
    admin_page.goto("/segments")
    admin_page.open_page("Overview")
    admin_page.click("Views")
    admin_page.page.get_by_role("textbox", name="Save what is shown as").fill("as ever")
    admin_page.page.keyboard.press("Tab")
    admin_page.settle()
    admin_page.click("Save this view")
    admin_page.page.keyboard.press("Escape")
    admin_page.click("Filters")
    admin_page.step("The same period a year before")
    admin_page.page.keyboard.press("Escape")
    admin_page.sees(year_before)
    admin_page.click("Views")
    admin_page.click("as ever")
    admin_page.sees(before)
    expect(admin_page.page).to_have_url(re.compile("/(overview)?$"))
    admin_page.settle()
    admin_page.step("3 months")
    admin_page.sees("Orders from 1 Apr 2026")
    admin_page.sees(before)
    assert "compare" not in admin_page.page.url
    admin_page.click("Filters")
    expect(admin_page.page.get_by_role("radio", name="The period before")).to_be_checked()
    # Nobody who goes back is caught between two pages.
    segments = admin_page.page.get_by_role("heading", level=1, name="Segments")
    for _ in range(8):
        admin_page.page.go_back()
        admin_page.page.wait_for_timeout(1000)
        admin_page.settle()
        if segments.is_visible():
            break
    expect(segments).to_be_visible()


def test_a_region_that_a_hint_opens_stays_though_the_menu_of_filters_was_opened_before(admin_page):
    admin_page.goto("/overview")
    admin_page.click("Filters")
    expect(admin_page.page.get_by_text("Region", exact=True)).to_be_visible()
    admin_page.page.keyboard.press("Escape")
    admin_page.page.get_by_role("button", name="Look closer").first.click()
    expect(admin_page.page).to_have_url(re.compile("overview.regions="))
    admin_page.sees("; region ")
    admin_page.settle()
    admin_page.step("24 months")
    admin_page.sees("Orders from 1 Jul 2024")
    admin_page.sees("; region ")


def test_a_section_comes_back_as_it_was_left_and_a_link_shows_what_it_says(admin_page):
    admin_page.goto("/segments?segments.section=Customers")
    admin_page.choose("RFM segment", "Loyal")
    admin_page.turn_to("Moves")
    admin_page.turn_to("Customers")
    group = admin_page.page.get_by_role("combobox", name="RFM segment")
    expect(group).to_have_value("Loyal")
    admin_page.turn_to("Sizes")
    admin_page.open_page("Overview")
    admin_page.turn_to("Segments that need attention")
    segment = press_first_row(admin_page)
    assert segment != "Loyal"
    expect(group).to_have_value(segment)


def press_first_row(visitor):
    """Press the button in the first row of the table, wherever it stands; the text of the row's first cell."""
    table, heading = visitor.page.get_by_test_id("stDataFrame"), visitor.page.get_by_role("heading", level=1)
    table.scroll_into_view_if_needed()
    named = table.get_by_test_id("glide-cell-0-0").text_content()
    visitor.page.wait_for_timeout(500)
    before, box = (heading.inner_text(), visitor.page.url), table.bounding_box()
    # Tables are painted: their cells have no place that could be asked for.
    for across in range(60, int(box["width"]), 40):
        visitor.page.mouse.click(box["x"] + across, box["y"] + 52)
        # Once the button was pressed, other things to press stand here.
        visitor.page.wait_for_timeout(500)
        if (heading.inner_text(), visitor.page.url) != before:
            break
    visitor.settle()
    return named


def test_a_button_in_a_table_and_a_bar_open_the_customers_of_a_group(admin_page):
    admin_page.goto("/profit?profit.section=Profit+and+loss")
    group = admin_page.page.get_by_role("combobox", name="Group")
    worst = press_first_row(admin_page)
    expect(group).to_have_value(worst)
    expect(admin_page.page.get_by_role("radio", name="Everybody")).to_be_checked()
    admin_page.turn_to("Groups")
    bars = admin_page.page.locator("[data-testid=stVegaLiteChart] .mark-rect path")
    bars.last.click()
    expect(group).not_to_have_value(worst)


def test_open_pages_of_who_signed_out_elsewhere_change_nothing_and_hand_out_nothing(browser, server):
    link = server.crm("user", "add", "leaver", "--role", "admin").stdout.split()[-1]
    with visiting(browser, server) as visitor:
        visitor.goto(link)
        visitor.fill("Password", "a long enough password")
        visitor.fill("The same password again", "a long enough password")
        visitor.click("Set the password and sign in")
        visitor.page.wait_for_url(server.url + "/")
        part, window = visitor.context.new_page(), visitor.context.new_page()
        for page in (part, visitor.page):
            page.goto(f"{server.url}/segments?segments.section=Customers")
        window.goto(server.url)
        visitor.page.get_by_role("button", name="Export the list").first.click()
        file = visitor.page.get_by_role("button", name="CSV", exact=True)
        window.get_by_role("button", name="Returning, customers behind").click()
        becomes = window.get_by_role("dialog").get_by_role("button", name="Use as audience")
        grouped = part.get_by_role("radio", name="Lifecycle stage")
        for button in (file, becomes, grouped):
            expect(button).to_be_visible()
        leaving = visitor.context.new_page()
        leaving.goto(f"{server.url}/auth/account")
        leaving.get_by_role("button", name="Sign out", exact=True).click()
        expect(leaving.get_by_text("You are signed out.")).to_be_visible()
        file.click()
        expect(visitor.page.get_by_text("Failed to generate file for download")).to_be_visible()
        for page, button in ((window, becomes), (part, grouped)):
            button.click()
            expect(page.get_by_text("Please sign in.")).to_be_visible()
            expect(page.get_by_role("heading", level=1)).to_have_count(0)


LINES = """values => values.map(value => {
    const words = document.createRange();
    words.selectNodeContents(value);
    return [value.textContent.trim(), new Set([...words.getClientRects()].map(line => line.bottom)).size];
})"""


def test_no_number_goes_on_in_a_second_line(admin_page):
    admin_page.goto("/programmes")
    admin_page.page.get_by_role("spinbutton", name="Customers, as now").fill("4000000")
    admin_page.page.keyboard.press("Enter")
    admin_page.sees("4,000,000 customers")
    lines = dict(admin_page.page.get_by_role("group").locator(".value").evaluate_all(LINES))
    assert max(len(value) for value in lines) > 11
    assert set(lines.values()) == {1}


def test_the_line_under_a_figure_is_drawn_and_each_of_its_periods_says_its_value(admin_page):
    admin_page.goto("/overview")
    line = admin_page.page.get_by_role("img", name=re.compile("^Revenue from "))
    expect(line.locator("polyline").first).to_have_attribute("points", re.compile(r"^0,[\d.]+ 1,[\d.]+ 2,"))
    expect(line.locator("i[title]").last).to_have_attribute("title", re.compile(r"^\w{3} \d{4}: \D*\d"))


def test_what_a_figure_counts_is_said_to_pointers_and_to_keys(admin_page):
    admin_page.goto("/overview")
    about = admin_page.page.get_by_role("button", name="About Average order")
    said = admin_page.page.get_by_text("Revenue per order; returns lower it.")
    about.hover()
    expect(said).to_be_visible()
    admin_page.page.mouse.move(0, 0)
    expect(said).to_be_hidden()
    admin_page.page.get_by_role("button", name="About Returning customers").focus()
    for _ in ("Returning", "New", "About Average order"):
        admin_page.page.keyboard.press("Tab")
    expect(about).to_be_focused()
    expect(said).to_be_visible()
    admin_page.page.keyboard.press("Escape")
    expect(said).to_be_hidden()


def test_a_key_opens_the_customers_behind_a_figure_each_time_it_is_pressed(admin_page):
    admin_page.goto("/overview")
    opener = admin_page.page.get_by_role("button", name="Customers behind active customers")
    opener.press("Enter")
    expect(admin_page.page.get_by_role("dialog").get_by_role("heading", name="Active customers")).to_be_visible()
    admin_page.page.keyboard.press("Escape")
    expect(admin_page.page.get_by_role("dialog")).to_have_count(0)
    opener.press("Enter")
    expect(admin_page.page.get_by_role("dialog")).to_be_visible()
