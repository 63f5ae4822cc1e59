from collections import Counter

import pytest

from crm_core.campaigns.sender import Demonstration, keep_demonstration
from crm_core.store import campaigns, outbox
from crm_core.store.tables import OutboxRow
from tests.campaigns.builders import customer
from tests.campaigns.desk import Desk


def test_a_refused_sender_pauses_instead_of_using_up_the_audience(installation, now, sink, serve):
    sink.refused_sender = "550 5.7.1 Not your address"
    desk = Desk(installation, now, "ann", "bob")
    with serve():
        desk.work()
    assert desk.campaign.status == "paused"
    assert "Not your address" in desk.campaign.trouble
    assert set(desk.statuses.values()) == {"queued"}


def test_five_refusals_in_a_row_pause_the_campaign(installation, now, sink, serve):
    desk = Desk(installation, now, *(f"perm+{number}" for number in range(8)), "zoe")
    sink.kind_of = lambda _: "policy"
    with serve():
        desk.work()
    assert Counter(desk.statuses.values()) == {"failed": 5, "queued": 4}
    assert desk.campaign.status == "paused"
    assert desk.campaign.trouble.startswith("5 mails in a row were refused")


def test_a_share_of_refusals_that_harms_the_sender_pauses_once(installation, now, serve):
    desk = Desk(installation, now, "ann", "bob")
    with installation.database.write() as session:
        for number in range(100):
            customer(session, f"x{number}")
        people = [outbox.Recipient(f"x{number}", f"x{number}@example.com", {}) for number in range(100)]
        outbox.add(session, desk.id, people, now=now)
        past = session.query(OutboxRow).filter(OutboxRow.customer_id.like("x%"))
        past.update({"status": "sent", "settled_at": now})
        past.filter(OutboxRow.customer_id.like("x_")).update({"status": "failed", "smtp_code": 550})
    worker = desk.another(batch=1)
    with serve():
        desk.work(worker)
        assert desk.campaign.status == "paused"
        assert desk.campaign.trouble.startswith("9.9% of the mails were refused")
        with installation.database.write() as session:
            campaigns.change(session, desk.id, while_in=list(campaigns.Status), status="running", trouble=None)
        desk.work(worker)
    assert desk.statuses["bob"] == "sent"


@pytest.mark.parametrize("was_simulated", [True, False])
def test_what_was_started_one_way_is_never_sent_the_other_way(installation, now, sink, serve, was_simulated):
    desk = Desk(installation, now, "ann", simulated=was_simulated)
    with serve():
        if not was_simulated:
            with installation.database.write() as session:
                keep_demonstration(session, Demonstration(on=True))
        assert desk.work() == 0
    assert desk.campaign.status == "paused"
    assert "set up differently" in desk.campaign.trouble
    assert desk.statuses == {"ann": "queued"}
    assert sink.accepted == []


def test_three_mails_without_an_answer_in_a_row_pause_the_campaign(installation, now, sink, serve):
    desk = Desk(installation, now, "ann", "bob", "cay", "dee")
    sink.kind_of = lambda _: "drop"
    with serve():
        desk.work()
    assert Counter(desk.statuses.values()) == {"unknown": 3, "queued": 1}
    assert desk.campaign.trouble.startswith("3 mails in a row were handed over without an answer")


def test_one_accepted_mail_in_between_begins_the_count_anew(installation, now, sink, serve):
    desk = Desk(installation, now, *(f"c{number}" for number in range(10)))
    sink.kind_of = lambda address: "c" if address.startswith("c4@") else "policy"
    with serve():
        desk.work()
    assert desk.statuses["c9"] == "failed"
    assert list(sink.mails) == ["c4@example.com"]
