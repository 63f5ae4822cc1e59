import numpy as np
import pytest

from crm_core.errors import ModelError
from crm_core.models.bgnbd import BgNbd
from crm_core.models.forecast import forecast, individual_ranges, purchase_range, simulated_purchases
from crm_core.models.lifetime_value import fit, predict
from crm_core.models.nbd import Nbd


@pytest.fixture(scope="module")
def fitted(cdnow):
    return fit(cdnow, period="week")


def test_simulated_histories_average_to_the_closed_form():
    model = BgNbd(0.5, 5.0, 0.8, 2.5, np.zeros((4, 4)), 0.0, 0, 0, True, 0.0, (), "newton")
    x, t, T = np.array([0, 2, 9]), np.array([0.0, 30.4, 20.0]), np.array([38.9, 38.9, 38.9])
    draws = [np.repeat(column[:, None], 200_000, axis=1) for column in (x, t, T)]
    counts = simulated_purchases(model, *draws, horizon=39, rng=np.random.default_rng(1))
    assert counts.mean(axis=1) == pytest.approx(model.expected_purchases(x, t, T, horizon=39), rel=0.02)
    assert (counts[1] > 0).mean() == pytest.approx(model.p_any_purchase(x, t, T, horizon=39)[1], abs=0.005)


def test_simulated_customers_without_drop_out_too():
    model = Nbd(0.5, 5.0, np.zeros((2, 2)), 0.0, 0, 0, True, 0.0, ())
    x, T = np.full(200_000, 3), np.full(200_000, 20.0)
    counts = simulated_purchases(model, x, T, T, horizon=10, rng=np.random.default_rng(1))
    assert counts.mean() == pytest.approx(1.4, rel=0.02)


def test_the_totals_are_those_of_the_customers(cdnow, fitted):
    total = forecast(fitted, cdnow, horizon_days=273, rng=np.random.default_rng(0))
    predicted = predict(fitted, cdnow, horizon_days=273)
    assert total.purchases.estimate == pytest.approx(predicted.expected_purchases.sum())
    assert total.value.estimate == pytest.approx(predicted.expected_value.sum())


def test_only_the_interval_that_knows_the_backtest_holds_what_happened(cdnow, fitted):
    own = forecast(fitted, cdnow, horizon_days=273, rng=np.random.default_rng(0))
    assert own.purchases.high < 1_882
    honest = forecast(fitted, cdnow, horizon_days=273, rng=np.random.default_rng(0)).widened(0.138)
    assert honest.purchases.low < 1_882 < honest.purchases.high
    assert honest.model_error == pytest.approx(0.138 * honest.purchases.estimate)


def test_to_widen_twice_is_to_widen_by_both_errors(cdnow, fitted):
    own = forecast(fitted, cdnow, horizon_days=90, rng=np.random.default_rng(0))
    assert own.widened(0) == own
    twice, once = own.widened(0.3).widened(0.4), own.widened(0.5)
    for name in ("purchases", "buyers", "value"):
        assert getattr(twice, name).high == pytest.approx(getattr(once, name).high)
    assert twice.model_error == pytest.approx(once.model_error)


def test_the_same_seed_gives_the_same_interval(cdnow, fitted):
    one, two = (forecast(fitted, cdnow, horizon_days=90, rng=np.random.default_rng(3)) for _ in range(2))
    assert one == two


def test_chance_alone_covers_most_repetitions(cdnow, fitted):
    columns = [cdnow[name].to_numpy(float) for name in ("frequency", "recency", "T")]
    rng = np.random.default_rng(5)
    repeats = [simulated_purchases(fitted.purchases, *columns, horizon=39, rng=rng).sum() for _ in range(200)]
    total = forecast(fitted, cdnow, horizon_days=273, rng=rng)
    assert total.individual_error == pytest.approx(np.std(repeats), rel=0.2)


def test_a_doubtful_model_is_not_below_zero(cdnow, fitted):
    total = forecast(fitted, cdnow, horizon_days=30, rng=np.random.default_rng(0)).widened(2.0)
    assert total.purchases.low == 0
    assert total.value.low == 0


def test_averages_by_frequency_have_a_total_too(cdnow):
    growing = cdnow.assign(monetary_value=cdnow.monetary_value * cdnow.frequency)
    fitted = fit(growing, period="week")
    total = forecast(fitted, growing, horizon_days=90, rng=np.random.default_rng(0))
    predicted = predict(fitted, growing, horizon_days=90)
    assert total.value.low < total.value.estimate == pytest.approx(predicted.expected_value.sum())


def test_history_only_has_no_forecast(cdnow):
    with pytest.raises(ModelError, match="bought more than once"):
        forecast(fit(cdnow.head(60), period="week"), cdnow, horizon_days=90, rng=np.random.default_rng(0))


def test_nine_of_ten_futures_of_a_customer_lie_within_the_range(fitted):
    model, history, horizon = fitted.purchases, (6.0, 30.0, 33.0), 52.0
    low, high = purchase_range(model, history, horizon=horizon, rng=np.random.default_rng(1))
    columns = (np.full(200_000, value) for value in history)
    counts = simulated_purchases(model, *columns, horizon=horizon, rng=np.random.default_rng(2))
    assert np.mean((counts >= low) & (counts <= high)) >= 0.9
    assert np.mean(counts > high) <= 0.055
    assert (low, high) == (0, 14)


def test_a_customer_who_hardly_bought_and_fell_silent_ends_at_nothing(fitted):
    assert purchase_range(fitted.purchases, (5.0, 2.0, 38.0), horizon=52.0, rng=np.random.default_rng(1)) == (0, 0)


def test_what_one_customer_pays_is_of_the_same_futures_as_the_purchases(fitted):
    purchases, money = individual_ranges(
        fitted.purchases, fitted.spend, (6.0, 30.0, 33.0, 2_000.0), horizon=52.0, rng=np.random.default_rng(1)
    )
    assert purchases == (0, 14)
    assert money[0] == 0
    assert 14 * 2_000 < money[1] < 14 * 4_500
