import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from crm_core.ui.sheet import UNTOUCHED, Number, entered
from tests.sheet import cells, enter, texts

SHARE = Number(40.0, 0, 100, digits=1, may_be_empty=True)
COUNT = Number(1_000.0, 1, 1e9)
FREE = Number(None, 0, 100, digits=2, may_be_empty=True)


@pytest.mark.parametrize(
    ("number", "said", "kept"),
    [
        (SHARE, 50, 50.0),
        (SHARE, 40, UNTOUCHED),
        (SHARE, None, None),
        (SHARE, 250.0, 100.0),
        (SHARE, -1, 0.0),
        (SHARE, "50", UNTOUCHED),
        (SHARE, True, UNTOUCHED),
        (SHARE, math.nan, UNTOUCHED),
        (SHARE, math.inf, UNTOUCHED),
        (SHARE, [50], UNTOUCHED),
        (SHARE, {}, UNTOUCHED),
        (COUNT, None, UNTOUCHED),
        (COUNT, 2.4, 2.0),
        (FREE, None, UNTOUCHED),
        (FREE, 0, 0.0),
    ],
)
def test_what_a_browser_says_is_a_number_in_bounds_or_nothing(number, said, kept):
    assert number.taken(said) == kept


@given(st.floats(0, 100))
def test_no_digit_that_was_entered_is_hidden(value):
    assert float(SHARE.text(value)) == value


@pytest.mark.parametrize(("value", "text"), [(40.0, "40.0"), (44.115, "44.115"), (None, "")])
def test_a_value_stands_in_a_field_with_the_digits_of_its_kind(value, text):
    assert SHARE.text(value) == text


TABLE = """
import streamlit as st
from crm_core.ui import sheet
from crm_core.ui.sheet import Cell, Number, Row
from crm_core.ui.state import begin_page

begin_page()
numbers = {
    "scenario.kept": Number(40.0, 0, 100, digits=1, may_be_empty=True),
    "scenario.cost": Number(None, 0, 100, digits=2, may_be_empty=True),
}
held = sheet.values(numbers, "scenario.sheet")
row = Row("Both", (Cell("scenario.kept", "Kept", "why"), Cell("scenario.cost", "Cost", empty="as now")))
sheet.shown([row], numbers, columns=("One", "Other"), words="Words", key="scenario.sheet")
st.write(str(held))
sheet.to_address(numbers)
"""


@pytest.fixture
def table():
    return AppTest.from_string(TABLE, default_timeout=60)


def held(page):
    return page.markdown[0].value


def test_fields_begin_with_what_is_known_and_leave_the_address_alone(table):
    page = table.run()
    assert texts(page) == {"scenario.kept": "40.0", "scenario.cost": ""}
    assert held(page) == "{'scenario.kept': 40.0, 'scenario.cost': None}"
    assert dict(page.query_params) == {}
    assert cells(page)["scenario.cost"]["empty"] == "as now"


def test_what_is_entered_stands_in_the_address_until_it_is_what_the_field_begins_with(table):
    page = enter(table.run(), {"scenario.kept": 44.115, "scenario.cost": 5.0})
    assert dict(page.query_params) == {"scenario.kept": "44.115", "scenario.cost": "5"}
    page = enter(page, {"scenario.kept": 40.0, "scenario.cost": None})
    assert dict(page.query_params) == {}
    assert held(page) == "{'scenario.kept': 40.0, 'scenario.cost': None}"


def test_what_is_told_while_other_data_come_is_theirs():
    of_july = AppTest.from_string(TABLE.replace("digits=1,", 'digits=1, of="-july",'), default_timeout=60)
    of_july.session_state["scenario.kept"] = 20.0
    of_july.session_state["state.held.scenario.sheet.told"] = {"scenario.kept": 50, "scenario.cost": "5", "other": 1}
    page = of_july.run()
    assert held(page) == "{'scenario.kept': 50.0, 'scenario.cost': None}"
    assert dict(page.query_params) == {"scenario.kept-july": "50"}
    assert page.session_state["scenario.kept"] == 20.0
    # Told once, taken once.
    assert held(enter(page, {"scenario.kept-july": 60.0})) == "{'scenario.kept': 60.0, 'scenario.cost': None}"


def test_an_emptied_field_is_not_one_that_nobody_touched(table):
    page = enter(table.run(), {"scenario.kept": None})
    assert held(page) == "{'scenario.kept': None, 'scenario.cost': None}"
    assert dict(page.query_params) == {"scenario.kept": ""}


@pytest.mark.parametrize(
    ("address", "kept"),
    [("50.0", 50.0), ("50", 50.0), ("", None), ("1e9", 100.0), ("nan", 40.0), ("<b>", 40.0), ("9" * 5000, 40.0)],
)
def test_a_link_says_what_the_fields_hold(table, address, kept):
    table.query_params["scenario.kept"] = address
    page = table.run()
    assert not page.exception
    assert held(page) == str({"scenario.kept": kept, "scenario.cost": None})


def test_an_address_that_lags_behind_takes_nothing_back(table):
    page = enter(table.run(), {"scenario.kept": 50.0, "scenario.cost": 5.0})
    # The browser tells of a press with the address it knew then.
    page.query_params["scenario.kept"] = "45"
    del page.query_params["scenario.cost"]
    page = page.run()
    assert held(page) == "{'scenario.kept': 50.0, 'scenario.cost': 5.0}"
    assert dict(page.query_params) == {"scenario.kept": "50", "scenario.cost": "5"}


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ({"kept": 50, "cost": None}, {"kept": 50.0, "cost": UNTOUCHED}),
        ({"kept": UNTOUCHED}, {"kept": UNTOUCHED}),
        ({"kept": 10**400, "other": 5}, {"kept": 100.0}),
        ({}, {}),
        (None, {}),
        ([["kept", 5]], {}),
        ("kept", {}),
    ],
)
def test_of_what_a_browser_tells_only_fields_that_are_drawn_are_taken(told, kept):
    assert entered(told, {"kept": SHARE, "cost": FREE}) == kept


@pytest.mark.parametrize(
    ("address", "corrected"), [("250", "100"), ("50.0", "50"), ("<b>", None), ("40", None), ("-0", "0")]
)
def test_an_address_that_says_more_than_is_shown_is_corrected(table, address, corrected):
    table.query_params["scenario.kept"] = address
    assert table.run().query_params.get("scenario.kept") == corrected


def test_what_was_entered_comes_back_when_the_menu_opens_the_page_again(table):
    page = enter(table.run(), {"scenario.kept": 50.0})
    page.query_params.clear()
    page = page.run()
    assert held(page) == "{'scenario.kept': 50.0, 'scenario.cost': None}"
    assert dict(page.query_params) == {"scenario.kept": "50"}


def test_a_saved_view_keeps_what_was_entered_and_that_the_rest_follows_the_data(table):
    page = enter(table.run(), {"scenario.cost": 5.0})
    kept = page.session_state["state.left.scenario"]
    assert json.loads(json.dumps(kept)) == {"scenario.kept": UNTOUCHED, "scenario.cost": 5.0}
    page = enter(page, {"scenario.kept": 70.0, "scenario.cost": 6.0})
    # What `state.show_again` does for a view.
    assert held(enter(page, kept)) == "{'scenario.kept': 40.0, 'scenario.cost': 5.0}"
    assert dict(page.query_params) == {"scenario.cost": "5"}
