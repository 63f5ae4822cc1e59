import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.errors import ModelError
from crm_core.models.proportion import proportion_change, trend, wilson


def test_wilson_of_75_in_100():
    interval = wilson(75, 100)
    assert interval.estimate == 0.75
    assert (interval.low, interval.high) == pytest.approx((0.6570, 0.8245), abs=5e-5)


def test_wilson_of_42_in_50():
    interval = wilson(42, 50)
    assert (interval.low, interval.high) == pytest.approx((0.715, 0.917), abs=5e-4)


def test_no_answers_have_no_share():
    assert wilson(0, 0) is None
    assert proportion_change((0, 0), (1, 2)) is None


def test_75_against_82_of_100_is_no_change():
    test = proportion_change((82, 100), (75, 100))
    assert test.z == pytest.approx(-1.205, abs=5e-4)
    assert test.p == pytest.approx(0.228, abs=5e-4)


def test_where_all_answer_alike_there_is_nothing_to_test():
    assert proportion_change((5, 5), (7, 7)) is None
    assert trend(np.array([5, 7]), np.array([5, 7]), np.array([0, 1])) is None
    assert trend(np.array([0]), np.array([0]), np.array([0])) is None


def test_retention_rises_from_detractors_to_promoters():
    test = trend(np.array([45, 60, 35]), np.array([50, 80, 70]), np.array([2, 1, 0]))
    assert test.z == pytest.approx(4.821, abs=5e-4)
    assert test.p == pytest.approx(1.4e-6, abs=5e-8)


def test_more_successes_than_trials_are_refused():
    with pytest.raises(ModelError, match="not a share"):
        wilson(3, 2)


@given(trials=st.integers(1, 5_000), share=st.floats(0, 1), confidence=st.floats(0.5, 0.999))
def test_an_interval_holds_its_share_and_stays_in_bounds(trials, share, confidence):
    interval = wilson(round(share * trials), trials, confidence=confidence)
    assert 0 <= interval.low <= interval.estimate <= interval.high <= 1
