"""Lifetime value: what customers will bring, how sure that is, and whether the model was right before."""

import streamlit as st

from crm_core.ui import empty, enter, figures, filters, lifetime_value, lists, load, segments

user = enter("Lifetime value", permission="analytics.read")

extent, notation = load.extent(), load.notation()
if extent is None:
    empty.teach(
        "Here you will see how much your customers are likely to buy in the coming months, who is probably still "
        "active, and how right the same forecast would have been in the past.",
        user=user,
    )

with figures.toolbar():
    horizon = filters.one_of("Horizon", list(lifetime_value.HORIZONS), key="lifetime_value.horizon", default="1 year")
days = lifetime_value.HORIZONS[horizon]
said = f"Data to {notation.day(extent.last_day)}. All customers, the {days} days after"
st.caption(f"{said}. By the customers there are; new ones are not in it.")

model = load.lifetime_value(extent.as_of_day, days)
if model.closed:
    st.warning(model.closed)
    past = load.customers(extent.as_of_day)
    with figures.card("What customers brought so far"):
        rows = segments.explained(past.head(lists.SHOWN), past)
        lists.table(rows, total=len(past), user=user, key="lifetime_value.past")
    st.stop()

shown = load.forecast(extent.as_of_day, days)
figures.cards(shown.figures)
if shown.last_time:
    st.caption(shown.last_time)
figures.cautions(shown.cautions)

left, right = st.columns(2)
with left, figures.card("The next 12 months", caption="Expected value per month with its 95 % range."):
    figures.chart(shown.months, key="lifetime_value.months", fills=True)
with right, figures.card("How likely customers are active", caption=lifetime_value.ONE_TIME):
    figures.chart(shown.alive, key="lifetime_value.alive", fills=True)

with figures.card("Was the model right before?", caption=shown.verdict):
    left, right = st.columns(2)
    with left:
        if shown.deciles:
            figures.chart(shown.deciles, key="lifetime_value.deciles")
    with right:
        st.dataframe(
            shown.rivals, hide_index=True, key="lifetime_value.rivals", alt="The model against simple forecasts"
        )
    st.caption(shown.engine)

values, period = load.values(extent.as_of_day, days), model.model.period
top = lifetime_value.explained(values.head(lifetime_value.TOP), period=period)
with figures.card("The most valuable customers", caption=f"By the value expected in the next {days} days."):
    with figures.toolbar():
        name = f"Most valuable {len(top)}, {notation.day(extent.last_day)}"
        lists.use_as_audience(name, lists.these(top.customer_id), user=user, key="lifetime_value.audience")
        file = lifetime_value.as_file(values, period=period)
        lists.files(file, user=user, name="lifetime-value", key="lifetime_value.list")
        figures.downloads(shown.tables, name="forecast", key="lifetime_value.export", about={"View": said})
    lists.table(top, total=len(values), user=user, key="lifetime_value.table")
