import socket

import pytest

from crm_core.errors import AccountError, SettingsError
from crm_core.permissions import Role
from crm_core.settings import Settings
from crm_core.store.sessions import LinkPurpose, link_is_good, sign_in
from crm_core.web import commands
from crm_core.web.entrance import utc_now


@pytest.fixture
def settings(database):
    return Settings(home=database.home, database_url=database.url, base_url="http://localhost:8501")


def test_an_added_user_gets_a_link_to_choose_a_password(settings, database):
    account, link = commands.user_add(settings, "Ann", Role.ADMIN)
    assert (account.name, account.role) == ("ann", Role.ADMIN)
    base, token = link.rsplit("/", 1)
    assert base == "http://localhost:8501/auth/setup"
    with database.read() as session:
        assert link_is_good(session, token, LinkPurpose.PASSWORD, now=utc_now())


def test_an_added_user_with_a_password_can_sign_in_and_needs_no_link(settings, database):
    _account, link = commands.user_add(settings, "ann", Role.ADMIN, password="correct horse battery")
    assert link == ""
    assert sign_in(database, "ann", "correct horse battery", now=utc_now()).account.name == "ann"


def test_users_are_listed_and_disabled(settings):
    commands.user_add(settings, "ann", Role.ADMIN)
    commands.user_add(settings, "bob", Role.VIEWER)
    commands.user_disable(settings, "bob")
    assert [(each.name, each.is_disabled) for each in commands.user_list(settings)] == [("ann", False), ("bob", True)]
    with pytest.raises(AccountError, match="last administrator"):
        commands.user_disable(settings, "ann")


def test_a_port_that_is_taken_is_said_before_anything_is_started(settings, tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        home = tmp_path / "untouched"
        taken = Settings(home=home, database_url=f"sqlite:///{home / 'crm.sqlite'}", port=port)
        with pytest.raises(SettingsError, match=f"Cannot listen on 127.0.0.1:{port}"):
            commands.serve(taken)
    assert not home.exists()
