import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.errors import ModelError
from crm_core.models.gamma_gamma import GammaGamma


def model(p=6.25, q=3.74, v=15.44):
    return GammaGamma(p, q, v, np.zeros((3, 3)), 0.0, 0, True, 0.0, (), "newton")


@pytest.fixture(scope="module")
def fitted(cdnow):
    return GammaGamma.fit(cdnow.frequency.to_numpy(), cdnow.monetary_value.to_numpy() / 100)


def test_the_published_fit_of_the_cdnow_sample(fitted):
    assert fitted.parameters == pytest.approx([6.2496, 3.7442, 15.4435], abs=5e-5)
    assert fitted.log_likelihood == pytest.approx(-4055.9177, abs=5e-5)
    assert (fitted.customers, fitted.engine, fitted.converged) == (946, "newton", True)


def test_the_published_fit_of_all_cdnow_customers(cdnow_all):
    fitted = GammaGamma.fit(cdnow_all.frequency.to_numpy(), cdnow_all.monetary_value.to_numpy() / 100)
    assert fitted.parameters == pytest.approx([6.2754, 3.6245, 14.9837], abs=1e-4)
    assert fitted.customers == 9_450


def test_the_unit_of_money_changes_v_only(cdnow, fitted):
    cents = GammaGamma.fit(cdnow.frequency.to_numpy(), cdnow.monetary_value.to_numpy())
    assert cents.parameters == pytest.approx(fitted.parameters * [1, 1, 100], rel=1e-6)
    assert cents.log_likelihood == pytest.approx(fitted.log_likelihood - 946 * np.log(100))


def test_the_library_agrees(cdnow, fitted, lifetimes):
    repeat = cdnow[cdnow.monetary_value > 0]
    x, m = repeat.frequency.to_numpy(), repeat.monetary_value.to_numpy() / 100
    oracle = lifetimes.GammaGammaFitter().fit(x, m)
    assert fitted.parameters == pytest.approx(oracle.params_.to_numpy(), rel=1e-4)
    theirs = oracle.conditional_expected_average_profit(x, m)
    assert model(*oracle.params_).expected_amount(x, m) == pytest.approx(np.asarray(theirs), rel=1e-9)


def test_newton_that_may_not_walk_hands_over_to_the_library(cdnow, fitted):
    rescued = GammaGamma.fit(cdnow.frequency.to_numpy(), cdnow.monetary_value.to_numpy() / 100, max_steps=1)
    assert (rescued.engine, rescued.converged) == ("lifetimes", True)
    assert rescued.parameters == pytest.approx(fitted.parameters, rel=1e-3)


def test_published_expected_amounts_of_the_first_ten_customers():
    x = np.array([2, 1, 0, 0, 0, 7, 1, 0, 2, 0])
    m = np.array([22.35, 11.77, 0, 0, 0, 73.74, 11.77, 0, 25.55, 0])
    published = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    assert model().expected_amount(x, m) == pytest.approx(published, abs=0.1)


def test_mean_expected_amount_of_cdnow_repeat_buyers(cdnow, fitted):
    repeat = cdnow[cdnow.monetary_value > 0]
    amounts = fitted.expected_amount(repeat.frequency.to_numpy(), repeat.monetary_value.to_numpy() / 100)
    assert amounts.mean() == pytest.approx(35.3744, abs=5e-5)


def test_known_parameters_are_recovered_from_a_warm_start_too():
    rng = np.random.default_rng(3)
    x = rng.integers(1, 9, 100_000).astype(float)
    scale = rng.gamma(4.0, 1 / 2_000.0, 100_000)
    fitted = GammaGamma.fit(x, rng.gamma(5.0 * x) / scale / x)
    assert (np.abs(np.log(fitted.parameters / [5.0, 4.0, 2_000.0])) < 3 * np.sqrt(np.diag(fitted.covariance))).all()


def test_customers_without_repeat_money_are_left_out(cdnow, fitted):
    with_free = np.append(cdnow.frequency.to_numpy(), [0, 4]), np.append(cdnow.monetary_value.to_numpy() / 100, [50, 0])
    assert GammaGamma.fit(*with_free).parameters == pytest.approx(fitted.parameters)
    with pytest.raises(ModelError, match="amount above zero"):
        GammaGamma.fit(np.array([0, 3]), np.array([10.0, 0.0]))


def test_an_infinite_mean_is_not_hidden():
    assert model(q=0.9).mean_amount == np.inf


@given(
    x=st.integers(1, 200), m=st.floats(0.01, 1e5), p=st.floats(0.1, 30), q=st.floats(1.05, 30), v=st.floats(0.1, 1e4)
)
def test_the_expected_amount_lies_between_the_customer_and_everybody(x, m, p, q, v):
    fitted = model(p, q, v)
    low, high = sorted([m, fitted.mean_amount])
    expected = fitted.expected_amount(np.array([x]), np.array([m]))[0]
    assert low * (1 - 1e-9) <= expected <= high * (1 + 1e-9)
