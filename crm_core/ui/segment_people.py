"""The section of the Segments page about people: the customers of each group."""

from functools import partial

import streamlit as st

from crm_core.analytics import Filters
from crm_core.ui import figures, filters, lists, load, parts, segments
from crm_core.ui.as_of import AsOf
from crm_core.ui.shell import User


def draw(standing: AsOf, within: Filters, *, user: User) -> None:
    """The card with the customers of one of the groups."""
    parts.part(partial(_draw, standing, within, user))


def _draw(standing: AsOf, within: Filters, user: User) -> None:
    customers, notation, limits = load.customers(standing.day, within), load.notation(), load.limits()
    with figures.card("The customers behind the numbers"):
        with figures.toolbar():
            by = chosen_grouping()
            sizes = load.group_sizes(standing.day, within, by)
            chosen = filters.group(segments.GROUPS[by], sizes, key=f"segments.{by}")
        st.caption(f"{notation.customers(sizes[chosen])}. {segments.meaning(by, limits, notation)}")
        members = partial(segments.members, customers, by, chosen)
        with figures.toolbar():
            past, last = standing.is_past, notation.day(standing.extent.last_day)
            rule = segments.rule(by, chosen, within, is_past=past) or (lambda: members().customer_id)
            name = segments.audience_name(by, chosen, within, last, is_past=past)
            lists.use_as_audience(name, rule, user=user, key="segments.audience")
            active = load.likely_active(standing.day)
            lists.files(
                lambda: segments.in_file(members(), customers, active),
                user=user,
                name=f"customers {chosen}",
                key="segments.list",
                about={"List": name, segments.GROUPS[by]: segments.meaning(by, limits, notation)},
                last_day=standing.extent.last_day,
            )
        listed = load.members(standing.day, within, by, chosen)
        lists.table(listed, user=user, key="segments.table")


def chosen_grouping() -> str:
    """By what customers are grouped, one of `segments.GROUPS`; the sections of the page share it."""
    return filters.one_of("Group by", list(segments.GROUPS), key="segments.by", names=segments.GROUPS)
