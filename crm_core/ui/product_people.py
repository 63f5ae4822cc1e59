"""The sections of the Products page about what customers bought: pairs of products, and those who bought one only."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from crm_core.analytics.affinity import Basket
from crm_core.ui import ahead, downloads, figures, filters, lists, load, product_table, products
from crm_core.ui.filters import View
from crm_core.ui.shell import User


def together(view: View) -> None:
    """Draw what is bought together most surely; a pair that is pressed opens who bought one but never the other."""
    _, found = _found(view)
    with figures.card(found.finding, name="Bought together", caption=found.looked_at):
        if found.pairs.empty:
            _say_none()
            return
        chooses = {"bought": products.BOUGHT, "also": products.WITHOUT}
        figures.pressable(found.lift, chooses=chooses, sets=products.OPENED, key="products.lift", fills=False)
        st.caption(products.MEANING)


def pairs(view: View, *, said: str, about: Mapping[str, str], day: int, user: User) -> None:
    """Draw all pairs; the buttons of one open who bought both, and who bought one but never the other."""
    per, found = _found(view)
    with figures.card("Pairs, both ways", caption="Confidence above what is usual of all: worth an offer."):
        if found.pairs.empty:
            _say_none()
            return
        downloads.menu(found.tables, name="bought together", key="products.pairs", about=about)
        pair = product_table.show_pairs(found.pairs, notation=load.notation(), key="products.pairs.table")
    if pair:
        both = products.both(pair, per, load.bought_both(view.filters, pair, per))
        lists.people(both, said=said, as_of_day=day, user=user, key="products.both.list")


def _found(view: View) -> tuple[Basket, products.Together]:
    """The widget of what products must be bought within, and the pairs."""
    per = products.PER[filters.one_of("In the", list(products.PER), key="products.per")]
    return per, load.bought_together(view.filters, per)


def _say_none() -> None:
    st.info("No two products were bought together often enough to say anything. Choose a longer period.")


def draw(ranked: pd.DataFrame, view: View, *, user: User) -> None:
    """Draw who bought one product, and never another if one is chosen: that of the surest pair at first."""
    notation = load.notation()
    with figures.card("Who bought one but never the other", caption="Never: in no order before the end of the period."):
        with figures.toolbar():
            best = load.bought_together(view.filters, "order").pairs
            named = products.options(ranked, first=products.surest(best))
            product = filters.group("Bought", dict.fromkeys(named, 0), key=products.BOUGHT)
            others = products.others(ranked, best, product)
            without = filters.group("But never", dict.fromkeys(others, 0), key=products.WITHOUT)
        rows = load.product_buyers(view.filters, product, without)
        ahead.read(load.product_list, [(other, product, without) for other, _ in view.others])
        st.caption(f"{figures.plain(products.who(product, without))}: {notation.number(len(rows))} known customers.")
        if rows.empty:
            return
        with figures.toolbar():
            name = f"{products.who(product, without)} ({view.words})"
            lists.use_as_audience(name, rows.customer_id, user=user, key="products.audience")
            told = products.as_file(rows, product, without, notation)
            about = {"List": name}
            lists.files(told, user=user, name=products.who(product, without), key="products.list", about=about)
        headings = {**products.HEADINGS, "total_cents": f"Paid for it, {notation.currency}"}
        lists.table(
            load.product_list(view.filters, product, without), user=user, key="products.customers", named=headings
        )
