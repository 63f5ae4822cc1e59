from datetime import timedelta

import pytest
from starlette.applications import Starlette

from crm_core.campaigns.preflight import READY_HEADER
from crm_core.campaigns.sender import Sender, keep_sender
from crm_core.signing import token_hash
from crm_core.store import consents, outbox
from crm_core.store.consents import Status
from crm_core.store.engine import Database
from crm_core.store.installation import Installation
from crm_core.web.security import SecurityHeaders
from crm_core.web.unsubscribe import LARGEST_BODY, routes
from tests.campaigns.builders import customer, running_campaign
from tests.web.conftest import TestClient

TOKEN = "abc-DEF_123"


class Recipient:
    """Somebody with the link of a mail, and what they may find out."""

    def __init__(self, installation, now):
        self.database, self.now = installation.database, now
        app = Starlette(routes=routes(installation, clock=lambda: self.now))
        self.browser = TestClient(SecurityHeaders(app, installation), follow_redirects=False)
        with self.database.write() as session:
            keep_sender(session, Sender("Tilia & Table"))
            customer(session, "ann")
            self.campaign_id = running_campaign(session, ["ann"], now=now).id
            [row] = outbox.claim(session, "a", limit=1, now=now, lease_seconds=60)
            outbox.mark_sending(
                session, row.id, "a", now=now, lease_seconds=60, message_id="<x>", link_hash=token_hash(TOKEN)
            )

    def post(self, token=TOKEN, **body):
        return self.browser.post(f"/u/{token}", **body)

    @property
    def consent(self):
        with self.database.read() as session:
            return consents.current(session, ["ann"])["ann"]


@pytest.fixture
def recipient(installation, now):
    return Recipient(installation, now)


def test_opening_the_link_shows_a_button_and_changes_nothing(recipient):
    answer = recipient.browser.get(f"/u/{TOKEN}")
    assert answer.status_code == 200
    assert '<form method="post">' in answer.text
    assert "Tilia &amp; Table" in answer.text
    assert recipient.browser.head(f"/u/{TOKEN}").status_code == 200
    assert recipient.consent is Status.CONFIRMED


@pytest.mark.parametrize(
    "body",
    [
        {"data": {"List-Unsubscribe": "One-Click"}},
        {"files": {"List-Unsubscribe": (None, "One-Click")}},
        {"content": b""},
        {"content": b"\xff\x00 anything"},
    ],
    ids=["form", "multipart", "empty", "binary"],
)
def test_one_post_unsubscribes_without_cookie_or_redirect(recipient, body):
    answer = recipient.post(**body)
    assert answer.status_code == 200
    assert "You are unsubscribed" in answer.text
    assert "set-cookie" not in answer.headers
    assert recipient.consent is Status.UNSUBSCRIBED
    with recipient.database.read() as session:
        evidence = consents.history(session, "ann")[0]
    assert (evidence.campaign_id, evidence.ip) == (recipient.campaign_id, "testclient")


def test_a_post_from_a_foreign_page_counts_too(recipient):
    recipient.post(headers={"Origin": "null"})
    assert recipient.consent is Status.UNSUBSCRIBED


def test_twice_is_answered_alike(recipient):
    assert recipient.post().text == recipient.post().text


@pytest.mark.parametrize("token", ["check", "made-up", "a" * 3000, "%00", "ab%2Fc"])
def test_a_made_up_link_gets_the_same_answers_and_changes_nothing(recipient, token):
    if token != "ab%2Fc":  # a slash is no token: not found
        assert recipient.browser.get(f"/u/{token}").text == recipient.browser.get(f"/u/{TOKEN}").text
        assert "You are unsubscribed" in recipient.post(token).text
    assert recipient.consent is Status.CONFIRMED


def test_nothing_keeps_indexes_or_hands_on_the_page(recipient):
    for answer in (recipient.browser.get(f"/u/{TOKEN}"), recipient.post()):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-robots-tag"] == "noindex, nofollow"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers[READY_HEADER] == "ready"


def test_a_huge_body_is_refused(recipient):
    assert recipient.post(content=b"x" * (LARGEST_BODY + 1)).status_code == 413
    assert recipient.consent is Status.CONFIRMED


def test_guessing_is_slowed_down_but_a_true_link_always_works(recipient):
    answers = [recipient.post(f"guess{number}").status_code for number in range(61)]
    assert answers == [200] * 60 + [429]
    assert recipient.post().status_code == 200
    assert recipient.consent is Status.UNSUBSCRIBED
    recipient.now += timedelta(minutes=10)
    assert recipient.post("guess").status_code == 200


def test_what_could_not_be_written_down_is_not_confirmed(recipient, installation, now):
    if not installation.database.url.startswith("sqlite"):
        pytest.skip("the lock of another writer is SQLite's")
    impatient = Database(installation.database.url, installation.database.home, busy_timeout_ms=20)
    shop = Installation(installation.settings, installation.key, impatient)
    browser = TestClient(Starlette(routes=routes(shop)))
    with installation.database.write() as session:
        session.connection()  # another change holds the database
        answer = browser.post(f"/u/{TOKEN}")
    impatient.close()
    assert answer.status_code == 503
    assert "retry-after" in answer.headers
    assert "not</strong> unsubscribed" in answer.text
    assert recipient.consent is Status.CONFIRMED
