"""What comes of the assumptions of the Programmes page: charts, each year's sums, the value of one kept for ever."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from crm_core.ui import figures, plain_table
from crm_core.ui.format import Notation
from crm_core.ui.programmes import GRID, MEANING, Programmes, as_shown


def chart(kept: Mapping[str, Any], shown: Programmes, section: str) -> None:
    """Draw the chart of a section with what it says."""
    with figures.card(shown.titles[section], name=section, caption=MEANING[section]):
        if section == GRID:
            with figures.at_least(420):
                figures.chart(kept, key="programmes.grid")
        else:
            figures.chart(kept, key=f"programmes.{section}")


def years(shown: Programmes, notation: Notation) -> None:
    """Draw a table for each programme, a row for each year."""
    with figures.card("Year by year"):
        for name, table in shown.years.items():
            st.caption(name)
            plain_table.draw(as_shown(table, notation), name=f"{name}: sales, costs and value a year")


def lasting(shown: Programmes) -> None:
    """Draw the value of a customer kept without an end, in both forms of the sum."""
    caption = (
        "Value per customer without an end, after the cost of keeping and before that of winning. The two forms "
        "differ in when the first margin falls: now (the customer has just bought), or in a year."
    )
    with figures.card("If it went on for ever", caption=caption):
        plain_table.draw(shown.lasting, name="Value of a customer kept for ever")
