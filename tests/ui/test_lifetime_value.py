from dataclasses import replace

import pandas as pd
import pytest

from crm_core.models.validation import Backtest, Score
from crm_core.ui.format import Notation
from crm_core.ui.lifetime_value import last_time

SCORE = Score("model", 100.0, 0.0, 1.0, 1.0)
TEST = Backtest(
    holdout_days=365,
    customers=10,
    actual_purchases=100.0,
    actual_value=10_000.0,
    expected_value=11_400.0,
    correlation=0.5,
    model=SCORE,
    same_rate=SCORE,
    nobody_buys=SCORE,
    top_decile_purchases=0.5,
    top_decile_revenue=0.5,
    deciles=pd.DataFrame(),
)


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        (11_400.0, "expected 14% too much value."),
        (8_000.0, "expected 20% too little value."),
        (10_050.0, "expected the value that came, to within 1%."),
    ],
)
def test_the_miss_of_last_time_is_said_in_words(expected, said):
    found = last_time(replace(TEST, expected_value=expected), Notation())
    assert found == f"Tested on the last 365 days, the model {said}"


def test_a_past_in_which_nothing_was_sold_says_nothing_of_the_model():
    assert last_time(replace(TEST, actual_value=0.0), Notation()) == ""
