import pytest
from streamlit.testing.v1 import AppTest

from crm_core.ui.figure_cards import Figure, signed_number, signed_points, signed_share
from crm_core.ui.format import Notation
from tests.cards import behind, cards, press

ENGLISH, SWEDISH = Notation(), Notation("sv_SE", "SEK")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (signed_share(0.031, ENGLISH), "+3.1%"),
        (signed_share(-0.031, ENGLISH), "-3.1%"),
        (signed_share(None, ENGLISH), ""),
        (signed_points(-0.006, ENGLISH), "-0.6 pt"),
        (signed_number(1200, ENGLISH), "+1,200"),
    ],
)
def test_a_change_is_written_with_its_sign(text, expected):
    assert text == expected


def test_a_fall_begins_with_the_same_minus_in_every_locale():
    # Swedish writes U+2212, from which no direction would be read.
    assert signed_share(-0.5, SWEDISH).startswith("-")
    assert signed_number(-5, SWEDISH) == "-5"


def _row(*figures):
    import streamlit as st

    from crm_core.ui.figure_cards import cards

    st.caption(f"opened {cards(figures, key='shop.behind')}")


def row(*figures):
    return AppTest.from_function(_row, args=figures).run()


@pytest.mark.parametrize(
    ("good", "change", "way", "news"),
    [
        ("up", "+3%", "up", "good"),
        ("up", "-3%", "down", "bad"),
        ("down", "+3", "up", "bad"),
        ("down", "-3", "down", "good"),
        ("neither", "-3%", "down", ""),
    ],
)
def test_a_change_is_good_or_bad_news_by_what_the_figure_wants(good, change, way, news):
    (card,) = cards(row(Figure("Returns", "12", change, good=good)))
    assert card["change"] == {"text": change, "way": way, "news": news}


@pytest.mark.parametrize("change", ["+0.0%", "-0.0 pt", "+0"])
def test_no_change_is_told_in_words_and_is_no_news(change):
    (card,) = cards(row(Figure("Sales", "12", change)))
    assert card["change"] == {"text": "unchanged", "way": "", "news": ""}


def test_a_note_stands_beside_a_change_and_in_the_help_or_in_place_of_it():
    both, alone = cards(
        row(
            Figure("Repeat rate", "58.8%", "-4 pt", "56% to 61%", meaning="Bought twice."),
            Figure("Class A", "12", note="38% of customers", good="down", meaning="The fewest."),
        )
    )
    assert (both["change"]["text"], both["note"], both["meaning"]) == (
        "-4 pt",
        "56% to 61%",
        "Bought twice. 56% to 61%.",
    )
    assert (alone["change"], alone["note"], alone["meaning"]) == (None, "38% of customers", "The fewest.")


def test_a_card_shows_the_line_of_three_points_and_none_of_two():
    from crm_core.ui.trend_line import trend

    line = trend(["a", "b", "c"], [1, 2, 3], str)
    sales, mean = cards(row(Figure("Sales", "3", trend=line), Figure("Mean", "1", trend=line[:2])))
    assert sales["trend"]["words"].startswith("Sales from 1")
    assert mean["trend"] is None


def test_a_press_opens_its_list_once():
    page = row(Figure("Sales", "3", behind=("everybody",)), Figure("Kept", "1", behind=("kept", "lost")))
    assert behind(page) == [("Sales", "everybody"), ("Kept", "kept"), ("Kept", "lost")]
    assert press(page, "kept.lost").run().caption[0].value == "opened lost"
    assert page.run().caption[0].value == "opened None"


@pytest.mark.parametrize("told", ["somebody else's", {"name": "kept"}, ["kept"], 3])
def test_what_no_button_tells_opens_nothing(told):
    page = row(Figure("Kept", "1", behind=("kept",)))
    page.session_state["state.held.shop.behind.kept"] = told
    assert page.run().caption[0].value == "opened None"


def test_a_button_is_heard_with_its_figure():
    one, two = cards(row(Figure("Sales", "1", behind=("all",)), Figure("Kept", "1", behind=("kept", "lost"))))
    assert [button["said"] for card in (one, two) for button in card["behind"]] == [
        "Customers behind sales",
        "Kept, customers behind kept",
        "Lost, customers behind kept",
    ]


def test_no_figures_draw_nothing():
    assert cards(row()) == []
