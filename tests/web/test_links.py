from datetime import timedelta

import pytest

from crm_core.permissions import Role
from crm_core.store import accounts
from crm_core.store.accounts import add_user
from crm_core.store.sessions import COOKIE, LinkPurpose, new_link, session_account
from crm_core.web.entrance import utc_now

PASSWORD = "correct horse battery"
OURS = {"origin": "http://localhost:8501"}
DAY = timedelta(days=1)


def link(database, purpose, *, user_id=None, lifetime=DAY):
    with database.write() as session:
        return new_link(session, purpose, now=utc_now(), lifetime=lifetime, user_id=user_id)


def set_up(client, token, name="Ann", password=PASSWORD, again=PASSWORD):
    fields = {"name": name, "password": password, "again": again}
    return client.post(f"/auth/setup/{token}", data=fields, headers=OURS)


def signed_in_account(client, database):
    with database.read() as session:
        return session_account(session, client.cookies.get(COOKIE) or "", now=utc_now())


def test_the_set_up_link_makes_the_first_administrator_and_signs_in(client, database):
    answer = set_up(client, link(database, LinkPurpose.SET_UP))
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    account = signed_in_account(client, database)
    assert (account.name, account.display_name, account.role) == ("ann", "Ann", Role.ADMIN)


def test_opening_the_link_uses_nothing_up(client, database):
    token = link(database, LinkPurpose.SET_UP)
    for _ in range(3):
        assert "Create the administrator" in client.get(f"/auth/setup/{token}").text
    assert set_up(client, token).status_code == 303


def test_the_set_up_link_works_once(client, database):
    token = link(database, LinkPurpose.SET_UP)
    set_up(client, token)
    client.cookies.clear()
    assert set_up(client, token, name="eve").status_code == 410
    assert client.get(f"/auth/setup/{token}").status_code == 410
    with database.read() as session:
        assert [each.name for each in accounts.users(session)] == ["ann"]


def test_a_set_up_link_is_worth_nothing_once_there_is_a_user(client, database):
    token = link(database, LinkPurpose.SET_UP)
    with database.write() as session:
        add_user(session, "ann", "", Role.ADMIN, now=utc_now(), by="test")
    assert client.get(f"/auth/setup/{token}").status_code == 410
    assert set_up(client, token, name="eve").status_code == 410


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"again": "something else"}, "not the same"),
        ({"password": "short", "again": "short"}, "12 to 256 characters"),
        ({"name": " "}, "needs a name"),
    ],
)
def test_a_form_filled_in_wrongly_says_why_and_keeps_the_link(client, database, fields, fault):
    token = link(database, LinkPurpose.SET_UP)
    answer = set_up(client, token, **fields)
    assert answer.status_code == 400
    assert fault in answer.text
    assert set_up(client, token).status_code == 303


@pytest.mark.parametrize("path", ["/auth/setup/made-up", "/auth/link/made-up"])
def test_an_unknown_link_gets_a_clear_page(client, path):
    for answer in (client.get(path), client.post(path, headers=OURS)):
        assert answer.status_code == 410
        assert "no longer works" in answer.text


def test_an_expired_link_gets_a_clear_page(client, database):
    token = link(database, LinkPurpose.SET_UP, lifetime=-DAY)
    assert client.get(f"/auth/setup/{token}").status_code == 410
    assert set_up(client, token).status_code == 410


def test_an_invited_user_chooses_a_password_and_is_signed_in(client, database):
    with database.write() as session:
        add_user(session, "ann", "", Role.ADMIN, now=utc_now(), by="test")
        bob = add_user(session, "bob", "", Role.VIEWER, now=utc_now(), by="ann")
    token = link(database, LinkPurpose.PASSWORD, user_id=bob.id)
    page = client.get(f"/auth/setup/{token}").text
    assert "Choose a password" in page
    assert "user name" not in page
    set_up(client, token, name="ann")
    assert signed_in_account(client, database).name == "bob"
    client.cookies.clear()
    answer = client.post("/auth/login", data={"name": "bob", "password": PASSWORD}, headers=OURS)
    assert answer.status_code == 303


def test_the_demonstration_link_signs_in_by_its_button_once(client, database):
    with database.write() as session:
        demo = add_user(session, "demo", "", Role.ADMIN, now=utc_now(), by="test")
    token = link(database, LinkPurpose.DEMONSTRATION, user_id=demo.id)
    assert "Open the demonstration" in client.get(f"/auth/link/{token}").text
    assert signed_in_account(client, database) is None
    assert client.post(f"/auth/link/{token}", headers=OURS).headers["location"] == "/"
    assert signed_in_account(client, database).name == "demo"
    client.cookies.clear()
    assert client.post(f"/auth/link/{token}", headers=OURS).status_code == 410


def test_a_link_of_one_purpose_does_not_serve_another(client, database):
    with database.write() as session:
        ann = add_user(session, "ann", "a hash", Role.ADMIN, now=utc_now(), by="test")
    password, demonstration = (
        link(database, purpose, user_id=ann.id) for purpose in (LinkPurpose.PASSWORD, LinkPurpose.DEMONSTRATION)
    )
    assert client.post(f"/auth/link/{password}", headers=OURS).status_code == 410
    assert set_up(client, demonstration).status_code == 410


@pytest.mark.parametrize("path", ["/auth/setup/{}", "/auth/link/{}"])
def test_a_form_of_another_site_is_refused(client, database, path):
    with database.write() as session:
        demo = add_user(session, "demo", "", Role.ADMIN, now=utc_now(), by="test")
    token = link(database, LinkPurpose.DEMONSTRATION, user_id=demo.id)
    answer = client.post(path.format(token), headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    assert signed_in_account(client, database) is None
