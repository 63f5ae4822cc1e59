"""Relationship levels: how much care each group of customers is worth, by their number and what one brings."""

import streamlit as st

from crm_core.ui import (
    downloads,
    empty,
    enter,
    figures,
    filters,
    lists,
    load,
    loyalty,
    row_buttons,
    sections,
    segments,
    strategy,
    views,
)
from crm_core.ui.as_of import choose

user = enter("Relationship levels", permission="analytics.read")

extent, notation = load.extent(), load.notation()
if extent is None:
    empty.teach(
        "Here you will see which groups of customers are worth a partnership, which want to be asked after each sale, "
        "and to whom one should only sell, by how many they are and what each one brings.",
        user=user,
    )

customers = load.customers(extent.as_of_day)
if customers.empty:
    empty.stop("Nobody is known by a customer number yet, so there are no groups. Import order lines with customers.")

bar = figures.toolbar()
with bar:
    by = filters.one_of("Group by", list(segments.GROUPS), key="strategy.by", names=segments.GROUPS)
    standing = choose("strategy", extent=extent, notation=notation)
customers, groups = load.customers(standing.day), load.margins(by, standing.day)
if groups.empty:
    empty.stop("Nobody has bought twice, so there are no stages yet. Group by another column.")
said = f"{standing.words}. Margin of the last 12 months of all customers, by {segments.GROUPS[by]}"
figures.said(f"{said}, {standing.comparison}. The thresholds begin at half and twice the mean; set them as you see it.")
limits = strategy.thresholds(groups, by, notation)
shown = load.strategy(by, standing.day, standing.before_day, limits)
with bar:
    about, day = {"View": said, "Compared": standing.comparison}, standing.extent.last_day
    downloads.menu(shown.tables, name="relationship levels", key="strategy.export", about=about, last_day=day)
    views.menu("strategy", user=user)
figures.cautions(shown.cautions)

with sections.shown("strategy", strategy.SECTIONS) as section:
    if section == strategy.LEVELS:
        with figures.card(shown.finding, name="Relationship levels", caption=strategy.HOW):
            level = {"level": "strategy.level"}
            figures.pressable(shown.matrix, chooses=level, sets=strategy.OPENED, key="strategy.matrix", fills=False)
            st.caption(strategy.key(shown))
    elif section == strategy.BY_GROUP:
        with figures.card("The level of each group, and why"):
            pressed = row_buttons.table(shown.groups, key="strategy.groups", alt="Recommended level of each group")
        if pressed is not None:
            group = str(shown.groups["Group"].iloc[pressed])
            found = strategy.of_group(customers, by, group, is_past=standing.is_past)
            lists.people(found, said=said, as_of_day=standing.day, user=user, key="strategy.group.list")
    elif section == strategy.CUSTOMERS:
        with figures.card("The customers of a level"):
            with figures.toolbar():
                chosen = filters.group("Level", strategy.sizes(shown, groups), key="strategy.level")
                rows = strategy.people(customers, shown, by, chosen)
                name = f"Relationship level {chosen} by {segments.GROUPS[by]}, {notation.day(standing.extent.last_day)}"
                lists.use_as_audience(name, rows.customer_id, user=user, key="strategy.audience")
                file, about = segments.as_file(rows, customers), {"List": name, "View": said}
                called = f"customers of level {chosen}"
                lists.files(file, user=user, name=called, key="strategy.list", about=about, last_day=day)
            st.caption(f"{notation.number(len(rows))} customers. {strategy.MEANING[strategy.Level(chosen)]}")
            lists.table(segments.listed(rows, customers), user=user, key="strategy.table")
    else:
        loyalty.draw(extent, user=user)
