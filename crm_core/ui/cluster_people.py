"""The part of the Groups page about people: the customers of each group."""

from functools import partial

import streamlit as st

from crm_core.ui import clusters, figures, filters, lists, load, parts
from crm_core.ui.shell import User


def draw(way: load.WayOfGrouping, shown: clusters.Shown, *, said: str, user: User) -> None:
    """The card with the customers of one of the groups that ``way`` leads to."""
    parts.part(partial(_draw, way, shown, said, user))


def _draw(way: load.WayOfGrouping, shown: clusters.Shown, said: str, user: User) -> None:
    made, customers = load.clusters(*way), load.customers(*way[:2])
    with figures.card("The customers behind the groups"):
        with figures.toolbar():
            sizes = dict(zip(shown.names, made.sizes.customers, strict=True))
            group = filters.group("Group", sizes, key="clusters.group")
        place = shown.names.index(group)
        members = partial(clusters.members, customers, made.groups, place)
        st.caption(f"{load.notation().customers(sizes[group])}: {shown.words[place]}.")
        with figures.toolbar():
            name = f"{group} ({said})"
            lists.use_as_audience(name, lambda: members().customer_id, user=user, key="clusters.audience")
            lists.files(
                lambda: clusters.in_file(members(), customers, group=group),
                user=user,
                name=f"customers of group {group}",
                key="clusters.list",
                about={"List": name, "Group": shown.words[place]},
                last_day=way[0] - 1,
            )
        lists.table(load.group_members(way, place), user=user, key="clusters.customers")
