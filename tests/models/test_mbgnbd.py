import numpy as np
import pytest

from crm_core.models.mbgnbd import MbgNbd


@pytest.fixture(scope="module")
def fitted(cdnow):
    return MbgNbd.fit(cdnow.frequency.to_numpy(), cdnow.recency.to_numpy(), cdnow["T"].to_numpy())


def test_the_known_fit_of_the_cdnow_sample(fitted):
    assert fitted.parameters == pytest.approx([0.525, 6.183, 0.891, 1.614], abs=5e-4)
    assert fitted.log_likelihood == pytest.approx(-9582.14, abs=5e-3)


def test_a_one_time_buyer_may_have_left(fitted):
    assert fitted.p_alive(np.array([0]), np.array([0.0]), np.array([38.86]))[0] == pytest.approx(0.39, abs=5e-4)


def test_the_library_agrees(cdnow, fitted, lifetimes):
    x, t, T = cdnow.frequency.to_numpy(), cdnow.recency.to_numpy(), cdnow["T"].to_numpy()
    oracle = lifetimes.ModifiedBetaGeoFitter().fit(x, t, T)
    assert fitted.parameters == pytest.approx(oracle.params_.to_numpy(), abs=1e-4)
    assert fitted.p_alive(x, t, T) == pytest.approx(oracle.conditional_probability_alive(x, t, T), rel=1e-4)
    theirs = oracle.conditional_expected_number_of_purchases_up_to_time(39, x, t, T)
    assert fitted.expected_purchases(x, t, T, horizon=39) == pytest.approx(theirs, rel=1e-4)


def test_the_library_is_the_fallback_here_too(cdnow, fitted):
    columns = cdnow.frequency.to_numpy(), cdnow.recency.to_numpy(), cdnow["T"].to_numpy()
    rescued = MbgNbd.fit(*columns, max_steps=1)
    assert rescued.engine == "lifetimes"
    assert rescued.parameters == pytest.approx(fitted.parameters, rel=1e-4)


def test_counts_of_a_new_customer_are_a_distribution(fitted):
    assert sum(fitted.p_count(n, horizon=39) for n in range(400)) == pytest.approx(1, abs=1e-6)
