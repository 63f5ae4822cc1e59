from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from crm_core.models.validation import judged, tenths
from crm_core.reports import value as reports
from crm_core.reports.margin import margins
from crm_core.reports.sales_forecast import course, group_forecast, monthly_forecast
from crm_core.reports.value_part import TOO_FEW, part


@pytest.fixture(scope="module")
def past(cdnow, value):
    return reports.forecast_of_the_past(cdnow, value, horizon_days=90)


def ending(rows, digits):
    return rows.loc[rows.customer_id.str[-1].isin(list(digits))]


def of(value, past, digits):
    return part(value, ending(value.summary, digits).customer_id, ending(past, digits), horizon_days=90)


def total(value):
    return reports.totals(value, horizon_days=365, rng=np.random.default_rng(1))


def test_parts_add_up_to_the_whole_with_each_customers_value_the_same(value, past):
    odd, even = (of(value, past, digits) for digits in ("13579", "02468"))
    assert (len(odd.summary), len(even.summary)) == (11_785, 11_785)
    for name in ("purchases", "buyers", "value"):
        whole = getattr(total(value), name).estimate
        assert getattr(total(odd), name).estimate + getattr(total(even), name).estimate == pytest.approx(whole)
    everybody, own = (reports.lifetime_values(one, horizon_days=365).set_index("customer_id") for one in (value, odd))
    pd.testing.assert_frame_equal(everybody.loc[own.index], own)


def test_a_part_is_tested_on_its_own_customers_by_the_model_of_all(value, past):
    odd = of(value, past, "13579")
    rows = ending(past, "13579")
    assert odd.backtest.customers == len(rows) == 11_785
    assert odd.backtest.actual_purchases == rows.actual.sum()
    assert odd.backtest.model.expected == pytest.approx(rows.expected.sum())
    assert odd.model is value.model


def test_the_range_of_a_part_is_widened_by_the_worse_of_its_test_and_that_of_all(value, past):
    parts = [of(value, past, digits) for digits in "0123456789"]
    own = [one.backtest.relative_error for one in parts]
    assert min(own) < value.relative_error < max(own)
    assert [one.relative_error for one in parts] == [max(error, value.relative_error) for error in own]


def test_the_range_of_a_part_says_more_by_chance_than_that_of_the_whole(value, past):
    found, whole = total(of(value, past, "7")).purchases, total(value).purchases
    assert found.high / found.estimate > whole.high / whole.estimate


def test_too_few_who_came_back_have_no_range_and_the_words_say_why(value, past):
    known = past.customer_id[past.frequency > 0]
    for count, has_range in ((49, False), (50, True)):
        ids = list(known.head(count))
        few = part(value, ids, past.loc[past.customer_id.isin(ids)], horizon_days=90)
        assert (len(few.summary), few.has_range, few.closed) == (count, has_range, "")
        assert np.isnan(total(few).value.high) != has_range
        assert total(few).value.estimate > 0
    assert part(value, list(known.head(49)), past.head(0), horizon_days=90).not_tested == TOO_FEW


def test_without_a_range_of_the_whole_part_no_month_and_no_group_has_one(value, past):
    few = part(value, past.customer_id.head(30), past.head(30), horizon_days=90)
    months = monthly_forecast(few, course(few, months=2, rng=np.random.default_rng(1)))
    groups = group_forecast(few, reports.lifetime_values(few, horizon_days=365), pd.Series(dtype="str"), total(few))
    for rows in (months, groups):
        assert rows[["purchases_low", "buyers_high", "value_cents_low"]].isna().all(axis=None)
        assert (rows[["purchases", "buyers", "value_cents"]] > 0).all(axis=None)


def test_a_part_of_an_untested_forecast_says_why_it_was_not_tested(value):
    untested = part(
        reports.LifetimeValue(value.as_of_day, value.summary, value.model, value.margins, not_tested="Too short."),
        value.summary.customer_id.head(500),
        None,
        horizon_days=90,
    )
    assert (untested.not_tested, untested.has_range) == ("Too short.", False)


def test_what_the_backtest_of_all_forbids_is_forbidden_of_every_part(value, past):
    lost = judged(past.assign(expected=3 * past.actual + 1, same_rate=past.actual), holdout_days=90)
    closed = replace(value, backtest=lost)
    for count in (30, 5000):
        few = part(closed, past.customer_id.head(count), past.head(count), horizon_days=90)
        assert few.closed == closed.closed != ""


def test_the_share_of_revenue_whose_cost_is_known_is_that_of_the_part(value, past):
    ids = list(value.summary.customer_id.head(4))
    costs = pd.DataFrame(
        {"margin_cents": [40, 0, 10, 0], "known_cost_cents": [60, 0, 40, 0], "total_cents": [100, 100, 100, 100],
         "purchase_days": [1, 1, 1, 1]}
    )  # fmt: skip
    four = replace(value, summary=value.summary.head(4), margins=margins(costs))
    assert four.margins.known_share == 0.375
    parts = [part(four, chosen, past.head(0), horizon_days=90).margins for chosen in (ids[:1], ids[1:2], ids[1:3], [])]
    assert [one.known_share for one in parts] == [1.0, 0.0, 0.25, 0.0]
    assert {one.rate for one in parts} == {four.margins.rate}


def test_nobody_is_left_of_filters_that_nobody_meets(value, past):
    assert part(value, ["nobody"], past.head(0), horizon_days=90).summary.empty


def test_the_tenths_of_the_customers_are_those_of_the_backtest(value, past):
    own = past.assign(decile=tenths(past.expected.to_numpy())).groupby("decile").agg(actual=("actual", "mean"))
    assert list(own.actual) == pytest.approx(list(value.backtest.deciles.actual))


def test_a_part_of_whom_the_model_was_worse_than_going_on_as_before_is_not_forecast(value, past):
    wrong = past.assign(expected=3 * past.actual + 1, same_rate=past.actual)
    closed = part(value, value.summary.customer_id, wrong, horizon_days=90).closed
    assert closed.startswith("On the last part of the history the model did worse")
