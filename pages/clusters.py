"""Groups: customers grouped by several features at once, with the customers behind every group."""

import streamlit as st

from crm_core.errors import ModelError
from crm_core.ui import (
    as_of,
    cluster_form,
    cluster_people,
    clusters,
    downloads,
    empty,
    enter,
    figures,
    filters,
    load,
    plain_table,
    sections,
    views,
)

user = enter("Groups", permission="analytics.read")

extent, notation = load.extent(), load.notation()
if extent is None:
    empty.teach(
        "Here you will see which kinds of customers you have: groups of customers who are alike in what you choose, "
        "such as how often they buy, how lately and how much at a time.",
        user=user,
    )

with figures.toolbar():
    chosen = cluster_form.choice()
    standing = as_of.choose("clusters", extent=extent, notation=notation)
    with st.popover("Filters", icon=":material/tune:", key="clusters.filters"):
        within = standing.within(filters.chosen_columns("clusters", load.choices()))
    if not chosen.features:
        empty.stop("Choose at least one feature to group by.")
    try:
        kept = cluster_form.saved_content(chosen.name)
        way = (standing.day, within, chosen.features, chosen.count, kept)
        made = load.clusters(*way)
        days = (standing.day, standing.before_day)
        before = load.groups_before(days, within, chosen.features, chosen.count, kept)
    except ModelError as fault:
        empty.stop(figures.plain(str(fault)))
    shown = load.groups(days, within, chosen.features, chosen.count, kept)
    said = f"{standing.words}. {within.words(notation.day)}"
    compared = clusters.compared(standing.comparison, before=before, is_covered=standing.before_day is not None)
    about = {"View": said, "Compared": compared, "Kept as": chosen.name or "not kept", **shown.method}
    day = standing.extent.last_day
    downloads.menu(shown.tables, name="groups", key="clusters.export", about=about, last_day=day)
    views.menu("clusters", user=user)
figures.said(f"{said}, {compared}. By {shown.method['Features'].lower()}.")

figures.cards(shown.figures)
figures.cautions(shown.cautions)

with sections.shown("clusters", clusters.SECTIONS) as section:
    if section == clusters.SIDE_BY_SIDE:
        with figures.card(shown.finding, name="Groups side by side"):
            with figures.at_least(760):
                figures.chart(shown.heatmap, key="clusters.heatmap")
            st.caption("× 2 is twice the mean of all customers shown. Blue is more than their mean, orange less.")
            name = "The groups with their size and their means"
            plain_table.draw(shown.table, name=name, words=[clusters.SPECIAL])
            cluster_form.naming(made, shown.names, shown.words, chosen=chosen, user=user)
    elif section == clusters.CUSTOMERS:
        cluster_people.draw(way, shown, said=said, user=user)
    else:
        with figures.card("How the groups were made"):
            for what, words in shown.method.items():
                st.markdown(f"**{what}.** {figures.plain(words)}")
