from datetime import date

import pandas as pd
import pytest

from crm_core.surveys.quarters import quarter_of
from crm_core.surveys.verbatims import Voice, verbatims
from tests.surveys.drawn import drawn

Q2 = quarter_of(date(2026, 4, 1))
SAID = drawn("""
    2026-03-31 ann nps=0              # before the quarter
    2026-04-01 ann nps=6  language=bg # Късна ДОСТАВКА
    2026-04-02 bob nps=7              # so so
    2026-05-01 ann nps=9              # doставка? all fine now (really) [*]
    2026-06-01 cay                    # no score given
    2026-06-02 dan nps=10             #
    2026-06-30 -   nps=8              # from a stranger
    2026-07-01 ann nps=0              # after the quarter
""")


def said(**choice):
    return verbatims(SAID, quarter=Q2, **choice).comment.tolist()


def test_every_comment_of_the_quarter_is_shown_newest_first_also_of_who_answered_again():
    assert said() == [
        "from a stranger",
        "no score given",
        "doставка? all fine now (really) [*]",
        "so so",
        "Късна ДОСТАВКА",
    ]


@pytest.mark.parametrize(
    ("voice", "comments"),
    [
        (Voice.PROMOTER, ["doставка? all fine now (really) [*]"]),
        (Voice.PASSIVE, ["from a stranger", "so so"]),
        (Voice.DETRACTOR, ["Късна ДОСТАВКА"]),
        (Voice.UNSCORED, ["no score given"]),
    ],
)
def test_comments_can_be_narrowed_to_a_voice(voice, comments):
    assert said(voice=voice) == comments


@pytest.mark.parametrize(
    ("search", "comments"),
    [
        ("доставка", ["Късна ДОСТАВКА"]),
        (" SO SO ", ["so so"]),
        ("(really) [*]", ["doставка? all fine now (really) [*]"]),
        (".*", []),
    ],
)
def test_the_search_ignores_capitals_and_knows_no_special_characters(search, comments):
    assert said(search=search) == comments


def test_a_comment_carries_its_score_language_and_group():
    groups = pd.Series({"ann": "South", "bob": "North"})
    shown = verbatims(SAID, quarter=Q2, groups=groups)
    assert shown.group.tolist() == ["Not stated", "Not stated", "South", "North", "South"]
    assert shown.nps.fillna(-1).tolist() == [8, -1, 9, 7, 6]
    assert shown.language.fillna("-").tolist() == ["-", "-", "-", "-", "bg"]


def test_a_quarter_without_comments_is_an_empty_table_with_the_same_columns():
    nothing = verbatims(SAID, quarter=Q2 + 1, search="x")
    assert nothing.empty
    assert nothing.columns.tolist() == verbatims(SAID, quarter=Q2).columns.tolist()


def test_hostile_text_stays_as_it_was_written():
    hostile = "=HYPERLINK('http://x') <script>alert(1)</script> ![](http://x) **bold**"
    assert verbatims(drawn(f"2026-04-01 ann nps=0 # {hostile}"), quarter=Q2).comment.tolist() == [hostile]
