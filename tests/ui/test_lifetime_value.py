from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from crm_core.models.guardrail import Guardrail
from crm_core.models.lifetime_value import LifetimeValueModel
from crm_core.models.validation import Backtest, Score
from crm_core.reports.margin import Margins
from crm_core.reports.value import LifetimeValue
from crm_core.ui.format import Notation
from crm_core.ui.lifetime_value import cautions, closed, last_time

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


def fitted(*found, **of_a_part):
    """A forecast whose model has these guardrails, and whose backtest expected twice what came."""
    model = LifetimeValueModel("day", 400, 100, None, None, None, None, found)
    test = replace(TEST, model=replace(SCORE, expected=200.0, bias=1.0))
    return LifetimeValue(20_000, pd.DataFrame(), model, Margins(0.0, 0.0, np.zeros(0)), backtest=test, **of_a_part)


FEW = Guardrail("few_buyers", "warn", "400 customers are few.")
TOO_FEW = Guardrail("few_repeat_buyers", "block", "Only 9 customers bought more than once.")
MISSED = "On the last 365 days the model expected 100% too many purchases."


def test_of_a_part_what_is_said_of_the_model_is_of_all_customers_and_the_backtest_is_its_own():
    model_of_all, own = cautions(fitted(FEW, error_of_all=0.1))
    assert model_of_all == "Of all customers, on whom the model is fitted: 400 customers are few."
    assert own.startswith(MISSED)


def test_of_all_customers_nothing_is_added():
    model, test = cautions(fitted(FEW))
    assert model == "400 customers are few."
    assert test.startswith(MISSED)


def test_why_nothing_is_shown_says_whom_it_counts():
    assert closed(fitted(FEW, TOO_FEW)) == "Only 9 customers bought more than once."
    assert closed(fitted(FEW, TOO_FEW, error_of_all=0.0)) == (
        "Of all customers, on whom the model is fitted: Only 9 customers bought more than once."
    )
