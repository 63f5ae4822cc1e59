"""The customers behind the numbers of the Lifetime value page."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from crm_core.reports.sales_forecast import NO_GROUP
from crm_core.ui import figures, filters, lists, load, value_forecast
from crm_core.ui.people import People
from crm_core.ui.shell import User

LIKELY = 0.5
BINS = 20
ALIVE = "lifetime_value.alive.from"
"""Key of the widget that says which bar of the probabilities."""


def cards(shown: Sequence[figures.Figure], values: pd.DataFrame, *, said: str, as_of_day: int, user: User) -> None:
    """Draw the figures of the page; a number that is pressed opens its customers."""
    opened = figures.cards(shown, at_least=300, key="lifetime_value.behind")
    if opened:
        found = of_figure(opened, values)
        lists.people(found, said=said, as_of_day=as_of_day, user=user, key="lifetime_value.behind.list")


def of_figure(name: str, values: pd.DataFrame) -> People:
    """The customers behind a list named in the figures of `lifetime_value.Value`."""
    if name == "likely":
        meaning = "Customers who are more likely active than not. The figure adds up the chances of all."
        return People("Likely active", meaning, values.customer_id[values.p_alive_shown >= LIKELY])
    return People("Customers of the forecast", "Everybody whose purchases are in the sum.", values.customer_id)


def groups(parts: value_forecast.Parts, measure: str, grouping: str, *, said: str, as_of_day: int, user: User) -> None:
    """Draw the forecast by group; a point that is pressed, or a group chosen below, opens its customers."""
    widget = f"lifetime_value.group.{grouping}"
    figures.pressable(parts.charts[measure], chooses={"group": widget}, key="lifetime_value.groups", fills=False)
    with figures.toolbar():
        group = filters.group(grouping, dict.fromkeys(parts.rows.group, 0), key=widget)
        pressed = st.button("Customers", icon=":material/group:", key="lifetime_value.group.open")
    if pressed:
        of = load.value_groups(as_of_day, grouping)
        values = load.customers(as_of_day).customer_id
        found = of_group(values, of, grouping, group)
        lists.people(found, said=said, as_of_day=as_of_day, user=user, key="lifetime_value.group.list")


def of_group(customer_ids: "pd.Series[str]", groups: "pd.Series[str]", grouping: str, group: str) -> People:
    """The customers of one group; ``groups`` names that of each by ``customer_id``, others have none."""
    own = customer_ids.map(groups).astype("str").fillna(NO_GROUP)
    return People(f"{grouping} {group}", value_forecast.MAINLY[grouping], customer_ids[own == group])


def alive(chart: Mapping[str, Any], values: pd.DataFrame, *, said: str, as_of_day: int, user: User) -> None:
    """Draw the probabilities of being active; a bar that is pressed, or chosen below, opens its customers."""
    figures.pressable(chart, chooses={"start": ALIVE}, key="lifetime_value.alive", fills=False)
    edges = [float(edge) for edge in np.linspace(0, 1, BINS + 1)]
    with figures.toolbar():
        with filters.lasting(ALIVE, lambda start: start in edges[:-1]):
            start = st.selectbox(
                "Probability",
                edges[:-1],
                index=BINS - 1,
                format_func=lambda start: f"{100 * start:.0f} to {100 * (start + 1 / BINS):.0f} % likely",
                key=ALIVE,
                label_visibility="collapsed",
                width=180,
            )
        pressed = st.button("Customers", icon=":material/group:", key="lifetime_value.alive.open")
    if pressed and start is not None:
        found = between(values, start, edges[edges.index(start) + 1])
        lists.people(found, said=said, as_of_day=as_of_day, user=user, key="lifetime_value.alive.list")


def between(values: pd.DataFrame, start: float, end: float) -> People:
    """The customers whose probability of being active lies in a bar, which has its end only when that is 1."""
    chances = values.p_alive_shown
    is_in = (chances >= start) & ((chances < end) | (end >= 1))
    title = f"{100 * start:.0f} to {100 * end:.0f} % likely active"
    return People(title, "By the probability of being active at the end of the data.", values.customer_id[is_in])
