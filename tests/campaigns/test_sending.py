from dataclasses import replace

import pytest

from crm_core.campaigns import sending
from crm_core.campaigns.unsubscribing import unsubscribe
from crm_core.campaigns.worker import Worker
from crm_core.errors import CampaignError
from crm_core.store import audit
from crm_core.store.deliveries import counts
from crm_core.store.tables import OutboxRow
from tests.campaigns.builders import customer
from tests.campaigns.office import CHOSEN, token


def test_starting_freezes_everybody_who_may_be_mailed(office):
    office.start()
    row = office.campaign
    assert (row.status, row.simulated, row.started_by, row.as_of_day) == ("running", True, "boss", 20_600)
    assert row.exclusions == {"no consent": 1}
    assert office.statuses == {"ann": "queued", "bob": "queued"}
    with office.database.read() as session:
        assert session.query(OutboxRow).filter_by(customer_id="ann").one().fields["last_order_products"] == "Cup"
        assert audit.entries(session)[0].action == "campaign.started"


def test_a_second_click_does_nothing(office):
    office.start()
    office.start()
    with office.database.read() as session:
        assert counts(session, [office.id])[office.id] == {"queued": 2}
        assert [entry.action for entry in audit.entries(session)].count("campaign.started") == 1


def test_a_failed_check_freezes_nobody_and_says_what_to_do(office):
    office.edit(body="{{ city }}")
    with pytest.raises(CampaignError, match=r"^Not sent\. 2 people, such as ann: city is empty"):
        office.start()
    assert office.campaign.status == "draft"
    assert office.statuses == {}


def test_an_edit_during_the_checks_is_noticed(office, serve):
    with serve():
        office.try_out()
        with pytest.raises(CampaignError, match="changed a moment ago"):
            office.start(answers=lambda _url: office.edit(control_share=0.5) or True)
    assert office.statuses == {}


def test_whoever_unsubscribes_during_the_checks_is_left_out(office, serve):
    with serve():
        office.try_out()
        office.start(answers=lambda _url: office.leave("ann") or True)
    assert office.statuses == {"bob": "queued"}
    assert office.campaign.exclusions == {"unsubscribed": 1, "no consent": 1}


def test_nobody_left_at_the_last_moment_starts_nothing(office, serve):
    with serve():
        office.try_out()
        with pytest.raises(CampaignError, match="nobody is left"):
            office.start(answers=lambda _url: office.leave("ann", "bob") or True)
    assert office.campaign.status == "draft"


def test_the_control_group_is_frozen_too(office):
    office.edit(control_share=0.5)
    everybody = [f"c{number}" for number in range(40)]
    with office.database.write() as session:
        for each in everybody:
            customer(session, each)
    office.start(replace(CHOSEN, customer_ids=frozenset(everybody)))
    arms = list(office.statuses.values())
    assert len(arms) == 40
    assert 8 < arms.count("control") < 32


def test_a_viewer_sends_nothing(office, viewer):
    office.start()
    office.actor = viewer
    for command in (
        office.try_out,
        office.start,
        lambda: office.tell(sending.pause),
        lambda: office.tell(sending.resume),
        lambda: office.tell(sending.cancel),
        lambda: office.tell(sending.resend_unknown),
    ):
        with pytest.raises(CampaignError, match="Your role may not send"):
            command()
    assert office.campaign.status == "running"


def test_pause_resume_and_cancel(office):
    office.start()
    office.tell(sending.pause)
    assert (office.campaign.status, office.campaign.trouble) == ("paused", "Paused by boss.")
    office.tell(sending.resume)
    assert (office.campaign.status, office.campaign.trouble) == ("running", None)
    assert office.tell(sending.cancel) == 2
    assert office.tell(sending.cancel) == 0
    office.tell(sending.resume)
    assert office.campaign.status == "cancelled"
    assert set(office.statuses.values()) == {"cancelled"}


def test_a_simulation_is_never_resumed_for_real(office, serve):
    office.start()
    office.tell(sending.pause)
    with serve(), pytest.raises(CampaignError, match="set up differently"):
        office.tell(sending.resume)


def test_the_uncertain_are_sent_again_when_somebody_says_so(office):
    office.start()
    with office.database.write() as session:
        session.query(OutboxRow).filter_by(customer_id="ann").update({"status": "unknown"})
        session.query(OutboxRow).filter_by(customer_id="bob").update({"status": "sent"})
    office.change(status="finished")
    assert office.tell(sending.resend_unknown) == 1
    assert office.tell(sending.resend_unknown) == 0
    assert office.campaign.status == "running"
    assert office.statuses == {"ann": "queued", "bob": "sent"}


def test_from_the_draft_to_the_inbox_and_out_again(office, sink, serve):
    with serve():
        office.try_out()
        office.start()
        worker = Worker(office.installation, clock=lambda: office.now)
        worker.run_once()
        worker.run_once()
        worker.close()
    assert set(sink.mails) == {"me@shop.example", "ann@example.com", "bob@example.com"}
    assert office.campaign.status == "finished"
    assert unsubscribe(office.database, token(sink.mails["ann@example.com"]), now=office.now)
    with office.database.read() as session:
        planned = sending.plan(session, office.id, CHOSEN, now=office.now)
    assert planned.eligibility.excluded["ann"] == "unsubscribed"
    assert office.statuses["ann"] == "sent"
