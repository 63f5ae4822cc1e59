import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_ind

from crm_core.errors import ModelError
from crm_core.models.effect import (
    Arm,
    conversion_effect,
    effect,
    recipients_needed,
    smallest_detectable_difference,
    smallest_detectable_lift,
)


def spending(rng, size, *, share=0.1, mean=5_000.0):
    """Most people buy nothing, some spend."""
    return np.where(rng.random(size) < share, rng.exponential(mean, size), 0.0).round()


def test_a_hand_drawn_effect():
    # treated 4, 6, 8 and control 1, 3: means 6 and 2, variances 4 and 2
    result = effect(Arm.of([4, 6, 8]), Arm.of([1, 3]))
    assert (result.uplift.estimate, result.incremental.estimate, result.relative.estimate) == (4, 12, 2)
    error = np.sqrt(4 / 3 + 2 / 2)
    half = (result.uplift.high - result.uplift.low) / 2
    assert result.incremental.high == pytest.approx(12 + 3 * half)
    # s2_T / (n_T m_C^2) + m_T^2 s2_C / (n_C m_C^4)
    relative = np.sqrt(4 / (3 * 4) + 36 * 2 / (2 * 16))
    assert (result.relative.high - 2) / half == pytest.approx(relative / error)
    assert result.verdict == "too little data"


def test_it_is_welchs_test():
    rng = np.random.default_rng(1)
    treated, control = spending(rng, 900), spending(rng, 300)
    result, theirs = effect(Arm.of(treated), Arm.of(control)), ttest_ind(treated, control, equal_var=False)
    assert result.p == pytest.approx(theirs.pvalue)
    interval = theirs.confidence_interval()
    assert (result.uplift.low, result.uplift.high) == pytest.approx((interval.low, interval.high))


def test_sums_of_an_engine_say_the_same_as_single_outcomes():
    values = spending(np.random.default_rng(2), 500)
    sums = Arm.from_sums(500, int(values.sum()), int((values**2).sum()))
    assert sums.mean == pytest.approx(Arm.of(values).mean)
    assert sums.variance == pytest.approx(values.var(ddof=1))


def test_nothing_is_claimed_when_zero_is_possible():
    rng = np.random.default_rng(3)
    same = effect(Arm.of(spending(rng, 500)), Arm.of(spending(rng, 500)))
    assert same.verdict == "not distinguishable from zero"
    assert same.uplift.spans_zero
    assert same.incremental.spans_zero


def test_a_large_effect_is_found_in_both_directions():
    rng = np.random.default_rng(4)
    more, less = Arm.of(spending(rng, 5_000, share=0.2)), Arm.of(spending(rng, 5_000))
    assert effect(more, less).verdict == "more"
    assert effect(less, more).verdict == "less"


def test_all_revenue_of_the_window_would_overstate():
    rng = np.random.default_rng(5)
    treated, control = spending(rng, 40_000, share=0.12), spending(rng, 10_000, share=0.10)
    result = effect(Arm.of(treated), Arm.of(control))
    truth = 0.02 * 5_000 * 40_000
    assert result.incremental.low < truth < result.incremental.high
    assert treated.sum() > 5 * truth


def test_intervals_cover_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(6)
    covered = 0
    for _ in range(400):
        result = effect(Arm.of(spending(rng, 800, share=0.12)), Arm.of(spending(rng, 400)))
        covered += result.uplift.low < 0.02 * 5_000 < result.uplift.high
    assert covered / 400 == pytest.approx(0.95, abs=0.03)


def test_conversions():
    result = conversion_effect((60, 1_000), (40, 1_000))
    assert result.uplift.estimate == pytest.approx(0.02)
    assert result.incremental.estimate == pytest.approx(20)
    assert result.relative.estimate == pytest.approx(0.5)
    assert result.p == pytest.approx(0.0402, abs=5e-5)
    assert result.verdict == "more"


def test_no_conversion_at_all_has_a_range_but_no_lift():
    result = conversion_effect((0, 500), (0, 500))
    assert result.relative is None
    assert result.uplift.low < 0 < result.uplift.high
    assert (result.p, result.verdict) == (1, "not distinguishable from zero")


def test_an_empty_control_group_measures_nothing():
    assert effect(Arm.of([1.0, 2.0]), Arm.of([])) is None
    assert conversion_effect((1, 10), (0, 0)) is None


def test_outcomes_without_spread_differ_or_do_not():
    assert effect(Arm(20, 5.0, 0.0), Arm(20, 5.0, 0.0)).p == 1
    assert effect(Arm(20, 5.0, 0.0), Arm(20, 4.0, 0.0)).p == 0


@pytest.mark.parametrize(("control_share", "thousands"), [(0.1, 42), (0.2, 24), (0.5, 16)])
def test_recipients_to_notice_a_fifth_more_at_5_percent(control_share, thousands):
    needed = recipients_needed(0.05, lift=0.2, control_share=control_share)
    assert round(needed / 1_000) == thousands
    found = smallest_detectable_lift(0.05, recipients=needed, control_share=control_share)
    assert found == pytest.approx(0.2, rel=1e-3)


def test_a_tiny_audience_notices_nothing():
    assert smallest_detectable_lift(0.6, recipients=10, control_share=0.5) is None


def test_the_smallest_difference_is_noticed_four_times_in_five():
    difference = smallest_detectable_difference(10.0, treated=400, control=100)
    rng = np.random.default_rng(7)
    found = 0
    for _ in range(500):
        treated, control = rng.normal(difference, 10, 400), rng.normal(0, 10, 100)
        found += effect(Arm.of(treated), Arm.of(control)).verdict == "more"
    assert found / 500 == pytest.approx(0.8, abs=0.05)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: recipients_needed(0.05, lift=0.2, control_share=0),
        lambda: recipients_needed(0.05, lift=30, control_share=0.5),
        lambda: recipients_needed(0.0, lift=0.2, control_share=0.5),
        lambda: smallest_detectable_lift(0.05, recipients=3, control_share=0.1),
        lambda: smallest_detectable_difference(1.0, treated=5, control=5, power=1.0),
    ],
)
def test_impossible_plans_are_refused(ask):
    with pytest.raises(ModelError):
        ask()


cents = st.integers(-(10**6), 10**6).map(lambda value: value / 100)
arms = st.builds(Arm, st.integers(2, 10_000), cents, cents.map(abs))


@given(arms, arms)
def test_each_interval_holds_its_estimate(treated, control):
    result = effect(treated, control)
    for interval in (result.uplift, result.incremental, result.relative):
        assert interval is None or interval.low <= interval.estimate <= interval.high
    assert 0 <= result.p <= 1


@given(st.integers(2, 900), st.integers(2, 900), st.floats(0, 1), st.floats(0, 1))
def test_a_difference_of_shares_stays_possible(n, m, share, other):
    result = conversion_effect((round(share * n), n), (round(other * m), m))
    assert -1 - 1e-12 <= result.uplift.low <= result.uplift.estimate <= result.uplift.high <= 1 + 1e-12
