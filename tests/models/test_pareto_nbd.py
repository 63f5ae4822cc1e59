from dataclasses import replace

import numpy as np
import pytest

from crm_core.errors import ModelError
from crm_core.models import pareto_nbd
from crm_core.models.lifetime_value import fit
from crm_core.models.pareto_nbd import ParetoNbd, second_opinion


def columns(summary):
    return tuple(summary[name].to_numpy(float) for name in ("frequency", "recency", "T"))


@pytest.fixture(scope="module")
def pareto(cdnow):
    return ParetoNbd.fit(*columns(cdnow))


@pytest.fixture(scope="module")
def opinion(cdnow):
    return second_opinion(fit(cdnow, period="week"), cdnow, horizon_days=273, rng=np.random.default_rng(1))


def test_the_published_fit_of_the_cdnow_sample(pareto):
    assert [pareto.r, pareto.alpha, pareto.s, pareto.beta] == pytest.approx([0.553, 10.578, 0.606, 11.669], rel=5e-4)
    assert pareto.log_likelihood == pytest.approx(-9594.976, abs=1e-3)


def test_a_one_time_buyer_may_have_left(pareto):
    assert pareto.p_alive(np.zeros(1), np.zeros(1), np.array([38.86]))[0] == pytest.approx(0.30, abs=5e-3)


def test_on_cdnow_both_models_say_the_same_of_the_same_customers(opinion):
    assert (opinion.customers, opinion.is_sample) == (2_357, False)
    assert opinion.purchases_here == pytest.approx(1_653.41, abs=0.01)
    assert opinion.purchases == pytest.approx(1_665.4, abs=0.5)
    assert opinion.active == pytest.approx(1_051.9, abs=0.5)
    assert opinion.agrees


def test_ten_percent_is_where_agreement_ends(opinion):
    assert replace(opinion, purchases=110.0, purchases_here=100.0).agrees
    assert not replace(opinion, purchases=110.1, purchases_here=100.0).agrees


def test_many_customers_are_judged_by_a_sample_that_the_seed_decides(cdnow_all):
    fitted = fit(cdnow_all, period="week")
    first, second = (second_opinion(fitted, cdnow_all, horizon_days=90, rng=np.random.default_rng(3)) for _ in range(2))
    assert (first.customers, first.is_sample) == (pareto_nbd.MOST, True)
    assert first == second


def test_history_only_has_no_second_opinion(cdnow):
    few = cdnow.head(20)
    with pytest.raises(ModelError, match="more than once"):
        second_opinion(fit(few, period="week"), few, horizon_days=90, rng=np.random.default_rng(1))
