from datetime import date

import numpy as np
import pandas as pd

from crm_core.surveys.groups import group_figures, notable_changes
from crm_core.surveys.quarters import counted_answers, quarter_of
from tests.surveys.drawn import drawn, repeated

AS_OF = date(2026, 7, 1)
Q2 = quarter_of(date(2026, 4, 1))


def answers(*responses):
    return counted_answers(pd.concat(responses, ignore_index=True), as_of=AS_OF)


def by_first_letter(counted):
    """N: north, S: south, E: east, W: west; the others are not stated."""
    known = {"n": "North", "s": "South", "e": "East", "w": "West"}
    people = counted.customer_id.dropna().unique()
    return pd.Series({person: known[person[0]] for person in people if person[0] in known}, dtype="str")


def quarter(day, **counts):
    return [repeated(answered, day=day, prefix=group) for group, answered in counts.items()]


def test_groups_stand_side_by_side_with_marks_against_the_rest():
    counted = answers(
        *quarter("2026-05-01", n={10: 100, 7: 60, 0: 40}, s={10: 30, 7: 40, 0: 90}, e={10: 12, 7: 5, 0: 3})
    )
    found = group_figures(counted, by_first_letter(counted), quarter=Q2)
    table = found.figures.set_index("group")
    assert table.index.tolist() == ["East", "North", "South"]
    assert table.nps.round(2).to_dict() == {"East": 45, "North": 30, "South": -37.5}
    assert table.mark.to_dict() == {"East": "above the rest", "North": "above the rest", "South": "below the rest"}
    assert table.reading.to_dict() == {"East": "indicative", "North": "", "South": ""}
    assert (table.loc["North", "low"].round(2), table.loc["North", "high"].round(2)) == (18.82, 40.30)
    assert found.hidden == ""


def test_groups_under_10_answers_are_not_shown_but_said():
    counted = answers(*quarter("2026-05-01", n={10: 40}, s={0: 9}, e={0: 3}))
    found = group_figures(counted, by_first_letter(counted), quarter=Q2)
    assert found.figures.group.tolist() == ["North"]
    assert found.hidden == "2 groups have fewer than 10 answers and cannot be shown (12 answers)."


def test_who_belongs_to_no_group_is_not_stated():
    counted = answers(*quarter("2026-05-01", x={10: 12}), drawn("2026-05-01 - nps=10"))
    figures = group_figures(counted, by_first_letter(counted), quarter=Q2).figures
    assert figures[["group", "n"]].to_numpy().tolist() == [["Not stated", 13]]


def test_satisfied_customers_of_a_group_need_10_answers_of_their_own():
    counted = answers(
        *quarter("2026-05-01", n={10: 40}, s={10: 40}),
        repeated({5: 15, 1: 5}, day="2026-05-01", question="csat", prefix="n"),
        repeated({5: 9}, day="2026-05-01", question="csat", prefix="s"),
    )
    figures = group_figures(counted, by_first_letter(counted), quarter=Q2).figures.set_index("group")
    assert figures.n_csat.to_dict() == {"North": 20, "South": 9}
    assert figures.csat["North"] == 0.75
    assert np.isnan(figures.csat["South"])


def test_a_quarter_without_answers_has_no_groups():
    counted = answers(drawn("2026-02-01 ann nps=9"))
    assert group_figures(counted, by_first_letter(counted), quarter=Q2).figures.empty
    assert notable_changes(counted, by_first_letter(counted), quarter=Q2).empty


def delivery(day, group, counts):
    return repeated(counts, day=day, question="delivery", prefix=group)


GOOD, BAD = {5: 30, 4: 30}, {3: 20, 2: 20, 1: 20}


def test_a_fall_in_one_group_since_last_year_is_found_although_the_quarter_before_was_bad_too():
    counted = answers(
        *(delivery(day, "n", GOOD) for day in ("2025-05-01", "2026-02-01", "2026-05-01")),
        delivery("2025-05-01", "s", GOOD),
        delivery("2026-02-01", "s", BAD),
        delivery("2026-05-01", "s", BAD),
    )
    found = notable_changes(counted, by_first_letter(counted), quarter=Q2)
    assert found.sentence.tolist() == [
        "South: delivery fell by 2.5 since 2025 Q2, from 4.5 to 2.0 "
        "(95% interval of the change -2.6 to -2.4, q < .001). 60 people answered, 60 before."
    ]
    assert found.plainly[0] == (
        "South: delivery fell by 2.5 since 2025 Q2, from 4.5 to 2.0. 60 people answered, 60 before."
    )
    assert (found.group[0], found.question[0], found.since[0], found.reading[0]) == ("South", "delivery", Q2 - 4, "")


def test_of_two_falls_of_the_same_figure_only_the_surer_is_told():
    counted = answers(
        delivery("2025-05-01", "s", {5: 60}),
        delivery("2026-02-01", "s", {5: 10, 4: 20}),
        delivery("2026-05-01", "s", BAD),
    )
    found = notable_changes(counted, by_first_letter(counted), quarter=Q2)
    assert found.since.tolist() == [Q2 - 4]


def test_a_fall_since_last_year_and_a_rise_since_the_quarter_before_are_both_told():
    counted = answers(
        delivery("2025-05-01", "s", GOOD), delivery("2026-02-01", "s", {1: 60}), delivery("2026-05-01", "s", BAD)
    )
    found = notable_changes(counted, by_first_letter(counted), quarter=Q2)
    assert sorted((found.change > 0).tolist()) == [False, True]


def test_few_answers_make_a_change_indicative_and_fewer_than_10_make_none():
    counted = answers(
        delivery("2026-02-01", "s", {5: 12}),
        delivery("2026-05-01", "s", {1: 12}),
        delivery("2026-02-01", "n", {5: 9}),
        delivery("2026-05-01", "n", {1: 50}),
    )
    found = notable_changes(counted, by_first_letter(counted), quarter=Q2)
    assert found[["group", "reading"]].to_numpy().tolist() == [["South", "indicative"]]


def test_one_in_twenty_by_chance_is_not_notable_among_many():
    """A change with p = .03 is told when it is the only comparison, not beside forty quiet ones."""
    lone = [delivery("2026-02-01", "s-", {5: 20, 4: 40}), delivery("2026-05-01", "s+", {5: 32, 4: 28})]
    counted = answers(*lone)
    assert len(notable_changes(counted, by_first_letter(counted), quarter=Q2)) == 1
    quiet = [
        repeated({5: 30, 4: 30}, day=day, question=question, prefix=group)
        for day in ("2025-05-01", "2026-02-01", "2026-05-01")
        for question in ("quality", "price", "ces")
        for group in "nsew"
    ]
    counted = answers(*lone, *quiet)
    assert notable_changes(counted, by_first_letter(counted), quarter=Q2).empty


def test_who_is_not_stated_makes_no_news():
    counted = answers(delivery("2026-02-01", "x", GOOD), delivery("2026-05-01", "x", BAD))
    assert notable_changes(counted, by_first_letter(counted), quarter=Q2).empty
