import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crm_core.errors import ModelError
from crm_core.models.nps import Counts, answers_needed, change, nps, paired_change

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
Q1 = Counts(100, 60, 40)
Q2 = Counts(110, 55, 35)
SAME_PEOPLE = np.array([[20, 5, 2], [12, 25, 3], [6, 9, 18]])
counts = st.builds(Counts, st.integers(0, 400), st.integers(0, 400), st.integers(0, 400))


def ends(interval):
    return (interval.low, interval.high)


def test_200_answers():
    score = nps(Q1)
    assert score.score == 30
    assert score.standard_error == pytest.approx(5.5227, abs=5e-5)
    assert ends(score.wald) == pytest.approx((19.18, 40.82), abs=5e-3)
    assert ends(score.interval) == pytest.approx((18.82, 40.30), abs=5e-3)
    assert score.standing == "firm"


def test_ten_answers_have_a_wide_interval_and_are_indicative():
    score = nps(Counts(6, 2, 2))
    assert score.score == 40
    assert ends(score.interval) == pytest.approx((-12.59, 74.12), abs=5e-3)
    assert score.standing == "indicative"


def test_ten_promoters_do_not_prove_that_all_are():
    score = nps(Counts(10, 0, 0))
    assert score.score == 100
    assert score.standard_error == 0
    assert ends(score.interval) == pytest.approx((47.50, 100), abs=5e-3)


def test_skipped_questions_are_no_detractors():
    scores = np.array([9] * 60 + [7] * 20 + [0] * 20 + [np.nan] * 25)
    assert Counts.of(scores) == Counts(60, 20, 20)
    assert nps(Counts.of(scores)).score == 40.0


def test_no_answers_have_no_score():
    assert nps(Counts(0, 0, 0)) is None
    assert nps(Counts.of(np.array([np.nan]))) is None
    assert change(Counts(0, 0, 0), Q1) is None


def test_each_score_has_its_kind():
    assert Counts.of(np.arange(11)) == Counts(2, 2, 7)


@pytest.mark.parametrize("score", [-1, 11, 7.5])
def test_a_score_off_the_scale_is_refused(score):
    with pytest.raises(ModelError, match=f"Score {score:g}"):
        Counts.of(np.array([5, score]))


def test_asking_most_of_a_small_population_narrows_the_interval():
    score = nps(Q1, population=500)
    assert score.standard_error == pytest.approx(4.2821, abs=5e-5)
    assert score.interval.high - score.interval.low < nps(Q1).interval.high - nps(Q1).interval.low
    assert ends(nps(Q1, population=200).interval) == pytest.approx((29.56, 30), abs=5e-3)
    with pytest.raises(ModelError, match="population of 100"):
        nps(Q1, population=100)


def test_independent_quarters():
    moved = change(Q1, Q2)
    assert moved.points == 7.5
    assert moved.standard_error == pytest.approx(7.728, abs=5e-4)
    assert moved.statistic == pytest.approx(0.971, abs=1e-3)
    assert moved.p == pytest.approx(0.332, abs=5e-4)
    assert ends(moved.interval) == pytest.approx((-7.6, 22.6), abs=0.05)
    assert moved.verdict == "no detectable change"


def test_the_same_people_asked_twice_show_what_strangers_would_not():
    moved = paired_change(SAME_PEOPLE)
    assert moved.points == pytest.approx(21)
    assert moved.standard_error == pytest.approx(7.5605, abs=5e-5)
    assert moved.statistic == pytest.approx(2.778, abs=5e-4)
    assert moved.p == pytest.approx(0.00655, abs=5e-6)
    assert (moved.verdict, moved.degrees) == ("up", 99)
    strangers = change(Counts(27, 40, 33), Counts(38, 39, 23))
    assert (strangers.points, strangers.verdict) == (21, "no detectable change")
    assert strangers.p == pytest.approx(0.0536, abs=5e-5)


def test_verdicts_in_words():
    assert change(Counts(100, 60, 40), Counts(140, 40, 20)).verdict == "up"
    assert change(Counts(140, 40, 20), Counts(100, 60, 40)).verdict == "down"
    assert change(Counts(9, 0, 0), Counts(0, 0, 200)).verdict == "too little data"


def test_all_alike_twice_is_no_change_and_no_division_by_zero():
    moved = change(Counts(20, 0, 0), Counts(30, 0, 0))
    assert (moved.points, moved.p, moved.verdict) == (0, 1, "no detectable change")
    assert change(Counts(12, 0, 0), Counts(0, 12, 0)).standard_error == pytest.approx(15.492, abs=5e-4)
    assert paired_change(np.diag([5, 0, 0])) is None
    assert paired_change(np.zeros((3, 3))) is None


@pytest.mark.parametrize(("points", "needed"), [(5, 3_831), (10, 958), (15, 426), (20, 240)])
def test_answers_needed_to_notice_a_change(points, needed):
    assert answers_needed(points, like=Q1) == needed


def test_no_change_cannot_be_noticed():
    with pytest.raises(ModelError, match="above zero"):
        answers_needed(0, like=Q1)


def test_a_count_below_zero_is_refused():
    with pytest.raises(ModelError, match="below zero"):
        Counts(1, -1, 0)


@given(counts)
def test_scores_and_intervals_stay_within_100(answers):
    assume(answers.n)
    score = nps(answers)
    assert -100 <= score.interval.low <= score.score <= score.interval.high <= 100
    assert -100 <= score.wald.low <= score.wald.high <= 100


@given(counts, counts)
def test_going_back_is_the_opposite_of_going(before, after):
    assume(before.n)
    assume(after.n)
    there, back = change(before, after), change(after, before)
    assert there.points == -back.points
    assert there.p == pytest.approx(back.p)
    assert 0 <= there.p <= 1


@given(counts)
def test_more_promoters_never_lower_the_score(answers):
    assume(answers.n)
    more = Counts(answers.promoters + 1, answers.passives, answers.detractors)
    assert nps(more).score >= nps(answers).score


def test_the_values_that_peers_publish():
    path = SHARED / "data" / "peer_expected" / "expected_values.json"
    if not path.exists():
        pytest.skip("the published values are not here")
    for case in json.loads(path.read_text())["nps"]["cases"]:
        answers = Counts.of(np.array(case["scores"]))
        if "nps" in case:
            assert nps(answers).score == pytest.approx(100 * case["nps"])
        if "var" in case:
            assert answers.variance == pytest.approx(case["var"])
        if "se" in case:
            assert nps(answers).standard_error == pytest.approx(100 * case["se"], abs=0.05)


def test_the_fixtures_of_the_specification():
    path = SHARED / "fixtures" / "nps.json"
    if not path.exists():
        pytest.skip("the fixtures are not here")
    for case in json.loads(path.read_text()).values():
        score = nps(Counts(case["P"], case["A"], case["D"]))
        if "wald" in case:
            assert (score.score, score.standard_error, *ends(score.wald)) == pytest.approx(case["wald"])
        if "adjwald" in case:
            assert ends(score.interval) == pytest.approx(case["adjwald"])
        if "nps" in case:
            assert (score and score.score) == case["nps"]
