from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from crm_core.permissions import Role
from crm_core.store import accounts, audit
from crm_core.store.accounts import add_user
from crm_core.store.sessions import COOKIE, REFUSED, session_account
from crm_core.web.entrance import utc_now

PASSWORD = "correct horse battery"
# Made at a low cost: checking it takes as long as the hash says.
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
OURS = {"origin": "http://localhost:8501"}


@pytest.fixture
def ann(database):
    with database.write() as session:
        return add_user(session, "ann", HASH, Role.ADMIN, now=utc_now(), by="test", display_name="Ann <b>")


def sign_in(client, name="ann", password=PASSWORD, **fields):
    return client.post("/auth/login", data={"name": name, "password": password, **fields}, headers=OURS)


def who(client, database):
    token = client.cookies.get(COOKIE) or ""
    with database.read() as session:
        account = session_account(session, token, now=utc_now())
    return account.name if account else None


def test_while_there_is_no_user_the_page_says_how_to_make_one(client):
    page = client.get("/auth/login")
    assert "set-up link" in page.text
    assert "<form" not in page.text


def test_signing_in_leads_to_the_page_that_was_asked_for(client, ann, database):
    answer = sign_in(client, next="/segments?x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/segments?x=1")
    assert who(client, database) == "ann"


def test_signing_in_never_leads_to_another_site(client, ann):
    assert sign_in(client, next="https://evil.example/").headers["location"] == "/"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client, ann):
    cookie = sign_in(client).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie
    assert "secure" not in cookie


def test_behind_https_the_cookie_travels_encrypted_only(client, ann):
    headers = {"host": "crm.example.com", "origin": "https://crm.example.com"}
    answer = client.post("/auth/login", data={"name": "ann", "password": PASSWORD}, headers=headers)
    assert "secure" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize("name", ["ann", "nobody"])
def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(client, ann, name):
    answer = sign_in(client, name, "wrong password")
    assert answer.status_code == 401
    assert REFUSED in answer.text
    assert f'value="{name}"' in answer.text
    assert "wrong password" not in answer.text.replace(REFUSED, "")


def test_what_was_typed_is_escaped(client, ann):
    assert "<script>" not in sign_in(client, '"><script>alert(1)</script>', "x").text


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:9999"])
@pytest.mark.parametrize("path", ["/auth/login", "/auth/logout", "/auth/logout-everywhere", "/auth/password"])
def test_a_form_of_another_site_is_refused(client, ann, database, path, origin):
    sign_in(client)
    assert client.post(path, data={"name": "ann"}, headers={"origin": origin}).status_code == 403
    assert who(client, database) == "ann"


def test_a_form_without_origin_but_from_another_site_is_refused(client, ann):
    answer = client.post("/auth/login", data={"name": "ann"}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403


def test_a_form_larger_than_any_of_ours_is_refused(client, ann):
    assert sign_in(client, password="x" * 20_000).status_code == 413


def test_signing_in_again_ends_the_session_before(client, ann, database):
    sign_in(client)
    first = client.cookies.get(COOKIE)
    sign_in(client)
    with database.read() as session:
        assert session_account(session, first, now=utc_now()) is None
    assert client.cookies.get(COOKIE) != first


def test_a_session_planted_by_somebody_else_is_not_taken_over(client, ann, database):
    client.cookies.set(COOKIE, "planted", domain="localhost.local", path="/")
    sign_in(client)
    with database.read() as session:
        assert session_account(session, "planted", now=utc_now()) is None


def test_signing_out_ends_the_session_and_takes_the_cookie(client, ann, database):
    sign_in(client)
    token = client.cookies.get(COOKIE)
    answer = client.post("/auth/logout", headers=OURS)
    assert answer.headers["location"] == "/auth/login?out=1"
    assert client.cookies.get(COOKIE) is None
    with database.read() as session:
        assert session_account(session, token, now=utc_now()) is None
    assert "You are signed out." in client.get("/auth/login?out=1").text


def test_a_link_signs_nobody_out(client, ann, database):
    sign_in(client)
    assert client.get("/auth/logout").headers["location"] == "/auth/account"
    assert who(client, database) == "ann"


def test_signing_out_everywhere_ends_the_other_browsers_session_too(client, ann, database):
    sign_in(client)
    other = client.cookies.get(COOKIE)
    client.cookies.clear()
    sign_in(client)
    client.post("/auth/logout-everywhere", headers=OURS)
    with database.read() as session:
        assert session_account(session, other, now=utc_now()) is None


def test_the_signed_in_are_not_asked_again(client, ann):
    sign_in(client)
    assert client.get("/auth/login?next=/retention").headers["location"] == "/retention"


def test_the_account_page_shows_the_user_and_needs_one(client, ann):
    assert client.get("/auth/account").headers["location"] == "/auth/login"
    sign_in(client)
    page = client.get("/auth/account").text
    assert "Ann &lt;b&gt;" in page
    assert "everything, users and settings included" in page


def change_password(client, old=PASSWORD, new="another good one", again=None):
    fields = {"old": old, "password": new, "again": new if again is None else again}
    return client.post("/auth/password", data=fields, headers=OURS)


def test_a_new_password_works_from_then_on_and_the_old_one_no_more(client, ann, database):
    sign_in(client)
    assert change_password(client).status_code == 303
    assert who(client, database) == "ann"
    client.cookies.clear()
    assert sign_in(client).status_code == 401
    assert sign_in(client, password="another good one").status_code == 303


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"old": "wrong"}, "present password is wrong"),
        ({"new": "short"}, "12 to 256 characters"),
        ({"again": "something else"}, "not the same"),
    ],
)
def test_a_password_that_cannot_be_changed_says_why(client, ann, fields, fault):
    sign_in(client)
    answer = change_password(client, **fields)
    assert answer.status_code == 400
    assert fault in answer.text


def test_an_address_that_fails_too_often_has_to_wait(client, ann):
    for number in range(30):
        client.post("/auth/login", data={"name": f"guess{number}", "password": "x" * 300}, headers=OURS)
    answer = sign_in(client)
    assert answer.status_code == 429
    assert "Wait ten minutes" in answer.text


def test_who_signed_in_and_out_stands_in_the_audit_log_without_any_password(client, ann, database):
    sign_in(client, password="wrong password")
    sign_in(client)
    client.post("/auth/logout", headers=OURS)
    with database.read() as session:
        log = [(entry.action, entry.detail) for entry in reversed(audit.entries(session))]
    assert [action for action, _ in log] == ["user.added", "user.sign_in_failed", "user.signed_in", "user.signed_out"]
    assert "password" not in str(log)


def test_a_session_that_ran_out_is_sent_to_the_sign_in(client, ann, database):
    with database.write() as session:
        row = accounts.existing_user(session, "ann")
        from crm_core.store.sessions import open_session

        token = open_session(session, row, now=utc_now() - timedelta(hours=12, seconds=1)).token
    client.cookies.set(COOKIE, token)
    assert client.get("/overview").headers["location"] == "/auth/login?next=/overview"


def test_an_address_under_auth_that_is_no_page_says_so(client):
    answer = client.get("/auth/no-such")
    assert answer.status_code == 404
    assert "no such page" in answer.text
