import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from crm_core.analytics import segment_sizes
from crm_core.charts import segment_bars
from crm_core.ui.figures import finding, signed_number, signed_points, signed_share, spec
from crm_core.ui.format import Notation

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


def test_a_fall_begins_with_the_minus_that_streamlit_reads_in_every_locale():
    # Swedish writes U+2212, which would be shown as a rise.
    assert signed_share(-0.5, SWEDISH).startswith("-")
    assert signed_number(-5, SWEDISH) == "-5"


def test_a_chart_is_kept_in_the_notation_of_the_reader():
    sizes = segment_sizes(pd.DataFrame({"segment": ["Champions"], "total_cents": [500]}))
    kept = spec(segment_bars(sizes), Notation("de_DE"))
    number = kept["config"]["locale"]["number"]
    assert (number["decimal"], number["thousands"]) == (",", ".")
    assert kept["description"].startswith("Share of customers and of revenue by segment.")


def _card_that_finds_out_later():
    from crm_core.ui import figures

    with figures.card(name="By group", caption="With ranges."):
        figures.finding("North: *new* $5")
    with figures.card("Right?", name="Was it right?"):
        pass
    with figures.card("Year by year"):
        pass


def test_a_card_says_what_was_found_as_it_is_and_what_is_shown_under_it():
    page = AppTest.from_function(_card_that_finds_out_later).run()
    assert [heading.value for heading in page.subheader] == ["North: \\*new\\* \\$5", "Right?", "Year by year"]
    assert [caption.value for caption in page.caption] == ["**By group.** With ranges.", "**Was it right?**"]


def test_outside_a_card_nothing_can_be_found():
    with pytest.raises(RuntimeError, match="no card"):
        finding("North")


def _two_cards():
    from crm_core.ui.figures import Figure, cards

    cards(
        [
            Figure("Repeat rate", "58.8%", "-4 pt", "56% to 61%", meaning="Bought twice."),
            Figure("Class A", "12", note="38% of customers", good="down", meaning="The fewest."),
        ]
    )


def test_a_note_stands_beside_a_change_and_in_the_help_or_in_place_of_it():
    both, alone = AppTest.from_function(_two_cards).run().metric
    assert (both.delta, both.proto.delta_description, both.help) == ("-4 pt", "56% to 61%", "Bought twice. 56% to 61%.")
    assert (alone.delta, alone.proto.delta_description, alone.help) == ("38% of customers", "", "The fewest.")


def two_elements():
    import streamlit as st

    from crm_core.ui.figures import cautions

    cautions(st.session_state.get("said", ()))
    st.caption("after")


def test_what_follows_cautions_stands_at_its_place_whether_there_are_any():
    page = AppTest.from_function(two_elements).run()
    without = list(page.main.children)
    page.session_state["said"] = ("Too few orders.",)
    page.run()
    assert list(page.main.children) == without
    assert page.warning[0].value == "Too few orders."
    page.session_state["said"] = ("Too few orders.", "No costs.")
    assert page.run().warning[0].value == "- Too few orders.\n- No costs."
