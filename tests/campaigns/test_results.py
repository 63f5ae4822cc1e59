from collections import Counter

import pytest

from crm_core.campaigns.results import assignments, attribution_window, results
from crm_core.campaigns.sender import Demonstration, keep_demonstration
from crm_core.store import campaigns
from crm_core.store.tables import CampaignEvent, OutboxRow
from tests.campaigns.builders import customer, running_campaign

STATUSES = ["sent", "sent", "failed", "unknown", "suppressed", "control", "control", "queued", "sending"]


@pytest.fixture
def campaign(database, now):
    """One recipient in each of `STATUSES`; the first of them unsubscribed, in two clicks."""
    with database.write() as session:
        people = [f"c{number}" for number in range(len(STATUSES))]
        for each in people:
            customer(session, each)
        row = running_campaign(session, people, now=now, as_of_day=19_000)
        for recipient, status in zip(session.query(OutboxRow).order_by(OutboxRow.id), STATUSES, strict=True):
            recipient.status = status
        first = session.query(OutboxRow).order_by(OutboxRow.id).first()
        session.add_all([CampaignEvent(outbox_id=first.id, kind="unsubscribed", at=now) for _ in range(2)])
    return row


def test_every_recipient_is_counted_once(database, campaign):
    with database.read() as session:
        found = results(session, [campaign.id, 99])
    one = found[campaign.id]
    assert (one.recipients, one.control, one.sent, one.open, one.unknown, one.unsubscribed) == (7, 2, 2, 2, 1, 1)
    assert one.progress == pytest.approx(5 / 7)
    assert (found[99].recipients, found[99].progress) == (0, 1.0)


def test_everybody_assigned_is_compared_whether_the_mail_arrived_or_not(database, campaign):
    with database.read() as session:
        arms = assignments(session, campaign.id)
    assert Counter(arms.arm) == {"treated": 7, "control": 2}
    assert list(arms[arms.arm == "control"].customer_id) == ["c5", "c6"]
    with database.read() as session:
        assert list(assignments(session, 99).columns) == ["customer_id", "arm"]


def test_the_window_begins_on_the_day_of_sending(database, campaign, now):
    day = (now.date() - now.date().fromordinal(719163)).days
    with database.read() as session:
        assert attribution_window(session, campaign) == (day, day + 7)


@pytest.mark.parametrize(("later", "begins"), [(-3, 0), (0, 0), (5, 5)])
def test_in_the_demonstration_it_begins_on_the_day_of_the_data_but_never_before_sending(
    database, campaign, now, later, begins
):
    day = (now.date() - now.date().fromordinal(719163)).days
    campaign.as_of_day = day + later
    with database.write() as session:
        keep_demonstration(session, Demonstration(on=True, as_of_day=day + later))
        assert attribution_window(session, campaign) == (day + begins, day + begins + 7)


def test_a_draft_has_no_window(database, now):
    with database.write() as session:
        assert attribution_window(session, campaigns.create(session, "x", user="boss", now=now)) is None
