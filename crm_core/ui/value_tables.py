"""The tables behind the charts of the forecast: drawn when somebody opens them, for each slows down every change."""

from functools import partial

import pandas as pd
import streamlit as st

from crm_core.ui import parts


def draw(by_month: pd.DataFrame, by_group: pd.DataFrame) -> None:
    """A place to open that holds both tables."""
    parts.part(partial(_draw, {"Forecast by month": by_month, "Forecast by group": by_group}))


def _draw(tables: dict[str, pd.DataFrame]) -> None:
    place = st.expander("The figures, with their ranges", key="lifetime_value.figures", on_change="rerun")
    if not place.open:
        return
    with place:
        for name, table in tables.items():
            st.dataframe(table, hide_index=True, alt=name)
