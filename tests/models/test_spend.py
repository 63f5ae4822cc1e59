import numpy as np
import pytest

from crm_core.models.gamma_gamma import GammaGamma
from crm_core.models.spend import AmountByFrequency, fit_spend


def codes(guardrails):
    return [guardrail.code for guardrail in guardrails]


def drawn(rng, *, size=4_000, p=5.0, q=4.0, v=2_000.0):
    x = rng.integers(1, 12, size).astype(float)
    rates = rng.gamma(q, 1 / v, size)
    return x, rng.gamma(p * x) / rates / x


def test_averages_count_each_purchase_once():
    # 1 purchase of 10; 2 of 40 and 3 of 20; nobody with 4 to 7; 10 of 100
    frequency, amount = np.array([0, 1, 2, 3, 10]), np.array([0.0, 10, 40, 20, 100])
    averages = AmountByFrequency.fit(frequency, amount)
    overall = (10 + 80 + 60 + 1_000) / 16
    assert averages.means == pytest.approx((10, 28, overall, 100))
    asked = np.array([0, 1, 3, 5, 50])
    assert averages.expected_amount(asked, asked) == pytest.approx([overall, 10, 28, overall, 100])


def test_amounts_that_suit_the_model_need_no_message():
    fitted, used, guardrails = fit_spend(*drawn(np.random.default_rng(0)))
    assert used is fitted
    assert guardrails == []


def test_cdnow_is_used_with_a_warning(cdnow):
    _, used, guardrails = fit_spend(cdnow.frequency.to_numpy(float), cdnow.monetary_value.to_numpy() / 100)
    assert isinstance(used, GammaGamma)
    assert codes(guardrails) == ["amount_follows_frequency"]


def test_amounts_that_grow_with_frequency_switch_to_averages():
    x, m = drawn(np.random.default_rng(0))
    fitted, used, guardrails = fit_spend(x, m * x)
    assert isinstance(fitted, GammaGamma)
    assert isinstance(used, AmountByFrequency)
    assert codes(guardrails) == ["amount_depends_on_frequency"]


@pytest.mark.parametrize(
    ("q", "code", "used"),
    [(1.6, "spend_heavy_tail", GammaGamma), (0.7, "spend_mean_infinite", AmountByFrequency)],
)
def test_very_large_amounts_are_noticed(q, code, used):
    _, model, guardrails = fit_spend(*drawn(np.random.default_rng(3), q=q))
    assert codes(guardrails) == [code]
    assert isinstance(model, used)


def test_without_any_amount_the_value_is_zero_and_the_page_says_why():
    fitted, used, guardrails = fit_spend(np.array([0.0, 1, 2]), np.zeros(3))
    assert fitted is None
    assert used.expected_amount(np.array([0, 1, 9]), np.zeros(3)).tolist() == [0, 0, 0]
    assert codes(guardrails) == ["no_spend_fit"]


def test_amounts_that_are_all_nothing_are_averaged_and_said_not_to_fit():
    fitted, used, guardrails = fit_spend(np.array([1.0, 2.0, 5.0]), np.zeros(3))
    assert fitted is None
    assert isinstance(used, AmountByFrequency)
    assert [(found.code, found.severity) for found in guardrails] == [("no_spend_fit", "warn")]
