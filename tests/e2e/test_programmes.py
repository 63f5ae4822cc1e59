"""Assumptions are filled in as in a spreadsheet and stand in the address; none is lost between two runs of the page."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, WebSocketRoute, expect

from tests.e2e.harness import Visitor


@pytest.fixture(scope="module")
def options():
    return ("--demo",)


@pytest.fixture
def field(admin_page: Visitor) -> Callable[[str], Locator]:
    admin_page.goto("/programmes")
    return lambda name: admin_page.page.get_by_role("spinbutton", name=name, exact=True)


def test_keys_go_down_a_column_and_what_they_enter_stands_in_the_address_until_it_is_taken_back(admin_page, field):
    kept, spend = field("Kept a year, %, with the programme"), field("Spend a year, EUR, with the programme")
    begun = kept.input_value()
    kept.focus()
    admin_page.page.keyboard.press("Control+a")
    admin_page.page.keyboard.type("60")
    admin_page.page.keyboard.press("Enter")
    expect(spend).to_be_focused()
    admin_page.sees("60.0% are assumed.")
    expect(admin_page.page).to_have_url(re.compile(r"\?programmes\.with\.retention=60$"))
    admin_page.page.keyboard.type("300")
    admin_page.page.keyboard.press("Shift+Enter")
    expect(kept).to_be_focused()
    expect(admin_page.page).to_have_url(re.compile(r"with\.sales=300(&|$)"))
    admin_page.shot("programmes_entered")
    admin_page.open_page("Segments")
    admin_page.open_page("Programmes")
    admin_page.sees("60.0% are assumed.")
    expect(kept).to_have_value("60.0")
    expect(admin_page.page).to_have_url(re.compile(r"with\.retention=60(&|$)"))
    admin_page.click("Start again from your data")
    expect(kept).to_have_value(begun)
    expect(admin_page.page).to_have_url(re.compile("/programmes$"))
    expect(admin_page.page.get_by_role("button", name="Start again from your data")).to_have_count(0)


def test_back_takes_back_what_was_entered_last(admin_page, field):
    for value in ("60", "65"):
        field("Kept a year, %, with the programme").fill(value)
        admin_page.page.keyboard.press("Enter")
        admin_page.sees(f"{value}.0% are assumed.")
        expect(admin_page.page).to_have_url(re.compile(rf"with\.retention={value}$"))
        admin_page.settle()
    admin_page.page.go_back()
    admin_page.sees("60.0% are assumed.")
    expect(field("Kept a year, %, with the programme")).to_have_value("60.0")


def test_of_fields_filled_in_faster_than_the_page_runs_none_is_lost(admin_page, field):
    entered = {
        "Years": "5",
        "Discount rate, %": "0.0",
        "Customers, as now": "1000",
        "Spend a year, EUR, as now": "1250.00",
        "Margin, %, as now": "30.0",
        "Cost to win one, EUR, with the programme": "7.00",
        "Cost per customer and year, EUR, as now": "20.00",
        "Kept a year, %, as now": "40.0",
    }
    field("Years").evaluate(
        """async (years, entered) => {
            for (const [name, value] of entered) {
                const input = years.getRootNode().querySelector(`[aria-label="${name}"]`);
                input.value = value;
                input.dispatchEvent(new Event('change'));
                await new Promise(resolve => setTimeout(resolve, 60));
            }
        }""",
        list(entered.items()),
    )
    admin_page.sees("over 5 years")
    expect(admin_page.page).to_have_url(re.compile(r"now\.retention=40(&|$)"))
    admin_page.settle()
    for name, value in entered.items():
        expect(field(name)).to_have_value(value)
    expect(admin_page.page.get_by_role("group", name="Difference in all")).to_contain_text("1,000 customers")
    assert len(re.findall(r"programmes\.[a-z_.]+=", admin_page.page.url)) == len(entered)


def test_an_entry_that_follows_at_once_upon_the_one_before_stays(admin_page, field):
    # Each is made when the page has run, whether or not the browser's address has followed.
    kept = field("Kept a year, %, with the programme")
    for value in (61, 62, 63, 64, 65, 66):
        kept.fill(str(value))
        kept.blur()
        admin_page.sees(f"{value}.0% are assumed.")
    admin_page.settle()
    admin_page.sees("66.0% are assumed.")
    expect(kept).to_have_value("66.0")
    expect(admin_page.page).to_have_url(re.compile(r"with\.retention=66$"))


def test_entries_and_filters_come_back_together(admin_page, field):
    field("Years").fill("7")
    field("Years").blur()
    admin_page.sees("over 7 years")
    admin_page.click("As of")
    admin_page.step("12 months earlier")
    admin_page.page.keyboard.press("Escape")
    spend = field("Spend a year, EUR, as now")
    begun = spend.input_value()
    spend.fill("300")
    spend.blur()
    expect(admin_page.page).to_have_url(re.compile(r"now\.sales-[0-9-]+=300(&|$)"))
    admin_page.open_page("Segments")
    admin_page.open_page("Programmes")
    admin_page.sees("As it was on")
    admin_page.sees("over 7 years")
    assert begun != "300.00"
    expect(spend).to_have_value("300.00")
    expect(field("Years")).to_have_value("7")


def test_an_entry_that_is_made_while_other_data_come_is_theirs(admin_page, field):
    admin_page.click("As of")
    admin_page.page.get_by_role("radio", name="12 months earlier", exact=True).wait_for()
    field("Spend a year, EUR, as now").evaluate(
        """async input => {
            const day = [...document.querySelectorAll('[role=radio]')].find(
                radio => radio.textContent === '12 months earlier');
            day.click();
            await new Promise(resolve => setTimeout(resolve, 20));
            input.focus();
            input.value = '300';
            input.dispatchEvent(new Event('change'));
        }"""
    )
    admin_page.sees("As it was on")
    expect(admin_page.page).to_have_url(re.compile(r"now\.sales-[0-9-]+=300(&|$)"))
    expect(field("Spend a year, EUR, as now")).to_have_value("300.00")


def test_what_is_being_typed_while_other_data_come_stays(admin_page, field):
    admin_page.click("As of")
    admin_page.step("12 months earlier")
    admin_page.sees("As it was on")
    spend = field("Spend a year, EUR, as now")
    admin_page.page.get_by_role("radio", name="End of data", exact=True).click()
    spend.focus()
    admin_page.page.keyboard.press("Control+a")
    admin_page.page.keyboard.type("300")
    expect(admin_page.page.get_by_text("As it was on")).to_have_count(0)
    admin_page.settle()
    expect(spend).to_be_focused()
    expect(spend).to_have_value("300")
    admin_page.page.keyboard.press("Enter")
    expect(admin_page.page).to_have_url(re.compile(r"now\.sales=300(&|$)"))


def test_an_entry_that_did_not_reach_the_server_is_told_again(admin_page):
    lost: list[bool] = []

    def hold_back(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        socket.on_message(lambda message: lost.append(True) if is_cut else server.send(message))

    is_cut = False
    admin_page.page.route_web_socket(re.compile("_stcore/stream"), hold_back)
    admin_page.goto("/programmes")
    kept = admin_page.page.get_by_role("spinbutton", name="Kept a year, %, with the programme")
    is_cut = True
    kept.fill("60")
    kept.blur()
    while not lost:
        admin_page.page.wait_for_timeout(20)
    is_cut = False
    admin_page.sees("60.0% are assumed.")


def test_a_number_out_of_bounds_is_not_taken_and_scrolling_changes_none(admin_page, field):
    years = field("Years")
    years.fill("99")
    years.press("Enter")
    admin_page.sees("Value must be less than or equal to 30")
    years.fill("4")
    years.press("Enter")
    admin_page.sees("over 4 years")
    years.focus()
    years.hover()
    admin_page.page.mouse.wheel(0, -300)
    expect(years).not_to_be_focused()
    expect(years).to_have_value("4")
    assert "years=99" not in admin_page.page.url


def test_an_emptied_field_of_the_programme_shows_that_it_is_as_now(admin_page, field):
    kept = field("Kept a year, %, with the programme")
    kept.fill("")
    kept.press("Enter")
    expect(admin_page.page).to_have_url(re.compile(r"\?programmes\.with\.retention=$"))
    admin_page.sees("The programme loses")
    expect(kept).to_have_attribute("placeholder", "as now")
    expect(kept).to_have_value("")
