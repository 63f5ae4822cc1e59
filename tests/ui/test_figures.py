import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from crm_core.analytics import segment_sizes
from crm_core.charts import segment_bars
from crm_core.ui.figures import finding, spec
from crm_core.ui.format import Notation


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
