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
        listed = load.profit_list(view.filters, by, group, verdict)
        ahead.read(load.profit_list, [(other, by, group, verdict) for other, _ in view.others])
        st.caption(figures.plain(f"{listed.said} {profit.OF_CUSTOMERS}"))
        if not listed.total:
            return
        members = partial(profit.members, load.customer_profit(view.filters, by, group), verdict)
        with figures.toolbar():
            name = profit.list_name(by, group, verdict, view.words)
            lists.use_as_audience(name, lambda: members().customer_id, user=user, key="profit.audience")
            lists.files(
                lambda: profit.in_file(members()),
                user=user,
                name="customers profit",
                key="profit.list",
                about={"List": name, "Method": profit.OF_CUSTOMERS},
            )
        headings = {"total_cents": f"Net revenue, {notation.currency}"}
        order = profit.ORDER[verdict]
        lists.table(listed, user=user, key="profit.customers", named=headings, order=order)
