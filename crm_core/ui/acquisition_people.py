"""The customers behind the numbers of the Acquisition page."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from crm_core.analytics import Filters
from crm_core.analytics.acquisition import SECOND_WITHIN, AcquiredBy
from crm_core.reports.acquisition import Acquisition
from crm_core.ui import acquisition, load, row_buttons, state
from crm_core.ui.filters import View
from crm_core.ui.people import People

BEHIND = {
    "new": ("New customers", "Their first purchase over all history lies in the period."),
    "again": (
        f"New, again in {SECOND_WITHIN} days",
        f"New customers who bought on another day within {SECOND_WITHIN} days.",
    ),
    "not again": (
        f"New, not again in {SECOND_WITHIN} days",
        f"New customers seen for more than {SECOND_WITHIN} days, without another purchase in them.",
    ),
    "buyers": ("Buyers", "They bought in the period."),
    "electronic": ("Buyers by electronic channels", "They bought in the period by a channel counted as electronic."),
}
"""Name of a list behind a figure to its title, and to who they are."""


OF_ORDERS = {"buyers", "electronic"}
"""Lists of those with orders in the period, old customers and new ones."""


def of_figure(name: str, found: Acquisition, period: Filters, electronic: tuple[str, ...], *, until: int) -> People:
    """The customers behind a list named in the figures of `acquisition.AcquisitionView`; ``until`` is not seen."""
    title, meaning = BEHIND[name]
    if name == "buyers":
        return People(title, meaning, load.channel_buyers(period, None))
    if name == "electronic":
        return People(title, meaning, load.channel_buyers(period, electronic))
    return People(title, meaning, new_ones(name, found.customers, until))


def whom(name: str, view: View, new: str, electronic: Sequence[str]) -> str:
    """What a list behind a figure is bounded by, as a sentence without a full stop; ``new`` is that of new customers.

    Old customers did not begin within the filters: theirs are on the orders of the period.
    """
    if name not in OF_ORDERS:
        return new
    counted = f"; electronic: {', '.join(electronic)}" if name == "electronic" else ""
    return f"{view.words}{counted}"


def new_ones(name: str, customers: pd.DataFrame, until: int) -> "pd.Series[str]":
    """Of the rows of `new_customers` all, those who bought again in time, or those seen so long who did not."""
    if name == "new":
        return customers.customer_id
    watched = customers.first_day + SECOND_WITHIN < until
    again = ((customers.second_day - customers.first_day) <= SECOND_WITHIN).fillna(value=False).astype(bool)
    return customers.customer_id[watched & (again if name == "again" else ~again)]


def groups(rows: pd.DataFrame, names: "pd.Series[str]", by: AcquiredBy) -> None:
    """Draw the groups of new customers; the list below then shows the group whose button was pressed."""
    alt = "Cost and return of new customers a group"
    pressed = row_buttons.table(rows, key="acquisition.groups", alt=alt)
    if pressed is not None:
        name = str(names.iloc[pressed])
        # A group can have costs and nobody new: the list of all would pass for its own.
        if rows["New customers"].iloc[pressed] == "0":
            st.caption(f"Nobody new came by {acquisition.BY[by].lower()} {name}.")
        else:
            state.choose(f"acquisition.group.{by}", name)


def channel(rows: pd.DataFrame, names: "pd.Series[str]", period: Filters) -> People | None:
    """Draw the channels; the customers of the one whose button was pressed."""
    pressed = row_buttons.table(rows, key="acquisition.channels", alt="Revenue and costs of each channel")
    if pressed is None:
        return None
    name = str(names.iloc[pressed])
    meaning = "Known customers, old and new, who bought by this channel in the period."
    return People(f"Channel {name}", meaning, load.channel_buyers(period, (name,)))
