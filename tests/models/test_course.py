import numpy as np
import pytest

from crm_core.errors import ModelError
from crm_core.models.course import expected_course
from crm_core.models.forecast import forecast
from crm_core.models.lifetime_value import fit, predict


@pytest.fixture(scope="module")
def fitted(cdnow):
    return fit(cdnow, period="week")


def test_parts_add_up_to_what_is_expected_of_each_customer(cdnow, fitted):
    course = expected_course(fitted, cdnow, ends=[30, 90, 365])
    for end, parts in ((30, 1), (90, 2), (365, 3)):
        predicted = predict(fitted, cdnow, horizon_days=end)
        assert course.purchases[:parts].sum() == pytest.approx(predicted.expected_purchases.sum())
        assert course.spend[:parts].sum() == pytest.approx(predicted.expected_spend.sum())


def test_one_part_has_the_buyers_of_the_forecast(cdnow, fitted):
    course = expected_course(fitted, cdnow, ends=[90])
    total = forecast(fitted, cdnow, horizon_days=90, rng=np.random.default_rng(1))
    assert course.buyers[0] == pytest.approx(total.buyers.estimate)
    assert course.buyers_variance[0] ** 0.5 == pytest.approx(total.individual_errors[1])


def test_who_has_left_by_then_buys_no_more(cdnow, fitted):
    course = expected_course(fitted, cdnow, ends=[30, 60, 90, 120])
    assert course.buyers.is_monotonic_decreasing
    assert course.purchases.is_monotonic_decreasing


def test_history_only_has_no_course(cdnow):
    with pytest.raises(ModelError, match="more than once"):
        expected_course(fit(cdnow.head(20), period="week"), cdnow.head(20), ends=[30])
