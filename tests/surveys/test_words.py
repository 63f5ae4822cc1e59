import pytest

from crm_core.surveys.change import Change, Estimate
from crm_core.surveys.questions import QUESTIONS
from crm_core.surveys.words import Tone, chance, counted, evidence, moved, verdict

NPS, CSAT, DELIVERY = (QUESTIONS[code] for code in ("nps", "csat", "delivery"))


def changed(before, now, bounds, p, *, n=412):
    sides = [Estimate(people, value, value - 1, value + 1) for people, value in ((390, before), (n, now))]
    return Change(*sides, now - before, *bounds, p)


def said(question, tested, since="2026 Q1"):
    return verdict(question, tested, before=tested.before, now=tested.now, since=since)


def test_a_fall_is_told_with_its_size_interval_and_answers():
    found = said(NPS, changed(41, 29, (-20, -4), 0.004))
    assert found.tone is Tone.DOWN
    assert found.sentence == (
        "NPS fell by 12 points since 2026 Q1, from 41 to 29 (95% interval of the change -20 to -4, p = .004). "
        "412 people answered."
    )


def test_a_rise_is_told_in_the_unit_of_the_question():
    assert said(CSAT, changed(0.75, 0.82, (0.01, 0.13), 0.03)).sentence.startswith(
        "The share of satisfied customers rose by 7 percentage points since 2026 Q1, from 75% to 82% "
        "(95% interval of the change 1 to 13, p = .030)."
    )
    assert said(DELIVERY, changed(3.1, 4.2, (0.8, 1.4), 0.0001)).sentence.startswith(
        "Delivery rose by 1.1 since 2026 Q1, from 3.1 to 4.2 (95% interval of the change 0.8 to 1.4, p < .001)."
    )


def test_a_change_within_chance_is_no_detectable_change_and_says_what_would_be_noticed():
    found = said(NPS, changed(30, 37.5, (-7.6, 22.6), 0.332))
    assert found.tone is Tone.SAME
    assert found.sentence == (
        "No detectable change in NPS since 2026 Q1: 38 after 30 (95% interval of the change -8 to 23, p = .33). "
        "412 people answered. With so many answers a change of about 22 points would be noticed."
    )


def test_the_change_that_would_be_noticed_is_that_of_80_percent_power():
    # Standard error 5: (1.96 + 0.8416) * 5 = 14.0
    assert "about 14 points" in said(NPS, changed(30, 30, (-9.8, 9.8), 1)).sentence


def test_figures_that_would_not_add_up_are_told_with_a_decimal_more():
    assert moved(NPS, changed(40.6, 29.4, (-20, -4), 0.004), since="Q1", group="Sofia") == (
        "Sofia: NPS fell by 11.2 points since Q1, from 40.6 to 29.4"
    )
    between = moved(DELIVERY, changed(4.0461, 3.5614, (-2, -1), 0.01), since="Q1")
    assert between == "Delivery fell since Q1, from 4.0 to 3.6"
    assert moved(DELIVERY, changed(4.1, 3.1, (-2, -1), 0.01), since="Q1", group="Sofia").startswith(
        "Sofia: delivery fell"
    )
    share = moved(CSAT, changed(0.754, 0.816, (0.01, 0.2), 0.01), since="Q1")
    assert share == "The share of satisfied customers rose by 6.2 percentage points since Q1, from 75.4% to 81.6%"


def test_an_interval_beside_a_change_that_is_no_chance_never_ends_in_a_rounded_zero():
    assert evidence(NPS, changed(41, 33, (-15.6, -0.3), 0.04)) == "95% interval of the change -15.6 to -0.3, p = .040"
    assert evidence(NPS, changed(41, 33, (-15.6, 0.3), 0.06)) == "95% interval of the change -16 to 0, p = .060"


@pytest.mark.parametrize(
    ("now", "before", "sentence"),
    [
        (Estimate(8, 29, 1, 2), Estimate(400, 41, 1, 2), "Too little data: 8 answers."),
        (Estimate(1, 29, 1, 2), Estimate(400, 41, 1, 2), "Too little data: 1 answer."),
        (Estimate(0), Estimate(0), "Too little data: 0 answers."),
        (
            Estimate(1412, 29, 21, 37),
            Estimate(0),
            "NPS is 29 (95% interval 21 to 37). 1,412 people answered. "
            "Nothing to compare with: 2026 Q1 has no answers.",
        ),
        (
            Estimate(412, 29, 21, 37),
            Estimate(9, 1, 1, 1),
            "NPS is 29 (95% interval 21 to 37). 412 people answered. "
            "Nothing to compare with: 2026 Q1 has only 9 answers.",
        ),
    ],
)
def test_too_little_data_is_said_and_not_compared(now, before, sentence):
    found = verdict(NPS, None, before=before, now=now, since="2026 Q1")
    assert (found.tone, found.sentence) == (Tone.UNKNOWN, sentence)


@pytest.mark.parametrize(
    ("p", "text"),
    [(0.0009, "p < .001"), (0.004, "p = .004"), (0.0499, "p = .050"), (0.332, "p = .33"), (1.0, "p = 1.00")],
)
def test_a_probability_is_written_as_journals_do(p, text):
    assert chance("p", p) == text


def test_counts_know_their_number():
    assert [counted(n, "answer", "answers") for n in (0, 1, 2, 1204)] == [
        "0 answers",
        "1 answer",
        "2 answers",
        "1,204 answers",
    ]


def test_nothing_is_ever_minus_zero():
    assert NPS.text(-0.4) == "0"
    assert CSAT.bare(-0.001) == "0"
    assert NPS.points(1) == "1 point"
