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
