"""The part of the Groups page about people: the customers of each group."""

from functools import partial

import pandas as pd
import streamlit as st

from crm_core.analytics import Filters
from crm_core.reports.clusters import Grouped
from crm_core.ui import clusters, figures, filters, lists, load, parts, segments
from crm_core.ui.shell import User


def draw(made: Grouped, shown: clusters.Shown, as_of_day: int, within: Filters, *, said: str, user: User) -> None:
    """The card with the customers of one group."""
    parts.part(partial(_draw, made, shown, load.customers(as_of_day, within), said, user))


def _draw(made: Grouped, shown: clusters.Shown, customers: pd.DataFrame, said: str, user: User) -> None:
    with figures.card("The customers behind the groups"):
        with figures.toolbar():
            sizes = dict(zip(shown.names, made.sizes.customers, strict=True))
            group = filters.group("Group", sizes, key="clusters.group")
        place = shown.names.index(group)
        rows = clusters.members(customers, made.groups, place)
        st.caption(f"{load.notation().customers(len(rows))}: {shown.words[place]}.")
        with figures.toolbar():
            lists.use_as_audience(f"{group} ({said})", rows.customer_id, user=user, key="clusters.audience")
            file = clusters.as_file(rows, customers, group=group)
            lists.files(file, user=user, name="customers-of-group", key="clusters.list")
        top = segments.explained(rows.head(lists.SHOWN), customers)
        lists.table(top, total=len(rows), user=user, key="clusters.customers")
