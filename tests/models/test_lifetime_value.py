import json
from datetime import date

import numpy as np
import pandas as pd
import pytest

from crm_core.errors import ModelError
from crm_core.models.gamma_gamma import GammaGamma
from crm_core.models.lifetime_value import fit, predict, present_value_factor
from crm_core.models.nbd import Nbd
from crm_core.models.spend import AmountByFrequency
from crm_core.models.summary import purchase_summary


@pytest.fixture(scope="module")
def fitted(cdnow):
    return fit(cdnow, period="week")


def test_one_row_per_customer_in_their_order(cdnow, fitted):
    predicted = predict(fitted, cdnow, horizon_days=365)
    assert list(predicted) == [
        "customer_id",
        "frequency",
        "recency",
        "T",
        "monetary_value",
        "p_alive",
        "p_alive_shown",
        "expected_purchases",
        "expected_spend",
        "expected_value",
    ]
    assert (predicted.customer_id == cdnow.customer_id).all()
    assert predicted.notna().all().all()


def test_value_is_purchases_times_the_amount_of_each(cdnow, fitted):
    predicted = predict(fitted, cdnow, horizon_days=273)
    assert predicted.expected_purchases.sum() == pytest.approx(1_653.41, abs=0.01)
    amounts = predicted.expected_value / predicted.expected_purchases / 100
    assert amounts[cdnow.frequency > 0].mean() == pytest.approx(35.3744, abs=5e-5)
    assert amounts[cdnow.frequency == 0].to_numpy() == pytest.approx(fitted.gamma_gamma.mean_amount)


def test_the_library_agrees_on_purchases_and_value(cdnow, fitted, lifetimes):
    x, t, T, m = (cdnow[name] for name in ("frequency", "recency", "T", "monetary_value"))
    bgnbd = lifetimes.BetaGeoFitter().fit(x, t, T)
    repeat = m > 0
    gamma_gamma = lifetimes.GammaGammaFitter().fit(x[repeat], m[repeat] / 100)
    purchases = bgnbd.conditional_expected_number_of_purchases_up_to_time(365 / 7, x, t, T)
    value = purchases * gamma_gamma.conditional_expected_average_profit(x, m / 100) * 100
    ours = predict(fitted, cdnow, horizon_days=365)
    assert ours.expected_purchases.to_numpy() == pytest.approx(purchases.to_numpy(), rel=1e-4)
    assert ours.expected_value.to_numpy() == pytest.approx(value.to_numpy(), rel=1e-3)


def test_days_and_weeks_forecast_the_same(cdnow_orders, fitted, cdnow):
    daily = purchase_summary(cdnow_orders, as_of=date(1997, 10, 1), period="day")
    by_day = predict(fit(daily, period="day"), daily, horizon_days=365)
    by_week = predict(fitted, cdnow, horizon_days=365)
    assert by_day.expected_value.to_numpy() == pytest.approx(by_week.expected_value.to_numpy(), rel=1e-5)


def test_nobody_reads_that_a_one_time_buyer_is_certainly_there(cdnow, fitted):
    predicted = predict(fitted, cdnow, horizon_days=365)
    once = predicted[cdnow.frequency == 0]
    oldest = once.p_alive_shown[once["T"].sub(38.857).abs() < 1e-3]
    assert (once.p_alive == 1).all()
    assert oldest.to_numpy() == pytest.approx(0.39, abs=5e-4)
    again = predicted[cdnow.frequency > 0]
    assert (again.p_alive_shown == again.p_alive).all()


def test_a_rate_is_per_year():
    assert present_value_factor(365, 0.10) == pytest.approx(1 / 1.10)
    assert present_value_factor(730, 0.10) == pytest.approx(1 / 1.21)


def test_discounting_is_that_of_the_continuous_sum(cdnow, fitted):
    head = cdnow.head(50)
    ours = predict(fitted, head, horizon_days=730, discount_rate=0.12)
    days = np.arange(0, 731, 2)
    until = np.array([predict(fitted, head, horizon_days=int(day)).expected_value for day in days[1:]])
    steps = np.diff(until, axis=0, prepend=0)
    exact = (steps * present_value_factor(days[1:] - 1, 0.12)[:, None]).sum(axis=0)
    assert ours.expected_value.to_numpy() == pytest.approx(exact, rel=1e-4)
    undiscounted = predict(fitted, head, horizon_days=730)
    assert ours.expected_purchases.to_numpy() == pytest.approx(undiscounted.expected_purchases.to_numpy())


def test_a_margin_scales_the_value_only(cdnow, fitted):
    full, part = predict(fitted, cdnow, horizon_days=90), predict(fitted, cdnow, horizon_days=90, margin_rate=0.3)
    assert part.expected_value.to_numpy() == pytest.approx(0.3 * full.expected_value.to_numpy())
    assert (part.expected_purchases == full.expected_purchases).all()
    assert (part.expected_spend == full.expected_value).all()


def test_each_customer_may_have_a_margin_of_their_own_and_spend_is_never_discounted(cdnow, fitted):
    rates = np.linspace(-0.1, 0.6, len(cdnow))
    own = predict(fitted, cdnow, horizon_days=365, discount_rate=0.1, margin_rate=rates)
    plain, discounted = (predict(fitted, cdnow, horizon_days=365, discount_rate=rate) for rate in (0.0, 0.1))
    assert own.expected_value.to_numpy() == pytest.approx(rates * discounted.expected_value.to_numpy())
    assert (own.expected_spend == plain.expected_value).all()


def test_the_fit_is_described_in_json(fitted):
    told = json.loads(json.dumps(fitted.describe(), allow_nan=False))
    assert (told["model"], told["engine"], told["period"], told["converged"]) == ("bg/nbd", "newton", "week", True)
    assert told["parameters"]["alpha"] == pytest.approx(4.4136019, abs=2e-5)
    assert told["standard_errors"]["alpha"] == pytest.approx(0.378, abs=5e-4)
    assert told["log_likelihood"] == pytest.approx(-9582.429, abs=5e-4)
    assert (told["customers"], told["repeat_buyers"]) == (2_357, 946)
    assert told["spend"]["parameters"]["v"] == pytest.approx(15.4435, abs=5e-5)
    assert told["spend"]["used"] == "gamma-gamma"
    assert {found["code"] for found in told["guardrails"]} == {"season_unknown", "amount_follows_frequency"}
    assert not fitted.is_blocked


def test_too_few_repeat_buyers_leave_the_history_only(cdnow):
    few = cdnow.head(100)
    assert (few.frequency > 0).sum() < 50
    blocked = fit(few, period="week")
    assert blocked.is_blocked
    assert blocked.purchases is None
    assert json.loads(json.dumps(blocked.describe()))["parameters"] == {}
    with pytest.raises(ModelError, match="bought more than once"):
        predict(blocked, few, horizon_days=365)


def test_without_drop_out_everybody_is_alive(simulated):
    x, t, T = simulated(np.random.default_rng(2), size=1_500, drop_out=np.zeros(1_500))
    summary = frame(x, t, T)
    fitted = fit(summary, period="day")
    assert isinstance(fitted.purchases, Nbd)
    predicted = predict(fitted, summary, horizon_days=365)
    assert (predicted.p_alive == 1).all()
    assert predicted.expected_purchases.to_numpy() == pytest.approx(
        (fitted.purchases.r + x) / (fitted.purchases.alpha + T) * 365
    )


def test_amounts_that_do_not_suit_the_model_are_averaged(cdnow):
    growing = cdnow.assign(monetary_value=cdnow.monetary_value * cdnow.frequency)
    fitted = fit(growing, period="week")
    assert isinstance(fitted.spend, AmountByFrequency)
    assert isinstance(fitted.gamma_gamma, GammaGamma)
    assert fitted.describe()["spend"]["used"] == "average by frequency"
    assert predict(fitted, growing, horizon_days=90).expected_value.gt(0).all()


def test_even_gaps_are_said_to_be_a_subscription(cdnow):
    assert fit(cdnow, period="week", regularity=7.0).is_blocked


@pytest.mark.parametrize("arguments", [{"horizon_days": 0}, {"horizon_days": 30, "discount_rate": -1.0}])
def test_impossible_arguments_are_refused(cdnow, fitted, arguments):
    with pytest.raises(ModelError, match="at least a day"):
        predict(fitted, cdnow, **arguments)


def frame(x, t, T):
    columns = {"customer_id": [str(i) for i in range(len(x))], "frequency": x.astype(int), "recency": t, "T": T}
    return pd.DataFrame({**columns, "monetary_value": np.where(x > 0, 1_000.0 + 10 * (T % 7), 0)})
