"""The customers behind the numbers of the Lifetime value page."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
import pandas as pd
import streamlit as st

from crm_core.analytics import Filters
from crm_core.models.validation import tenths as tenths_by
from crm_core.reports.sales_forecast import NO_GROUP
from crm_core.ui import figures, filters, lifetime_value, lists, load, plain_table, state, value_forecast
from crm_core.ui.people import People
from crm_core.ui.shell import User
from crm_core.ui.value_scope import Scope

BINS = 20
ALIVE = "lifetime_value.alive.from"
"""Key of the widget that says which bar of the probabilities."""
TENTH = "lifetime_value.tenth"
"""What says of which tenth the customers are opened; no widget, and not in the address: it only names a button."""
TENTHS = range(1, 11)
EXPECTED = {1: ": expected to buy most", 10: ": expected to buy least"}


def cards(shown: Sequence[figures.Figure], values: pd.DataFrame, *, scope: Scope, user: User) -> None:
    """Draw the figures of the page; a number that is pressed opens its customers."""
    opened = figures.cards(shown, at_least=300, key="lifetime_value.behind")
    if opened == "tested":
        held_out = load.held_out(scope.day, scope.days, scope.within)
        _open(of_backtest(held_out), scope, scope.whose_then, user, key="lifetime_value.behind.list")
    elif opened:
        _open(of_figure(opened, values), scope, scope.whose, user, key="lifetime_value.behind.list")


def _open(found: People, scope: Scope, said: str, user: User, *, key: str) -> None:
    lists.people(found, said=said, as_of_day=scope.day, user=user, key=key)


def of_figure(name: str, values: pd.DataFrame) -> People:
    """The customers behind a list named in the figures of `lifetime_value.Value`."""
    if name == "likely":
        meaning = "Customers who are more likely active than not. The figure adds up the chances of all."
        return People("Likely active", meaning, values.customer_id[values.p_alive_shown >= lifetime_value.LIKELY])
    return People("Customers of the forecast", "Everybody whose purchases are in the sum.", values.customer_id)


def of_backtest(held_out: pd.DataFrame) -> People:
    """All customers of a backtest; ``held_out`` as of `models.validation`."""
    meaning = "Everybody whose purchases in the days held out the model was to foresee, also those who made none."
    return People("Customers of the backtest", meaning, held_out.customer_id)


def groups(
    parts: value_forecast.Parts, measure: str, grouping: str, values: pd.DataFrame, *, scope: Scope, user: User
) -> None:
    """Draw the forecast by group; a point that is pressed, or a group chosen below, opens its customers."""
    figures.finding(parts.findings[measure])
    widget = f"lifetime_value.group.{grouping}"
    figures.pressable(parts.charts[measure], chooses={"group": widget}, key="lifetime_value.groups", fills=False)
    with figures.toolbar():
        group = filters.group(grouping, dict.fromkeys(parts.rows.group, 0), key=widget)
        pressed = st.button("Customers", icon=":material/group:", key="lifetime_value.group.open")
    if pressed:
        found = of_group(values.customer_id, load.value_groups(scope.day, grouping), grouping, group)
        _open(found, scope, scope.whose, user, key="lifetime_value.group.list")
    st.caption(f"{value_forecast.MAINLY[grouping]} {value_forecast.SMALL if parts.has_small else ''}")


def of_group(customer_ids: "pd.Series[str]", groups: "pd.Series[str]", grouping: str, group: str) -> People:
    """The customers of one group; ``groups`` names that of each by ``customer_id``, others have none."""
    own = customer_ids.map(groups).astype("str").fillna(NO_GROUP)
    return People(f"{grouping} {group}", value_forecast.MAINLY[grouping], customer_ids[own == group])


def alive(chart: Mapping[str, Any], values: pd.DataFrame, *, scope: Scope, user: User) -> None:
    """Draw the probabilities of being active; a bar that is pressed, or chosen below, opens its customers."""
    figures.pressable(chart, chooses={"start": ALIVE}, key="lifetime_value.alive", fills=False)
    edges = [float(edge) for edge in np.linspace(0, 1, BINS + 1)]
    with figures.toolbar():
        with filters.lasting(ALIVE, lambda start: start in edges[:-1]):
            start = st.selectbox(
                "Probability",
                edges[:-1],
                index=BINS - 1,
                format_func=lambda start: f"{100 * start:.0f} to {100 * (start + 1 / BINS):.0f}% likely",
                key=ALIVE,
                label_visibility="collapsed",
                width=180,
            )
        pressed = st.button("Customers", icon=":material/group:", key="lifetime_value.alive.open")
    if pressed and start is not None:
        found = between(values, start, edges[edges.index(start) + 1])
        _open(found, scope, scope.whose, user, key="lifetime_value.alive.list")


def tested(shown: lifetime_value.Value, *, scope: Scope, user: User) -> None:
    """Draw how right the model was before."""
    with figures.card(shown.tested, name="Was the model right before?", caption=shown.verdict):
        if shown.deciles:
            tenths(shown.deciles, scope=scope, user=user)
        if not shown.rivals.empty:
            plain_table.draw(shown.rivals, name="The model against simple forecasts")


def active(shown: lifetime_value.Value, values: pd.DataFrame, *, scope: Scope, user: User) -> None:
    """Draw how likely customers are active, and by which models that was found."""
    with figures.card(shown.active, name="How likely customers are active", caption=lifetime_value.ONE_TIME):
        alive(shown.alive, values, scope=scope, user=user)
        st.caption(shown.engine)
        second_opinion(scope)


def tenths(chart: Mapping[str, Any], *, scope: Scope, user: User) -> None:
    """Draw the tenths of the backtest; a point that is pressed, or one of the menu below, is that of the button."""
    figures.pressable(chart, chooses={"decile": TENTH}, key="lifetime_value.deciles", fills=False)
    state.drop_unless(lambda kept: kept in TENTHS, TENTH)
    tenth = cast("int", state.begun(TENTH, TENTHS[0]))
    state.remember(TENTH)
    with figures.toolbar():
        label = f"Customers of tenth {tenth}"
        pressed = st.button(label, icon=":material/group:", key="lifetime_value.tenth.open")
        # A menu of buttons: what it holds is drawn when it is opened, and most people press the chart. A field in a
        # closed menu would not hear what was pressed there, and put back its own choice.
        with st.popover("Another tenth", key="lifetime_value.tenth.menu"):
            for other in TENTHS:
                st.button(
                    f"Tenth {other}{EXPECTED.get(other, '')}",
                    key=f"{TENTH}.{other}",
                    type="tertiary",
                    on_click=state.choose,
                    args=(TENTH, other),
                )
    if pressed:
        found = of_tenth(load.held_out(scope.day, scope.days, scope.within), tenth)
        _open(found, scope, scope.whose_then, user, key="lifetime_value.tenth.list")


def second_opinion(scope: Scope) -> None:
    """Draw a switch that asks another model about all customers, and what it says."""
    with filters.lasting("lifetime_value.second"):
        asked = st.toggle("Ask a second model (Pareto/NBD)", key="lifetime_value.second", bind="query-params")
    if asked:
        of_all = "" if scope.within == Filters() else "Of all customers, whatever the filters. "
        st.write(figures.plain(f"{of_all}{load.second_opinion(scope.day, scope.days)}"))


def of_tenth(held_out: pd.DataFrame, tenth: int) -> People:
    """The customers of one tenth of a backtest; ``held_out`` as of `models.validation`."""
    meaning = "By the purchases that the model expected of them in the days held out, which it had not seen."
    is_in = tenths_by(held_out["expected"].to_numpy(float)) == tenth
    return People(f"Tenth {tenth} of the backtest", meaning, held_out.customer_id[is_in])


def between(values: pd.DataFrame, start: float, end: float) -> People:
    """The customers whose probability of being active lies in a bar, which has its end only when that is 1."""
    chances = values.p_alive_shown
    is_in = (chances >= start) & ((chances < end) | (end >= 1))
    title = f"{100 * start:.0f} to {100 * end:.0f}% likely active"
    return People(title, "By the probability of being active at the end of the data.", values.customer_id[is_in])
