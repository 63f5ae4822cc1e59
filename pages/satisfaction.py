"""Satisfaction: the quarterly review of what customers answered."""

import streamlit as st

from crm_core.ui import comments, downloads, enter, figures, load, review, views

user = enter("Satisfaction", permission="satisfaction.read")

answered, notation = review.answered(user), load.notation()

with figures.toolbar():
    view = review.view(answered)
    shown = load.satisfaction(view.quarter, view.compared_with, view.grouping)
    said = f"Answers to {notation.day(answered.last_day)}. {view.words}"
    about, day = {"View": said}, answered.last_day
    downloads.menu(shown.tables, name="satisfaction", key="satisfaction.export", about=about, last_day=day)
    views.menu("satisfaction", user=user)
figures.said(said)

review.headline(shown)
figures.cards(shown.figures)

with st.grid(len(shown.trends), min_column_width=420):
    for question, chart in shown.trends.items():
        with figures.card(review.TRENDS[question], caption=review.TREND):
            figures.chart(chart, key=f"satisfaction.{question}")

with figures.card("Quarters", caption="The figures behind the charts, each with its 95% interval and its answers."):
    review.quarters(shown)

left, right = st.columns(2)
with left, figures.card("Changes that stand out", caption=review.CHANGES):
    review.changes(shown)
with right, figures.card("Answers to each question", caption="Good, middling and poor answers in this quarter."):
    figures.chart(shown.distribution, key="satisfaction.distribution")

with figures.card("Aspects of the service", caption=review.DRIVERS):
    review.drivers(shown)

with figures.card("Groups", caption=review.GROUPS):
    if not shown.groups.figures.empty:
        figures.chart(shown.group_chart, key="satisfaction.by.chart")
    review.groups(shown)

with figures.card("What people wrote"):
    comments.show(answered, view, user=user)

review.method(shown, said)
