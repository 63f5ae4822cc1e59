import pytest
from streamlit.testing.v1 import AppTest

COUNTING = """
import streamlit as st
from crm_core.errors import StoreError
from crm_core.ui import state

st.write("said: " + state.taken_notice())

def refused():
    raise StoreError("The database is busy.")

if st.button("Do", key="do"):
    state.attempt(lambda: "It is done.")
if st.button("Refuse", key="refuse"):
    state.attempt(refused)
"""


def test_what_was_done_is_said_once_on_the_page_run_anew():
    at = AppTest.from_string(COUNTING).run()
    at.button(key="do").click().run()
    assert at.markdown[0].value == "said: It is done."
    assert at.run().markdown[0].value == "said:"


def test_what_was_refused_is_said_where_the_button_is():
    at = AppTest.from_string(COUNTING).run()
    at.button(key="refuse").click().run()
    assert [each.value for each in at.error] == ["The database is busy."]
    assert at.run().error.len == 0


NAMED = """
import streamlit as st
from crm_core.errors import CrmError
from crm_core.ui import state

def refused():
    raise CrmError("There is no [link](https://evil.example).")

if st.button("Refuse", key="refuse"):
    state.attempt(refused)
"""


def test_a_refusal_shows_text_of_the_data_as_it_is():
    at = AppTest.from_string(NAMED).run()
    at.button(key="refuse").click().run()
    assert at.error[0].value == r"There is no \[link\](https\://evil.example)."


PRESSED = """
import streamlit as st
from crm_core.ui import state

# What Streamlit keeps of a chart whose mark was pressed.
st.session_state["chart"] = {"selection": {"pressed": st.session_state.get("points", [])}}
st.button("Press", on_click=state.choose_pressed, args=("chart", {"name": "who"}, {"how": "all"}), key="press")
st.selectbox("Who", ["ann", "bob"], key="who")
st.selectbox("How", ["some", "all"], key="how")
"""


def pressed(points):
    at = AppTest.from_string(PRESSED)
    at.session_state["points"] = points
    at.run().button(key="press").click().run()
    return at.selectbox(key="who").value, at.selectbox(key="how").value


def test_a_mark_that_was_pressed_is_shown_by_the_widgets():
    assert pressed([{"name": "bob"}]) == ("bob", "all")


def test_a_press_beside_the_marks_changes_nothing():
    assert pressed([]) == ("ann", "some")
    assert pressed([{"other": "bob"}]) == ("ann", "some")


ROWS = """
import streamlit as st
from crm_core.ui import state

# What Streamlit keeps of a table whose button was pressed.
st.session_state["table.open"] = st.session_state.get("click")
rows = [{"who": "ann", "how": "some"}, {"who": "bob", "how": "all"}]
st.button("Press", on_click=state.choose_of_row, args=("table.open", rows), key="press")
st.selectbox("Who", ["ann", "bob", "cay"], index=2, key="who")
st.selectbox("How", ["some", "all"], key="how")
"""


@pytest.mark.parametrize(("click", "shown"), [({"row": 1}, ("bob", "all")), (None, ("cay", "some"))])
def test_a_button_in_a_table_shows_what_its_row_stands_for(click, shown):
    at = AppTest.from_string(ROWS)
    at.session_state["click"] = click
    at.run().button(key="press").click().run()
    assert (at.selectbox(key="who").value, at.selectbox(key="how").value) == shown
