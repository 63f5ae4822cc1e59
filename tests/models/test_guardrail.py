import numpy as np
import pandas as pd
import pytest

from crm_core.models.guardrail import amount_correlation, regularity, regularity_guardrails, sample_guardrails


def summary(*, buyers=1_000, repeat=300, history=800, silence=5):
    frequency = np.zeros(buyers, int)
    frequency[:repeat] = 1
    recency = np.where(frequency > 0, history - silence, 0.0)
    return pd.DataFrame({"frequency": frequency, "recency": recency, "T": np.full(buyers, float(history))})


def found(guardrails):
    return {(guardrail.code, guardrail.severity) for guardrail in guardrails}


def test_plenty_of_fresh_data_raises_nothing():
    assert sample_guardrails(summary(), period="day") == []


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (summary(repeat=49), ("few_repeat_buyers", "block")),
        (summary(repeat=50), ("few_repeat_buyers", "warn")),
        (summary(repeat=249), ("few_repeat_buyers", "warn")),
        (summary(buyers=499), ("few_buyers", "warn")),
        (summary(history=728), ("season_unknown", "warn")),
        (summary(silence=31), ("old_data", "warn")),
    ],
)
def test_each_limit_has_its_message(data, expected):
    assert found(sample_guardrails(data, period="day")) == {expected}


def test_half_a_year_is_asked_for_apart_from_the_season():
    assert found(sample_guardrails(summary(history=178), period="day")) == {
        ("short_history", "warn"),
        ("season_unknown", "warn"),
    }
    assert ("short_history", "warn") not in found(sample_guardrails(summary(history=179), period="day"))


def test_weeks_are_counted_in_days():
    weekly = summary(history=730, silence=28).assign(T=lambda f: f["T"] / 7, recency=lambda f: f.recency / 7)
    assert sample_guardrails(weekly, period="week") == []


def test_no_customers_at_all_are_too_few():
    assert ("few_repeat_buyers", "block") in found(sample_guardrails(summary(buyers=0, repeat=0), period="day"))


def test_messages_name_the_number_and_the_next_step():
    message = sample_guardrails(summary(repeat=31), period="day")[0].message
    assert "31 customers" in message
    assert "history" in message


@pytest.mark.parametrize("shape", [1, 3, 8])
def test_regularity_is_the_shape_of_the_gaps(shape):
    rng = np.random.default_rng(shape)
    first, second = rng.gamma(shape, size=(2, 40_000)) * rng.gamma(1, 10, 40_000)
    assert regularity(first, second) == pytest.approx(shape, rel=0.05)


def test_regularity_of_cdnow_is_that_of_chance(cdnow_orders):
    days = cdnow_orders.drop_duplicates(["customer_id", "day"])
    gaps = days.groupby("customer_id").day.apply(lambda d: np.diff(np.sort(d))[:2])
    pairs = np.array([pair for pair in gaps if len(pair) == 2])
    assert regularity(pairs[:, 0], pairs[:, 1]) == pytest.approx(0.92, abs=0.01)


def test_equal_gaps_are_as_regular_as_can_be_and_a_few_pairs_say_nothing():
    assert regularity(np.full(60, 7), np.full(60, 7)) == np.inf
    assert regularity(np.full(49, 7), np.full(49, 9)) is None


@pytest.mark.parametrize(
    ("k", "r", "expected"),
    [
        (None, 0.3, set()),
        (1.5, 0.3, set()),
        (1.6, 0.3, {("regular_purchases", "warn")}),
        (5.1, 0.3, {("subscription", "block")}),
        (None, 51.0, {("subscription", "block")}),
    ],
)
def test_subscriptions_are_recognised(k, r, expected):
    assert found(regularity_guardrails(k, r)) == expected


def test_a_subscription_is_told_by_what_betrays_it():
    assert "at nearly equal intervals" in regularity_guardrails(9.0, 60.0)[0].message
    assert "all at nearly the same rate" in regularity_guardrails(1.0, 60.0)[0].message


def test_correlation_of_frequency_and_amount_in_cdnow(cdnow):
    assert amount_correlation(cdnow.frequency.to_numpy(), cdnow.monetary_value.to_numpy()) == pytest.approx(
        0.206, abs=5e-4
    )


def test_amounts_that_are_all_the_same_depend_on_nothing():
    assert amount_correlation(np.array([1, 2, 3]), np.array([5.0, 5.0, 5.0])) == 0.0
    assert amount_correlation(np.array([0, 0]), np.array([0.0, 0.0])) == 0.0
