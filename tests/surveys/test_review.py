from datetime import date

import numpy as np
import pandas as pd
import pytest

from crm_core.surveys.change import estimate
from crm_core.surveys.quarters import counted_answers, quarter_of
from crm_core.surveys.questions import QUESTIONS
from crm_core.surveys.review import distribution, driver_changes, latest_quarter, left_out, trend, verdict_on
from crm_core.surveys.tally import tally
from crm_core.surveys.words import Tone
from tests.surveys.drawn import drawn, repeated

AS_OF = date(2026, 7, 1)
Q1, Q2 = quarter_of(date(2026, 1, 1)), quarter_of(date(2026, 4, 1))


def answers(*responses, as_of=AS_OF):
    return counted_answers(pd.concat(responses, ignore_index=True), as_of=as_of)


def row(table, quarter, question="nps"):
    return table[(table.quarter == quarter) & (table.question == question)].iloc[0]


def test_nps_is_of_those_who_answered_the_question():
    skipped = repeated({5: 25}, day="2026-05-01", question="csat", prefix="skipped")
    asked = repeated({10: 60, 8: 20, 0: 20}, day="2026-05-01")
    found = row(trend(answers(asked, skipped), as_of=AS_OF), Q2)
    assert (found.n, found.value) == (100, 40.0)


def test_a_quarter_without_answers_between_others_has_no_figure_and_never_a_zero():
    table = trend(answers(drawn("2025-11-01 ann nps=9\n2026-05-01 ann nps=9")), as_of=AS_OF)
    assert table.period.tolist() == ["2025 Q4", "2026 Q1", "2026 Q2"]
    assert row(table, Q1).n == 0
    assert np.isnan([row(table, Q1).value, row(table, Q1).low, row(table, Q1).high]).all()


def test_the_quarter_that_runs_is_marked():
    table = trend(
        answers(drawn("2026-03-01 ann nps=9\n2026-04-01 ann nps=9"), as_of=date(2026, 4, 2)), as_of=date(2026, 4, 2)
    )
    assert table.period.tolist() == ["2026 Q1", "2026 Q2 so far"]
    assert table.finished.tolist() == [True, False]


def test_a_question_that_nobody_was_asked_has_no_rows():
    table = trend(answers(drawn("2026-05-01 ann nps=9 csat=5")), as_of=AS_OF)
    assert table.question.tolist() == ["nps", "csat"]


def test_the_figures_are_those_of_the_known_answers():
    responses = answers(
        repeated({10: 100, 7: 60, 0: 40}, day="2026-05-01"),
        repeated({5: 35, 4: 40, 3: 10, 2: 10, 1: 5}, day="2026-05-01", question="csat"),
        repeated({1: 2, 2: 3, 3: 5, 4: 10, 5: 20, 6: 35, 7: 25}, day="2026-05-01", question="ces"),
    )
    table = trend(responses, as_of=AS_OF)
    rounded = {r.question: (r.n, round(r.value, 3), round(r.low, 3), round(r.high, 3)) for r in table.itertuples()}
    assert rounded == {
        "nps": (200, 30, 18.815, 40.298),
        "csat": (100, 0.75, 0.657, 0.825),
        "ces": (100, 5.48, 5.197, 5.763),
    }


def test_without_responses_the_trend_is_empty():
    assert trend(answers(drawn("")), as_of=AS_OF).empty


def test_the_review_opens_on_the_newest_quarter():
    one_each = answers(drawn("2025-11-01 ann nps=9\n2026-02-01 ann nps=9"))
    assert latest_quarter(one_each, as_of=date(2026, 2, 2)) == Q1
    assert latest_quarter(one_each, as_of=AS_OF) == Q1


def test_the_review_opens_on_the_quarter_before_while_the_newest_has_only_begun():
    begun = answers(repeated({9: 41}, day="2026-02-01"), repeated({9: 20}, day="2026-04-01"))
    assert latest_quarter(begun, as_of=date(2026, 4, 2)) == Q1
    assert latest_quarter(begun, as_of=AS_OF) == Q2


def test_the_review_opens_on_the_only_quarter():
    assert latest_quarter(answers(drawn("2026-04-01 ann nps=9")), as_of=date(2026, 4, 2)) == Q2


def test_the_verdict_compares_two_quarters():
    before = repeated({10: 100, 7: 60, 0: 40}, day="2026-02-01", prefix="a")
    now = repeated({10: 40, 7: 60, 0: 100}, day="2026-05-01", prefix="b")
    found = verdict_on(answers(before, now), "nps", quarter=Q2, since=Q1)
    assert found.tone is Tone.DOWN
    assert found.sentence.startswith("NPS fell by 60 points since 2026 Q1, from 30 to -30 (")
    assert found.sentence.endswith("p < .001). 200 people answered.")


def test_the_same_people_in_both_quarters_are_recognised():
    before = {"before": {10: 27, 7: 40, 0: 33}, "after": {10: 38, 7: 39, 0: 23}}
    first = repeated(before["before"], day="2026-02-01", prefix="a")
    others = repeated(before["after"], day="2026-05-01", prefix="b")
    # Everybody keeps the rank among the answers, so those who move, move one step up.
    same = repeated(before["after"], day="2026-05-01", prefix="a")
    assert verdict_on(answers(first, others), "nps", quarter=Q2, since=Q1).tone is Tone.SAME
    assert verdict_on(answers(first, same), "nps", quarter=Q2, since=Q1).tone is Tone.UP


def test_a_quarter_without_answers_has_no_verdict():
    found = verdict_on(answers(drawn("2026-05-01 ann csat=4")), "nps", quarter=Q2, since=Q1)
    assert (found.tone, found.sentence) == (Tone.UNKNOWN, "Too little data: 0 answers.")


def test_a_driver_that_fell_is_found_among_those_that_did_not():
    responses = answers(
        repeated({5: 20, 4: 20}, day="2026-02-01", question="delivery", prefix="d"),
        repeated({3: 20, 2: 20}, day="2026-05-01", question="delivery", prefix="d"),
        repeated({5: 20, 4: 20}, day="2026-02-01", question="quality", prefix="q"),
        repeated({5: 20, 4: 21}, day="2026-05-01", question="quality", prefix="q"),
        repeated({5: 9}, day="2026-05-01", question="price", prefix="p"),
    )
    table = driver_changes(responses, quarter=Q2, since=Q1).set_index("question")
    assert table.finding.to_dict() == {
        "quality": "no detectable change",
        "price": "too little data",
        "delivery": "fell",
    }
    assert (table.loc["delivery", "before"], table.loc["delivery", "value"]) == (4.5, 2.5)
    assert table.loc["price", ["n", "n_before"]].tolist() == [9, 0]
    assert np.isnan(table.loc["price", "change"])


def test_the_drivers_of_a_quarter_without_answers_are_no_rows():
    assert driver_changes(answers(drawn("2026-05-01 ann nps=9")), quarter=Q2, since=Q1).empty


def test_answers_are_poor_middling_or_good_on_each_scale():
    table = distribution(
        answers(
            repeated({10: 1, 9: 1, 8: 1, 7: 1, 6: 1, 0: 1}, day="2026-05-01"),
            repeated({5: 1, 4: 1, 3: 1, 2: 1, 1: 1}, day="2026-05-01", question="csat"),
            repeated({7: 1, 6: 1, 5: 1, 4: 1, 3: 1, 2: 1, 1: 1}, day="2026-05-01", question="ces"),
        ),
        quarter=Q2,
    )
    counts = {label: part.n.tolist() for label, part in table.groupby("question")}
    assert counts == {"NPS": [2, 2, 2], "Satisfied customers": [2, 1, 2], "Ease": [3, 1, 3]}
    assert table.groupby("question").share.sum().round(9).eq(1).all()


def test_what_was_left_out_is_said():
    thrice = drawn(
        "2026-05-01 ann nps=1\n2026-05-02 ann nps=2\n2026-05-03 ann nps=3\n2026-05-03 bob nps=3\n2026-05-03 - nps=3"
    )
    assert left_out(answers(thrice), quarter=Q2).startswith("2 responses came from people who had already answered")
    assert left_out(answers(thrice), quarter=Q1) == ""


@pytest.mark.parametrize("seed", range(8))
def test_who_skips_never_changes_a_figure(seed):
    rng = np.random.default_rng(seed)
    people = repeated({score: int(rng.integers(0, 9)) + 1 for score in range(11)}, day="2026-05-01")
    silent = people.assign(
        nps=np.nan,
        csat=rng.integers(1, 6, len(people)).astype(float),
        # Some are new people, others come back on a later day and skip the question.
        customer_id=np.where(rng.random(len(people)) < 0.5, "new" + people.customer_id, people.customer_id),
        response_id="late" + people.response_id,
        day=people.day + 9,
    )
    nps = QUESTIONS["nps"]
    alone, mixed = (estimate(nps, tally(answers(*parts))["nps"]) for parts in ([people], [people, silent]))
    assert mixed == alone
