"""The tables of products and of pairs, with a button that opens the customers behind a row."""

import pandas as pd
import streamlit as st

from crm_core.ui import row_buttons, state
from crm_core.ui.format import Notation
from crm_core.ui.products import ANYTHING, BOUGHT, OPENED, VERDICTS, WITHOUT

COLOURS = {"Beyond chance": "#DDF3E7", "Seldom together": "#FCEBD3", "May be chance": "#E4EAF2"}
"""Pale grounds that carry dark text on light and dark pages; the word tells as much as the colour."""
LONGEST = 1_000
"""Rows on the screen; the file has all of them."""


def show_products(products: pd.DataFrame, *, notation: Notation, key: str) -> None:
    """Draw the rows of `ui.products.Ranking`; the page then shows the buyers of the product that was opened."""
    shown, config, currency = products.head(LONGEST), st.column_config, notation.currency
    money = {"cents": "Revenue", "change_cents": "Change", "margin_cents": "Margin"}
    shares = {"repeat_share": "Bought again", "returns_share": "Returned", "margin_share": "Margin, %"}
    rows = shown.assign(
        **{name: (shown[name] / 100).round() for name in money},
        **{name: shown[name] * 100 for name in [*shares, "known_cost_share"]},
        open="Buyers",
    )
    order = [
        "product", "open", "cents", "change_cents", "quantity", "orders", "buyers", "repeat_share", "returns_share",
        "margin_cents", "margin_share", "known_cost_share",
    ]  # fmt: skip
    st.dataframe(
        rows[[name for name in order if rows[name].notna().any()]],
        hide_index=True,
        placeholder="–",
        key=key,
        alt="Products with revenue, quantity, buyers, returns and margin, the greatest revenue first",
        column_config={
            "product": config.TextColumn("Product", pinned=True),
            "open": row_buttons.column(
                f"{key}.open", [{BOUGHT: name, WITHOUT: ANYTHING, **OPENED} for name in shown["product"]]
            ),
            **{
                name: config.NumberColumn(f"{label}, {currency}", format="localized", step=1)
                for name, label in money.items()
            },
            "quantity": config.NumberColumn("Quantity", format="localized"),
            "orders": config.NumberColumn("Orders", format="localized"),
            "buyers": config.NumberColumn("Known buyers", format="localized"),
            **{name: config.NumberColumn(label, format="%.1f%%") for name, label in shares.items()},
            "known_cost_share": config.NumberColumn("Cost known", format="%.0f%%"),
        },
    )
    _told_shorter(len(products), "products", notation)


def show_pairs(pairs: pd.DataFrame, *, notation: Notation, key: str) -> tuple[str, str] | None:
    """Draw the rows of `analytics.affinity`; the page then shows who bought one product of the row opened only.

    Returns the pair whose button for those who bought both was pressed, if any.
    """
    shown, config = pairs.head(LONGEST), st.column_config
    rows = shown.assign(
        **{name: shown[name] * 100 for name in ("support", "confidence", "base")},
        range=[
            f"{notation.number(low, 2)} to {notation.number(high, 2)}"
            for low, high in zip(shown.lift_low, shown.lift_high, strict=True)
        ],
        verdict=shown.verdict.astype(object).map(lambda verdict: [VERDICTS[verdict]]),
        open="Who not yet",
        both="Who both",
    )
    order = ["bought", "also", "open", "both", "verdict", "lift", "range", "confidence", "base", "together", "support"]
    st.dataframe(
        rows[order],
        hide_index=True,
        placeholder="–",
        key=key,
        alt="Pairs of products with lift, confidence and support, the surest first",
        column_config={
            "bought": config.TextColumn("Who bought"),
            "also": config.TextColumn("also bought"),
            "open": row_buttons.column(
                f"{key}.open",
                [
                    {BOUGHT: bought, WITHOUT: also, **OPENED}
                    for bought, also in zip(shown.bought, shown.also, strict=True)
                ],
            ),
            "both": config.ButtonColumn("", key=f"{key}.both"),
            "verdict": config.MultiselectColumn("Verdict", options=list(COLOURS), color=list(COLOURS.values())),
            "lift": config.NumberColumn("Lift", format="%.2f"),
            "range": config.TextColumn("95% interval"),
            "confidence": config.NumberColumn("Confidence", format="%.1f%%", help="Share of who bought the one"),
            "base": config.NumberColumn("Of all", format="%.1f%%", help="Share of everybody"),
            "together": config.NumberColumn("Together", format="localized"),
            "support": config.NumberColumn("Support", format="%.2f%%", help="Share of all with both"),
        },
    )
    _told_shorter(len(pairs), "rows", notation)
    both = state.pressed_row(f"{key}.both")
    return None if both is None else (str(shown.bought.iloc[both]), str(shown.also.iloc[both]))


def _told_shorter(total: int, noun: str, notation: Notation) -> None:
    if total > LONGEST:
        st.caption(f"The first {notation.number(LONGEST)} of {notation.number(total)} {noun}; the export has all.")
