"""Acquisition and channels: what winning customers costs, when it has come back, and which channels sell."""

import streamlit as st

from crm_core.ui import (
    acquisition,
    acquisition_people,
    ahead,
    downloads,
    empty,
    enter,
    figures,
    filters,
    lists,
    load,
    sections,
    views,
)

user = enter("Acquisition and channels", permission="analytics.read")

extent, notation = load.extent(), load.notation()
if extent is None:
    empty.teach(
        "Here you will see where new customers come from, what each one costs, how many months it takes until they "
        "have paid that back, and how many of them buy a second time.",
        user=user,
    )

with figures.toolbar():
    period = filters.view("acquisition", extent=extent, choices=load.choices(), notation=notation)
    by = filters.one_of("Group by", list(acquisition.BY), key="acquisition.by", names=acquisition.BY)
    with st.popover("Electronic channels", icon=":material/devices:", key="acquisition.electronic.menu"):
        names = load.choices()["channels"]
        default = acquisition.electronic(names)
        with filters.lasting("acquisition.electronic"):
            online = st.multiselect(
                "Counted as electronic", names, default, key="acquisition.electronic", bind="query-params"
            )
    shown = load.acquisition_view(by, period.filters, period.before, tuple(online))
    ahead.read(load.acquisition_view, [(by, *other, tuple(online)) for other in period.others])
    until, said = period.filters.until or extent.as_of_day, acquisition.words(period.filters, by, notation)
    compared = acquisition.compared(period, extent, notation)
    about = {"View": said, "Compared": compared}
    downloads.menu(shown.tables, name="acquisition", key="acquisition.export", about=about)
    views.menu("acquisition", user=user)
figures.said(f"{said}, {compared}. {acquisition.meaning(period.filters)}")

found = load.acquisition(by, period.filters)
if found.customers.empty and found.channels.empty:
    empty.stop("Nobody bought so in this period. Choose a longer one, or fewer filters.")

opened = figures.cards(shown.figures, key="acquisition.behind")
if opened:
    people = acquisition_people.of_figure(opened, found, period.filters, tuple(online), until=until)
    whom = acquisition_people.whom(opened, period, said, online)
    lists.people(people, said=whom, as_of_day=until, user=user, key="acquisition.behind.list")
figures.cautions(shown.not_known)

row, whose = None, said
with sections.shown("acquisition", acquisition.SECTIONS) as section:
    if section == acquisition.GROUPS:
        with figures.card(shown.finding, name=section, caption=acquisition.COSTS):
            row = acquisition_people.group(shown.groups, found, by)
    elif section == acquisition.PAYBACK:
        acquisition_people.payback(shown)
    elif section == acquisition.CHANNELS:
        with figures.card("What channels sell and cost", caption="Orders of the period, of old and new customers."):
            row = acquisition_people.channel(shown.channels, found.channels.channel, period.filters)
            whose = period.words
    elif section == acquisition.RESPONSE:
        acquisition_people.response(extent.as_of_day, period.filters)
    else:
        acquisition_people.listed(found, extent.as_of_day, period.filters, by, user=user)
if row:
    lists.people(row, said=whose, as_of_day=until, user=user, key="acquisition.row.list")
