"""Expected values: the known answers of the specification, and closed forms."""

import numpy as np
import pytest

from crm_core.surveys.change import change, estimate
from crm_core.surveys.questions import QUESTIONS

NPS, CSAT, CES, DELIVERY = (QUESTIONS[code] for code in ("nps", "csat", "ces", "delivery"))


def kinds(promoters, passives, detractors):
    counts = np.zeros(11)
    counts[[10, 7, 0]] = promoters, passives, detractors
    return counts


def five(*counts):
    return np.array(counts, dtype=float)


def shown(figure):
    return (figure.n, round(figure.value, 2), round(figure.low, 2), round(figure.high, 2))


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        (kinds(100, 60, 40), (200, 30, 18.82, 40.30)),
        (kinds(6, 2, 2), (10, 40, -12.59, 74.12)),
        (kinds(10, 0, 0), (10, 100, 47.50, 100)),
    ],
)
def test_nps_has_the_adjusted_wald_interval(counts, expected):
    assert shown(estimate(NPS, counts)) == expected


def test_promoters_answer_9_or_10_and_detractors_up_to_6():
    assert [estimate(NPS, np.eye(11)[answer]).value for answer in range(11)] == [-100] * 7 + [0] * 2 + [100] * 2


def test_satisfied_customers_are_the_two_best_answers_with_wilsons_interval():
    figure = estimate(CSAT, five(5, 10, 10, 40, 35))
    assert (figure.n, figure.value) == (100, 0.75)
    assert (round(100 * figure.low, 2), round(100 * figure.high, 2)) == (65.70, 82.45)


def test_ease_is_a_mean_with_students_interval():
    figure = estimate(CES, np.array([2, 3, 5, 10, 20, 35, 25.0]))
    assert (figure.n, round(figure.value, 3), round(figure.low, 3), round(figure.high, 3)) == (100, 5.48, 5.197, 5.763)


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=lambda question: question.code)
def test_without_answers_there_is_no_figure_and_never_a_zero(question):
    figure = estimate(question, np.zeros_like(question.worth))
    assert figure.n == 0
    assert np.isnan([figure.value, figure.low, figure.high]).all()


def test_a_single_answer_has_a_mean_without_an_interval():
    figure = estimate(DELIVERY, five(0, 0, 0, 1, 0))
    assert figure.value == 4
    assert np.isnan(figure.low)


def test_nps_of_different_people_changes_as_in_the_known_answer():
    found = change(NPS, kinds(100, 60, 40), kinds(110, 55, 35))
    assert (round(found.size, 1), round(found.low, 1), round(found.high, 1)) == (7.5, -7.6, 22.6)
    assert round(found.p, 3) == 0.332


#                    after: P   A   D
JOINT = np.array([[20, 5, 2], [12, 25, 3], [6, 9, 18]])
ANSWER = np.array([10, 7, 0])


def joint_answers(joint):
    before, after = np.indices((3, 3))
    return np.repeat(ANSWER[before.ravel()], joint.ravel()), np.repeat(ANSWER[after.ravel()], joint.ravel())


def test_nps_of_the_same_people_is_tested_as_pairs():
    found = change(NPS, kinds(*JOINT.sum(axis=1)), kinds(*JOINT.sum(axis=0)), shared=joint_answers(JOINT))
    assert (round(found.before.value, 6), round(found.now.value, 6), round(found.size, 6)) == (-6, 15, 21)
    assert round(found.p, 5) == 0.00655
    assert round((found.high - found.low) / 2 / 7.5605, 2) == 1.98


def test_the_same_figures_of_different_people_say_less():
    assert round(change(NPS, kinds(*JOINT.sum(axis=1)), kinds(*JOINT.sum(axis=0))).p, 4) == 0.0536


def test_people_in_both_quarters_narrow_the_interval_as_far_as_they_agree():
    before, now = kinds(40, 30, 30), kinds(50, 30, 20)
    agreeing = (np.repeat([10, 0], [30, 15]), np.repeat([10, 0], [30, 15]))
    apart, partly = change(NPS, before, now), change(NPS, before, now, shared=agreeing)
    # 45 people with covariance c: SE^2 = V1/99 + V2/99 - 2*45*c/100^2
    spread = np.array([100.0] * 30 + [-100.0] * 15)
    variances = [(7000 - 100) / 99, (7000 - 900) / 99]
    expected = 1.959964 * np.sqrt(sum(variances) - 2 * 45 * spread.var(ddof=1) / 100**2)
    assert (partly.high - partly.low) / 2 == pytest.approx(expected, rel=1e-6)
    assert partly.high - partly.low < apart.high - apart.low
    assert partly.size == apart.size == 20


def test_shares_of_satisfied_customers_are_compared_by_the_pooled_test():
    found = change(CSAT, five(0, 0, 25, 75, 0), five(0, 0, 18, 0, 82))
    assert (round(found.size, 4), round(found.p, 3)) == (0.07, 0.228)


def test_means_are_compared_by_welchs_test():
    # Answers 4 x 5, 6 x 3 against 10 x 1, 10 x 3: checked by scipy.stats.ttest_ind(equal_var=False).
    found = change(DELIVERY, five(0, 0, 6, 0, 4), five(10, 0, 10, 0, 0))
    assert (round(found.before.value, 6), found.now.value) == (3.8, 2)
    assert found.p == pytest.approx(0.000271, abs=5e-7)


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=lambda question: question.code)
def test_with_fewer_than_10_answers_on_a_side_nothing_is_compared(question):
    few, enough = np.zeros_like(question.worth), np.zeros_like(question.worth)
    few[-1], enough[-1] = 9, 10
    assert change(question, few, enough) is None
    assert change(question, enough, few) is None
    assert change(question, enough, enough) is not None


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=lambda question: question.code)
def test_when_all_give_the_same_answer_twice_there_is_no_change_and_still_an_interval(question):
    counts = np.zeros_like(question.worth)
    counts[-1] = 12
    same = np.full(12, len(counts) - 1 + question.lowest)
    for shared in (None, (same, same)):
        found = change(question, counts, counts, shared=shared)
        assert (found.size, found.p) == (0, 1)
        assert found.low < 0 < found.high
