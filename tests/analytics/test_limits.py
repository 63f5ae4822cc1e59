import json

import pandas as pd
import pytest

from crm_core.analytics import SEGMENT_OF, abc_classes, lifecycle_stages, rfm_grid, rfm_reasons, rfm_scores
from crm_core.analytics.limits import Limits, latest_by, limits_from_json, limits_to_json, scores_by
from crm_core.errors import SettingsError

OWN = Limits(
    recency_days=(30, 90, 180, 365),
    purchase_days=(2, 3, 5, 10),
    money_cents=(10_000, 20_000, 50_000, 100_000),
    a_share=50,
    b_share=90,
    quiet_days=60,
    lapsed_days=200,
)


def test_a_limit_itself_still_belongs_to_the_better_score():
    days = pd.Series([1, 30, 31, 90, 91, 180, 181, 365, 366])
    assert latest_by(days, OWN.recency_days).tolist() == [5, 5, 4, 4, 3, 3, 2, 2, 1]
    orders = pd.Series([1, 2, 3, 4, 5, 9, 10, 99])
    assert scores_by(orders, OWN.purchase_days).tolist() == [1, 2, 3, 3, 4, 4, 5, 5]


def customers():
    #         last order  purchase days  cents
    rows = [("ann", 100 - 30, 10, 100_000), ("bob", 100 - 31, 2, 9_999), ("cay", 100 - 400, 1, -5)]
    table = pd.DataFrame(rows, columns=["customer_id", "last_day", "purchase_days", "total_cents"])
    return table.assign(first_day=-400, previous_day=-400)


def test_segments_by_limits_do_not_depend_on_the_other_customers():
    scored = rfm_scores(customers(), as_of_day=100, limits=OWN)
    assert scored[["recency_score", "frequency_score", "money_score", "value_score"]].to_numpy().tolist() == [
        [5, 5, 5, 5],
        [4, 2, 1, 2],
        [1, 1, 1, 1],
    ]
    assert scored.segment.tolist() == ["Champions", SEGMENT_OF[4, 2], "Lost"]
    alone = rfm_scores(customers().iloc[[1]], as_of_day=100, limits=OWN)
    assert alone.segment.tolist() == [SEGMENT_OF[4, 2]]


def test_the_grid_stays_complete_by_limits():
    grid = rfm_grid(rfm_scores(customers(), as_of_day=100, limits=OWN))
    assert len(grid) == 25
    assert grid.customers.sum() == 3


def test_one_score_can_be_by_limits_and_the_others_by_fifths():
    by_fifths = rfm_scores(customers(), as_of_day=100)
    mixed = rfm_scores(customers(), as_of_day=100, limits=Limits(recency_days=(30, 90, 180, 365)))
    assert mixed.recency_score.tolist() == [5, 4, 1]
    assert mixed.money_score.tolist() == by_fifths.money_score.tolist()


def test_classes_end_where_the_limits_say():
    items = pd.Series([500, 200, 100, 80, 50, 30, 20, 10, 6, 4])
    assert "".join(abc_classes(items, (50, 90))) == "ABBBBCCCCC"


def test_stages_begin_where_the_limits_say():
    people = pd.DataFrame({"last_day": [40, 39, -100, -101], "previous_day": [30, 30, -110, -110], "purchase_days": 3})
    stages = lifecycle_stages(people, as_of_day=100, quiet_after=60, lapsed_after=200)
    assert stages.tolist() == ["active", "at risk", "at risk", "lapsed"]


def test_limits_are_kept_and_said_in_words():
    assert limits_from_json(json.loads(json.dumps(limits_to_json(OWN)))) == OWN
    assert limits_from_json({}) == Limits()
    assert limits_from_json({"of a later version": 1}) == Limits()
    assert OWN.words(lambda cents: f"{cents // 100}.00") == {
        "segment": "Recency 5 is at most 30 days, 4 90 days, 3 180 days, 2 365 days; frequency 5 is at least 10 "
        "purchase days, 4 5 purchase days, 3 3 purchase days, 2 2 purchase days; money 5 is at least 1000.00, 4 "
        "500.00, 3 200.00, 2 100.00.",
        "abc": "A brings the first 50% of revenue, B the next 40%, C the rest.",
        "stage": "By silence: at risk is longer than 60 days, lapsed longer than 200 days.",
    }
    assert "fifths of all customers" in Limits().words(str)["segment"]


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"recency_days": (30, 90, 180)}, "must be 4 numbers"),
        ({"recency_days": (90, 30, 180, 365)}, "larger than the one before"),
        ({"money_cents": (0, 1, 2, 3)}, "above 0"),
        ({"purchase_days": (2, 2, 3, 4)}, "limits of purchases"),
        ({"a_share": 95, "b_share": 80}, "before B"),
        ({"b_share": 100}, "below 100"),
        ({"quiet_days": 60, "lapsed_days": 60}, "before they have lapsed"),
        ({"lapsed_days": 60}, "at risk, too"),
    ],
)
def test_limits_that_cannot_be_are_refused(wrong, fault):
    with pytest.raises(SettingsError, match=fault):
        Limits(**wrong)


def test_the_reason_says_how_likely_a_customer_is_active_where_a_model_knows():
    scored = rfm_scores(customers(), as_of_day=100)
    reasons = rfm_reasons(scored, median_cents=25_000, p_alive=pd.Series({"ann": 0.219}))
    assert reasons[0] == "usually buys every 52 days; last order 30 days ago; spent 4 times the median; P(alive) 0.22"
    assert "P(alive)" not in reasons[1]
