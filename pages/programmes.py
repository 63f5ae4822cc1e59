"""Programmes: would keeping more customers pay, given what it costs; by assumptions that anybody can change."""

import streamlit as st

from crm_core.ui import empty, enter, figures, filters, lists, load, programme_form, programmes, segments, views

user = enter("Programmes", permission="analytics.read")

extent, notation = load.extent(), load.notation()
if extent is None:
    empty.teach(
        "Here you will see whether a loyalty programme would pay: what customers bring over the years as now and with "
        "the programme, how many it must keep to pay for itself, and which assumption decides.",
        user=user,
    )

facts = load.year_facts(extent)
said = f"Data to {notation.day(extent.last_day)}. All customers"
with figures.toolbar():
    views.menu("programmes", user=user)
figures.said(f"{said}. A calculation with assumptions, no forecast: change what you know better; the address keeps it.")

now, programme, origins = programme_form.assumptions(programmes.starts(facts, notation), notation)
shown = programmes.programmes(now, programme, origins=origins, notation=notation)

st.subheader(figures.plain(shown.finding), anchor=False)
figures.cards(shown.figures)
figures.cautions(shown.cautions)

left, right = st.columns(2)
with (
    left,
    figures.card(
        shown.values_title,
        name="Value over the years",
        caption="What all customers have brought so far, discounted, less costs.",
    ),
):
    figures.chart(shown.values, key="programmes.values", fills=True)
with (
    right,
    figures.card(
        shown.paying, name="By retention and cost", caption="What the programme adds in all; all else as assumed."
    ),
    figures.at_least(420),
):
    figures.chart(shown.grid, key="programmes.grid")

with figures.card(shown.turning, name="What decides", caption="Each assumption 10 % lower and higher, one at a time."):
    figures.chart(shown.tornado, key="programmes.tornado")

with figures.card("Year by year"):
    figures.downloads(shown.tables, name="programmes", key="programmes.export", about={"View": said})
    for name, table in shown.years.items():
        st.caption(name)
        rows = programmes.as_shown(table, notation)
        st.dataframe(
            rows, hide_index=True, key=f"programmes.years.{name}", alt=f"{name}: sales, costs and value a year"
        )

with figures.card(
    "If it went on for ever",
    caption="Value per customer without an end, after the cost of keeping and before that of winning. The two forms "
    "differ in when the first margin falls: now (the customer has just bought), or in a year.",
):
    st.dataframe(shown.lasting, hide_index=True, key="programmes.lasting", alt="Value of a customer kept for ever")

if facts.retention is not None:
    with figures.card("The customers behind the retention"):
        people = load.kept_and_lost(extent.as_of_day)
        with figures.toolbar():
            which = filters.one_of("Which", list(programmes.PEOPLE), key="programmes.people")
            rows = programmes.people(load.customers(extent.as_of_day), people, which)
            name = f"{which}, {notation.day(extent.last_day)}"
            lists.use_as_audience(name, programmes.rule(facts, which), user=user, key="programmes.audience")
            everybody = load.customers(extent.as_of_day)
            lists.files(segments.as_file(rows, everybody), user=user, name="retention-customers", key="programmes.list")
        st.caption(f"{notation.number(len(rows))} customers. {programmes.PEOPLE[which]}")
        top = segments.explained(rows.head(lists.SHOWN), everybody)
        lists.table(top, total=len(rows), user=user, key="programmes.table")
