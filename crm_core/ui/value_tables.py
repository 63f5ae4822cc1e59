"""The table behind a chart of the forecast: drawn when somebody opens it, for a table slows down every change."""

from functools import partial

import pandas as pd
import streamlit as st

from crm_core.ui import parts


def draw(name: str, table: pd.DataFrame) -> None:
    """A place to open that holds the table called ``name``."""
    parts.part(partial(_draw, name, table))


def _draw(name: str, table: pd.DataFrame) -> None:
    place = st.expander("The figures, with their ranges", key="lifetime_value.figures", on_change="rerun")
    if place.open:
        with place:
            st.dataframe(table, hide_index=True, placeholder="–", alt=name)
