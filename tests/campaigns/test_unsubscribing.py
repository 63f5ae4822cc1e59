import pytest

from crm_core.campaigns.unsubscribing import is_known, unsubscribe
from crm_core.signing import token_hash
from crm_core.store import audit, consents, outbox
from crm_core.store.deliveries import events
from crm_core.store.suppressions import is_suppressed
from tests.campaigns.builders import customer, running_campaign, statuses

TOKEN = "the token in ann's mail"


@pytest.fixture
def campaign_id(database, now):
    """A campaign of which Ann has her mail and Bob has not."""
    with database.write() as session:
        for each in ("ann", "bob"):
            customer(session, each)
        row = running_campaign(session, ["ann", "bob"], now=now)
        [ann] = outbox.claim(session, "a", limit=1, now=now, lease_seconds=60)
        outbox.mark_sending(
            session, ann.id, "a", now=now, lease_seconds=60, message_id="<x>", link_hash=token_hash(TOKEN)
        )
        outbox.settle(session, ann.id, "a", outbox.Outcome(outbox.Status.SENT), now=now)
    return row.id


def test_leaving_withdraws_consent_suppresses_the_address_and_stops_what_is_queued(database, now, campaign_id):
    with database.write() as session:
        other = running_campaign(session, ["ann", "bob"], now=now).id
    assert unsubscribe(database, TOKEN, now=now, ip="192.0.2.7")
    with database.read() as session:
        [evidence, _] = consents.history(session, "ann")
        assert (evidence.status, evidence.campaign_id, evidence.ip) == ("unsubscribed", campaign_id, "192.0.2.7")
        assert is_suppressed(session, "ann@example.com")
        assert statuses(session, other) == {"ann": "suppressed", "bob": "queued"}
        assert statuses(session, campaign_id) == {"ann": "sent", "bob": "queued"}
        assert events(session, [campaign_id]) == {campaign_id: {"unsubscribed": 1}}
        [entry] = audit.entries(session)
        assert (entry.user_name, entry.action, entry.detail) == ("recipient", "unsubscribed", {"stopped": 1})


def test_leaving_twice_is_as_good_as_once(database, now, campaign_id):
    assert unsubscribe(database, TOKEN, now=now)
    assert unsubscribe(database, TOKEN, now=now)
    with database.read() as session:
        assert len(consents.history(session, "ann")) == 2
        assert events(session, [campaign_id]) == {campaign_id: {"unsubscribed": 1}}


def test_an_unknown_link_changes_nothing(database, now, campaign_id):
    assert not unsubscribe(database, "made up", now=now)
    assert not is_known(database, "made up")
    assert is_known(database, TOKEN)
    with database.read() as session:
        assert events(session, [campaign_id]) == {}
        assert audit.entries(session) == []
