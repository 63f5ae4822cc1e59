import resource
import signal
import threading
from datetime import timedelta

import anyio
import pytest
from starlette.requests import Request

from crm_core.permissions import Role
from crm_core.settings import Settings
from crm_core.store.accounts import add_user, end_sessions, existing_user, set_role
from crm_core.store.installation import Installation
from crm_core.store.sessions import COOKIE, open_session
from crm_core.store.uploads import Received, new_ticket
from crm_core.web.entrance import Entrance, utc_now
from crm_core.web.uploads import PATH, TICKET, Uploads

ORIGIN = "http://localhost:8501"


@pytest.fixture
def sign_in(client, database):
    """``sign_in("ann", Role.MANAGER)``: from now on the browser has this user's cookie."""

    def sign_in(name, role=Role.MANAGER):
        with database.write() as session:
            add_user(session, name, "", role, now=utc_now(), by="test")
            client.cookies.set(COOKIE, open_session(session, existing_user(session, name), now=utc_now()).token)

    return sign_in


def send(client, ticket, content=b"id,name\n1,Ann\n", **headers):
    return client.put(PATH, content=content, headers={TICKET: ticket.text, "origin": ORIGIN, **headers})


def files(installation):
    folder = installation.settings.home / "uploads"
    return sorted(path.name for path in folder.rglob("*") if path.is_file()) if folder.exists() else []


@pytest.fixture
def ticket(installation):
    return new_ticket(installation.key, "ann", now=utc_now())


def test_a_file_arrives_as_it_was_sent(client, installation, sign_in, ticket):
    sign_in("ann")
    content = bytes(range(256)) * 12_000  # more than one piece
    answer = send(client, ticket, content)
    assert (answer.status_code, answer.json()) == (200, {"bytes": len(content)})
    assert Received(installation.settings.home, ticket.id, "x.csv").path.read_bytes() == content


def test_a_stranger_sends_nothing(client, installation, ticket):
    assert send(client, ticket).status_code == 401
    assert files(installation) == []


@pytest.mark.parametrize("role", [Role.ANALYST, Role.VIEWER])
def test_whoever_may_not_import_sends_nothing(client, installation, sign_in, ticket, role):
    sign_in("ann", role)
    answer = send(client, ticket)
    assert answer.status_code == 403
    assert "may not import" in answer.json()["text"]
    assert files(installation) == []


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost.evil.example:8501"])
def test_another_site_cannot_use_the_cookie(client, installation, sign_in, ticket, origin):
    sign_in("ann")
    assert send(client, ticket, origin=origin).status_code == 403
    assert files(installation) == []


def test_the_ticket_of_somebody_else_does_not_work(client, installation, sign_in, ticket):
    sign_in("bob")
    answer = send(client, ticket)
    assert answer.status_code == 409
    assert "was not begun on your page" in answer.json()["text"]
    assert files(installation) == []


def test_a_ticket_works_once(client, installation, sign_in, ticket):
    sign_in("ann")
    assert send(client, ticket, b"first").status_code == 200
    again = send(client, ticket, b"second")
    assert again.status_code == 409
    assert "was made already" in again.json()["text"]
    received = Received(installation.settings.home, ticket.id, "x.csv")
    assert received.path.read_bytes() == b"first"
    received.close()
    assert send(client, ticket, b"third").status_code == 409
    assert files(installation) == []


def test_an_old_ticket_is_refused(client, installation, sign_in):
    sign_in("ann")
    old = new_ticket(installation.key, "ann", now=utc_now() - timedelta(hours=13))
    assert "open for too long" in send(client, old).json()["text"]


@pytest.mark.parametrize(
    "forged", ["", "x", "../../../etc/passwd.9999999999.x", f"{'a' * 32}.9999999999.{'b' * 32}", "../" + "a" * 32]
)
def test_a_ticket_that_nobody_issued_names_no_place_on_the_disk(client, installation, sign_in, forged):
    sign_in("ann")
    answer = client.put(PATH, content=b"x", headers={TICKET: forged, "origin": ORIGIN})
    assert answer.status_code == 409
    assert files(installation) == []


def test_what_stands_in_the_address_is_not_looked_at(client, installation, sign_in, ticket):
    sign_in("ann")
    answer = client.put(f"{PATH}?name=../../secret.key", content=b"x", headers={TICKET: ticket.text, "origin": ORIGIN})
    assert answer.status_code == 200
    assert files(installation) == ["content"]


def test_an_empty_file_is_refused_and_the_same_ticket_may_try_again(client, installation, sign_in, ticket):
    sign_in("ann")
    answer = send(client, ticket, b"")
    assert (answer.status_code, files(installation)) == (400, [])
    assert "The file is empty" in answer.json()["text"]
    assert send(client, ticket).status_code == 200


class Wire:
    """One request, a message at a time: what a broken or lying browser sends."""

    def __init__(self, installation, user="ann", limit=3000):
        settings = Settings(
            home=installation.settings.home, database_url=installation.settings.database_url, largest_upload_mb=limit
        )
        self.installation = Installation(settings, installation.key, installation.database)
        with installation.database.write() as session:
            add_user(session, user, "", Role.MANAGER, now=utc_now(), by="test")
            self.cookie = open_session(session, existing_user(session, user), now=utc_now()).token
        self.ticket = new_ticket(installation.key, user, now=utc_now())

    def send(self, *messages, clock=utc_now, unread=False, **more):
        left = list(messages)

        async def receive():
            message = left.pop(0)
            return message() if callable(message) else message

        headers = {"host": "localhost:8501", "cookie": f"{COOKIE}={self.cookie}", TICKET: self.ticket.text} | more
        scope = {
            "type": "http",
            "method": "PUT",
            "path": PATH,
            "query_string": b"",
            "scheme": "http",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }

        async def run():
            return await Uploads(Entrance(self.installation, clock)).receive(Request(scope, receive))

        answer = anyio.run(run)
        for thread in threading.enumerate():
            if thread.name == "AnyIO worker thread":
                thread.join(5)  # told to end by the loop, which does not wait for it
        return left if unread else answer


def body(content, *, more=True):
    return {"type": "http.request", "body": content, "more_body": more}


def test_a_file_above_the_limit_is_refused_before_it_is_read(installation):
    answer = Wire(installation, limit=1).send(**{"content-length": "1000001"})
    assert answer.status_code == 413
    assert b"larger than 1 MB" in answer.body
    assert files(installation) == []


def test_a_file_that_grows_above_the_limit_on_the_way_is_refused_and_removed(installation):
    answer = Wire(installation, limit=1).send(body(b"x" * 900_000), body(b"x" * 900_000))
    assert answer.status_code == 413
    assert files(installation) == []


def sign_out(session, name):
    end_sessions(session, existing_user(session, name).id, now=utc_now())


def lower(session, name):
    set_role(session, name, Role.VIEWER, now=utc_now(), by="test")


@pytest.mark.parametrize(("what", "status"), [(sign_out, 401), (lower, 403)])
def test_whoever_loses_the_right_while_the_file_is_on_its_way_has_sent_nothing(installation, what, status):
    wire = Wire(installation)

    def last():
        with installation.database.write() as session:
            what(session, "ann")
        return body(b"1,Ann\n", more=False)

    assert wire.send(body(b"id,name\n"), last).status_code == status
    assert files(installation) == []


def test_a_long_upload_of_somebody_signed_out_ends_on_the_way(installation):
    wire, clock = Wire(installation), [utc_now()]

    def later():
        clock[0] += timedelta(seconds=11)
        with installation.database.write() as session:
            sign_out(session, "ann")
        return body(b"1,Ann\n")

    never = body(b"never asked for", more=False)
    left = wire.send(body(b"id,name\n"), later, never, clock=lambda: clock[0], unread=True)
    assert left == [never]
    assert files(installation) == []


@pytest.mark.parametrize("said", ["", "nonsense", "-5", "3"])
def test_a_file_of_unknown_or_wrong_length_arrives_whole(installation, said):
    told = {"content-length": said} if said else {"transfer-encoding": "chunked"}
    assert Wire(installation).send(body(b"id,name\n"), body(b"1,Ann\n", more=False), **told).status_code == 200
    (path,) = (installation.settings.home / "uploads").rglob("content")
    assert path.read_bytes() == b"id,name\n1,Ann\n"


def test_a_disk_that_fills_on_the_way_is_told_and_keeps_nothing(installation):
    wire, full = Wire(installation), 2_500_000
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (full, before[1]))
    try:
        answer = wire.send(*[body(b"x" * 1_000_000) for _ in range(4)], body(b"x", more=False))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert answer.status_code == 507
    assert b"cannot be kept on the server" in answer.body
    assert files(installation) == []


def test_what_breaks_off_leaves_nothing_and_may_be_sent_again(installation):
    wire = Wire(installation)
    answer = wire.send(body(b"id,name\n" * 300_000), {"type": "http.disconnect"})
    assert answer.status_code == 400
    assert files(installation) == []
    assert wire.send(body(b"id,name\n1,Ann\n", more=False)).status_code == 200


def test_a_file_for_which_there_is_no_room_is_refused_in_words(installation):
    answer = Wire(installation, limit=10**15).send(**{"content-length": str(10**18)})
    assert answer.status_code == 507
    assert b"No space left" in answer.body
    assert files(installation) == []


def test_a_folder_that_cannot_be_written_is_told(installation):
    (installation.settings.home / "uploads").write_text("in the way")
    answer = Wire(installation).send(body(b"x", more=False))
    assert answer.status_code == 409
    assert b"CRM_HOME" in answer.body
