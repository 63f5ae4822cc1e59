"""Products: what sells, what comes back, what is bought together, and whom to offer what."""

from crm_core.ui import (
    ahead,
    downloads,
    empty,
    enter,
    figures,
    filters,
    lists,
    load,
    product_people,
    product_table,
    products,
    sections,
    views,
)

user = enter("Products", permission="analytics.read")

extent, notation = load.extent(), load.notation()
if extent is None:
    empty.teach(
        "Here you will see your products by revenue, margin and returns, which of them are bought together, and who "
        "bought one but not yet the other.",
        user=user,
    )

with figures.toolbar():
    view = filters.view("products", extent=extent, choices=load.choices(), notation=notation)
    ranked = load.products(view.filters, view.before)
    ahead.read(load.products, view.others)
    said = f"Data to {notation.day(extent.last_day)}. {view.words}"
    about = {"View": said, "Compared": view.compared_with or "nothing"}
    downloads.menu(ranked.tables, name="products", key="products.export", about=about)
    views.menu("products", user=user)
figures.said(f"{said}{view.compared_with and ', '}{view.compared_with}.")

if ranked.products.empty:
    empty.stop("No line within these filters states a product. Choose fewer filters, or import lines with products.")

day = view.filters.until or extent.as_of_day
opened = figures.cards(ranked.figures, key="products.behind")
if opened:
    found = products.behind(opened, load.behind_products(view.filters, opened))
    lists.people(found, said=said, as_of_day=day, user=user, key="products.behind.list")

with sections.shown("products", products.SECTIONS) as section:
    if section == products.RANKING:
        with figures.card(ranked.finding, name="Revenue", caption=f"The {products.BARS} products that bring most."):
            sets = {products.WITHOUT: products.ANYTHING, **products.OPENED}
            chooses = {"product": products.BOUGHT}
            figures.pressable(ranked.bars, chooses=chooses, sets=sets, key="products.bars", fills=False)
    elif section == products.ALL:
        with figures.card("All products", caption="Bought again: in two orders or more; from 10 known buyers on."):
            product_table.show_products(ranked.products, notation=notation, key="products.table")
    elif section == products.TOGETHER:
        product_people.together(view)
    elif section == products.PAIRS:
        product_people.pairs(view, said=said, about=about, day=day, user=user)
    else:
        product_people.draw(ranked.products, view, user=user)
