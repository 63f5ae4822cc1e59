import json

import numpy as np
import pandas as pd
import pytest

from crm_core.errors import ModelError
from crm_core.reports import value as reports
from tests.analytics.ledger import order_line
from tests.reports.cdnow import AS_OF

HOLDOUT = 273


def test_the_full_cdnow_log_has_its_published_parameters(value):
    model = value.model.purchases
    assert model.parameters == pytest.approx([0.2516, 4.7889, 0.7234, 2.1611], abs=5e-5)
    assert model.log_likelihood == pytest.approx(-95368.444, abs=5e-4)
    assert (value.model.customers, model.engine) == (23_570, "newton")
    assert value.model.spend.parameters == pytest.approx([6.2754, 3.6245, 14.9837], abs=5e-5)


def test_the_backtest_holds_out_as_much_as_the_horizon_but_at_most_a_third(cdnow, value):
    assert (value.backtest.holdout_days, value.not_tested) == (90, "")
    fitted = reports.fitted(cdnow, as_of_day=AS_OF)
    assert reports.tested(cdnow, fitted, horizon_days=365).backtest.holdout_days == HOLDOUT // 3


def test_the_best_customers_stand_first(value):
    table = reports.lifetime_values(value, horizon_days=365)
    assert len(table) == 23_570
    assert table.expected_value.is_monotonic_decreasing
    assert table.customer_id[0] == "07592"


def test_a_one_time_buyer_is_never_said_to_be_active_for_sure(value):
    once = reports.lifetime_values(value, horizon_days=365).query("frequency == 0")
    assert (once.p_alive == 1).all()
    assert once.p_alive_shown.max() < 0.6


def test_the_interval_is_widened_by_what_the_backtest_missed(cdnow, value):
    untested = reports.fitted(cdnow, as_of_day=AS_OF, period="week")
    widths = [
        np.ptp([total.purchases.low, total.purchases.high])
        for one in (untested, value)
        for total in [reports.totals(one, horizon_days=365, rng=np.random.default_rng(1))]
    ]
    assert value.relative_error == pytest.approx(0.046, abs=0.001)
    assert widths[1] > 2 * widths[0]


def test_the_reasons_tell_rhythm_silence_and_chance(value):
    rows = pd.DataFrame(
        {
            "frequency": [4, 1, 0, 0],
            "recency": [8.0, 3.0, 0.0, 0.0],
            "T": [10.0, 3.0, 20.0, 20.0],
            "p_alive_shown": [0.9, 0.5, 0.31, np.nan],
        }
    )
    assert list(reports.value_reasons(rows, period="week")) == [
        "bought again 4 times, every 14 days; last order 15 days ago; 90% likely to be active",
        "bought again once, 21 days later; last order 1 day ago; 50% likely to be active",
        "bought on one day only; last order 141 days ago; 31% likely to be active",
        "bought on one day only; last order 141 days ago; a second order would tell whether they stay",
    ]


def test_the_description_can_be_kept_as_json(value):
    kept = json.loads(json.dumps(reports.described(value, horizon_days=90), allow_nan=False))
    assert (kept["last_day_observed"], kept["engine"], kept["horizon_days"]) == ("1997-09-30", "newton", 90)
    assert kept["parameters"]["r"] == pytest.approx(0.2516, abs=5e-5)
    assert kept["backtest"]["holdout_days"] == 90
    assert {"severity", "message"} == set(kept["guardrails"][0])


@pytest.fixture
def small(warehouse):
    """Four people who came back are too few for a forecast."""
    return warehouse([order_line(who, day, 100) for who in "abcd" for day in (0, 30, 60)])


def test_with_too_few_repeat_buyers_the_gate_is_closed_with_a_plain_message(small):
    value = reports.tested(small, reports.fitted(small, as_of_day=100), horizon_days=365)
    assert value.closed.startswith("Only 4 customers bought more than once;")
    assert value.backtest is None
    for ask in (
        lambda: reports.lifetime_values(value, horizon_days=365),
        lambda: reports.totals(value, horizon_days=365, rng=np.random.default_rng(1)),
    ):
        with pytest.raises(ModelError, match="Only 4 customers"):
            ask()


def test_people_who_buy_by_the_clock_look_like_subscribers(warehouse):
    regular = warehouse(
        [order_line(f"c{n}", start + 30 * k, 100) for n, start in enumerate(range(80)) for k in range(3 + n % 3)]
    )
    value = reports.fitted(regular, as_of_day=200)
    assert "subscription" in value.closed


def test_a_forecast_that_cannot_be_tested_says_why(cdnow):
    fitted = reports.fitted(cdnow, as_of_day=AS_OF + 3000)
    silent = reports.tested(cdnow, fitted, horizon_days=90)
    assert silent.backtest is None
    assert "cannot be checked" in silent.not_tested
    assert silent.relative_error == 0
