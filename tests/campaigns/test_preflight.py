import http.server
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from crm_core.campaigns.audience import Eligibility, Exclusion
from crm_core.campaigns.preflight import (
    READY_HEADER,
    Plan,
    Situation,
    checks,
    situation,
    too_many_refusals,
    unsubscribe_page_answers,
)
from crm_core.campaigns.sender import Sender, Sending
from crm_core.store import campaigns
from crm_core.store.deliveries import Rates
from crm_core.store.outbox import Recipient
from crm_core.store.tables import Campaign, OutboxRow
from tests.campaigns.builders import customer, running_campaign
from tests.campaigns.conftest import SHOP

FINE = Situation(
    sender=SHOP,
    limits=Sending(),
    simulated=False,
    is_local_relay=False,
    base_url="https://crm.example",
    rates=Rates(1000, 20, 1),
    sent_today=0,
    usual_size=2,
)


@pytest.fixture
def plan(now):
    """A plan that passes every check: two to be mailed, one held back."""

    def make(**values):
        campaign = Campaign(id=1, subject="News", body="Hi {{ first_name }}.", edited_at=now, tested_at=now)
        for name, value in values.items():
            setattr(campaign, name, value)
        people = [
            Recipient(each, f"{each}@example.com", {"first_name": each}, each == "cay")
            for each in ("ann", "bob", "cay")
        ]
        return Plan(campaign, Eligibility(("ann", "bob", "cay"), {"dee": Exclusion.NO_CONSENT}), people)

    return make


def failed(plan, stands=FINE, *, answers=lambda _url: True, typed=0):
    return {
        each.code: each.advice
        for each in checks(plan, stands, answers=answers, confirmed_size=typed)
        if not each.passed
    }


def test_a_campaign_that_is_ready_passes_every_check(plan):
    assert failed(plan()) == {}
    told = {each.code: each.message for each in checks(plan(), FINE, answers=lambda _url: True)}
    assert told["audience"] == "2 people will be mailed, 1 held back as control group."
    assert told["consent"].endswith("1 are left out.")


@pytest.mark.parametrize("missing", ["name", "address", "postal_address"])
def test_an_incomplete_sender_stops_it_even_in_the_simulation(plan, missing):
    stands = replace(FINE, sender=replace(SHOP, **{missing: ""}), simulated=True)
    assert list(failed(plan(), stands)) == ["sender"]


def test_an_unconfirmed_domain_stops_it_unless_a_relay_of_our_own_or_nobody_sends(plan):
    stands = replace(FINE, sender=replace(SHOP, domain_confirmed=False))
    assert list(failed(plan(), stands)) == ["domain"]
    assert failed(plan(), replace(stands, is_local_relay=True)) == {}
    assert failed(plan(), replace(stands, simulated=True)) == {}


def test_an_unsubscribe_page_that_does_not_answer_stops_it(plan):
    asked = []
    assert list(failed(plan(), answers=asked.append)) == ["link"]
    assert asked == ["https://crm.example"]
    assert failed(plan(), replace(FINE, simulated=True), answers=lambda _url: False) == {}


def test_somebody_not_eligible_among_the_recipients_stops_it(plan):
    ready = plan()
    assert list(failed(Plan(ready.campaign, Eligibility(("ann", "bob"), {}), ready.recipients))) == ["consent"]


def test_nobody_to_be_mailed_stops_it(plan):
    ready = plan()
    assert list(failed(Plan(ready.campaign, ready.eligibility, ready.recipients[2:]))) == ["audience"]


@pytest.mark.parametrize(
    ("values", "code", "advice"),
    [
        ({"body": "{{ fist_name }}"}, "template", "Did you mean first_name?"),
        ({"body": "{{ city }}"}, "template", "2 people, such as ann: city is empty"),
        ({"subject": ""}, "template", "The subject is empty"),
        ({"body": "[x](http://shop.example)"}, "links", "Change http://shop.example to https://."),
        ({"tested_at": None}, "test", "Send a test mail"),
    ],
)
def test_a_mail_that_is_not_ready_stops_it(plan, values, code, advice):
    found = failed(plan(**values))
    assert list(found) == [code]
    assert advice in found[code]


def test_an_edit_after_the_test_mail_stops_it(plan, now):
    assert list(failed(plan(edited_at=now + timedelta(seconds=1)))) == ["test"]


def test_far_more_people_than_usual_must_be_typed(plan):
    stands = replace(FINE, usual_size=0)
    assert list(failed(plan(), stands)) == ["size"]
    assert list(failed(plan(), stands, typed=3)) == ["size"]
    assert failed(plan(), stands, typed=2) == {}
    assert failed(plan(), replace(FINE, usual_size=1)) == {}  # twice is not over twice
    assert failed(plan(), replace(FINE, usual_size=None)) == {}


def test_the_providers_limit_counts_what_was_sent_today(plan):
    stands = replace(FINE, limits=Sending(daily_quota=10), sent_today=8)
    assert failed(plan(), stands) == {}
    assert list(failed(plan(), replace(stands, sent_today=9))) == ["quota"]


@pytest.mark.parametrize(
    ("rates", "too_many"),
    [
        (Rates(98, 2, 0), False),
        (Rates(97, 3, 0), True),
        (Rates(96, 3, 0), False),  # 99 say nothing yet
        (Rates(1000, 0, 1), False),
        (Rates(1000, 0, 2), True),
    ],
)
def test_two_in_a_hundred_bounces_and_one_in_a_thousand_complaints_are_the_limit(plan, rates, too_many):
    assert too_many_refusals(rates) is too_many
    assert ("refusals" in failed(plan(), replace(FINE, rates=rates))) is too_many


def test_the_situation_is_read_from_settings_and_past_campaigns(installation, now):
    with installation.database.write() as session:
        for each in ("ann", "bob"):
            customer(session, each)
        running_campaign(session, ["ann", "bob"], now=now)
        session.query(OutboxRow).update({"status": "sent", "settled_at": now - timedelta(hours=10)})
        new = campaigns.create(session, "News", user="boss", now=now)
    with installation.database.read() as session:
        stands = situation(session, installation.settings, new, now=now)
        first = situation(session, installation.settings, Campaign(id=0), now=now)
    assert (stands.sender, stands.simulated, stands.base_url) == (SHOP, True, "https://crm.example")
    assert (stands.usual_size, stands.rates, stands.sent_today) == (2, Rates(2, 0, 0), 0)
    assert first.usual_size is None


@contextmanager
def web_server(status=200, header=READY_HEADER):
    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.send_header(header, "ready")
            self.send_header("Location", "/auth/login")
            self.end_headers()

        def log_message(self, *_):
            """Quiet."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_only_the_unsubscribe_page_itself_counts_as_an_answer():
    with web_server() as url:
        assert unsubscribe_page_answers(url)
    assert not unsubscribe_page_answers(url)  # nobody there any more
    for status, header in ((404, READY_HEADER), (303, READY_HEADER), (200, "X-Other")):
        with web_server(status, header) as url:
            assert not unsubscribe_page_answers(url)


@pytest.mark.parametrize("url", ["http://crm.example", "ftp://crm.example", "", "file:///etc/passwd"])
def test_an_address_that_must_not_stand_in_a_mail_is_not_even_asked(url):
    assert not unsubscribe_page_answers(url)


def test_the_default_sender_is_not_complete():
    assert not Sender().is_complete
