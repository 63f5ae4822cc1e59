import pytest
from streamlit.testing.v1 import AppTest

from crm_core.store.uploads import Incoming, Received
from crm_core.ui.upload_field import _plain_name

FIELD = """
import streamlit as st
from crm_core.ui import upload_field
from crm_core.ui.shell import signed_in_user

received = upload_field.uploaded("files", label="The file", hint="CSV", user=signed_in_user())
st.write(received.name if received else "nothing yet")
st.button("Forget", on_click=upload_field.forget, args=["files"])
"""


@pytest.fixture
def field(signed_in):
    signed_in("manager")
    return AppTest.from_string(FIELD, default_timeout=60).run()


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("orders.csv", "orders.csv"),
        ("C:\\fakepath\\orders.csv", "orders.csv"),
        ("../../etc/passwd", "passwd"),
        ("a\nb\x00\u202e.csv", "ab.csv"),
        ("", "file"),
        ("x" * 300, "x" * 255),
    ],
)
def test_a_name_is_that_of_a_file_whatever_the_browser_says(said, name):
    assert _plain_name(said) == name


def test_the_ticket_stays_the_same_until_another_file_is_wanted(field):
    def ticket():
        return field.session_state["state.kept.files.ticket"][1].text

    assert not field.exception
    first = ticket()
    field.run()
    assert ticket() == first
    field.button[0].click().run()
    assert ticket() != first


def test_a_file_stays_until_it_is_forgotten_and_leaves_the_disk_then(field, installation):
    incoming = Incoming(installation.settings.home, "a" * 32)
    incoming.path.write_bytes(b"rows")
    incoming.finish()
    received = Received(installation.settings.home, "a" * 32, "orders.csv")
    field.session_state["state.held.files"] = received
    assert field.run().markdown[0].value == "orders.csv"
    assert field.button[0].click().run().markdown[0].value == "nothing yet"
    assert not received.path.exists()
