from streamlit.testing.v1 import AppTest

PAGE = """
import streamlit as st
from crm_core.ui import sections

with sections.shown("shop", ["Sizes", "Customers"]) as section:
    st.write(f"shown: {section}")
"""


def opened(**address):
    at = AppTest.from_string(PAGE)
    for name, value in address.items():
        at.query_params[name.replace("_", ".")] = value
    return at.run()


def said(at):
    return [each.value for each in at.markdown]


def test_the_first_section_alone_is_drawn():
    at = opened()
    assert [tab.label for tab in at.tabs] == ["Sizes", "Customers"]
    assert said(at) == ["shown: Sizes"]


def test_an_address_opens_a_section_and_one_that_is_none_the_first():
    assert said(opened(shop_section="Customers")) == ["shown: Customers"]
    assert said(opened(shop_section="Gone")) == ["shown: Sizes"]


FIELD = """
import streamlit as st
from crm_core.ui import filters, state

state.begin_page()
if st.session_state.get("is_elsewhere"):
    # The browser says what it shows of a field that this section does not have.
    st.selectbox("Group", ["A", "B"], key="shop.group", label_visibility="collapsed", width=260, bind="query-params")
else:
    filters.group("Group", {"A": 1, "B": 2}, key="shop.group")
"""


def test_a_field_that_comes_back_tells_the_browser_what_it_shows():
    at = AppTest.from_string(FIELD).run()
    at.selectbox[0].set_value("B").run()
    # What the browser has just said is not said to it: it could have gone on by then.
    assert not at.selectbox[0].proto.set_value
    at.session_state["is_elsewhere"] = True
    at.run()
    at.session_state["is_elsewhere"] = False
    at.run()
    assert (at.selectbox[0].value, at.selectbox[0].proto.set_value) == ("B", True)
    at.run()
    assert not at.selectbox[0].proto.set_value
