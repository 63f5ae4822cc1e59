import dataclasses
import json
from datetime import date

import numpy as np
import pandas as pd
import pytest

from crm_core.errors import ModelError
from crm_core.models.validation import backtest, holdout_start, split, split_totals

CUT, END = date(1997, 10, 1), date(1998, 7, 1)


@pytest.fixture(scope="module")
def outcome(cdnow_orders):
    return backtest(*split(cdnow_orders, cut=CUT, as_of=END, period="week"), holdout_days=273, period="week")


def test_the_39_week_holdout_of_cdnow(outcome):
    assert outcome.model.expected == pytest.approx(1_653.41, abs=0.01)
    assert outcome.actual_purchases == 1_882
    assert outcome.bias == pytest.approx(-0.12, abs=0.005)
    assert outcome.correlation == pytest.approx(0.626, abs=5e-4)
    assert outcome.top_decile_revenue == pytest.approx(0.50, abs=0.005)
    assert outcome.relative_error == pytest.approx(1_882 / 1_653.41 - 1, abs=1e-5)


def test_rivals_show_what_the_mean_error_alone_hides(outcome):
    assert outcome.nobody_buys.bias == -1
    assert outcome.same_rate.expected == pytest.approx(2_930.1, abs=0.1)
    assert outcome.model.mean_absolute_error == pytest.approx(0.78545, abs=5e-6)
    # Hardly better than "nobody buys" by this measure, although it finds most of the purchases.
    assert outcome.nobody_buys.mean_absolute_error == pytest.approx(0.7985, abs=5e-5)
    assert outcome.guardrails == ()


def test_deciles_hold_everybody_from_the_highest_down(outcome):
    deciles = outcome.deciles
    assert list(deciles.decile) == list(range(1, 11))
    assert deciles.customers.sum() == 2_357
    assert deciles.customers.max() - deciles.customers.min() <= 1
    assert deciles.expected.is_monotonic_decreasing
    assert (deciles.customers * deciles.actual).sum() == pytest.approx(1_882)


def test_the_backtest_is_described_in_json(outcome):
    told = json.loads(json.dumps(outcome.describe(), allow_nan=False))
    assert told["bias"] == outcome.bias
    assert told["same_rate"]["forecast"] == "same rate as before"
    assert len(told["deciles"]) == 10


# day      0    5    9  |  10   12   14 | 15
# ann     100   .   200 |  50*   .   70 |  1    * two rows of 20 and 30
# bob      .   10    .  |   .    .   -9 |  .
# cay      .    .    .  |  60    .    . |  .
ROWS = [("ann", 0, 100), ("ann", 9, 200), ("ann", 10, 20), ("ann", 10, 30), ("ann", 14, 70), ("ann", 15, 1)]
ORDERS = pd.DataFrame(
    [*ROWS, ("bob", 5, 10), ("bob", 14, -9), ("cay", 10, 60)], columns=["customer_id", "day", "amount_cents"]
)


def test_a_split_counts_days_with_a_purchase_of_those_known_before():
    summary, holdout = split(ORDERS, cut=date(1970, 1, 11), as_of=date(1970, 1, 16))
    assert list(zip(summary.customer_id, summary.frequency, summary["T"], strict=True)) == [
        ("ann", 1, 9),
        ("bob", 0, 4),
    ]
    assert holdout.to_dict("list") == {"customer_id": ["ann", "bob"], "purchases": [2, 0], "amount_cents": [120, 0]}


def test_two_totals_split_the_same_way():
    columns = ["customer_id", "first_day", "last_day", "purchase_days", "repeat_cents"]
    before = pd.DataFrame([("ann", 0, 9, 2, 200), ("bob", 5, 5, 1, 0)], columns=columns)
    after = [("cay", 10, 10, 1, 0), ("bob", 5, 5, 1, 0), ("ann", 0, 14, 4, 320)]
    summary, holdout = split_totals(before, pd.DataFrame(after, columns=columns), cut_day=10)
    one, other = split(ORDERS, cut=date(1970, 1, 11), as_of=date(1970, 1, 16))
    pd.testing.assert_frame_equal(summary, one, check_dtype=False)
    pd.testing.assert_frame_equal(holdout, other, check_dtype=False)


def test_totals_of_different_data_are_refused():
    columns = ["customer_id", "first_day", "last_day", "purchase_days", "repeat_cents"]
    before = pd.DataFrame([("ann", 0, 9, 2, 200)], columns=columns)
    with pytest.raises(ModelError, match="same data"):
        split_totals(before, before.assign(customer_id="bob"), cut_day=10)


@pytest.mark.parametrize(("horizon_days", "start"), [(365, 600), (90, 810), (1, 899)])
def test_the_holdout_is_the_horizon_but_at_most_a_third(horizon_days, start):
    assert holdout_start(first_day=0, as_of_day=900, horizon_days=horizon_days) == start


def test_a_bias_over_15_percent_is_said(cdnow_orders):
    summary, holdout = split(cdnow_orders, cut=CUT, as_of=END, period="week")
    fewer = holdout.assign(purchases=holdout.purchases.where(np.arange(len(holdout)) % 4 != 0, 0))
    result = backtest(summary, fewer, holdout_days=273, period="week")
    assert 0.15 < result.bias < 0.3
    assert [(found.code, found.severity) for found in result.guardrails] == [("backtest_bias", "warn")]
    assert "too many" in result.guardrails[0].message


def test_losing_to_the_same_rate_blocks(cdnow_orders):
    summary, holdout = split(cdnow_orders, cut=CUT, as_of=END, period="week")
    as_before = (summary.frequency / summary["T"] * 39).round()
    result = backtest(summary, holdout.assign(purchases=as_before), holdout_days=273, period="week")
    assert ("backtest_lost", "block") in [(found.code, found.severity) for found in result.guardrails]


def test_being_worse_in_one_respect_only_is_no_loss(outcome):
    rival = dataclasses.replace(outcome.same_rate, bias=0.01)
    assert dataclasses.replace(outcome, same_rate=rival).guardrails == ()


def test_a_holdout_without_a_purchase_judges_nothing(cdnow_orders):
    summary, holdout = split(cdnow_orders, cut=CUT, as_of=END, period="week")
    with pytest.raises(ModelError, match="cannot be checked"):
        backtest(summary, holdout.assign(purchases=0), holdout_days=273, period="week")


def test_too_little_to_calibrate_on_is_said(cdnow_orders):
    with pytest.raises(ModelError, match="bought more than once"):
        backtest(*split(cdnow_orders, cut=date(1997, 1, 3), as_of=END), holdout_days=273, period="day")


def test_a_constant_outcome_has_no_correlation(cdnow_orders):
    summary, holdout = split(cdnow_orders, cut=CUT, as_of=END, period="week")
    result = backtest(summary, holdout.assign(purchases=1), holdout_days=273, period="week")
    assert result.correlation == 0
    assert np.isfinite(result.model.bias)
