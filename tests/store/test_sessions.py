from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from crm_core.errors import AccountError
from crm_core.permissions import Role
from crm_core.signing import token_hash
from crm_core.store import accounts
from crm_core.store.accounts import add_user, existing_user
from crm_core.store.sessions import (
    ATTEMPTS,
    PAUSE_MINUTES,
    REFUSED,
    LinkPurpose,
    end_session,
    link_is_good,
    new_link,
    open_session,
    session_account,
    sign_in,
    use_link,
)
from crm_core.store.tables import SignInLink, UserSession

PASSWORD = "correct horse battery"
# Made at a low cost: checking it takes as long as the hash says.
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@pytest.fixture
def ann(database, now):
    with database.write() as session:
        return add_user(session, "ann", HASH, Role.ADMIN, now=now, by="test")


def refused(database, name, password, now):
    with pytest.raises(AccountError) as fault:
        sign_in(database, name, password, now=now)
    return str(fault.value)


def test_the_right_password_opens_a_session(database, ann, now):
    opened = sign_in(database, " Ann", PASSWORD, now=now, client="Browser")
    with database.read() as session:
        assert session_account(session, opened.token, now=now).name == "ann"


def test_the_database_keeps_no_token(database, ann, now):
    opened = sign_in(database, "ann", PASSWORD, now=now)
    with database.read() as session:
        assert [row.token_hash for row in session.query(UserSession)] == [token_hash(opened.token)]
    assert opened.token != token_hash(opened.token)


def test_an_unknown_name_a_wrong_password_a_pause_and_a_disabled_user_are_told_apart_by_nobody(database, ann, now):
    with database.write() as session:
        add_user(session, "bob", HASH, Role.VIEWER, now=now, by="test")
        accounts.disable_user(session, "bob", now=now, by="test")
    answers = [refused(database, "ann", "wrong password", now) for _ in range(ATTEMPTS)]
    answers += [refused(database, "ann", PASSWORD, now), refused(database, "eve", PASSWORD, now)]
    answers += [refused(database, "bob", PASSWORD, now)]
    assert set(answers) == {REFUSED}


def test_after_five_wrong_passwords_the_right_one_has_to_wait(database, ann, now):
    for _ in range(ATTEMPTS):
        refused(database, "ann", "wrong password", now)
    later = now + timedelta(minutes=PAUSE_MINUTES)
    refused(database, "ann", PASSWORD, later - timedelta(seconds=1))
    assert sign_in(database, "ann", PASSWORD, now=later).account.name == "ann"


def test_signing_in_forgets_earlier_failures(database, ann, now):
    for _ in range(2):
        for _ in range(ATTEMPTS - 1):
            refused(database, "ann", "wrong password", now)
        assert sign_in(database, "ann", PASSWORD, now=now).account.name == "ann"


def test_who_signs_in_by_link_only_has_no_password_that_works(database, now):
    with database.write() as session:
        add_user(session, "demo", "", Role.ADMIN, now=now, by="test")
    assert refused(database, "demo", "", now) == REFUSED


def test_a_session_ends_after_twelve_hours(database, ann, now):
    token = sign_in(database, "ann", PASSWORD, now=now).token
    with database.read() as session:
        assert session_account(session, token, now=now + timedelta(hours=11, minutes=59)) is not None
        assert session_account(session, token, now=now + timedelta(hours=12)) is None


def test_signing_out_ends_this_session_and_no_other(database, ann, now):
    here, there = (sign_in(database, "ann", PASSWORD, now=now).token for _ in range(2))
    with database.write() as session:
        end_session(session, here, now=now)
        assert session_account(session, here, now=now) is None
        assert session_account(session, there, now=now) is not None


@pytest.mark.parametrize("token", ["", "made up"])
def test_an_unknown_token_belongs_to_nobody(database, ann, now, token):
    with database.read() as session:
        assert session_account(session, token, now=now) is None


def test_a_link_works_once(database, ann, now):
    with database.write() as session:
        token = new_link(session, LinkPurpose.PASSWORD, now=now, lifetime=timedelta(days=1), user_id=ann.id)
        assert link_is_good(session, token, LinkPurpose.PASSWORD, now=now)
        assert use_link(session, token, LinkPurpose.PASSWORD, now=now).name == "ann"
        assert not link_is_good(session, token, LinkPurpose.PASSWORD, now=now)
    with pytest.raises(AccountError, match="expired or was used"), database.write() as session:
        use_link(session, token, LinkPurpose.PASSWORD, now=now)


def test_a_link_expires(database, ann, now):
    with database.write() as session:
        token = new_link(session, LinkPurpose.SET_UP, now=now, lifetime=timedelta(days=1))
        assert not link_is_good(session, token, LinkPurpose.SET_UP, now=now + timedelta(days=1))


def test_a_link_is_good_for_its_purpose_only(database, ann, now):
    with database.write() as session:
        token = new_link(session, LinkPurpose.DEMONSTRATION, now=now, lifetime=timedelta(days=1), user_id=ann.id)
    with pytest.raises(AccountError), database.write() as session:
        use_link(session, token, LinkPurpose.PASSWORD, now=now)


def test_a_newer_link_replaces_the_older_one_of_the_same_user(database, ann, now):
    with database.write() as session:
        bob = add_user(session, "bob", "", Role.VIEWER, now=now, by="test")
        day = timedelta(days=1)
        older, newer = (new_link(session, LinkPurpose.PASSWORD, now=now, lifetime=day, user_id=ann.id) for _ in "ab")
        other = new_link(session, LinkPurpose.PASSWORD, now=now, lifetime=day, user_id=bob.id)
        good = [link_is_good(session, token, LinkPurpose.PASSWORD, now=now) for token in (older, newer, other)]
    assert good == [False, True, True]


def test_the_link_of_a_disabled_user_does_not_work(database, ann, now):
    with database.write() as session:
        bob = add_user(session, "bob", "", Role.VIEWER, now=now, by="test")
        token = new_link(session, LinkPurpose.PASSWORD, now=now, lifetime=timedelta(days=1), user_id=bob.id)
        accounts.disable_user(session, "bob", now=now, by="test")
    with pytest.raises(AccountError, match="disabled"), database.write() as session:
        use_link(session, token, LinkPurpose.PASSWORD, now=now)
    with database.read() as session:
        assert session.get(SignInLink, token_hash(token)).used_at is None


def test_a_password_that_was_replaced_while_it_was_checked_does_not_open(database, ann, now):
    from crm_core.store.sessions import _admitted

    with database.write() as session:
        accounts.set_password(session, "ann", "newer hash", now=now, by="ann")
        assert _admitted(session, "ann", matches=True, stored=HASH, now=now, client="") is None


def test_a_session_is_opened_by_a_row_too(database, ann, now):
    with database.write() as session:
        opened = open_session(session, existing_user(session, "ann"), now=now)
    assert opened.expires_at == now + timedelta(hours=12)


def test_sessions_long_expired_are_cleared_by_the_next_one(database, ann, now):
    for days in (40, 20):
        sign_in(database, "ann", PASSWORD, now=now - timedelta(days=days))
    sign_in(database, "ann", PASSWORD, now=now)
    with database.read() as session:
        assert session.query(UserSession).count() == 2


def test_a_disabled_user_is_out_even_if_a_session_was_left_open(database, ann, now):
    token = sign_in(database, "ann", PASSWORD, now=now).token
    with database.write() as session:
        existing_user(session, "ann").disabled_at = now
        session.flush()
        assert session_account(session, token, now=now) is None
