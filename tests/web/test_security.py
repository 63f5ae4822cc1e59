import pytest
from starlette.testclient import WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from crm_core.permissions import Role
from crm_core.store.accounts import add_user, existing_user, sign_out_everywhere
from crm_core.store.sessions import COOKIE, open_session
from crm_core.web.entrance import utc_now
from crm_core.web.security import content_security_policy

STREAM = "ws://localhost:8501/_stcore/stream"


@pytest.fixture
def signed_in(client, database):
    with database.write() as session:
        add_user(session, "ann", "", Role.ADMIN, now=utc_now(), by="test")
        client.cookies.set(COOKIE, open_session(session, existing_user(session, "ann"), now=utc_now()).token)
    return client


@pytest.mark.parametrize("path", ["/", "/overview", "/settings", "/no-such-page", "/static", "/authentic"])
def test_a_stranger_is_sent_to_the_sign_in(client, path):
    answer = client.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/auth/login")


def test_the_page_asked_for_with_its_filters_is_remembered(client):
    assert client.get("/segments?as_of=2026-06-01").headers["location"] == (
        "/auth/login?next=/segments%3Fas_of%3D2026-06-01"
    )


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/media/0123.csv"),
        ("GET", "/_stcore/host-config"),
        ("PUT", "/_stcore/upload_file/session/file"),
        ("POST", "/overview"),
        ("GET", "/component/x/index.html"),
    ],
)
def test_a_stranger_gets_no_exported_file_and_uploads_none(client, method, path):
    assert client.request(method, path).status_code == 401


def test_the_signed_in_get_the_page_and_the_file(signed_in):
    assert signed_in.get("/no-such-page").text == "a page of Streamlit"
    assert "<title>Relate</title>" in signed_in.get("/segments?as_of=2026-06-01").text
    assert signed_in.get("/media/0123.csv").headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize("path", ["/static/js/index.js", "/app/static/icon.svg", "/_stcore/health", "/favicon.png"])
def test_what_the_sign_in_page_needs_is_public(client, path):
    assert client.get(path).status_code == 200


def test_a_mail_program_without_cookie_reaches_the_unsubscribe_page(client):
    answer = client.post("/u/some-token", data={"List-Unsubscribe": "One-Click"}, headers={"origin": "null"})
    assert answer.status_code == 200
    assert "unsubscribed" in answer.text.lower()


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/agent/mcp", "/_stcore/script-health-check"])
def test_what_nobody_needs_is_closed_to_everybody(signed_in, path):
    assert signed_in.get(path).status_code == 404


def test_the_first_page_is_found_by_its_name_too(signed_in):
    assert signed_in.get("/overview?period=12").headers["location"] == "/?period=12"


def test_a_revoked_session_opens_nothing(signed_in, database):
    with database.write() as session:
        sign_out_everywhere(session, "ann", now=utc_now(), by="ann")
    assert signed_in.get("/overview").status_code == 303


def test_no_script_runs_for_a_stranger(client):
    with pytest.raises((WebSocketDisconnect, WebSocketDenialResponse)), client.websocket_connect(STREAM):
        pytest.fail("the websocket was opened")


def test_a_script_runs_for_the_signed_in(signed_in):
    with signed_in.websocket_connect(STREAM, headers={"origin": "http://localhost:8501"}) as stream:
        assert stream.receive_text() == "a script runs"


def test_another_site_cannot_open_a_websocket_with_the_visitors_cookie(signed_in):
    with (
        pytest.raises((WebSocketDisconnect, WebSocketDenialResponse)),
        signed_in.websocket_connect(STREAM, headers={"origin": "https://evil.example"}),
    ):
        pytest.fail("the websocket was opened")


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost/auth/?", "", "local host"])
def test_a_foreign_host_name_is_refused(client, host):
    assert client.get("/auth/login", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost", "localhost:9", "127.0.0.1:8501", "192.168.7.20", "[::1]:8501"])
def test_this_machine_and_plain_addresses_are_known(client, host):
    assert client.get("/auth/login", headers={"host": host}).status_code == 200


def test_the_address_in_the_settings_is_known(client):
    assert client.get("/auth/login", headers={"host": "crm.example.com"}).status_code == 200


def test_the_public_address_of_the_sender_is_known(client, database):
    from crm_core.campaigns.sender import Sender, keep_sender

    assert client.get("/auth/login", headers={"host": "mail.example.org"}).status_code == 421
    with database.write() as session:
        keep_sender(session, Sender(base_url="https://mail.example.org"))
    assert client.get("/auth/login", headers={"host": "mail.example.org"}).status_code == 200


def test_a_host_header_with_a_path_does_not_open_a_closed_page(client):
    assert client.get("/overview", headers={"host": "localhost/auth/login?"}).status_code == 421


@pytest.mark.parametrize("path", ["/", "/auth/login", "/media/x", "/_stcore/metrics"])
def test_every_answer_carries_the_headers(client, path):
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_https_is_demanded_only_where_it_is_spoken(client):
    assert "strict-transport-security" not in client.get("/auth/login").headers
    assert "strict-transport-security" in client.get("/auth/login", headers={"host": "crm.example.com"}).headers


def test_streamlits_pages_may_run_no_script_but_its_own(client):
    policy = content_security_policy()
    assert "script-src 'self' 'sha256-" in policy
    script = policy.split("script-src")[1].split(";")[0]
    assert "unsafe" not in script


def test_the_sign_in_page_may_run_no_script_at_all(client):
    assert client.get("/auth/login").headers["content-security-policy"].startswith("default-src 'none'")
