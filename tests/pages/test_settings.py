"""What the Settings page does; its forms live in crm_core/ui."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from crm_core.campaigns import sender
from crm_core.permissions import Role
from crm_core.store import accounts, audit, suppressions
from crm_core.store.suppressions import Reason
from crm_core.store.tables import Import
from crm_core.ui import load
from tests.pages.shop import turn_to

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def page(signed_in, open_page):
    """``page("Users")``: the page at this section, as an administrator sees it."""

    def at_section(section):
        at = open_page("settings")
        return at if section == "Sender" else _choose(at, section)

    signed_in("admin")
    return at_section


def _choose(at, section):
    turn_to(at, f"settings.section={section}")
    assert not at.exception
    return at


def words(at):
    return [each.value for each in (*at.success, *at.error, *at.info)]


def log(installation):
    with installation.database.read() as session:
        return [(entry.action, entry.subject) for entry in audit.entries(session)]


def test_the_page_is_for_administrators_only(signed_in, open_page):
    signed_in("manager")
    at = AppTest.from_file(PROJECT / "pages" / "settings.py").run()
    assert [each.value for each in at.error] == ["You do not have access to this page."]
    assert not at.title


@pytest.mark.parametrize("section", ["Users", "Suppression list", "Currency and numbers", "Audit log", "Demonstration"])
def test_every_section_opens_on_an_empty_installation(page, section):
    assert not page(section).exception


def test_the_sender_is_kept_and_logged(page, installation):
    at = page("Sender")
    at.text_input(key="settings.sender_name").input("Shop")
    at.text_input(key="settings.sender_address").input("shop@example.com")
    at.text_area(key="settings.sender_postal").input("1 High Street")
    at.button(key="settings.keep_sender").click().run()
    assert words(at)[0] == "The sender is saved."
    with installation.database.read() as session:
        assert sender.sender(session).is_complete
    assert ("sender.changed", "") in log(installation)


def test_an_address_that_is_none_is_refused_in_words(page, installation):
    at = page("Sender")
    at.text_input(key="settings.sender_address").input("shop")
    at.button(key="settings.keep_sender").click().run()
    assert "not an e-mail address" in at.error[0].value
    with installation.database.read() as session:
        assert sender.sender(session).address == ""


def test_the_mail_servers_password_is_kept_encrypted_and_never_shown_again(page, installation):
    at = page("Sender")
    at.text_input(key="settings.smtp_host").input("smtp.example.com")
    at.text_input(key="settings.smtp_user").input("shop")
    next(field for field in at.text_input if field.label == "Password").input("very secret")
    at.button(key="settings.keep_server").click().run()
    with installation.database.read() as session:
        server = sender.smtp(session)
    assert "very secret" not in server.password_encrypted
    assert sender.password(installation.settings, installation.key, server) == "very secret"
    at = at.run()
    assert "very secret" not in str([each.value for each in at.text_input])


def test_a_mail_server_that_cannot_be_reached_is_told_in_words(page):
    at = page("Sender")
    at.text_input(key="settings.smtp_host").input("localhost")
    at.number_input(key="settings.smtp_port").set_value(1)
    at.button(key="settings.try_server").click().run()
    assert "localhost" in at.error[0].value
    assert "cannot be reached" in at.error[0].value


def test_an_added_user_gets_an_invitation(page, installation):
    at = page("Users")
    at.text_input(key="settings.user_name").input("Bob")
    at.selectbox(key="settings.user_role").set_value(Role.ANALYST)
    at.button(key="settings.add_user_button").click().run()
    assert "/auth/setup/" in at.code[0].value
    with installation.database.read() as session:
        assert [(each.name, each.role) for each in accounts.users(session)] == [
            ("admin", Role.ADMIN),
            ("bob", Role.ANALYST),
        ]


def test_the_last_administrator_cannot_be_disabled_on_the_page_either(page):
    at = page("Users")
    at.button(key="settings.disable").click().run()
    assert "last administrator" in at.error[0].value


def test_an_address_is_put_on_the_suppression_list_and_taken_off_with_a_reason(page, installation):
    at = page("Suppression list")
    at.text_input(key="settings.suppress_address").input("ann@example.com")
    at.button(key="settings.suppress_button").click().run()
    assert words(at)[0] == "The address is never mailed from now on."
    at.button(key="settings.lift_button").click().run()
    assert "Say why" in at.error[0].value
    at.text_input(key="settings.lift_reason").input("a mix-up of names")
    at.button(key="settings.lift_button").click().run()
    assert words(at)[0] == "The address is off the list."
    with installation.database.read() as session:
        assert not suppressions.is_suppressed(session, "ann@example.com")
        lifted = audit.entries(session)[0]
        assert (lifted.action, lifted.detail) == ("suppression.lifted", {"reason": "a mix-up of names"})


def test_who_unsubscribed_cannot_be_taken_off(signed_in, open_page, installation, now):
    signed_in("admin")
    with installation.database.write() as session:
        suppressions.suppress(session, "ann@example.com", Reason.UNSUBSCRIBED, now=now)
    at = _choose(open_page("settings"), "Suppression list")
    assert "settings.lift_button" not in [each.key for each in at.button]


def test_the_currency_and_the_notation_of_numbers_are_kept(page):
    at = page("Currency and numbers")
    at.selectbox(key="settings.locale").set_value("bg_BG")
    at.selectbox(key="settings.currency").set_value("BGN")
    at.button(key="settings.keep_notation").click().run()
    assert (load.notation().locale, load.notation().currency) == ("bg_BG", "BGN")
    assert "1 234 567,89 лв." in at.caption[-1].value.replace("\xa0", " ")


def test_the_audit_log_shows_what_was_done(page):
    at = page("Audit log")
    assert "user added" in list(at.dataframe[0].value["What"])


def test_the_demonstration_is_loaded_started_anew_and_left(page, installation):
    at = page("Demonstration")
    at.button(key="settings.load_demo").click().run(timeout=120)
    assert words(at)[0] == "The demonstration is loaded."
    at.button(key="settings.leave_demo").click().run()
    with installation.database.read() as session:
        assert not sender.demonstration(session).on


def test_an_installation_with_data_of_its_own_refuses_the_demonstration(signed_in, open_page, installation, now):
    signed_in("admin")
    with installation.database.write() as session:
        session.add(Import(kind="customers", file_name="own.csv", sha256="0", imported_at=now, imported_by="ann"))
    at = _choose(open_page("settings"), "Demonstration")
    at.button(key="settings.load_demo").click().run()
    assert "holds data of its own" in at.error[0].value
