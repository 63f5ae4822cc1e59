"""The part of the Profit page about people: the customers of a group, by whether they bring or cost money."""

from functools import partial

import pandas as pd
import streamlit as st

from crm_core.ui import ahead, figures, filters, lists, load, parts, profit
from crm_core.ui.filters import View
from crm_core.ui.shell import User


def draw(groups: pd.DataFrame, by: str, view: View, *, user: User) -> None:
    """The card with the customers of one of ``groups``."""
    parts.part(partial(_draw, groups, by, view, user))


def _draw(groups: pd.DataFrame, by: str, view: View, user: User) -> None:
    notation = load.notation()
    with figures.card("The customers behind the numbers"):
        with figures.toolbar():
            group = filters.group("Group", profit.group_sizes(groups), key=f"profit.group.{by}")
            which = [*profit.VERDICTS, profit.EVERYBODY]
            verdict = filters.one_of("Which", which, key="profit.who", names=profit.VERDICTS)
        rows = profit.members(load.customer_profit(view.filters, by, group), verdict)
        ahead.read(load.customer_profit, [(other, by, group) for other, _ in view.others])
        st.caption(figures.plain(f"{profit.together(rows, notation)} {profit.OF_CUSTOMERS}"))
        if rows.empty:
            return
        with figures.toolbar():
            name = profit.list_name(by, group, verdict, view.words)
            lists.use_as_audience(name, rows.customer_id, user=user, key="profit.audience")
            lists.files(profit.as_file(rows), user=user, name="customers-profit", key="profit.list")
        headings = {"total_cents": f"Net revenue, {notation.currency}"}
        shown = profit.explained(rows.head(lists.SHOWN), notation)
        order = profit.ORDER[verdict]
        lists.table(shown, total=len(rows), user=user, key="profit.customers", named=headings, order=order)
