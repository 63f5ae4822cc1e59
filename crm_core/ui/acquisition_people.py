"""The customers behind the numbers of the Acquisition page."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from crm_core.analytics import Filters
from crm_core.analytics.acquisition import SECOND_WITHIN, AcquiredBy
from crm_core.reports.acquisition import Acquisition
from crm_core.ui import acquisition, figures, filters, lists, load, row_buttons
from crm_core.ui.filters import View
from crm_core.ui.people import People
from crm_core.ui.shell import User

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


def group(rows: pd.DataFrame, found: Acquisition, by: AcquiredBy) -> People | None:
    """Draw the groups of new customers; the customers of the one whose button was pressed."""
    pressed = row_buttons.table(rows, key="acquisition.groups", alt="Cost and return of new customers a group")
    if pressed is None:
        return None
    name = str(found.groups[by].iloc[pressed])
    own = acquisition.of_group(found, by, name)
    return People(f"{acquisition.BY[by]} {name}", BEHIND["new"][1], own.index.to_series())


def channel(rows: pd.DataFrame, names: "pd.Series[str]", period: Filters) -> People | None:
    """Draw the channels; the customers of the one whose button was pressed."""
    pressed = row_buttons.table(rows, key="acquisition.channels", alt="Revenue and costs of each channel")
    if pressed is None:
        return None
    name = str(names.iloc[pressed])
    meaning = "Known customers, old and new, who bought by this channel in the period."
    return People(f"Channel {name}", meaning, load.channel_buyers(period, (name,)))


def payback(shown: acquisition.AcquisitionView) -> None:
    """Draw what is left of each group's margin, month by month."""
    with figures.card(shown.finding, name="Payback", caption=acquisition.COSTS):
        if shown.course is None:
            st.info("No group of new customers has both known costs and a whole month behind it.")
            return
        figures.chart(shown.course, key="acquisition.course")
        st.caption("Each month is a mean over the customers seen to its end; month 1 is that of the first order.")


def response(as_of_day: int, period: Filters) -> None:
    """Draw what campaigns did to new and to existing customers."""
    title, answers = acquisition.answers(load.response(as_of_day), load.notation())
    if answers.empty:
        st.info("No campaign with a control group is over yet. Its response will stand here, by new and existing.")
        return
    with figures.card(title, name="New against existing customers", caption=acquisition.about_campaigns(period)):
        st.dataframe(
            answers,
            hide_index=True,
            placeholder="–",
            key="acquisition.answers",
            alt="Response of new and existing customers",
        )


def listed(found: Acquisition, as_of_day: int, period: Filters, by: AcquiredBy, *, user: User) -> None:
    """Draw the new customers of one group, with what can be done with them."""
    notation = load.notation()
    with figures.card("The customers behind the numbers"):
        with figures.toolbar():
            sizes = acquisition.sizes(found.groups, by)
            chosen = filters.group(acquisition.BY[by], sizes, key=f"acquisition.group.{by}")
            rows = acquisition.members(found, load.customers(as_of_day), by, chosen)
            name = acquisition.list_name(period, by, chosen, notation)
            lists.use_as_audience(name, rows.customer_id, user=user, key="acquisition.audience")
            file, about = acquisition.as_file(found, rows, by), {"List": name}
            lists.files(file, user=user, name="new customers", key="acquisition.list", about=about)
        st.caption(f"{notation.customers(len(rows))}.")
        lists.table(acquisition.listed(found, rows, by), user=user, key="acquisition.table")
