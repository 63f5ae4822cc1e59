"""The table of segments: size, share of revenue, trend, status, and a button that opens the segment."""

import pandas as pd
import streamlit as st

from crm_core.ui import state

COLOURS = {"Act now": "#FCE0E2", "Watch": "#FCEBD3", "Growing": "#DDF3E7", "Improving": "#DDF3E7", "Stable": "#E4EAF2"}
"""Pale grounds that carry dark text on light and dark pages; the word tells as much as the colour."""


def show(segments: pd.DataFrame, *, key: str) -> str | None:
    """Draw the rows of `overview.attention`; the segment whose button was pressed, if any."""
    rows = segments.assign(
        revenue_share=segments.revenue_share * 100,
        status=segments.status.astype(object).map(lambda status: [status]),
        open="Open",
    )
    most = max(float(rows.revenue_share.max()), 1.0)
    config = st.column_config
    st.dataframe(
        rows,
        hide_index=True,
        placeholder="–",
        key=key,
        alt="Segments with their size, share of revenue, trend over a year and status",
        column_config={
            "segment": config.TextColumn("Segment"),
            "customers": config.NumberColumn("Customers", format="localized"),
            "revenue_share": config.ProgressColumn("Revenue share", min_value=0, max_value=most, format="%.0f%%"),
            "trend": config.AreaChartColumn("Trend"),
            "status": config.MultiselectColumn("Status", options=list(COLOURS), color=list(COLOURS.values())),
            "open": config.ButtonColumn("Action", key=f"{key}.open"),
        },
    )
    pressed = state.pressed_row(f"{key}.open")
    return None if pressed is None else str(segments.segment.iloc[pressed])
