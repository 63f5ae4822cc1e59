"""Products: what sells, what comes back, what is bought together, and whom to offer what."""

import streamlit as st

from crm_core.ui import ahead, empty, enter, figures, filters, lists, load, product_table, products, views

user = enter("Products", permission="analytics.read")

extent, notation = load.extent(), load.notation()
if extent is None:
    empty.teach(
        "Here you will see your products by revenue, margin and returns, which of them are bought together, and who "
        "bought one but not yet the other.",
        user=user,
    )

with figures.toolbar():
    way = filters.one_of("Show", [products.RANKING, products.TOGETHER], key="products.way")
    view = filters.view("products", extent=extent, choices=load.choices(), notation=notation)
    ranked = load.products(view.filters, view.before)
    ahead.read(load.products, view.others)
    said = f"Data to {notation.day(extent.last_day)}. {view.words}"
    about = {"View": said, "Compared": view.compared_with or "nothing"}
    figures.downloads(ranked.tables, name="products", key="products.export", about=about)
    views.menu("products", user=user)
figures.said(f"{said}{f', {view.compared_with}' if view.before and way == products.RANKING else ''}.")

if ranked.products.empty:
    st.info("No line within these filters states a product. Choose fewer filters, or import lines with products.")
    st.stop()

day = view.filters.until or extent.as_of_day
if way == products.RANKING:
    best, opened = None, ("products.bought", "products.without")
    figure = figures.cards(ranked.figures, key="products.behind")
    if figure:
        found = products.behind(figure, load.behind_products(view.filters, figure))
        lists.people(found, said=said, as_of_day=day, user=user, key="products.behind.list")
    with figures.card(ranked.finding, name="Revenue", caption=f"The {products.BARS} products that bring most."):
        never = {"products.without": products.ANYTHING}
        figures.pressable(ranked.bars, chooses={"product": opened[0]}, sets=never, key="products.bars", fills=False)
    with figures.card("All products", caption="Bought again: in two orders or more; from 10 known buyers on."):
        product_table.show_products(ranked.products, notation=notation, key="products.table", chooses=opened)
else:
    per = filters.one_of("In the", list(products.PER), key="products.per")
    pairs = load.bought_together(view.filters, products.PER[per])
    best, opened = pairs.pairs, ("products.pair.bought", "products.pair.without")
    with figures.card(pairs.finding, name="Bought together", caption=pairs.looked_at):
        if best.empty:
            st.info("No two products were bought together often enough to say anything. Choose a longer period.")
        else:
            chooses = dict(zip(("bought", "also"), opened, strict=True))
            figures.pressable(pairs.lift, chooses=chooses, key="products.lift", fills=False)
            st.caption(products.MEANING)
    if not best.empty:
        with figures.card("Pairs, both ways", caption="Confidence above what is usual of all: worth an offer."):
            figures.downloads(pairs.tables, name="bought-together", key="products.pairs", about=about)
            pair = product_table.show_pairs(best, notation=notation, key="products.pairs.table", chooses=opened)
        if pair:
            found = products.both(pair, products.PER[per], load.bought_both(view.filters, pair, products.PER[per]))
            lists.people(found, said=said, as_of_day=day, user=user, key="products.both.list")

with figures.card("Who bought one but never the other", caption="Never: in no order before the end of the period."):
    with figures.toolbar():
        named = products.options(ranked.products, first=products.surest(best))
        product = filters.group("Bought", dict.fromkeys(named, 0), key=opened[0])
        others = products.others(ranked.products, best, product)
        without = filters.group("But never", dict.fromkeys(others, 0), key=opened[1])
    rows, listed = (read(view.filters, product, without) for read in (load.product_buyers, load.product_list))
    ahead.read(load.product_list, [(other, product, without) for other, _ in view.others])
    st.caption(f"{figures.plain(products.who(product, without))}: {notation.number(len(rows))} known customers.")
    if not rows.empty:
        with figures.toolbar():
            name = f"{products.who(product, without)} ({view.words})"
            lists.use_as_audience(name, rows.customer_id, user=user, key="products.audience")
            told = products.as_file(rows, product, without, notation)
            lists.files(told, user=user, name="customers-product", key="products.list")
        headings = {**products.HEADINGS, "total_cents": f"Paid for it, {notation.currency}"}
        lists.table(listed, user=user, key="products.customers", named=headings)
