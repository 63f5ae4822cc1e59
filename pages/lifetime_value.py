"""Lifetime value: what customers will bring, how sure that is, and whether the model was right before."""

import streamlit as st

from crm_core.ui import (
    empty,
    enter,
    figures,
    filters,
    lifetime_value,
    load,
    most_valuable,
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

with figures.toolbar():
    scope = value_scope.choose(extent=extent, choices=load.choices(), notation=notation)
    discount = value_terms.discount_percent(key="lifetime_value.discount")
    views.menu("lifetime_value", user=user)
figures.said(f"{scope.words}. {scope.note}")

day, days, within = scope.day, scope.days, scope.within
model = load.lifetime_value(day, days, within)
if model.summary.empty:
    st.info("No customer is within these filters on that day. Choose fewer filters, or a later day.")
    st.stop()
if model.closed:
    most_valuable.so_far(model, user=user)
    st.stop()

terms = value_terms.terms(model, horizon_days=days, discount=discount)
basis = terms.words(model.margins, notation)
shown = load.forecast(day, terms, within, scope.standing.before_day)
values = load.values(day, terms, within)
value_people.cards(shown.figures, values, scope=scope, user=user)
st.caption(f"Customer equity: {basis} {shown.last_time}")
figures.cautions(shown.cautions)

measure = filters.one_of("Forecast of", list(value_forecast.MEASURES), key="lifetime_value.measure")
months = load.sales_by_month(day, days, measure, within)
left, right = st.columns(2)
with left, figures.card(months.findings[measure], name="The next 12 months", caption=value_forecast.MEANING[measure]):
    figures.chart(months.charts[measure], key="lifetime_value.months", fills=True)
with right, figures.card(name=f"By group, the next {days} days", caption="With the 95 % range."):
    grouping = filters.one_of("By", list(value_forecast.GROUPINGS), key="lifetime_value.grouping")
    groups = load.sales_by_group(day, terms, grouping, measure, within)
    figures.finding(groups.findings[measure])
    value_people.groups(groups, measure, grouping, values, scope=scope, user=user)
    st.caption(f"{value_forecast.MAINLY[grouping]} {value_forecast.SMALL if groups.has_small else ''}")
value_tables.draw(months.table, groups.table)

left, right = st.columns(2)
with left, figures.card(shown.tested, name="Was the model right before?", caption=shown.verdict):
    if shown.deciles:
        value_people.tenths(shown.deciles, scope=scope, user=user)
    st.dataframe(shown.rivals, hide_index=True, key="lifetime_value.rivals", alt="The model against simple forecasts")
with right, figures.card(shown.active, name="How likely customers are active", caption=lifetime_value.ONE_TIME):
    value_people.alive(shown.alive, values, scope=scope, user=user)
    st.caption(shown.engine)
    value_people.second_opinion(scope)

about, tables = {"View": scope.words, "Value": basis}, {**shown.tables, f"By {grouping.lower()}": groups.rows}
top = load.most_valuable(day, terms, within)
most_valuable.card(top, values, model, scope=scope, terms=terms, user=user, about=about, tables=tables)
value_scope.read_ahead(scope, discount, measure, grouping)
