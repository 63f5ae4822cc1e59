from collections import Counter

import pytest

from crm_core.campaigns.dispatch import FIRST_WAIT
from crm_core.campaigns.sender import Sending, keep_sending
from crm_core.campaigns.worker import LEASE, Worker
from crm_core.signing import token_hash
from crm_core.store import campaigns, consents, leases, outbox, simulated
from crm_core.store.deliveries import recipients
from crm_core.store.suppressions import Reason, suppressed
from crm_core.store.tables import OutboxRow
from tests.campaigns.builders import customer, running_campaign, statuses
from tests.campaigns.conftest import use_server
from tests.campaigns.desk import Desk, impatient, wait_until
from tests.campaigns.sink import free_port


def test_everybody_gets_exactly_one_mail_of_their_own(installation, now, sink, serve):
    desk = Desk(installation, now, "ann", "bob", "cay", subject="For {{ first_name }}")
    with serve():
        assert desk.work() == 3
        assert desk.work() == 0
    assert Counter(to for to, _ in sink.accepted) == {f"{each}@example.com": 1 for each in ("ann", "bob", "cay")}
    assert set(desk.statuses.values()) == {"sent"}
    assert {to: mail["Subject"] for to, mail in sink.mails.items()}["bob@example.com"] == "For Bob"
    assert desk.campaign.status == "finished"
    assert desk.campaign.finished_at == now


def test_the_mail_carries_the_message_id_and_the_link_that_the_row_knows(installation, now, sink, serve):
    desk = Desk(installation, now, "ann")
    with serve():
        desk.work()
    [mail] = sink.mails.values()
    row = desk.row("ann")
    assert mail["Message-ID"] == row.message_id
    link = mail["List-Unsubscribe"].strip("<>")
    assert link.startswith("https://crm.example/u/")
    assert token_hash(link.rpartition("/")[2]) == row.link_hash
    assert (mail["From"], mail["To"]) == ("Shop <news@shop.example>", "ann@example.com")


@pytest.mark.parametrize(
    ("person", "status", "code"),
    [("perm", "failed", 550), ("spam", "failed", 554), ("temp", "queued", 451), ("drop", "unknown", None)],
)
def test_the_servers_answer_decides_and_the_others_go_out(installation, now, sink, serve, person, status, code):  # noqa: PLR0917
    desk = Desk(installation, now, person, "zoe")
    with serve():
        desk.work()
    assert desk.statuses == {person: status, "zoe": "sent"}
    assert desk.row(person).smtp_code == code
    assert desk.row(person).reason


def test_a_dead_address_is_suppressed_and_a_policy_refusal_is_not(installation, now, serve):
    desk = Desk(installation, now, "perm", "policy")
    with serve():
        desk.work()
    with installation.database.read() as session:
        found = suppressed(session, ["perm@example.com", "policy@example.com"])
    assert found == {"perm@example.com": Reason.HARD_BOUNCE}


def test_a_refusal_for_now_is_tried_again_later_and_given_up_in_the_end(installation, now, sink, serve):
    with installation.database.write() as session:
        keep_sending(session, Sending(max_attempts=2))
    desk = Desk(installation, now, "temp")
    with serve():
        assert desk.work() == 0
        assert desk.row("temp").not_before == now + FIRST_WAIT
        desk.pass_time(minutes=4)
        assert desk.work() == 0
        assert desk.row("temp").attempts == 1
        desk.pass_time(minutes=1)
        assert desk.work() == 1
    assert desk.statuses == {"temp": "failed"}
    assert desk.row("temp").reason.startswith("Given up after 2 attempts: 451")


def test_an_uncertain_mail_is_never_sent_again_by_itself(installation, now, sink, serve):
    desk = Desk(installation, now, "drop")
    with serve():
        for _ in range(3):
            desk.work()
            desk.pass_time(hours=1)
    assert len(sink.accepted) == 1
    assert desk.statuses == {"drop": "unknown"}
    assert desk.campaign.status == "finished"


def test_a_server_out_of_reach_keeps_everybody_queued_and_says_why(installation, now, sink, serve):
    desk, port = Desk(installation, now, "ann", "bob"), free_port()
    use_server(installation, port)
    assert desk.work() == 0
    assert desk.statuses == {"ann": "queued", "bob": "queued"}
    assert desk.campaign.status == "running"
    assert "the connection was refused" in desk.campaign.trouble
    with serve(port):
        assert desk.work() == 0  # rests
        desk.pass_time(seconds=31)
        assert desk.work() == 2
    assert desk.campaign.trouble is None
    assert [desk.row(each).attempts for each in ("ann", "bob")] == [1, 1]


def test_new_settings_are_tried_at_once(installation, now, serve):
    desk = Desk(installation, now, "ann")
    use_server(installation, free_port())
    desk.work()
    with serve():
        assert desk.work() == 1


def test_a_server_that_breaks_off_early_is_trouble_for_nobodys_row(installation, now, sink, serve):
    desk = Desk(installation, now, "early", "zoe")
    with serve():
        desk.work()
    assert desk.statuses == {"early": "queued", "zoe": "queued"}
    assert desk.row("early").attempts == 0
    assert sink.accepted == []


def test_whoever_unsubscribed_between_freeze_and_send_gets_nothing(installation, now, sink, serve):
    desk = Desk(installation, now, "ann", "bob")
    with installation.database.write() as session:
        consents.unsubscribe(session, "ann", "ann@example.com", now=now, source="phone")
    with serve():
        desk.work()
    assert list(sink.mails) == ["bob@example.com"]
    assert desk.statuses == {"ann": "suppressed", "bob": "sent"}


def test_a_mail_that_cannot_be_written_fails_alone(installation, now, sink, serve):
    desk = Desk(installation, now, "ann", "bob", body="{{ city }}")
    with installation.database.write() as session:
        session.query(OutboxRow).filter_by(customer_id="bob").one().fields = {"city": "Plovdiv"}
    with serve():
        desk.work()
    assert desk.statuses == {"ann": "failed", "bob": "sent"}
    assert desk.row("ann").reason.startswith("city is empty")


def test_hostile_fields_cannot_add_a_header(installation, now, sink, serve):
    desk = Desk(installation, now, "ann", "bob")
    with installation.database.write() as session:
        for row in session.query(OutboxRow).filter_by(customer_id="ann"):
            row.fields = {"first_name": "Ann", "_name": "Ann\r\nBcc: eve@example.com"}
    with serve():
        desk.work()
    assert list(sink.mails) == ["bob@example.com"]
    assert desk.statuses["ann"] == "failed"


def test_a_paused_campaign_stops_after_the_mail_under_way(installation, now, sink, serve):
    desk = Desk(installation, now, "ann", "bob", "cay")

    def pause_after_the_first():
        if sink.accepted:
            with installation.database.write() as session:
                campaigns.change(session, desk.id, while_in=[campaigns.Status.RUNNING], status="paused")
        return now

    with serve():
        desk.work(desk.another(clock=pause_after_the_first))
    assert desk.statuses == {"ann": "sent", "bob": "queued", "cay": "queued"}


def test_a_second_worker_does_nothing_while_the_first_lives(installation, now, sink, serve):
    desk = Desk(installation, now, "ann")
    with installation.database.write() as session:
        leases.acquire(session, LEASE, "somebody else", now=now, seconds=60)
    with serve():
        assert desk.work() == 0
        desk.pass_time(seconds=61)
        assert desk.work() == 1


def test_a_dead_workers_rows_are_reaped(installation, now, serve):
    desk = Desk(installation, now, "ann", "bob")
    with installation.database.write() as session:
        claimed = outbox.claim(session, "dead", limit=2, now=now, lease_seconds=60)
        outbox.mark_sending(session, claimed[0].id, "dead", now=now, lease_seconds=60, message_id="<x>", link_hash="h")
    desk.pass_time(seconds=60)
    with serve():
        desk.work()
    assert desk.statuses == {"ann": "unknown", "bob": "sent"}


def test_without_a_server_mails_go_to_the_viewer(installation, now):
    desk = Desk(installation, now, "ann", simulated=True)
    worker = Worker(installation, clock=lambda: now)
    assert worker.run_once() == 1
    with installation.database.read() as session:
        [mail] = simulated.listing(session, campaign_id=desk.id)
        assert b"To: ann@example.com" in simulated.message(session, mail.id)
    assert desk.statuses == {"ann": "sent"}


def test_a_template_that_this_version_refuses_pauses_its_campaign_only(installation, now, sink, serve):
    desk = Desk(installation, now, "ann", body="{% for x in y %}{% endfor %}")
    with installation.database.write() as session:
        customer(session, "bob")
        other = running_campaign(session, ["bob"], now=now).id
    with serve():
        desk.work()
    assert desk.campaign.status == "paused"
    assert desk.statuses == {"ann": "queued"}
    with installation.database.read() as session:
        assert statuses(session, other) == {"bob": "sent"}


def test_the_thread_works_stops_and_gives_the_lease_back(installation, now, sink, serve):
    desk = Desk(installation, now, "ann")
    with serve():
        worker = desk.another(idle_seconds=0.01)
        worker.start()
        wait_until(lambda: desk.campaign.status == "finished")
        worker.stop()
    assert list(sink.mails) == ["ann@example.com"]
    with installation.database.write() as session:
        assert leases.acquire(session, LEASE, "next", now=now, seconds=1)


def test_the_log_names_no_address_and_the_thread_survives_a_fault(installation, now, serve, caplog):
    desk = Desk(installation, now, "ann")
    failures = []

    def connect(_installation, _session):
        if not failures:
            failures.append(1)
            raise ZeroDivisionError("ann@example.com")
        return impatient(_installation, _session)

    with serve():
        worker = desk.another(connect=connect, idle_seconds=0.01)
        worker.start()
        wait_until(lambda: desk.campaign.status == "finished")
        worker.stop()
    assert desk.statuses == {"ann": "sent"}
    assert "ZeroDivisionError" in caplog.text
    assert "ann@example.com" not in caplog.text


def test_recipients_list_shows_the_reason(installation, now, serve):
    desk = Desk(installation, now, "perm")
    with serve():
        desk.work()
    with installation.database.read() as session:
        [reason] = recipients(session, desk.id).reason
    assert reason.startswith("550 5.1.1 No such user")
