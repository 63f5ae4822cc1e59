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
    horizon = filters.one_of("Horizon", list(lifetime_value.HORIZONS), key="lifetime_value.horizon", default="1 year")
    discount = value_terms.discount_percent(key="lifetime_value.discount")
    views.menu("lifetime_value", user=user)
days = lifetime_value.HORIZONS[horizon]
said = f"Data to {notation.day(extent.last_day)}. All customers, the {days} days after"
figures.said(f"{said}. By the customers there are; new ones are not in it.")

model = load.lifetime_value(extent.as_of_day, days)
if model.closed:
    st.warning(model.closed)
    most_valuable.so_far(extent.as_of_day, user=user)
    st.stop()

terms = value_terms.terms(model, horizon_days=days, discount=discount)
basis = terms.words(model.margins, notation)
shown = load.forecast(extent.as_of_day, terms)
values = load.values(extent.as_of_day, terms)
value_people.cards(shown.figures, values, said=said, as_of_day=extent.as_of_day, user=user)
st.caption(f"Customer equity: {basis} {shown.last_time}")
figures.cautions(shown.cautions)

measure = filters.one_of("Forecast of", list(value_forecast.MEASURES), key="lifetime_value.measure")
months = load.sales_by_month(extent.as_of_day, days)
left, right = st.columns(2)
with left, figures.card(months.findings[measure], name="The next 12 months", caption=value_forecast.MEANING[measure]):
    figures.chart(months.charts[measure], key="lifetime_value.months", fills=True)
with right, figures.card(name=f"By group, the next {days} days", caption="With the 95 % range."):
    grouping = filters.one_of("By", list(value_forecast.GROUPINGS), key="lifetime_value.grouping")
    groups = load.sales_by_group(extent.as_of_day, terms, grouping)
    figures.finding(groups.findings[measure])
    value_people.groups(groups, measure, grouping, said=said, as_of_day=extent.as_of_day, user=user)
    st.caption(f"{value_forecast.MAINLY[grouping]} {value_forecast.SMALL if groups.has_small else ''}")
with st.expander("The figures, with their ranges"):
    st.dataframe(months.table, hide_index=True, alt="Forecast by month")
    st.dataframe(groups.table, hide_index=True, alt="Forecast by group")

left, right = st.columns(2)
with left, figures.card(shown.tested, name="Was the model right before?", caption=shown.verdict):
    if shown.deciles:
        figures.chart(shown.deciles, key="lifetime_value.deciles")
    st.dataframe(shown.rivals, hide_index=True, key="lifetime_value.rivals", alt="The model against simple forecasts")
with right, figures.card(shown.active, name="How likely customers are active", caption=lifetime_value.ONE_TIME):
    value_people.alive(shown.alive, values, said=said, as_of_day=extent.as_of_day, user=user)
    st.caption(shown.engine)
    with filters.lasting("lifetime_value.second"):
        asked = st.toggle("Ask a second model (Pareto/NBD)", key="lifetime_value.second", bind="query-params")
    if asked:
        st.write(figures.plain(load.second_opinion(extent.as_of_day, days)))

about, tables = {"View": said, "Value": basis}, {**shown.tables, f"By {grouping.lower()}": groups.rows}
most_valuable.card(values, model, horizon_days=days, user=user, about=about, tables=tables)
