"""The list of the most valuable customers, with what can be done with it."""

import pandas as pd
import streamlit as st

from crm_core.analytics import Filters, among
from crm_core.reports.value import LifetimeValue
from crm_core.ui import figures, lifetime_value, lists, load, segments
from crm_core.ui.format import Notation
from crm_core.ui.people import Listed
from crm_core.ui.shell import User
from crm_core.ui.value_scope import Scope, whom_on_the_day
from crm_core.ui.value_terms import Terms


def card(
    top: pd.DataFrame,
    values: pd.DataFrame,
    fitted: LifetimeValue,
    *,
    scope: Scope,
    terms: Terms,
    user: User,
    basis: str,
) -> None:
    """``top``, the best ``values``, as an audience and all of them as a file; ``basis`` says what the value is."""
    said = f"By their part of the customer equity of the next {scope.days} days."
    with figures.card("The most valuable customers", caption=said):
        with figures.toolbar():
            name = audience_name(len(top), scope, terms, load.notation())
            lists.use_as_audience(name, top.customer_id, user=user, key="lifetime_value.audience")
            file = lifetime_value.as_file(values, period=fitted.model.period, basis=basis)
            about = {"List": "Customers by expected value", "View": scope.words, "Value": basis}
            lists.files(
                file, user=user, name="lifetime value", key="lifetime_value.list", about=about, last_day=scope.day - 1
            )
        lists.table(Listed(top, len(values)), user=user, key="lifetime_value.table")


def audience_name(count: int, scope: Scope, terms: Terms, notation: Notation) -> str:
    """What the audience of the ``count`` most valuable is called: other customers or terms have another name."""
    whom = (
        "" if scope.within == Filters() else f", {whom_on_the_day(scope.within).replace('Customers', 'customers', 1)}"
    )
    return f"Most valuable {count}, {notation.day(scope.day - 1)}, {terms.when(notation)}{whom}"


def so_far(fitted: LifetimeValue, *, user: User) -> None:
    """Why nothing is said of what customers will bring, and what they brought."""
    st.warning(lifetime_value.closed(fitted))
    everybody = load.customers(fitted.as_of_day)
    past = everybody.loc[among(everybody.customer_id, fitted.summary.customer_id)]
    with figures.card("What customers brought so far"):
        lists.table(segments.listed(past, everybody), user=user, key="lifetime_value.past")
