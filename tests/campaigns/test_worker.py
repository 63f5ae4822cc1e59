import time
from collections import Counter
from datetime import timedelta

import pytest

from crm_core.campaigns.dispatch import FIRST_WAIT
from crm_core.campaigns.sender import Demonstration, Sending, keep_demonstration, keep_sending
from crm_core.campaigns.transport import SmtpTransport, smtp
from crm_core.campaigns.worker import LEASE, Worker
from crm_core.signing import token_hash
from crm_core.store import campaigns, consents, leases, outbox, simulated
from crm_core.store.deliveries import recipients
from crm_core.store.suppressions import Reason, suppressed
from crm_core.store.tables import OutboxRow
from tests.campaigns.builders import customer, running_campaign, statuses
from tests.campaigns.conftest import use_server
from tests.campaigns.sink import free_port


class Desk:
    """One running campaign, a worker, and a clock that stands still until it is moved."""

    def __init__(self, installation, now, *people, simulated=False, **values):
        self.installation, self.database, self.now = installation, installation.database, now
        with self.database.write() as session:
            for each in people:
                customer(session, each)
            self.id = running_campaign(session, people, now=now, simulated=simulated, **values).id
        self.worker = self.another()

    def another(self, **options):
        return Worker(self.installation, **{"clock": lambda: self.now, "connect": _impatient} | options)

    def work(self, worker=None):
        worker = worker or self.worker
        settled = worker.run_once()
        worker.close()
        return settled

    def pass_time(self, **span):
        self.now += timedelta(**span)

    @property
    def statuses(self):
        with self.database.read() as session:
            return statuses(session, self.id)

    @property
    def campaign(self):
        with self.database.read() as session:
            return campaigns.campaign(session, self.id)

    def row(self, customer_id):
        with self.database.read() as session:
            return session.query(OutboxRow).filter_by(campaign_id=self.id, customer_id=customer_id).one()


def wait_until(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.01)


def _impatient(installation, session):
    return SmtpTransport(smtp(session), "", timeout=0.5), False


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
        return _impatient(_installation, _session)

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
