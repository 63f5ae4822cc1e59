"""The demonstration, loaded as a user loads it: the actions due name every story that was planted."""

from datetime import UTC, datetime

import pytest

from crm_core.demo.loading import load
from crm_core.demo.stories import AS_OF, DECLINE, DELIVERY, QUIET, UNPROFITABLE
from crm_core.reports.actions import decline_actions, lapsing, lapsing_action, loss_actions, service_actions
from crm_core.reports.extent import extent
from crm_core.reports.segments import customer_segments
from crm_core.settings import Settings
from crm_core.store.installation import Installation
from crm_core.store.ledger import open_warehouse
from crm_core.store.responses import respondents, responses
from crm_core.surveys.grouping import Grouping, by_profile
from crm_core.surveys.quarters import counted_answers
from crm_core.surveys.review import latest_quarter


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    home = tmp_path_factory.mktemp("demonstration")
    opened = Installation.open(Settings(home, f"sqlite:///{home / 'crm.sqlite'}"))
    load(opened, now=datetime(2026, 7, 1, 9, tzinfo=UTC))
    yield opened
    opened.database.close()


@pytest.fixture(scope="module")
def warehouse(installation):
    return open_warehouse(installation.database)


@pytest.fixture(scope="module")
def known(warehouse):
    return extent(warehouse)


@pytest.fixture(scope="module")
def customers(warehouse, known):
    return customer_segments(warehouse, as_of_day=known.as_of_day)


def test_the_data_end_on_the_fixed_day(known):
    assert known.as_of == AS_OF


def test_all_quiet_regulars_are_about_to_lapse_and_most_of_the_first_are_they(customers):
    due, quiet = lapsing(customers), set(QUIET.customer_ids)
    assert quiet <= set(due.customer_id)
    assert len(due) < 4 * len(quiet)
    assert len(quiet & set(due.customer_id.head(len(quiet)))) > 0.5 * len(quiet)
    assert "about to lapse" in lapsing_action(customers)[0].title


def test_the_declining_region_is_the_first_in_decline(warehouse, known):
    first, *others = decline_actions(warehouse, from_day=known.first_day, as_of_day=known.as_of_day)
    assert first.narrowed == ("region", DECLINE.region)
    assert len(others) <= 2


def test_only_the_planted_channel_loses_money(warehouse, known):
    actions = loss_actions(warehouse, as_of_day=known.as_of_day)
    assert [action.narrowed for action in actions] == [("channel", UNPROFITABLE.channel)]


def test_only_delivery_in_the_planted_region_got_worse(installation):
    with installation.database.read() as session:
        found, people = responses(session), respondents(session)
    answers = counted_answers(found, as_of=AS_OF)
    actions = service_actions(
        answers, by_profile(people, Grouping.REGION), quarter=latest_quarter(answers, as_of=AS_OF)
    )
    assert [action.title for action in actions] == [f"Delivery got worse in {DELIVERY.region}"]
    assert actions[0].detail.endswith("That is more than chance, with all comparisons counted.")
    assert "q <" not in actions[0].detail
    assert f"{DELIVERY.region}: delivery fell by" in actions[0].detail
