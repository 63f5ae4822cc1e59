import numpy as np
import pandas as pd
import pytest

from crm_core.errors import ModelError
from crm_core.models.course import expected_course
from crm_core.models.forecast import forecast
from crm_core.models.gamma_gamma import GammaGamma
from crm_core.models.lifetime_value import LifetimeValueModel, fit, predict
from crm_core.models.nbd import Nbd

ENDS = [30, 60, 90, 120]


@pytest.fixture(scope="module")
def fitted(cdnow):
    return fit(cdnow, period="week")


def course_of(model, summary, ends):
    return expected_course(model, summary, ends=ends, rng=np.random.default_rng(1))


def test_parts_add_up_to_what_is_expected_of_each_customer(cdnow, fitted):
    course = course_of(fitted, cdnow, [30, 90, 365])
    for end, parts in ((30, 1), (90, 2), (365, 3)):
        predicted = predict(fitted, cdnow, horizon_days=end)
        assert course.purchases[:parts].sum() == pytest.approx(predicted.expected_purchases.sum())
        assert course.spend[:parts].sum() == pytest.approx(predicted.expected_spend.sum())


def test_one_part_has_the_buyers_of_the_forecast(cdnow, fitted):
    course = course_of(fitted, cdnow, [90])
    total = forecast(fitted, cdnow, horizon_days=90, rng=np.random.default_rng(1))
    assert course.buyers[0] == pytest.approx(total.buyers.estimate)
    assert course.buyers_variance[0] ** 0.5 == pytest.approx(total.individual_errors[1])
    assert course.purchases_variance[0] ** 0.5 == pytest.approx(total.individual_errors[0], rel=0.02)
    assert course.spend_variance[0] ** 0.5 == pytest.approx(total.individual_errors[2], rel=0.05)


def test_where_nobody_leaves_each_part_has_the_variance_of_the_negative_binomial():
    purchases = Nbd(0.5, 5.0, np.zeros((2, 2)), 0.0, 0, 0, True, 0.0, ())
    spend = GammaGamma(6.0, 4.0, 15.0, np.zeros((3, 3)), 0.0, 0, True, 0.0, (), "newton")
    model = LifetimeValueModel("day", 500, 500, purchases, None, spend, spend, ())
    row = {"frequency": 3, "recency": 80.0, "T": 95.0, "monetary_value": 3_000.0}
    course = course_of(model, pd.DataFrame([row] * 500), ENDS)
    mean = 3.5 / 100 * 30
    counts, squares = mean * (1 + 30 / 100), mean**2 * (1 + 1 / 3.5)
    # Amounts of one customer: mean p / rate, variance p / rate**2, rate ~ Gamma(q + 3 p, v + 3 * 30).
    by_rate = 105.0**2 / (21 * 20)
    spent = 6 * mean * by_rate + 36 * (mean + squares) * by_rate - (mean * 6 * 105 / 21) ** 2
    assert course.purchases_variance.to_numpy() == pytest.approx(np.full(4, 500 * counts), rel=0.03)
    assert course.spend_variance.to_numpy() == pytest.approx(np.full(4, 500 * 100**2 * spent), rel=0.03)


def test_parts_are_surer_than_their_share_of_the_whole(cdnow, fitted):
    parts, whole = course_of(fitted, cdnow, ENDS), course_of(fitted, cdnow, ENDS[-1:])
    assert parts.purchases_variance.sum() < 0.95 * whole.purchases_variance[0]
    assert parts.spend_variance.sum() < 0.95 * whole.spend_variance[0]


def test_who_has_left_by_then_buys_no_more(cdnow, fitted):
    course = course_of(fitted, cdnow, ENDS)
    assert course.buyers.is_monotonic_decreasing
    assert course.purchases.is_monotonic_decreasing


def test_history_only_has_no_course(cdnow):
    with pytest.raises(ModelError, match="more than once"):
        course_of(fit(cdnow.head(20), period="week"), cdnow.head(20), [30])
