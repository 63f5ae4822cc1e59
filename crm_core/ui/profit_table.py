"""The table of groups with their profit and loss, and a button that opens the customers of each."""

import pandas as pd
import streamlit as st

from crm_core.ui import row_buttons
from crm_core.ui.profit import OPENED, VERDICTS

COLOURS = {"At a loss": "#FCE0E2", "Profitable": "#DDF3E7", "Cost unknown": "#E4EAF2"}
"""Pale grounds that carry dark text on light and dark pages; the word tells as much as the colour."""
SHARES = ("discount_share", "returns_share", "margin_share", "known_cost_share")
MONEY = {
    "gross_cents": "Before discount",
    "cents": "Net revenue",
    "cost_cents": "Cost of goods",
    "margin_cents": "Margin",
    "marketing_cents": "Marketing",
    "profit_cents": "Profit",
    "profit_change_cents": "Change of profit",
}
ORDER = [
    "group", "verdict", "open", "profit_cents", "profit_change_cents", "cents", "margin_cents", "margin_share",
    "marketing_cents", "gross_cents", "discount_share", "returns_share", "cost_cents", "known_cost_share", "customers",
]  # fmt: skip


def show(groups: pd.DataFrame, *, by: str, currency: str, key: str) -> None:
    """Draw the rows of `reports.profit.compared`; the page then shows the customers of the group opened."""
    rows = groups.assign(
        **{name: (groups[name] / 100).round() for name in MONEY},
        **{name: groups[name] * 100 for name in SHARES},
        verdict=groups.verdict.astype(object).map(lambda verdict: [VERDICTS[verdict]]),
        open="Customers",
    )
    columns = [name for name in ORDER if name != "profit_change_cents" or groups[name].notna().any()]
    config = st.column_config
    st.dataframe(
        rows[columns],
        hide_index=True,
        placeholder="–",
        key=key,
        alt=f"Profit and loss by {by.lower()}, the lowest profit first",
        column_config={
            "group": config.TextColumn(by, pinned=True),
            "verdict": config.MultiselectColumn("Verdict", options=list(COLOURS), color=list(COLOURS.values())),
            **{
                name: config.NumberColumn(f"{label}, {currency}", format="localized", step=1)
                for name, label in MONEY.items()
            },
            "discount_share": config.NumberColumn("Discounts", format="%.1f%%"),
            "returns_share": config.NumberColumn("Returns", format="%.1f%%"),
            "margin_share": config.NumberColumn("Margin, %", format="%.1f%%"),
            "known_cost_share": config.NumberColumn("Cost known", format="%.1f%%"),
            "customers": config.NumberColumn(
                "Buyers",
                format="localized",
                help="Known customers who bought; the list of a group has those who only returned, too.",
            ),
            "open": row_buttons.column(
                f"{key}.open", [{f"profit.group.{by}": group, **OPENED} for group in groups.group.astype(object)]
            ),
        },
    )
