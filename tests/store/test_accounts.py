from datetime import timedelta

import pytest

from crm_core.errors import AccountError
from crm_core.permissions import Role
from crm_core.store import accounts, audit
from crm_core.store.accounts import add_user
from crm_core.store.sessions import open_session, session_account


@pytest.fixture
def ann(database, now):
    """The first administrator."""
    with database.write() as session:
        return add_user(session, " Ann ", "", Role.ADMIN, now=now, by="test", display_name="Ann Lee")


def token_of(database, name, now):
    with database.write() as session:
        return open_session(session, accounts.existing_user(session, name), now=now).token


def test_a_name_is_kept_without_blanks_and_in_one_case(ann):
    assert (ann.name, ann.display_name, ann.role) == ("ann", "Ann Lee", Role.ADMIN)


def test_a_name_is_taken_in_any_spelling(database, ann, now):
    with pytest.raises(AccountError, match="already a user named 'ann'"), database.write() as session:
        add_user(session, "ANN", "", Role.VIEWER, now=now, by="test")


@pytest.mark.parametrize("name", ["", "  ", "a" * 121, "ann\nlee"])
def test_a_name_that_is_none_is_refused(database, now, name):
    with pytest.raises(AccountError, match="needs a name"), database.write() as session:
        add_user(session, name, "", Role.VIEWER, now=now, by="test")


def test_nobody_can_sign_in_until_the_first_user_is_added(database, now):
    with database.write() as session:
        assert not accounts.has_users(session)
        add_user(session, "ann", "", Role.ADMIN, now=now, by="test")
        assert accounts.has_users(session)


def test_a_viewer_does_not_stand_in_for_an_administrator(database, now):
    with database.write() as session:
        add_user(session, "vera", "", Role.VIEWER, now=now, by="test")
        assert not accounts.has_administrator(session)
        add_user(session, "ann", "", Role.ADMIN, now=now, by="test")
        assert accounts.has_administrator(session)


def test_the_last_administrator_can_be_neither_disabled_nor_given_another_role(database, ann, now):
    with database.write() as session:
        add_user(session, "bob", "", Role.MANAGER, now=now, by="test")
    with pytest.raises(AccountError, match="last administrator"), database.write() as session:
        accounts.disable_user(session, "ann", now=now, by="test")
    with pytest.raises(AccountError, match="last administrator"), database.write() as session:
        accounts.set_role(session, "ann", Role.VIEWER, now=now, by="test")


def test_a_disabled_administrator_does_not_count_as_another_one(database, ann, now):
    with database.write() as session:
        add_user(session, "bob", "", Role.ADMIN, now=now, by="test")
        accounts.disable_user(session, "bob", now=now, by="ann")
    with pytest.raises(AccountError, match="last administrator"), database.write() as session:
        accounts.disable_user(session, "ann", now=now, by="test")


def test_an_administrator_may_go_when_there_is_another_one(database, ann, now):
    with database.write() as session:
        add_user(session, "bob", "", Role.ADMIN, now=now, by="test")
        accounts.disable_user(session, "ann", now=now, by="bob")
        assert [each.name for each in accounts.users(session) if each.is_disabled] == ["ann"]


def test_disabling_ends_every_session_at_once(database, ann, now):
    tokens = [token_of(database, "ann", now), token_of(database, "ann", now)]
    with database.write() as session:
        add_user(session, "bob", "", Role.ADMIN, now=now, by="test")
        accounts.disable_user(session, "ann", now=now, by="bob")
        assert [session_account(session, token, now=now) for token in tokens] == [None, None]
        accounts.enable_user(session, "ann", now=now, by="bob")
        assert [session_account(session, token, now=now) for token in tokens] == [None, None]


def test_a_disabled_user_has_no_permission_left(database, ann, now):
    with database.write() as session:
        add_user(session, "bob", "", Role.ADMIN, now=now, by="test")
        accounts.disable_user(session, "ann", now=now, by="bob")
        assert accounts.users(session)[0].permissions == frozenset()


def test_signing_out_everywhere_counts_open_sessions_only(database, ann, now):
    token_of(database, "ann", now - timedelta(days=2))
    token_of(database, "ann", now)
    with database.write() as session:
        assert accounts.sign_out_everywhere(session, "ann", now=now, by="ann") == 1
        assert accounts.sign_out_everywhere(session, "ann", now=now, by="ann") == 0


def test_a_new_role_holds_for_the_open_session(database, ann, now):
    with database.write() as session:
        add_user(session, "bob", "", Role.VIEWER, now=now, by="test")
    token = token_of(database, "bob", now)
    with database.write() as session:
        accounts.set_role(session, "bob", Role.MANAGER, now=now, by="ann")
        assert "campaigns.send" in session_account(session, token, now=now).permissions


def test_a_new_password_ends_every_session(database, ann, now):
    token = token_of(database, "ann", now)
    with database.write() as session:
        accounts.set_password(session, "ann", "another hash", now=now, by="ann")
        assert session_account(session, token, now=now) is None


@pytest.mark.parametrize("password", ["", "eleven char", "x" * 257])
def test_a_password_too_short_or_too_long_is_refused(password):
    with pytest.raises(AccountError, match="12 to 256 characters"):
        accounts.hashed(password)


def test_a_password_is_kept_as_argon2_only():
    assert accounts.hashed("correct horse battery").startswith("$argon2id$")


def test_who_is_not_there_cannot_be_changed(database, now):
    with pytest.raises(AccountError, match="no user named 'eve'"), database.write() as session:
        accounts.set_role(session, "eve", Role.VIEWER, now=now, by="test")


def test_every_change_stands_in_the_audit_log(database, ann, now):
    with database.write() as session:
        add_user(session, "bob", "", Role.VIEWER, now=now, by="ann")
        accounts.set_role(session, "bob", Role.AGENT, now=now, by="ann")
        accounts.set_password(session, "bob", "hash", now=now, by="ann")
        accounts.sign_out_everywhere(session, "bob", now=now, by="ann")
        accounts.disable_user(session, "bob", now=now, by="ann")
        accounts.enable_user(session, "bob", now=now, by="ann")
    with database.read() as session:
        log = [(entry.user_name, entry.action, entry.subject) for entry in reversed(audit.entries(session))]
    assert log == [
        ("test", "user.added", "ann"),
        ("ann", "user.added", "bob"),
        ("ann", "user.role_changed", "bob"),
        ("ann", "user.password_changed", "bob"),
        ("ann", "user.signed_out_everywhere", "bob"),
        ("ann", "user.disabled", "bob"),
        ("ann", "user.enabled", "bob"),
    ]
