import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import betaincinv, betaln

from crm_core.errors import ModelError
from crm_core.models.bgnbd import BgNbd, distinct_pairs


def columns(summary):
    return summary.frequency.to_numpy(), summary.recency.to_numpy(), summary["T"].to_numpy()


def model(r=0.2425945, alpha=4.4136019, a=0.7929199, b=2.4258881):
    return BgNbd(r, alpha, a, b, np.zeros((4, 4)), 0.0, 0, 0, True, 0.0, (), "newton")


@pytest.fixture(scope="module")
def fitted(cdnow):
    return BgNbd.fit(*columns(cdnow))


def test_the_published_fit_of_the_cdnow_sample(fitted):
    assert fitted.parameters == pytest.approx([0.2425945, 4.4136019, 0.7929199, 2.4258881], abs=2e-5)
    assert fitted.log_likelihood == pytest.approx(-9582.429, abs=5e-4)
    assert fitted.standard_errors == pytest.approx([0.0126, 0.378, 0.186, 0.705], abs=5e-4)
    assert (fitted.engine, fitted.converged, fitted.at_bound) == ("newton", True, ())
    assert (fitted.customers, fitted.repeat_buyers) == (2_357, 946)


def test_the_published_fit_of_all_cdnow_customers(cdnow_all):
    fitted = BgNbd.fit(*columns(cdnow_all))
    assert fitted.parameters == pytest.approx([0.2516, 4.7889, 0.7234, 2.1611], abs=5e-5)
    assert fitted.log_likelihood == pytest.approx(-95368.444, abs=5e-4)


def test_the_unit_of_time_changes_alpha_only(cdnow, fitted):
    x, t, T = columns(cdnow)
    daily = BgNbd.fit(x, t * 7, T * 7)
    assert daily.parameters == pytest.approx(fitted.parameters * [1, 7, 1, 1], rel=1e-6)
    assert daily.log_likelihood == pytest.approx(fitted.log_likelihood - x.sum() * np.log(7))


def test_the_library_agrees_on_parameters_and_predictions(cdnow, fitted, lifetimes):
    x, t, T = columns(cdnow)
    oracle = lifetimes.BetaGeoFitter().fit(x, t, T)
    assert fitted.parameters == pytest.approx(oracle.params_.to_numpy(), abs=1e-4)
    same = model(*oracle.params_)
    assert same.p_alive(x, t, T) == pytest.approx(oracle.conditional_probability_alive(x, t, T), rel=1e-9)
    theirs = oracle.conditional_expected_number_of_purchases_up_to_time(39, x, t, T)
    assert same.expected_purchases(x, t, T, horizon=39) == pytest.approx(theirs, rel=1e-9)


def test_the_library_agrees_on_simulated_customers(lifetimes, simulated):
    rng = np.random.default_rng(4)
    x, t, T = simulated(rng, size=3_000, drop_out=rng.beta(0.8, 3.0, 3_000))
    fitted, oracle = BgNbd.fit(x, t, T), lifetimes.BetaGeoFitter().fit(x, t, T)
    assert fitted.parameters == pytest.approx(oracle.params_.to_numpy(), rel=1e-4)
    theirs = oracle.conditional_expected_number_of_purchases_up_to_time(90, x, t, T)
    assert model(*oracle.params_).expected_purchases(x, t, T, horizon=90) == pytest.approx(theirs, rel=1e-9)


def test_known_parameters_are_recovered(simulated):
    rng = np.random.default_rng(11)
    fitted = BgNbd.fit(*simulated(rng, size=6_000, drop_out=rng.beta(0.8, 3.0, 6_000)))
    distance = np.log(fitted.parameters / [1.0, 10.0, 0.8, 3.0])
    assert (np.abs(distance) < 3 * np.sqrt(np.diag(fitted.covariance))).all()


def test_newton_that_may_not_walk_hands_over_to_the_library(cdnow, fitted):
    rescued = BgNbd.fit(*columns(cdnow), max_steps=1)
    assert (rescued.engine, rescued.converged) == ("lifetimes", True)
    assert rescued.parameters == pytest.approx(fitted.parameters, rel=1e-4)
    assert rescued.log_likelihood == pytest.approx(fitted.log_likelihood)
    assert rescued.standard_errors == pytest.approx(fitted.standard_errors, rel=1e-3)


def test_a_warm_start_ends_where_a_cold_one_does(simulated):
    rng = np.random.default_rng(5)
    x, t, T = simulated(rng, size=2_000, drop_out=rng.beta(0.8, 3.0, 2_000))
    copies = [(x, t + shift, T + shift) for shift in np.linspace(0, 1e-9, 60)]
    big = BgNbd.fit(*(np.concatenate(part) for part in zip(*copies, strict=True)))
    assert big.customers == 120_000
    assert big.parameters == pytest.approx(BgNbd.fit(x, t, T).parameters, rel=1e-5)


def test_one_drop_out_probability_for_all_ends_at_the_bound_with_useful_totals(simulated):
    x, t, T = simulated(np.random.default_rng(0), size=3_000, drop_out=np.full(3_000, 0.2))
    fitted = BgNbd.fit(x, t, T)
    assert (fitted.converged, fitted.at_bound) == (True, ("b",))
    assert fitted.a / (fitted.a + fitted.b) == pytest.approx(0.2, abs=0.02)
    p_alive = fitted.p_alive(x, t, T)
    assert np.isfinite(fitted.expected_purchases(x, t, T, horizon=50)).all()
    assert 0 < p_alive.min() < p_alive.max() <= 1


def test_published_predictions():
    x, t, T = np.array([2]), np.array([30.43]), np.array([38.86])
    assert model().expected_purchases(x, t, T, horizon=39)[0] == pytest.approx(1.226, abs=5e-4)
    assert model().p_alive(x, t, T)[0] == pytest.approx(0.7266, abs=5e-5)
    published = model(0.243, 4.414, 0.793, 2.426)
    assert published.p_count(0, horizon=39) == pytest.approx(0.5737864, abs=5e-7)
    assert published.p_count(10, horizon=2) == pytest.approx(1.07869e-07, rel=1e-5)


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [(0.1429, 0.0078), (1, 0.0532), (3, 0.1506), (31.8571, 1.0405), (32, 1.0437), (78, 1.8576)],
)
def test_published_purchases_of_a_new_customer(weeks, expected):
    zero = np.zeros(1)  # published to three digits; the last one is 1.85796 with these parameters
    assert model().expected_purchases(zero, zero, zero, horizon=weeks)[0] == pytest.approx(expected, abs=5e-4)


def test_the_39_week_holdout_of_cdnow(cdnow, fitted, cdnow_orders):
    expected = fitted.expected_purchases(*columns(cdnow), horizon=39)
    later = cdnow_orders[cdnow_orders.day >= 10_135].drop_duplicates(["customer_id", "day"])
    actual = later.groupby("customer_id").size().reindex(cdnow.customer_id, fill_value=0)
    assert expected.sum() == pytest.approx(1_653.41, abs=0.01)
    assert actual.sum() == 1_882
    assert np.corrcoef(expected, actual)[0, 1] == pytest.approx(0.626, abs=5e-4)


def test_counts_of_a_new_customer_are_a_distribution():
    probabilities = [model().p_count(n, horizon=39) for n in range(400)]
    mean = sum(n * p for n, p in enumerate(probabilities))
    assert sum(probabilities) == pytest.approx(1, abs=1e-6)
    assert mean == pytest.approx(model().expected_purchases(*np.zeros((3, 1)), horizon=39)[0], rel=1e-4)


def test_the_model_gives_a_one_time_buyer_no_chance_to_have_left():
    assert model().p_alive(np.array([0]), np.array([0.0]), np.array([38.86]))[0] == 1.0


def by_quadrature(m, x, T, horizon):
    """Mean over the drop-out probability p of (1 - (1 + p h / (alpha + T)) ** -(r + x)) / p."""
    a, b = m.a, m.b + x

    def mean_times_density(u):  # p is the logistic of u: smooth for each a and b
        p = 1 / (1 + np.exp(-u))
        density = np.exp(a * np.log(p) + b * -np.logaddexp(0, u) - betaln(a, b))
        return -np.expm1(-(m.r + x) * np.log1p(p * horizon / (m.alpha + T))) / p * density

    return quad(mean_times_density, -60, 30, points=[np.log(a / b)], epsabs=0, epsrel=1e-11, limit=400)[0]


@pytest.mark.parametrize("a", [0.6, 0.99, 1.0, 1 + 1e-11, 1.00003, 1.01, 3.0])
@pytest.mark.parametrize(("x", "T", "horizon"), [(0, 5, 52), (3, 100, 26), (40, 60, 365)])
def test_the_closed_form_is_the_integral_also_around_a_of_one(a, x, T, horizon):
    m = model(a=a)
    ours = m.purchases_if_alive(np.array([x]), np.array([T]), horizon=horizon)[0]
    assert ours == pytest.approx(by_quadrature(m, x, T, horizon), rel=1e-6)


@pytest.mark.parametrize(
    ("m", "x", "T", "horizon"),
    [
        (model(r=0.5, alpha=30, a=0.5, b=0.5), 0, 100, 365),  # a + b - 1 is a pole
        (model(r=0.5, alpha=30, a=0.5, b=0.5), 300, 1, 3_650),  # overflow on both sides
        (model(r=0.5, alpha=30, a=1e3, b=7e3), 3_000, 430, 365),
    ],
)
def test_where_the_hypergeometric_function_overflows_the_number_stays_right(m, x, T, horizon):
    ours = m.purchases_if_alive(np.array([x]), np.array([T]), horizon=horizon)[0]
    assert ours == pytest.approx(by_quadrature(m, x, T, horizon), rel=2e-5)


def test_looking_distinct_pairs_up_changes_nothing(cdnow, fitted):
    x, _, T = columns(cdnow)
    at_once = fitted.purchases_if_alive(x, T, horizon=39)
    one_by_one = [fitted.purchases_if_alive(x[i : i + 1], T[i : i + 1], horizon=39)[0] for i in range(0, 2_357, 97)]
    assert at_once[::97] == pytest.approx(one_by_one, rel=1e-14)


positive = st.floats(0.05, 20)
models = st.builds(model, r=positive, alpha=positive, a=positive, b=positive)


@given(m=models, x=st.integers(1, 60), gap=st.floats(0, 50))
def test_p_alive_is_a_probability_that_falls_with_silence(m, x, gap):
    silent = np.array([gap, gap + 1, gap + 10])
    p_alive = m.p_alive(np.full(3, x), np.full(3, 20.0), 20 + silent)
    assert (p_alive >= 0).all()
    assert (p_alive <= 1).all()
    assert (np.diff(p_alive) <= 0).all()


@given(m=models, x=st.integers(0, 60), T=st.floats(1, 100))
def test_a_longer_horizon_never_expects_less_and_one_purchase_is_likelier_than_many(m, x, T):
    history = np.array([x]), np.array([T / 2]), np.array([T])
    expected = [m.expected_purchases(*history, horizon=h)[0] for h in (1, 10, 100)]
    any_purchase = [m.p_any_purchase(*history, horizon=h)[0] for h in (1, 10, 100)]
    assert expected == sorted(expected)
    assert all(0 <= p <= min(1, e * (1 + 1e-6)) for p, e in zip(any_purchase, expected, strict=True))


def test_nobody_coming_back_is_said_not_fitted():
    with pytest.raises(ModelError, match="bought twice"):
        BgNbd.fit(np.zeros(3), np.zeros(3), np.array([1.0, 2, 3]))


@pytest.mark.parametrize(("recency", "T"), [(5.0, 4.0), (-1.0, 4.0), (np.nan, 4.0)])
def test_impossible_ages_are_refused(recency, T):
    with pytest.raises(ModelError, match="Check the dates"):
        BgNbd.fit(np.array([1, 2]), np.array([recency, 2.0]), np.array([T, 6.0]))


@pytest.mark.parametrize("x", [0, 2, 80, 5000])
@pytest.mark.parametrize(("a", "b"), [(0.8, 2.4), (3292.6, 8103.1), (3000.0, 1e6)])
def test_a_purchase_in_a_later_part_of_the_horizon_asks_for_being_active_till_then(x, a, b):
    m, horizon, start = model(a=a, b=b), 52, 48

    def of_drop_out(p):
        shape, age = m.r + x, m.alpha + 39
        return (age / (age + p * start)) ** shape - (age / (age + p * start + horizon - start)) ** shape

    exact = quad(lambda u: of_drop_out(betaincinv(m.a, m.b + x, u)), 0, 1, limit=200, epsabs=1e-13)[0]
    found = m.p_any_if_alive(np.array([float(x)]), np.array([39.0]), horizon=horizon, start=start)
    assert found == pytest.approx(exact, rel=1e-6, abs=1e-12)


def test_a_part_from_the_beginning_is_the_horizon_itself():
    x, T = np.array([0.0, 3.0]), np.array([10.0, 39.0])
    whole, part = (model().p_any_if_alive(x, T, horizon=20, start=start) for start in (0.0, 1e-9))
    assert part == pytest.approx(whole)


@pytest.mark.parametrize("T", [[38.0, 20, 38, 20, 38], [38.5, 20.25, 38.5, 20.25, 38.5]])
@pytest.mark.parametrize("most", [3, 4_000_000])
def test_customers_with_the_same_pair_find_their_numbers_in_one_place(T, most):
    frequency = np.array([2.0, 0, 2, most, 0])
    x, ages, pair = distinct_pairs(frequency, np.array(T))
    assert len(x) == len(ages) == len(set(zip(x, ages, strict=True))) == 4
    assert x[pair].tolist() == frequency.tolist()
    assert ages[pair].tolist() == T


def test_nobody_has_no_pair():
    assert [len(column) for column in distinct_pairs(np.zeros(0), np.zeros(0))] == [0, 0, 0]
