"""Acquisition and channels: what winning customers costs, when it has come back, and which channels sell."""

import streamlit as st

from crm_core.ui import acquisition, acquisition_people, empty, enter, figures, filters, lists, load, views

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
    until, said = period.filters.until or extent.as_of_day, acquisition.words(period.filters, by, notation)
    compared = acquisition.compared(period, extent, notation)
    about = {"View": said, "Compared": compared}
    figures.downloads(shown.tables, name="acquisition", key="acquisition.export", about=about)
    views.menu("acquisition", user=user)
figures.said(f"{said}, {compared}. {acquisition.meaning(period.filters)}")

found = load.acquisition(by, period.filters)
if found.customers.empty and found.channels.empty:
    st.info("Nobody bought so in this period. Choose a longer one, or fewer filters.")
    st.stop()

opened = figures.cards(shown.figures, key="acquisition.behind")
if opened:
    people = acquisition_people.of_figure(opened, found, period.filters, tuple(online), until=until)
    whom = acquisition_people.whom(opened, period, said, online)
    lists.people(people, said=whom, as_of_day=until, user=user, key="acquisition.behind.list")
figures.cautions(shown.not_known)

with figures.card(
    shown.finding,
    name="New customers and what they cost",
    caption="All marketing costs of a group fall on its new customers: the most that winning one can have cost. "
    "Ranges are 95 %.",
):
    acquisition_people.groups(shown.groups, found.groups[by], by)
    if shown.course:
        figures.chart(shown.course, key="acquisition.course")
        st.caption("Each month is a mean over the customers seen to its end; month 1 is that of the first order.")

with figures.card("What channels sell and cost", caption="Orders of the period, of old and new customers."):
    sellers = acquisition_people.channel(shown.channels, found.channels.channel, period.filters)
if sellers:
    lists.people(sellers, said=period.words, as_of_day=until, user=user, key="acquisition.channel.list")

title, answers = acquisition.answers(load.response(extent.as_of_day), notation)
if not answers.empty:
    with figures.card(
        f"{title}: new against existing",
        caption=acquisition.about_campaigns(period.filters),
    ):
        st.dataframe(answers, hide_index=True, key="acquisition.answers", alt="Response of new and existing customers")

with figures.card("The customers behind the numbers"):
    sizes = acquisition.sizes(found.groups, by)
    with figures.toolbar():
        group = filters.group(acquisition.BY[by], sizes, key=f"acquisition.group.{by}")
        rows = acquisition.members(found, load.customers(extent.as_of_day), by, group)
        name = acquisition.list_name(period.filters, by, group, notation)
        lists.use_as_audience(name, rows.customer_id, user=user, key="acquisition.audience")
        lists.files(acquisition.as_file(rows), user=user, name="new-customers", key="acquisition.list")
    st.caption(f"{notation.number(len(rows))} customers.")
    lists.table(acquisition.listed(rows), user=user, key="acquisition.table")
