import numpy as np
import pytest

from crm_core.models.bgnbd import BgNbd
from crm_core.models.nbd import Nbd
from crm_core.models.uncertainty import standard_error


def test_the_error_of_a_product_of_parameters_is_known():
    covariance = np.array([[0.04, 0.01], [0.01, 0.09]])
    model = Nbd(2.0, 5.0, covariance, 0.0, 0, 0, True, 0.0, ())
    # d ln(r / alpha) = d ln r - d ln alpha, so its variance is .04 + .09 - 2 * .01
    ours = standard_error(model, lambda m: m.r / m.alpha)
    assert ours == pytest.approx(0.4 * np.sqrt(0.11), rel=1e-6)


def test_a_parameter_at_its_bound_counts_as_known():
    model = BgNbd(1.0, 10.0, 1.0, 3.0, np.diag([0.01, 0, 0, 0]), 0.0, 0, 0, True, 0.0, ("a",), "newton")
    assert standard_error(model, lambda m: m.r * m.a) == pytest.approx(0.1, rel=1e-6)


def test_the_bootstrap_agrees(simulated):
    rng = np.random.default_rng(8)
    columns = simulated(rng, size=2_000, drop_out=rng.beta(0.8, 3.0, 2_000))

    def total(model):
        return float(model.expected_purchases(*columns, horizon=50).sum())

    ours = standard_error(BgNbd.fit(*columns), total)
    samples = [rng.integers(0, 2_000, 2_000) for _ in range(100)]
    resampled = [total(BgNbd.fit(*(column[sample] for column in columns))) for sample in samples]
    assert ours == pytest.approx(np.std(resampled), rel=0.3)
