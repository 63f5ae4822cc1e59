import pytest

from crm_core.errors import StoreError
from crm_core.store import campaigns
from crm_core.store.campaigns import Status


@pytest.fixture
def draft(database, now):
    with database.write() as session:
        return campaigns.create(session, "Spring", user="boss", now=now).id


def status(database, campaign_id):
    with database.read() as session:
        return campaigns.campaign(session, campaign_id).status


def test_a_campaign_begins_as_a_draft_with_a_salt_of_its_own(database, now, draft):
    with database.write() as session:
        other = campaigns.create(session, "Summer", user="boss", now=now)
        assert campaigns.campaign(session, draft).salt != other.salt
        assert [row.name for row in campaigns.listing(session)] == ["Summer", "Spring"]
    assert status(database, draft) == Status.DRAFT


def test_a_status_changes_only_from_the_expected_one(database, draft):
    with database.write() as session:
        assert campaigns.change(session, draft, while_in=[Status.DRAFT], status=Status.RUNNING)
        assert not campaigns.change(session, draft, while_in=[Status.DRAFT], status=Status.RUNNING)
    assert status(database, draft) == Status.RUNNING
    with database.read() as session:
        assert [row.id for row in campaigns.listing(session, status=Status.RUNNING)] == [draft]
        assert campaigns.listing(session, status=Status.DRAFT) == []


def test_a_draft_can_be_deleted_and_nothing_else(database, draft):
    with database.write() as session:
        campaigns.change(session, draft, while_in=[Status.DRAFT], status=Status.FINISHED)
        assert not campaigns.delete_draft(session, draft)
        campaigns.change(session, draft, while_in=[Status.FINISHED], status=Status.DRAFT)
        assert campaigns.delete_draft(session, draft)
    with pytest.raises(StoreError, match="does not exist any more"):
        status(database, draft)


def test_a_saved_audience_takes_the_place_of_its_namesake(database, now):
    def save(rule):
        with database.write() as session:
            campaigns.save_audience(session, "Buyers", rule, user="boss", now=now)

    save({"spent": 50})
    save({"spent": 60})
    with database.write() as session:
        [kept] = campaigns.audiences(session)
        assert (kept.name, kept.rule) == ("Buyers", {"spent": 60})
        campaigns.delete_audience(session, kept.id)
        assert campaigns.audiences(session) == []
