import pytest

from crm_core.campaigns.delivery import Delivery, SimulatedTransport
from crm_core.store import simulated
from crm_core.store.tables import OutboxRow
from tests.campaigns.builders import customer, running_campaign


@pytest.fixture
def row(database, now):
    """The outbox row of Ann."""
    with database.write() as session:
        customer(session, "ann")
        running_campaign(session, ["ann"], now=now)
        return session.query(OutboxRow).one()


def test_a_simulated_mail_is_kept_once_a_row_and_can_be_shown(database, now, row):
    transport = SimulatedTransport(database)
    transport.open()
    for body in (b"first", b"second"):
        mail = Delivery(row.id, row.campaign_id, "news@shop.example", row.address, "News", body, now)
        assert transport.send(mail) == 250
    transport.close()
    with database.read() as session:
        [kept] = simulated.listing(session, campaign_id=row.campaign_id)
        assert (kept.address, kept.subject) == ("ann@example.com", "News")
        assert simulated.message(session, kept.id) == b"second"
        assert simulated.message(session, 999) == b""


def test_test_mails_have_no_row_and_are_all_kept(database, now, row):
    for _ in range(2):
        SimulatedTransport(database).send(Delivery(None, row.campaign_id, "a@x.example", "me@x.example", "T", b"", now))
    with database.read() as session:
        assert len(simulated.listing(session)) == 2
        assert simulated.listing(session, campaign_id=99) == []
