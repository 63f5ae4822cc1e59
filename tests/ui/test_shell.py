from datetime import UTC, datetime

from streamlit.testing.v1 import AppTest

from crm_core.store import accounts

PAGE = """
import streamlit as st
from crm_core.ui import enter
user = enter("Secrets", permission="{permission}")
st.write(f"for {{user.display_name}}, {{user.role}}")
"""


def opened(permission="analytics.read"):
    return AppTest.from_string(PAGE.format(permission=permission), default_timeout=60).run()


def test_a_stranger_is_asked_to_sign_in_and_sees_nothing_else():
    at = opened()
    assert [each.value for each in at.warning] == ["Please sign in."]
    assert len(at.main.children) == 1


def test_who_may_not_sees_only_that(signed_in):
    signed_in("viewer")
    at = opened("customers.read")
    assert [each.value for each in at.error] == ["You do not have access to this page."]
    assert len(at.main.children) == 1


def test_who_may_sees_the_title_and_the_page(signed_in):
    signed_in("viewer")
    at = opened()
    assert at.title[0].value == "Secrets"
    assert at.markdown[0].value == "for Viewer, viewer"


def test_signing_out_elsewhere_closes_an_open_page_on_its_next_run(signed_in, installation):
    signed_in("admin")
    at = opened()
    with installation.database.write() as session:
        accounts.sign_out_everywhere(session, "admin", now=datetime.now(UTC), by="admin")
    assert [each.value for each in at.run().warning] == ["Please sign in."]


def test_another_role_holds_from_the_next_run(signed_in, installation):
    signed_in("admin")
    at = opened("settings.write")
    assert at.title
    with installation.database.write() as session:
        accounts.add_user(session, "bob", "", accounts.Role.ADMIN, now=datetime.now(UTC), by="test")
        accounts.set_role(session, "admin", accounts.Role.VIEWER, now=datetime.now(UTC), by="bob")
    assert at.run().error[0].value == "You do not have access to this page."


FAILING = """
from crm_core.errors import StoreError
from crm_core.ui.shell import tell_failure
tell_failure({fault})
"""


def test_our_own_errors_are_told_in_their_words():
    at = AppTest.from_string(FAILING.format(fault="StoreError('The disk is full.')")).run()
    assert at.error[0].value == "The disk is full."


def test_an_error_shows_text_of_the_data_as_it_is():
    at = AppTest.from_string(FAILING.format(fault="StoreError('Not [here](https://evil.example).')")).run()
    assert at.error[0].value == r"Not \[here\](https\://evil.example)."


def test_what_was_done_shows_text_of_the_data_as_it_is(signed_in):
    signed_in("viewer")
    at = AppTest.from_string(
        "from crm_core.ui import state\nstate.keep_notice('**x.csv** is in')\n"
        + PAGE.format(permission="analytics.read")
    )
    assert at.run().success[0].value == r"\*\*x.csv\*\* is in"


def test_other_errors_are_told_without_details():
    at = AppTest.from_string(FAILING.format(fault="ValueError('ann@example.com')")).run()
    assert "ann@example.com" not in at.error[0].value
    assert "Something went wrong" in at.error[0].value
