import numpy as np
import pytest

from crm_core.models.bgnbd import BgNbd
from crm_core.models.nbd import Nbd
from crm_core.models.purchases import fit_purchases, relative_error


def codes(guardrails):
    return [(guardrail.code, guardrail.severity) for guardrail in guardrails]


def test_cdnow_is_fitted_without_reservation(cdnow):
    columns = (cdnow[name].to_numpy(float) for name in ("frequency", "recency", "T"))
    fitted, guardrails = fit_purchases(*columns, year=52)
    assert isinstance(fitted, BgNbd)
    assert guardrails == []


def test_where_nobody_leaves_nobody_is_forecast_to(simulated):
    rng = np.random.default_rng(2)
    columns = simulated(rng, size=1_500, drop_out=np.zeros(1_500))
    fitted, guardrails = fit_purchases(*columns, year=365)
    assert isinstance(fitted, Nbd)
    assert codes(guardrails) == [("no_drop_out", "warn")]


def test_one_drop_out_for_all_keeps_its_totals(simulated):
    columns = simulated(np.random.default_rng(0), size=3_000, drop_out=np.full(3_000, 0.2))
    fitted, guardrails = fit_purchases(*columns, year=365)
    assert isinstance(fitted, BgNbd)
    assert codes(guardrails) == [("drop_out_spread_unknown", "warn")]
    # True mean for somebody alive: each purchase ends it with .2, so at most 5 more on average.
    assert 0 < fitted.purchases_if_alive(np.array([3]), np.array([60.0]), horizon=1e4)[0] < 5.5


def test_a_small_sample_knows_drop_out_only_roughly(simulated):
    rng = np.random.default_rng(1)
    columns = simulated(rng, size=150, drop_out=rng.beta(1.0, 3.0, 150), rate=0.05)
    fitted, guardrails = fit_purchases(*columns, year=365)
    assert fitted.converged
    assert codes(guardrails) == [("drop_out_rough", "warn")]


def test_a_forecast_that_hangs_on_an_unknown_drop_out_is_blocked(simulated):
    rng = np.random.default_rng(0)
    columns = simulated(rng, size=150, drop_out=rng.beta(1.0, 3.0, 150), rate=0.05)
    _, guardrails = fit_purchases(*columns, year=365)
    assert codes(guardrails) == [("drop_out_uncertain", "block")]


def test_the_relative_error_shrinks_with_the_root_of_the_customers(cdnow, cdnow_all):
    errors = []
    for summary in (cdnow, cdnow_all):
        columns = [summary[name].to_numpy(float) for name in ("frequency", "recency", "T")]
        errors.append(relative_error(BgNbd.fit(*columns), *columns, horizon=52))
    assert errors[0] / errors[1] == pytest.approx(np.sqrt(10), rel=0.15)


def test_purchases_that_no_search_can_fit_close_the_forecast_in_words():
    x, T = np.zeros(80), np.full(80, 40.0)
    model, guardrails = fit_purchases(x, x, T, year=365)
    assert model is None
    assert codes(guardrails) == [("no_fit", "block")]
    assert "choose a longer one" in guardrails[0].message
