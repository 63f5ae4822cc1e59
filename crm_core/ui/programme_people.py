"""The customers behind what the Programmes page reads from the data."""

import streamlit as st

from crm_core.analytics import among
from crm_core.reports.programmes import YearFacts
from crm_core.ui import figures, filters, lists, load, plain_table, programme_scope, programmes, segments
from crm_core.ui.programme_scope import Scope
from crm_core.ui.shell import User


def facts(found: YearFacts, scope: Scope) -> None:
    """Draw what the data say of the year, beside the one compared with."""
    earlier = scope.standing.extent_before
    before = None if earlier is None else load.year_facts(earlier, scope.within)
    table = programme_scope.facts_table(found, before, load.notation())
    said = f"{scope.whom}. The fields above begin with the year shown first. {scope.compared}."
    with figures.card(programme_scope.FACTS, caption=figures.plain(said)):
        plain_table.draw(table, name="Facts of the year, and of the one before")


def kept(found: YearFacts, scope: Scope, *, user: User) -> None:
    """Draw the list of the customers kept, or not, with what can be done with it; nothing where that is not known."""
    if found.retention is None:
        return
    notation, everybody = load.notation(), load.customers(scope.standing.day)
    people = load.kept_and_lost(scope.standing.day, scope.within)
    with figures.card("The customers behind the retention"):
        with figures.toolbar():
            which = filters.one_of("Which", [*programmes.PEOPLE], key="programmes.people")
            ids = people.customer_id[people.kept if which == "kept" else ~people.kept]
            rows = everybody.loc[among(everybody.customer_id, ids)]
            name = scope.audience_name(which, notation)
            rule = programmes.rule(found, which, scope.within)
            lists.use_as_audience(name, rule, user=user, key="programmes.audience")
            said = programmes.who(found, which, scope.within, notation)
            lists.files(
                segments.as_file(rows, everybody),
                user=user,
                name=scope.file_subject(which),
                key="programmes.list",
                about={"List": name, "Who": said},
                last_day=scope.standing.extent.last_day,
            )
        st.caption(figures.plain(f"{notation.customers(len(rows))}. {said}"))
        lists.table(segments.listed(rows, everybody), user=user, key="programmes.table")
