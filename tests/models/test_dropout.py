import numpy as np
import pytest

from crm_core.models.dropout import DropoutLikelihood, collapsed

X = np.array([0, 0, 2, 2, 2, 7, 1])
RECENCY = np.array([0, 0, 30.5, 30.5, 12, 29, 1.5])
AGE = np.array([38, 38, 38, 38, 38, 39, 20.0])
POINT = np.array([0.4, 5.0, 0.9, 2.2])


def test_equal_histories_are_counted_once():
    distinct = collapsed(X.astype(float), RECENCY, AGE)
    rows = sorted(zip(distinct.frequency, distinct.recency, distinct.T, distinct.customers, strict=True))
    assert rows == [(0, 0, 38, 2), (1, 1.5, 20, 1), (2, 12, 38, 1), (2, 30.5, 38, 2), (7, 29, 39, 1)]


def test_the_likelihood_of_one_customer_is_the_published_formula():
    from scipy.special import beta, gamma

    x, t, T = 3, 10.0, 26.0
    r, alpha, a, b = POINT
    # Eq. 6 of Fader, Hardie & Lee (2005)
    alive = beta(a, b + x) / beta(a, b) * gamma(r + x) * alpha**r / (gamma(r) * (alpha + T) ** (r + x))
    gone = beta(a + 1, b + x - 1) / beta(a, b) * gamma(r + x) * alpha**r / (gamma(r) * (alpha + t) ** (r + x))
    one = collapsed(np.array([3.0]), np.array([t]), np.array([T]))
    value, _, _ = DropoutLikelihood(one, first_chance=0)(POINT)
    assert value == pytest.approx(np.log(alive + gone), rel=1e-12)


@pytest.mark.parametrize("first_chance", [0, 1])
def test_derivatives_agree_with_differences(first_chance):
    likelihood = DropoutLikelihood(collapsed(X.astype(float), RECENCY, AGE), first_chance=first_chance)
    _, gradient, hessian = likelihood(POINT)
    for i in range(4):
        step = np.zeros(4)
        step[i] = 1e-5
        (up, slope_up, _), (down, slope_down, _) = likelihood(POINT + step), likelihood(POINT - step)
        assert gradient[i] == pytest.approx((up - down) / 2e-5, rel=1e-6)
        assert hessian[i] == pytest.approx((slope_up - slope_down) / 2e-5, rel=1e-5, abs=1e-6)


def test_a_customer_counted_twice_weighs_twice():
    single = collapsed(X.astype(float), RECENCY, AGE)
    double = collapsed(np.tile(X, 2).astype(float), np.tile(RECENCY, 2), np.tile(AGE, 2))
    assert len(double.frequency) == len(single.frequency)
    once, twice = (DropoutLikelihood(h, first_chance=0)(POINT) for h in (single, double))
    assert twice[0] == pytest.approx(2 * once[0])
    assert twice[2] == pytest.approx(2 * once[2])


@pytest.mark.parametrize("unit", [1.0, 7.0, 1e-4])
def test_whole_and_broken_and_very_large_ages_are_told_apart_alike(unit):
    x, t, T = X.astype(float), np.floor(RECENCY) / unit, AGE / unit
    distinct = collapsed(x, t, T)
    rows = sorted(zip(distinct.frequency, distinct.recency * unit, distinct.T * unit, distinct.customers, strict=True))
    expected = [(0, 0, 38, 2), (1, 1, 20, 1), (2, 12, 38, 1), (2, 30, 38, 2), (7, 29, 39, 1)]
    assert np.array(rows) == pytest.approx(np.array(expected))
