import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crm_core.models.mean import mean_of_counts, top_box
from crm_core.models.proportion import wilson

CES = np.array([2, 3, 5, 10, 20, 35, 25])


def test_customer_effort_of_100_answers():
    mean = mean_of_counts(CES)
    assert (mean.n, mean.value) == (100, pytest.approx(5.48))
    assert (mean.interval.low, mean.interval.high) == pytest.approx((5.197, 5.763), abs=5e-4)
    assert top_box(CES, boxes=3) == (80, 100)
    assert wilson(*top_box(CES, boxes=3)).estimate == 0.8


def test_one_answer_has_a_mean_and_no_interval_and_none_has_nothing():
    assert mean_of_counts(np.array([0, 0, 1, 0, 0])).interval is None
    assert mean_of_counts(np.array([0, 0, 1, 0, 0])).value == 3
    assert mean_of_counts(np.zeros(5)) is None


def test_a_scale_may_start_at_nought():
    assert mean_of_counts(np.array([1, 0, 1]), lowest=0).value == 1.0


@given(counts=st.lists(st.integers(0, 200), min_size=5, max_size=7))
def test_the_interval_holds_the_mean_and_stays_on_the_scale(counts):
    assume(sum(counts) > 1)
    mean = mean_of_counts(np.array(counts))
    assert 1 <= mean.interval.low <= mean.value * (1 + 1e-12)
    assert mean.value <= mean.interval.high * (1 + 1e-12)
    assert mean.interval.high <= len(counts)
