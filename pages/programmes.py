"""Programmes: would keeping more customers pay, given what it costs; by assumptions that anybody can change."""

import streamlit as st

from crm_core.ui import (
    empty,
    enter,
    figures,
    load,
    programme_form,
    programme_people,
    programme_start,
    programme_tables,
    programmes,
    views,
)
from crm_core.ui.programme_scope import choose

user = enter("Programmes", permission="analytics.read")

extent, notation = load.extent(), load.notation()
if extent is None:
    empty.teach(
        "Here you will see whether a loyalty programme would pay: what customers bring over the years as now and with "
        "the programme, how many it must keep to pay for itself, and which assumption decides.",
        user=user,
    )

with figures.toolbar():
    scope = choose(extent=extent, choices=load.choices(), notation=notation)
    views.menu("programmes", user=user)
figures.said(
    f"{scope.words}. {scope.compared}. A calculation with assumptions, no forecast: change what you know better; the "
    "address keeps it."
)

facts = load.year_facts(scope.standing.extent, scope.within)
begun = programme_start.starts(facts, notation, scope.within)
now, programme, origins = programme_form.assumptions(begun, notation, suffix=scope.suffix)
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

programme_tables.years(shown, notation, view=scope.words)
programme_tables.lasting(shown)
programme_people.facts(facts, scope)
programme_people.kept(facts, scope, user=user)
