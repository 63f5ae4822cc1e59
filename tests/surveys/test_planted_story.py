"""The demonstration shop: from January 2026 deliveries to one region are late. Does the review find it?"""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from crm_core.demo.stories import AS_OF, DELIVERY
from crm_core.surveys.groups import group_figures, notable_changes
from crm_core.surveys.quarters import counted_answers, quarter_of
from crm_core.surveys.review import driver_changes, latest_quarter

DATA = Path(__file__).resolve().parents[2] / "data"
BEFORE, FIRST, SECOND = (quarter_of(date(*day)) for day in ((2025, 10, 1), (2026, 1, 1), (2026, 4, 1)))


@pytest.fixture(scope="module")
def answers():
    responses = pd.read_csv(DATA / "answers.csv")
    days = (pd.to_datetime(responses.date) - pd.Timestamp(0)).dt.days
    return counted_answers(responses.assign(day=days), as_of=AS_OF)


@pytest.fixture(scope="module")
def regions():
    customers = pd.read_csv(DATA / "customers.csv", dtype="str", usecols=["customer_id", "region"])
    return customers.set_index("customer_id").region.dropna()


@pytest.mark.parametrize("quarter", [FIRST, SECOND])
def test_the_fall_of_delivery_in_one_region_is_the_first_thing_that_is_told(answers, regions, quarter):
    found = notable_changes(answers, regions, quarter=quarter)
    assert found.sentence[0].startswith(f"{DELIVERY.region}: delivery fell by 1.")
    fallen = found[(found.question == "delivery") & (found.change < 0)]
    assert fallen.group.unique().tolist() == [DELIVERY.region]


def test_nothing_is_told_of_delivery_before_it_happened(answers, regions):
    assert "delivery" not in notable_changes(answers, regions, quarter=BEFORE).question.tolist()


def test_only_delivery_fell_among_the_aspects_of_the_service(answers):
    found = driver_changes(answers, quarter=SECOND, since=SECOND - 4).set_index("question").finding
    assert found[found == "fell"].index.tolist() == ["delivery"]


def test_the_region_stands_below_the_rest(answers, regions):
    marks = group_figures(answers, regions, quarter=SECOND).figures.set_index("group").mark
    assert marks[marks == "below the rest"].index.tolist() == [DELIVERY.region]


def test_the_review_opens_on_the_last_wave(answers):
    assert latest_quarter(answers, as_of=AS_OF) == SECOND
