import pandas as pd
import pytest

from crm_core.analytics.strategy import MARGINS, MATRIX, NUMBERS, Level, Thresholds, levels, suggested
from crm_core.errors import ModelError

GROUPS = pd.DataFrame(
    {
        "group": ["crowd", "middle", "friends", "gone"],
        "customers": [700, 200, 100, 0],
        "margin_cents": [700_00, 2_000_00, 10_000_00, 0],
    }
)
LIMITS = Thresholds(some=0.2, many=0.5, medium_cents=10_00, high_cents=50_00)


def test_few_with_a_high_margin_are_partners_and_many_with_a_low_one_basic():
    table = levels(GROUPS, LIMITS).set_index("group")
    assert table.level.to_dict() == {
        "friends": "partnership", "middle": "accountable", "gone": "accountable", "crowd": "basic",
    }  # fmt: skip
    assert table.loc["friends", ["share", "margin_each_cents", "number", "margin"]].tolist() == [
        0.1, 100_00, "few", "high",
    ]  # fmt: skip


def test_the_closest_relationship_comes_first():
    assert list(levels(GROUPS, LIMITS).group)[0::3] == ["friends", "crowd"]


def test_a_threshold_belongs_to_the_higher_part():
    table = levels(GROUPS, Thresholds(some=0.2, many=0.7, medium_cents=1_00, high_cents=10_00)).set_index("group")
    assert (table.number["crowd"], table.margin["crowd"]) == ("many", "medium")
    assert (table.number["middle"], table.margin["middle"]) == ("some", "high")


def test_every_cell_has_exactly_one_level_and_care_grows_with_margin_and_falls_with_number():
    assert set(MATRIX) == {(number, margin) for number in NUMBERS for margin in MARGINS}
    rank = {level: place for place, level in enumerate(Level)}
    for number in NUMBERS:
        assert [rank[MATRIX[number, margin]] for margin in MARGINS] == sorted(rank[MATRIX[number, m]] for m in MARGINS)
    for margin in MARGINS:
        cares = [rank[MATRIX[number, margin]] for number in NUMBERS]
        assert cares == sorted(cares, reverse=True)


def test_thresholds_to_begin_with_are_around_the_mean():
    found = suggested(GROUPS)
    assert (found.some, found.many) == (0.125, 0.5)
    assert (found.medium_cents, found.high_cents) == pytest.approx((6_35, 25_40))


@pytest.mark.parametrize("wrong", [(0.5, 0.2, 0, 0), (0.1, 0.2, 5, 1)])
def test_thresholds_between_which_nothing_lies_are_refused(wrong):
    with pytest.raises(ModelError):
        Thresholds(*wrong)


def test_no_groups():
    empty = GROUPS.head(0)
    assert levels(empty, suggested(empty)).empty
