import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.models.multiple import false_discovery_rates


def test_the_five_p_values_of_the_specification():
    assert false_discovery_rates(np.array([0.001, 0.012, 0.03, 0.04, 0.2])) == pytest.approx(
        [0.005, 0.03, 0.05, 0.05, 0.2]
    )


def test_the_order_of_the_comparisons_is_kept():
    assert false_discovery_rates(np.array([0.2, 0.001, 0.04, 0.012, 0.03])) == pytest.approx(
        [0.2, 0.005, 0.05, 0.03, 0.05]
    )


def test_a_comparison_not_made_does_not_count():
    q = false_discovery_rates(np.array([0.01, np.nan, 0.04]))
    assert q[[0, 2]] == pytest.approx([0.02, 0.04])
    assert np.isnan(q[1])
    assert len(false_discovery_rates(np.array([]))) == 0


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_q_is_never_below_p_nor_above_one_and_keeps_its_order(p_values):
    p = np.array(p_values)
    q = false_discovery_rates(p)
    assert (q >= p * (1 - 1e-12)).all()
    assert (q <= 1).all()
    assert (np.diff(q[np.argsort(p, kind="stable")]) >= 0).all()
