from datetime import date

import pandas as pd
import pytest

from crm_core.reports.readable import headed
from crm_core.surveys.quarters import counted_answers, quarter_of
from crm_core.ui.format import Notation
from crm_core.ui.satisfaction import A_YEAR_BEFORE, THE_QUARTER_BEFORE, Answered, named_languages, satisfaction
from tests.surveys.drawn import drawn, repeated

Q2 = quarter_of(date(2026, 4, 1))
NOBODY = pd.Series(dtype="str")


def answered(*responses, as_of=date(2026, 7, 1)):
    together = pd.concat(responses, ignore_index=True)
    return Answered(together, counted_answers(together, as_of=as_of), pd.DataFrame(), as_of)


def review(found, *, compared_with=THE_QUARTER_BEFORE, locale="en_GB"):
    return satisfaction(found, NOBODY, quarter=Q2, compared_with=compared_with, notation=Notation(locale=locale))


def cards(shown):
    return {figure.label: (figure.value, figure.note) for figure in shown.figures}


def test_a_card_has_the_figure_its_interval_and_its_answers_in_the_readers_notation():
    found = answered(
        repeated({10: 1000, 7: 600, 0: 400}, day="2026-05-01"),
        repeated({5: 35, 4: 40, 1: 25}, day="2026-05-01", question="csat"),
        repeated({1: 2, 2: 3, 3: 5, 4: 10, 5: 20, 6: 35, 7: 25}, day="2026-05-01", question="ces"),
    )
    assert cards(review(found)) == {
        "NPS": ("30", "27 to 33, n = 2,000"),
        "Satisfied customers": ("75%", "66% to 82%, n = 100"),
        "Ease": ("5.5", "5.2 to 5.8, n = 100"),
    }
    assert cards(review(found, locale="bg_BG"))["Ease"] == ("5,5", "5,2 to 5,8, n = 100")


def test_a_figure_of_fewer_than_10_answers_is_not_shown():
    assert cards(review(answered(repeated({10: 9}, day="2026-05-01")))) == {"NPS": ("–", "n = 9, too few to tell")}


def test_the_trend_of_a_figure_leaves_out_quarters_of_fewer_than_10_answers_and_later_ones():
    quarters = {"2025-11-01": {10: 10, 0: 10}, "2026-02-01": {10: 9}, "2026-05-01": {10: 20}, "2026-08-01": {10: 20}}
    waves = (repeated(counts, day=day, prefix=day) for day, counts in quarters.items())
    found = answered(*waves, as_of=date(2026, 10, 1))
    (figure,) = review(found).figures
    assert [(point.period, point.written) for point in figure.trend] == [
        ("2025 Q4", "0"),
        ("2026 Q1", ""),
        ("2026 Q2", "100"),
    ]


def test_a_question_that_was_not_asked_has_no_card_and_no_chart():
    shown = review(answered(repeated({5: 30}, day="2026-05-01", question="csat")))
    assert list(cards(shown)) == ["Satisfied customers"]
    assert list(shown.trends) == ["csat"]


def test_both_comparisons_are_told_the_chosen_one_first():
    quarters = [repeated({10: 50, 0: 50}, day=f"{year}-05-01", prefix=str(year)) for year in (2025, 2026)]
    quarters.append(repeated({10: 50, 0: 50}, day="2026-02-01", prefix="q1"))
    found = answered(*quarters)
    first, second = review(found), review(found, compared_with=A_YEAR_BEFORE)
    assert "since 2026 Q1" in first.headline.finding
    assert "since 2025 Q2" in first.beside[0]
    assert "since 2025 Q2" in second.headline.finding
    assert "since 2026 Q1" in second.beside[0]


def test_quarters_are_listed_newest_first_and_the_running_one_says_so():
    found = answered(drawn("2026-02-01 ann nps=9\n2025-11-01 bob nps=9"), as_of=date(2026, 2, 2))
    assert list(found.quarters) == ["2026 Q1 so far", "2025 Q4"]
    assert found.until(quarter_of(date(2025, 11, 1))) == date(2026, 1, 1)
    assert found.until(found.latest) == date(2026, 2, 2)


def test_the_export_says_what_was_found_and_how():
    shown = review(answered(repeated({10: 20}, day="2026-05-01")))
    assert list(shown.tables) == ["Summary", "Quarters", "Groups", "Aspects", "Changes", "Method"]
    assert shown.tables["Summary"].Finding[0] == shown.headline.sentence
    assert len(shown.tables["Method"]) > 5


def test_the_export_says_in_what_the_figures_of_each_question_are_measured():
    found = answered(
        repeated({10: 12, 7: 6, 0: 2}, day="2026-05-01"),
        repeated({5: 15, 1: 5}, day="2026-05-01", question="csat"),
        repeated({1: 10, 5: 10}, day="2026-05-01", question="delivery"),
    )
    quarters = headed(review(found).tables["Quarters"], "EUR")
    told = quarters[["Quarter", "Question", "Answers", "Value", "Measured"]].to_numpy().tolist()
    assert sorted(told) == [
        ["2026 Q2", "Delivery", 20, 3.0, "mean of the answers"],
        ["2026 Q2", "NPS", 20, 50.0, "points from -100 to 100"],
        ["2026 Q2", "Satisfied customers", 20, 0.75, "share from 0 to 1"],
    ]


def test_the_export_of_changes_has_their_question_and_quarter_in_words_and_the_interval_of_the_change():
    whose = pd.Series({str(n): "South" for n in range(100)} | {str(n): "North" for n in range(100, 200)})
    waves = [
        repeated({5: 50, 1: 50}, day="2026-02-01", prefix="then", question="csat"),
        repeated({1: 100}, day="2026-05-01", prefix="now", question="csat"),
    ]
    by_customer = [wave.assign(customer_id=[str(n) for n in range(len(wave))]) for wave in waves]
    shown = satisfaction(
        answered(*by_customer), whose, quarter=Q2, compared_with=THE_QUARTER_BEFORE, notation=Notation()
    )
    (change,) = headed(shown.tables["Changes"], "EUR").to_dict("records")
    names = ["Group", "Question", "Since", "Before", "Value", "Change", "Measured"]
    assert [change[name] for name in names] == [
        "South", "Satisfied customers", "2026 Q1", 0.5, 0.0, -0.5, "share from 0 to 1",
    ]  # fmt: skip
    assert change["Change, 95% range from"] < -0.5 < change["Change, 95% range to"] < 0


@pytest.mark.parametrize(("code", "name"), [("pl", "Polish"), ("UK", "Ukrainian"), ("tlh-x", "tlh-x")])
def test_languages_have_names(code, name):
    assert named_languages(pd.Series([code])).tolist() == [name]
