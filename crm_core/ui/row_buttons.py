"""A table for people whose rows have a button that opens the customers behind them."""

import pandas as pd
import streamlit as st

from crm_core.ui import state


def table(rows: pd.DataFrame, *, key: str, alt: str) -> int | None:
    """Draw rows of texts, each with a button; the place of the row whose button was pressed, if any."""
    shown = rows.copy()
    shown.insert(1, "open", "Customers")
    config = {"open": st.column_config.ButtonColumn("Who", key=f"{key}.open")}
    st.dataframe(shown, hide_index=True, key=key, alt=alt, column_config=config)
    return state.pressed_row(f"{key}.open")
