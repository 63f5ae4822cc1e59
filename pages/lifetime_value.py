"""Lifetime value: what customers will bring, how sure that is, and whether the model was right before."""

import streamlit as st

from crm_core.ui import (
    downloads,
    empty,
    enter,
    figures,
    filters,
    lifetime_value,
    load,
    most_valuable,
    sections,
    value_forecast,
    value_people,
    value_scope,
    value_tables,
    value_terms,
    views,
)

user = enter("Lifetime value", permission="analytics.read")

extent, notation = load.extent(), load.notation()
if extent is None:
    empty.teach(
        "Here you will see how much your customers will likely buy, and how right this forecast was in the past.",
        user=user,
    )

bar = figures.toolbar()
with bar:
    scope = value_scope.choose(extent=extent, choices=load.choices(), notation=notation)
    discount = value_terms.discount_percent(key="lifetime_value.discount")
    export = st.container(width="content")
    views.menu("lifetime_value", user=user)
figures.said(f"{scope.words}. {scope.note}")

day, days, within = scope.day, scope.days, scope.within
model = load.lifetime_value(day, days, within)
if model.summary.empty:
    empty.stop("No customer is within these filters on that day. Choose fewer filters, or a later day.")
if model.closed:
    most_valuable.so_far(model, user=user)
    st.stop()

terms = value_terms.terms(model, horizon_days=days, discount=discount)
basis = terms.words(model.margins, notation)
shown, values = load.forecast(day, terms, within, scope.standing.before_day), load.values(day, terms, within)
value_people.cards(shown.figures, values, scope=scope, user=user)
st.caption(f"Customer equity: {basis} {shown.last_time}")
figures.cautions(shown.cautions)

measure, grouping, tables, about = "", "", shown.tables, {"View": scope.words, "Value": basis}
with sections.shown("lifetime_value", lifetime_value.SECTIONS) as section:
    if section in lifetime_value.FORECASTS:
        measure = filters.one_of("Forecast of", list(value_forecast.MEASURES), key="lifetime_value.measure")
    if section == lifetime_value.BY_MONTH:
        months, meaning = load.sales_by_month(day, days, measure, within), value_forecast.MEANING[measure]
        with figures.card(months.findings[measure], name="The next 12 months", caption=meaning):
            figures.chart(months.charts[measure], key="lifetime_value.months")
        value_tables.draw("Forecast by month", months.table)
    elif section == lifetime_value.BY_GROUP:
        with figures.card(name=f"By group, the next {days} days", caption="With the 95% range."):
            grouping = filters.one_of("By", list(value_forecast.GROUPINGS), key="lifetime_value.grouping")
            groups = load.sales_by_group(day, terms, grouping, measure, within)
            value_people.groups(groups, measure, grouping, values, scope=scope, user=user)
        value_tables.draw("Forecast by group", groups.table)
        tables = {**tables, f"By {grouping.lower()}": groups.rows}
    elif section == lifetime_value.TESTED:
        value_people.tested(shown, scope=scope, user=user)
    elif section == lifetime_value.ACTIVE:
        value_people.active(shown, values, scope=scope, user=user)
    else:
        top = load.most_valuable(day, terms, within)
        most_valuable.card(top, values, model, scope=scope, terms=terms, user=user, basis=basis)
value_scope.read_ahead(scope, discount, measure, grouping)
with export:
    downloads.menu(tables, name="forecast", key="lifetime_value.export", about=about, last_day=day - 1)
