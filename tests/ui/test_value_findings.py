from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from crm_core.ui.format import Notation
from crm_core.ui.value_findings import active, backtest, by_group, by_month
from tests.ui.test_lifetime_value import TEST

ENGLISH = Notation()
number = ENGLISH.number


def months(*rows):
    return pd.DataFrame(rows, columns=["period", "is_whole", "expected", "low", "high"])


JUL, AUG = ("Jul 2026", False, 50.0, 40.0, 60.0), ("Aug 2026", True, 100.0, 80.0, 120.0)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([JUL, AUG, ("Sep 2026", True, 60.0, 50.0, 70.0)], "fall from 100 in Aug 2026 to 60 in Sep 2026 (50 to 70)"),
        (
            [JUL, AUG, ("Sep 2026", True, 120.0, 90.0, 150.0)],
            "rise from 100 in Aug 2026 to 120 in Sep 2026 (90 to 150)",
        ),
        ([JUL, AUG, ("Sep 2026", True, 101.0, 90.0, 110.0)], "stay about the same: 101 in Sep 2026 (90 to 110)"),
    ],
)
def test_the_forecast_by_month_goes_from_the_first_whole_month_to_the_last(rows, said):
    assert by_month(months(*rows), "sales", number) == f"Expected sales {said}"


def test_one_whole_month_or_none_goes_nowhere():
    assert by_month(months(JUL, AUG), "buyers", number) == "Expected buyers: 100 in Aug 2026 (80 to 120)"
    assert by_month(months(JUL), "buyers", number) == "Expected buyers: no whole month"


def groups(*rows):
    return pd.DataFrame(rows, columns=["group", "expected", "low", "high"])


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [("North", 30, 20, 40), ("South", 70, 60, 80)],
            "70% of the sales are expected of the region South: 70 (60 to 80)",
        ),
        (
            [("North", 70, np.nan, np.nan), ("South", 30, 20, 40)],
            "70% of the sales are expected of the region North: 70, too few for a range",
        ),
        ([("North", 30, 20, 40)], "All sales are expected of one region, North: 30 (20 to 40)"),
        ([("North", 0, 0, 0)], "No sales are expected"),
        ([], "No sales are expected"),
    ],
)
def test_the_group_of_which_most_is_expected_is_told_with_its_range(rows, said):
    assert by_group(groups(*rows), "region", "sales", number, ENGLISH) == said


@pytest.mark.parametrize(
    ("bias", "said"),
    [
        (0.12, "The model expected 12% too many purchases in the last 90 days (1,000 were made)"),
        (-0.03, "The model expected 3% too few purchases in the last 90 days (1,000 were made)"),
        (-0.009, "The model expected the purchases of the last 90 days (1,000 were made) to within 1%"),
    ],
)
def test_the_backtest_says_how_far_off_the_model_was(bias, said):
    tested = replace(TEST, holdout_days=90, actual_purchases=1_000.0, model=replace(TEST.model, bias=bias))
    assert backtest(tested, ENGLISH) == said


def test_a_forecast_that_was_not_tested_says_so():
    assert backtest(None, ENGLISH) == "The forecast was not tested"


def test_the_probabilities_of_being_active_add_up_to_customers():
    assert active(pd.Series([1.0, 0.5, 0.5, 0.0]), ENGLISH) == "About 2 of 4 customers are likely active, 50%"
    assert active(pd.Series([], dtype="float64"), ENGLISH) == "No customers yet"
