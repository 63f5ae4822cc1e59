from datetime import date

import pandas as pd
import pytest

from crm_core.surveys.quarters import counted_answers, first_day, is_finished, quarter_name, quarter_of
from tests.surveys.drawn import drawn

Q1, Q2 = quarter_of(date(2026, 1, 1)), quarter_of(date(2026, 4, 1))
LATE = date(2026, 7, 1)


def picture(counted, *columns):
    return [tuple(row) for row in counted[list(columns)].itertuples(index=False)]


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 1, 1), "2026 Q1"),
        (date(2026, 3, 31), "2026 Q1"),
        (date(2026, 4, 1), "2026 Q2"),
        (date(2025, 12, 31), "2025 Q4"),
        (date(1969, 12, 31), "1969 Q4"),
    ],
)
def test_a_day_lies_in_the_quarter_of_its_month(day, name):
    assert quarter_name(quarter_of(day)) == name
    [row] = counted_answers(drawn(f"{day} ann nps=9"), as_of=LATE).quarter
    assert quarter_name(row) == name


def test_a_quarter_begins_where_the_one_before_ended():
    assert (first_day(Q1), first_day(Q2), Q2 - Q1) == (date(2026, 1, 1), date(2026, 4, 1), 1)


def test_a_quarter_is_finished_when_its_last_day_was_seen():
    assert is_finished(Q2, as_of=date(2026, 7, 1))
    assert not is_finished(Q2, as_of=date(2026, 6, 30))


def test_of_a_person_the_last_answer_to_each_question_of_the_quarter_counts():
    counted = counted_answers(
        drawn("""
            2026-01-05 ann nps=2 csat=4
            2026-03-01 ann nps=9
            2026-02-01 bob nps=7
            2026-04-01 ann nps=5
        """),
        as_of=LATE,
    )
    assert picture(counted, "quarter", "customer_id", "nps", "responses") == [
        (Q1, "ann", 9, 2),
        (Q1, "bob", 7, 1),
        (Q2, "ann", 5, 1),
    ]
    assert counted.csat[0] == 4


def test_on_the_same_day_the_later_response_counts():
    same_day = drawn("2026-01-05 ann nps=2\n2026-01-05 ann nps=9")
    assert counted_answers(same_day, as_of=LATE).nps.tolist() == [9]
    assert counted_answers(same_day[::-1], as_of=LATE).nps.tolist() == [9]


def test_anonymous_responses_are_never_taken_for_one_person():
    counted = counted_answers(drawn("2026-01-05 - nps=2\n2026-01-06 - nps=2\n2026-01-06 - nps=9"), as_of=LATE)
    assert counted.nps.tolist() == [2, 2, 9]
    assert counted.responses.sum() == 3


def test_the_first_day_not_seen_is_left_out():
    counted = counted_answers(drawn("2026-01-05 ann nps=2\n2026-01-06 bob nps=2"), as_of=date(2026, 1, 6))
    assert counted.customer_id.tolist() == ["ann"]


def test_the_order_of_the_responses_does_not_matter():
    responses = drawn("""
        2026-01-05 ann nps=2 csat=1
        2026-01-05 ann csat=3
        2026-02-05 ann nps=8
        2026-01-05 - nps=4
        2026-01-05 - nps=3
        2026-01-07 bob
    """)
    expected = counted_answers(responses, as_of=LATE)
    for seed in range(5):
        pd.testing.assert_frame_equal(
            counted_answers(responses.sample(frac=1, random_state=seed), as_of=LATE), expected
        )


def test_without_responses_nothing_counts_and_the_columns_are_the_same():
    empty, one = counted_answers(drawn(""), as_of=LATE), counted_answers(drawn("2026-01-05 ann nps=2"), as_of=LATE)
    assert empty.empty
    assert empty.columns.tolist() == one.columns.tolist()
