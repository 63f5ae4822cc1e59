import pytest

from crm_core.models.interval import Interval, normal_interval, normal_quantile, t_quantile, two_sided_p


def test_quantiles_are_those_of_the_tables():
    assert normal_quantile(0.95) == pytest.approx(1.959964, abs=1e-6)
    assert normal_quantile(0.90) == pytest.approx(1.644854, abs=1e-6)
    assert t_quantile(0.95, 10) == pytest.approx(2.228139, abs=1e-6)


def test_p_values_are_two_sided():
    assert two_sided_p(1.959964) == pytest.approx(0.05, abs=1e-7)
    assert two_sided_p(-2.228139, 10) == pytest.approx(0.05, abs=1e-7)


def test_an_interval_knows_whether_nothing_is_possible():
    assert Interval(1.0, -0.1, 2.1).spans_zero
    assert not Interval(1.0, 0.1, 1.9).spans_zero
    assert normal_interval(10.0, 2.0, confidence=0.95).low == pytest.approx(6.080072, abs=1e-6)
