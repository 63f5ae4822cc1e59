from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm_core.store import campaigns, consents, outbox, suppressions
from crm_core.store.deliveries import contact_state, contacted, counts, past_sizes, rates, recipients
from crm_core.store.outbox import Outcome, Status
from crm_core.store.tables import OutboxRow
from tests.campaigns.builders import customer, evidence, running_campaign, statuses


class Box:
    """One campaign's outbox, each step a transaction of its own at a second after the start."""

    def __init__(self, database, now, people):
        self.database, self.now = database, now
        with database.write() as session:
            for each in people:
                customer(session, each)
            self.campaign_id = running_campaign(session, people, now=now).id

    def at(self, second):
        return self.now + timedelta(seconds=second)

    def claim(self, owner="a", *, limit=10, second=0):
        with self.database.write() as session:
            return outbox.claim(session, owner, limit=limit, now=self.at(second), lease_seconds=60)

    def mark(self, row, owner="a", *, second=0):
        with self.database.write() as session:
            return outbox.mark_sending(
                session, row.id, owner, now=self.at(second), lease_seconds=60,
                message_id=f"<{row.id}@x>", link_hash=f"hash {row.id}",
            )  # fmt: skip

    def settle(self, row, owner="a", *, outcome=Outcome(Status.SENT, smtp_code=250), second=0):  # noqa: B008
        with self.database.write() as session:
            return outbox.settle(session, row.id, owner, outcome, now=self.at(second))

    def reap(self, second):
        with self.database.write() as session:
            return outbox.reap(session, now=self.at(second))

    @property
    def statuses(self):
        with self.database.read() as session:
            return statuses(session, self.campaign_id)


@pytest.fixture
def box(database, now):
    return Box(database, now, ["ann", "bob", "cay"])


def names(rows):
    return [row.customer_id for row in rows]


def test_rows_are_claimed_in_order_and_by_one_owner_only(box):
    assert names(box.claim("a", limit=2)) == ["ann", "bob"]
    assert names(box.claim("b")) == ["cay"]
    assert box.claim("c") == []


def test_a_row_is_sent_once_and_stays_sent(box):
    ann = box.claim(limit=1)[0]
    assert box.mark(ann)
    assert not box.mark(ann)
    assert box.settle(ann)
    assert not box.settle(ann)
    assert box.statuses["ann"] == "sent"
    assert names(box.claim(second=999)) == ["bob", "cay"]


def test_whoever_lost_the_lease_must_not_send(box):
    ann = box.claim(limit=1)[0]
    assert not box.mark(ann, "b")
    assert not box.mark(ann, second=60)


def test_an_expired_claim_goes_back_and_an_expired_dialogue_becomes_unknown(box):
    ann, bob = box.claim(limit=2)
    box.mark(bob)
    assert box.reap(59) == (0, 0)
    assert box.reap(60) == (1, 1)
    assert box.statuses == {"ann": "queued", "bob": "unknown", "cay": "queued"}
    assert not box.mark(ann, second=1)
    assert names(box.claim("b", second=100)) == ["ann", "cay"]


def test_what_is_certain_replaces_unknown_but_only_by_its_owner(box):
    ann = box.claim(limit=1)[0]
    box.mark(ann)
    box.reap(60)
    assert not box.settle(ann, "b")
    assert box.settle(ann, "a")
    assert box.statuses["ann"] == "sent"


def test_the_uncertain_are_sent_again_only_on_a_decision(box):
    ann = box.claim(limit=1)[0]
    box.mark(ann)
    box.reap(60)
    with box.database.write() as session:
        assert outbox.queue_unknown(session, box.campaign_id, now=box.at(61)) == 1
    assert not box.settle(ann, "a")
    assert names(box.claim("b", limit=1, second=62)) == ["ann"]


def test_a_refusal_for_now_comes_back_when_it_is_due(box):
    ann = box.claim(limit=1)[0]
    box.mark(ann)
    box.settle(ann, outcome=Outcome(Status.QUEUED, "greylisted", 451, not_before=box.at(300)))
    assert names(box.claim("b", second=299)) == ["bob", "cay"]
    again = box.claim("b", second=300)
    assert (names(again), again[0].attempts) == (["ann"], 1)


def test_rows_given_back_count_as_never_tried(box):
    ann, bob = box.claim(limit=2)
    box.mark(ann)
    with box.database.write() as session:
        given_back = outbox.release(session, "a", [ann.id, bob.id], statuses=[Status.CLAIMED, Status.SENDING])
    assert given_back == 2
    assert [row.attempts for row in box.claim("b")] == [0, 0, 0]


@pytest.mark.parametrize("status", ["paused", "cancelled", "finished", "draft"])
def test_only_a_running_campaign_sends(box, status):
    ann = box.claim(limit=1)[0]
    with box.database.write() as session:
        assert campaigns.change(session, box.campaign_id, while_in=[campaigns.Status.RUNNING], status=status)
    assert box.claim("b") == []
    assert not box.mark(ann)


def test_cancelling_stops_all_but_what_is_being_sent(box):
    ann, _bob = box.claim(limit=2)
    box.mark(ann)
    with box.database.write() as session:
        assert outbox.cancel(session, box.campaign_id, now=box.now) == 2
    assert box.statuses == {"ann": "sending", "bob": "cancelled", "cay": "cancelled"}


def test_whoever_left_since_the_freeze_is_suppressed_at_the_claim(box):
    with box.database.write() as session:
        consents.unsubscribe(session, "ann", "other@example.com", now=box.now, source="phone")
        suppressions.suppress(session, "BOB@example.com", suppressions.Reason.COMPLAINT, now=box.now)
    assert names(box.claim(limit=1)) == ["cay"]
    assert box.statuses == {"ann": "suppressed", "bob": "suppressed", "cay": "claimed"}
    with box.database.read() as session:
        found = recipients(session, box.campaign_id)
    assert list(found.reason[:2]) == ["unsubscribed", "complaint"]


def test_consent_for_another_purpose_is_none_for_this_one(box):
    with box.database.write() as session:
        evidence(session, "ann", "unconfirmed")
        evidence(session, "ann", "confirmed", purpose="surveys")
    assert names(box.claim()) == ["bob", "cay"]


def test_withdrawing_reaches_every_campaign_up_to_the_point_of_no_return(box):
    with box.database.write() as session:
        other = running_campaign(session, ["ann", "bob"], now=box.now).id
    ann, bob = box.claim(limit=2)
    box.mark(bob)
    with box.database.write() as session:
        assert outbox.withdraw(session, "Ann@example.com", reason="unsubscribed", now=box.now) == 2
        assert outbox.withdraw(session, "bob@example.com", reason="unsubscribed", now=box.now) == 1
    assert not box.mark(ann)
    assert box.statuses == {"ann": "suppressed", "bob": "sending", "cay": "queued"}
    with box.database.read() as session:
        assert statuses(session, other) == {"ann": "suppressed", "bob": "suppressed"}


@pytest.mark.parametrize("twin", [{"customer_id": "ann"}, {"address_normalised": "ann@example.com"}])
def test_nobody_stands_twice_in_one_campaign(box, twin):
    values = {
        "campaign_id": box.campaign_id, "customer_id": "dee", "address": "x", "address_normalised": "x",
        "status": "queued", "not_before": box.now, "attempts": 0, "fields": {},
    }  # fmt: skip
    with pytest.raises(sa.exc.IntegrityError), box.database.write() as session:
        session.execute(sa.insert(OutboxRow).values(**values | twin))


def test_counts_and_the_recipients_behind_them(box):
    ann, bob = box.claim(limit=2)
    box.mark(ann)
    box.settle(ann)
    box.mark(bob)
    box.settle(bob, outcome=Outcome(Status.FAILED, "no such user", 550))
    with box.database.read() as session:
        assert counts(session, [box.campaign_id, 99]) == {box.campaign_id: {"sent": 1, "failed": 1, "queued": 1}}
        failed = recipients(session, box.campaign_id, statuses=[Status.FAILED])
        assert failed[["customer_id", "address", "reason"]].to_numpy().tolist() == [
            ["bob", "bob@example.com", "no such user"]
        ]
        assert len(recipients(session, box.campaign_id, limit=2)) == 2
        assert rates(session, since=box.now) == rates(session, since=box.now, campaign_id=box.campaign_id)
        assert rates(session, since=box.now).bounce_rate == 0.5
        assert rates(session, since=box.at(1)).bounce_rate == 0.0
        assert past_sizes(session, before_id=box.campaign_id + 1) == [1]


def test_contacted_are_those_mailed_lately_or_about_to_be(box):
    ann = box.claim(limit=1)[0]
    box.mark(ann)
    box.settle(ann, second=10)
    with box.database.write() as session:
        outbox.cancel(session, box.campaign_id, now=box.at(20))
        customer(session, "dee")
        running_campaign(session, ["dee"], now=box.now)
        simulated = running_campaign(session, ["bob"], now=box.now, simulated=True).id

    def people(since, simulated_too=False):
        with box.database.read() as session:
            ids, addresses = contacted(session, since=box.at(since), simulated_too=simulated_too)
        assert {f"{each}@example.com" for each in ids} == addresses
        return ids

    assert simulated
    assert people(10) == {"ann", "dee"}
    assert people(11) == {"dee"}
    assert people(10, simulated_too=True) == {"ann", "bob", "dee"}


def test_whatever_decides_who_may_be_mailed_changes_the_state(box):
    def state():
        with box.database.read() as session:
            return contact_state(session)

    seen = [state()]
    ann = box.claim(limit=1)[0]
    box.mark(ann)
    box.settle(ann)
    seen.append(state())
    with box.database.write() as session:
        consents.unsubscribe(session, "bob", "bob@example.com", now=box.now, source="phone")
    seen.append(state())
    with box.database.write() as session:
        evidence(session, "cay", "unconfirmed")
    seen.append(state())
    assert len(set(seen)) == 4
    assert state() == state()
