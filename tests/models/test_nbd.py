import numpy as np
import pytest
from scipy.stats import nbinom

from crm_core.models.bgnbd import BgNbd
from crm_core.models.nbd import Nbd


@pytest.fixture(scope="module")
def counts():
    rng = np.random.default_rng(7)
    ages = rng.integers(50, 100, 4_000).astype(float)
    return rng.poisson(rng.gamma(1.0, 0.1, 4_000) * ages), ages


def test_known_parameters_are_recovered(counts):
    fitted = Nbd.fit(*counts)
    assert fitted.converged
    assert (np.abs(fitted.parameters - [1.0, 10.0]) < 3 * fitted.standard_errors).all()


def test_it_is_a_negative_binomial(counts):
    # The likelihood here is of purchase times, given the count uniform on the age: it lacks age ** x / x!.
    x, T = counts
    fitted = Nbd.fit(x, T)
    of_counts = nbinom.logpmf(x, fitted.r, fitted.alpha / (fitted.alpha + T)).sum()
    from scipy.special import gammaln

    assert fitted.log_likelihood == pytest.approx(of_counts + (gammaln(x + 1) - x * np.log(T)).sum())


def test_it_is_bg_nbd_without_drop_out():
    never = BgNbd(1.0, 10.0, 1e-7, 1.0, np.zeros((4, 4)), 0, 0, 0, True, 0, (), "newton")
    nbd = Nbd(1.0, 10.0, np.zeros((2, 2)), 0, 0, 0, True, 0, ())
    x, t, T = np.array([0, 3, 9]), np.array([0.0, 20, 30]), np.array([40.0, 40, 40])
    assert nbd.expected_purchases(x, t, T, horizon=26) == pytest.approx(
        never.expected_purchases(x, t, T, horizon=26), rel=1e-5
    )
    assert nbd.expected_purchases(x, t, T, horizon=26)[1] == pytest.approx(4 / 50 * 26)
    assert nbd.p_alive(x, t, T).tolist() == [1, 1, 1]


def test_without_drop_out_every_part_of_a_future_is_alike(counts):
    fitted = Nbd.fit(*counts)
    x, T = counts[0][:5].astype(float), counts[1][:5]
    parts = [fitted.p_any_if_alive(x, T, start=start, horizon=start + 10) for start in (0.0, 50.0)]
    assert parts[0] == pytest.approx(parts[1])
    assert parts[0] == pytest.approx(1 - nbinom.pmf(0, fitted.r + x, (fitted.alpha + T) / (fitted.alpha + T + 10)))
    assert fitted.p_any_purchase(x, T, T, horizon=10) == pytest.approx(parts[0])
