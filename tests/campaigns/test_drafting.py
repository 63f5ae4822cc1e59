from datetime import timedelta

import pytest

from crm_core.campaigns.drafting import copy, create, delete, edit, save_audience
from crm_core.errors import CampaignError
from crm_core.store import audit, campaigns


@pytest.fixture
def draft(database, manager, now):
    return create(database, manager, "  Spring\r\n news ", now=now)


def row(database, campaign_id):
    with database.read() as session:
        return campaigns.campaign(session, campaign_id)


def actions(database):
    with database.read() as session:
        return [entry.action for entry in audit.entries(session)]


def test_a_draft_begins_with_a_tidied_name(database, draft):
    assert row(database, draft).name == "Spring news"
    assert actions(database) == ["campaign.created"]


def test_only_a_new_subject_or_text_makes_a_new_test_necessary(database, manager, now, draft):
    later = now + timedelta(hours=1)
    edit(database, manager, draft, now=later, control_share=0.2, rule={"a": 1}, name="Summer")
    assert row(database, draft).edited_at == now
    edit(database, manager, draft, now=later, body="Hello {{ first_name }}")
    assert row(database, draft).edited_at == later


def test_saving_the_same_again_changes_nothing(database, manager, now, draft):
    edit(database, manager, draft, now=now, body="Hello")
    edit(database, manager, draft, now=now + timedelta(hours=1), body="Hello")
    assert row(database, draft).edited_at == now
    assert actions(database).count("campaign.edited") == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": " "}, "Give it a name"),
        ({"name": "x" * 121}, "Shorten it to 120"),
        ({"subject": "x" * 251}, "Shorten it to 250"),
        ({"control_share": 0.6}, "Control share must lie between 0 and 0.5"),
        ({"window_days": 0}, "Window days must lie between 1 and 90"),
        ({"cost_cents": -1}, "Cost cents must lie between"),
        ({"body": "{{ fist_name }}"}, "Did you mean first_name"),
        ({"status": "running"}, "has no 'status'"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_changes(database, manager, now, draft, changes, message):  # noqa: PLR0917
    with pytest.raises(CampaignError, match=message):
        edit(database, manager, draft, now=now, **changes)
    assert row(database, draft).name == "Spring news"


def test_what_was_started_can_be_copied_but_neither_edited_nor_deleted(database, manager, now, draft):
    edit(database, manager, draft, now=now, body="Hello", rule={"a": 1})
    with database.write() as session:
        campaigns.change(session, draft, while_in=list(campaigns.Status), status="finished", tested_at=now)
    with pytest.raises(CampaignError, match="Make a copy"):
        edit(database, manager, draft, now=now, body="Bye")
    with pytest.raises(CampaignError, match="stays on record"):
        delete(database, manager, draft, now=now)
    twin = row(database, copy(database, manager, draft, now=now))
    assert (twin.name, twin.body, twin.rule, twin.status, twin.tested_at) == (
        "Spring news (copy)", "Hello", {"a": 1}, "draft", None,
    )  # fmt: skip


def test_a_draft_can_be_deleted(database, manager, now, draft):
    delete(database, manager, draft, now=now)
    with database.read() as session:
        assert campaigns.listing(session) == []


def test_a_viewer_changes_nothing(database, viewer, now, draft):
    for command in (
        lambda: create(database, viewer, "x", now=now),
        lambda: edit(database, viewer, draft, now=now, body="x"),
        lambda: copy(database, viewer, draft, now=now),
        lambda: delete(database, viewer, draft, now=now),
        lambda: save_audience(database, viewer, "x", {}, now=now),
    ):
        with pytest.raises(CampaignError, match="Your role may not"):
            command()
    assert actions(database) == ["campaign.created"]


def test_an_audience_is_kept_under_its_name(database, manager, now):
    save_audience(database, manager, "Buyers", {"spent": 50}, now=now)
    with database.read() as session:
        assert [each.name for each in campaigns.audiences(session)] == ["Buyers"]
