import json
from dataclasses import fields
from datetime import date

import numpy as np
import pandas as pd
import pytest

from crm_core.errors import ModelError
from crm_core.models.lifetime_value import fit, predict
from crm_core.models.record import backtest_of, backtest_record, model_of, model_record
from crm_core.models.validation import backtest, split


def through_json(record):
    return json.loads(json.dumps(record, allow_nan=False))


@pytest.fixture(scope="module")
def fitted(cdnow):
    return fit(cdnow, period="week")


def test_a_fit_read_back_predicts_to_the_last_bit_what_it_did(cdnow, fitted):
    again = model_of(through_json(model_record(fitted)))
    before, after = (predict(model, cdnow, horizon_days=365, discount_rate=0.1) for model in (fitted, again))
    pd.testing.assert_frame_equal(before, after, check_exact=True)
    assert again.guardrails == fitted.guardrails
    assert again.describe() == fitted.describe()


@pytest.mark.parametrize("part", ["purchases", "one_time", "gamma_gamma", "spend"])
def test_every_field_of_every_part_is_kept(fitted, part):
    before, after = (getattr(model, part) for model in (fitted, model_of(through_json(model_record(fitted)))))
    assert type(after) is type(before)
    for field in fields(before):
        found, expected = getattr(after, field.name), getattr(before, field.name)
        assert type(found) is type(expected)
        assert np.array_equal(found, expected)


def test_averages_instead_of_a_spend_model_are_kept(cdnow):
    growing = cdnow.assign(monetary_value=cdnow.monetary_value * cdnow.frequency)
    averaged = fit(growing, period="week")
    assert model_of(through_json(model_record(averaged))).spend == averaged.spend


def test_a_history_that_cannot_be_fitted_is_kept_with_its_message(cdnow):
    few = fit(cdnow.head(20), period="week")
    again = model_of(through_json(model_record(few)))
    assert again.is_blocked
    assert (again.purchases, again.guardrails) == (None, few.guardrails)


def test_a_backtest_is_kept_whole(cdnow_orders):
    summary, holdout = split(cdnow_orders, cut=date(1997, 10, 1), as_of=date(1998, 7, 1), period="week")
    result = backtest(summary, holdout, holdout_days=273, period="week")
    again = backtest_of(through_json(backtest_record(result)))
    pd.testing.assert_frame_equal(again.deciles, result.deciles)
    assert again.describe() == result.describe()
    assert (again.relative_error, again.guardrails) == (result.relative_error, result.guardrails)


def test_a_record_of_another_edition_is_not_read(fitted):
    with pytest.raises(ModelError, match="Fit the model again"):
        model_of({**model_record(fitted), "edition": 0})
