"""Profit: what remains of the revenue, which groups and customers cost more than they bring."""

from crm_core.ui import (
    ahead,
    downloads,
    empty,
    enter,
    figures,
    filters,
    lists,
    load,
    profit,
    profit_people,
    profit_table,
    sections,
    views,
)

user = enter("Profit", permission="analytics.read")

extent, notation = load.extent(), load.notation()
if extent is None:
    empty.teach(
        "Here you will see what remains of the revenue after discounts, returns, goods and marketing, by segment, "
        "product, region, channel or salesperson, and which customers cost more than they bring.",
        user=user,
    )

with figures.toolbar():
    by = filters.group("Broken down by", dict.fromkeys(profit.BY, 0), key="profit.by", width=150)
    view = filters.view("profit", extent=extent, choices=load.choices(), notation=notation)
    shown = load.profit(view.filters, view.before, by)
    ahead.read(load.profit, [(*other, by) for other in view.others])
    said = f"Data to {notation.day(extent.last_day)}. {view.words}"
    about = {"View": said, "Compared": view.compared_with or "nothing", "Method": shown.assumption}
    downloads.menu(shown.tables, name=f"profit by {by}", key="profit.export", about=about)
    views.menu("profit", user=user)
figures.said(f"{said}{view.compared_with and ', '}{view.compared_with}.")

if shown.groups.empty:
    empty.stop("Nothing was sold within these filters. Choose fewer of them, or a longer period.")

opened = [figures.cards(shown.figures[part], key="profit.behind") for part in (slice(4), slice(4, None))]
if any(opened):
    found = profit.behind(opened[0] or opened[1] or "", load.customer_profit(view.filters, by, profit.ALL_GROUPS))
    day = view.filters.until or extent.as_of_day
    lists.people(found, said=view.words, as_of_day=day, user=user, key="profit.behind.list")
figures.cautions(shown.cautions)

with sections.shown("profit", profit.SECTIONS) as section:
    if section == profit.GROUPS:
        with figures.card(shown.finding, name="Profit by group", caption=profit.shown_of(shown.groups)):
            group = {"group": f"profit.group.{by}"}
            figures.pressable(shown.bars, chooses=group, sets=profit.OPENED, key="profit.bars", fills=False)
    elif section == profit.STEPS:
        taken = "Each step takes from what the last left."
        with figures.card(shown.steps_title, name="From revenue to profit", caption=taken):
            figures.chart(shown.steps, key="profit.steps")
    elif section == profit.STATEMENT:
        with figures.card(f"Profit and loss by {by.lower()}", caption=figures.plain(shown.assumption)):
            profit_table.show(shown.groups, by=by, currency=notation.currency, key="profit.table")
    else:
        profit_people.draw(shown.groups, by, view, user=user)
