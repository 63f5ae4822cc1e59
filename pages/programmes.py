"""Programmes: would keeping more customers pay, given what it costs; by assumptions that anybody can change."""

import streamlit as st

from crm_core.ui import (
    downloads,
    empty,
    enter,
    figures,
    load,
    programme_form,
    programme_people,
    programme_results,
    programme_start,
    programmes,
    sections,
    sheet,
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

bar = figures.toolbar()
with bar:
    scope = choose(extent=extent, choices=load.choices(), notation=notation)
figures.said(
    f"{scope.words}. {scope.compared}. A calculation with assumptions, no forecast: change what you know better; the "
    "address keeps it."
)

facts = load.year_facts(scope.standing.extent, scope.within)
begun = programme_start.starts(facts, notation, scope.within)
assumed = programme_form.assumptions(begun, notation, suffix=scope.suffix)
shown = load.programmes(assumed.now, assumed.programme, assumed.origins)
with bar:
    day = scope.standing.extent.last_day
    downloads.menu(shown.tables, name="programmes", key="programmes.export", about={"View": scope.words}, last_day=day)
    views.menu("programmes", user=user)

st.subheader(figures.plain(shown.finding), anchor=False)
figures.cards(shown.figures)
figures.cautions(shown.cautions)

with sections.shown("programmes", programmes.SECTIONS) as section:
    if section in shown.titles:
        programme_results.chart(load.programme_chart(section, assumed.now, assumed.programme), shown, section)
    elif section == programmes.YEARS:
        programme_results.years(shown, notation)
        programme_results.lasting(shown)
    else:
        programme_people.facts(facts, scope)
        programme_people.kept(facts, scope, user=user)

sheet.to_address(assumed.numbers)
