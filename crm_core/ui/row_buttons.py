"""Tables whose rows have a button that opens the customers behind them."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from crm_core.ui import state


def table(rows: pd.DataFrame, *, key: str, alt: str) -> int | None:
    """Draw rows of texts, each with a button; the place of the row whose button was pressed, if any."""
    shown = rows.copy()
    shown.insert(1, "open", "Customers")
    config = {"open": st.column_config.ButtonColumn("Who", key=f"{key}.open")}
    st.dataframe(shown, hide_index=True, placeholder="–", key=key, alt=alt, column_config=config)
    return state.pressed_row(f"{key}.open")


def column(key: str, values: Sequence[Mapping[str, object]]) -> Any:  # noqa: ANN401 - Streamlit's type is its own
    """A column of buttons after whose press widgets show what ``values`` says of their row.

    By a callback, before the page runs: the section that shows what is opened may be another one.
    """
    return st.column_config.ButtonColumn("", key=key, on_click=state.choose_of_row, args=(key, values))
