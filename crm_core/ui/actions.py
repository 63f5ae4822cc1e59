"""Actions due: each in a line with its reason, and a way to do something about it."""

from collections.abc import Sequence

import streamlit as st

from crm_core.reports.actions import Action, Concern
from crm_core.reports.extent import FILTERED
from crm_core.ui import lists, state
from crm_core.ui.figures import plain
from crm_core.ui.shell import User

BADGES = {
    Concern.LAPSING: (":orange-badge[Win back]", ":material/person_alert:"),
    Concern.DECLINE: (":red-badge[Declining]", ":material/trending_down:"),
    Concern.LOSS: (":red-badge[Loses money]", ":material/money_off:"),
    Concern.SERVICE: (":orange-badge[Service]", ":material/sentiment_dissatisfied:"),
}
FIELDS = {column: field for field, column in FILTERED.items()}


def show(actions: Sequence[Action], *, user: User, date: str, top: int = 5) -> None:
    """The first ``top`` actions; ``date`` is the last day of the data, for the names of audiences."""
    if not actions:
        st.caption("Nothing stands out: no valuable customers gone quiet, no group in decline or at a loss.")
    for place, action in enumerate(actions[:top]):
        badge, icon = BADGES[action.concern]
        text, button = st.columns([4, 1], vertical_alignment="center")
        text.markdown(f"{icon} **{plain(action.title)}** {badge}  \n{plain(action.detail)}")
        with button:
            if action.concern is Concern.SERVICE and st.button(
                "See the answers",
                icon=":material/sentiment_satisfied:",
                key=f"overview.answers.{place}",
                width="stretch",
            ):
                # Without new ones, parameters of the address that belong to widgets forbid to leave.
                st.switch_page("pages/satisfaction.py", query_params={})
            if action.narrowed:
                column, value = action.narrowed
                st.button(
                    "Look closer",
                    icon=":material/search:",
                    key=f"overview.closer.{place}",
                    width="stretch",
                    # A parameter of the address that belongs to a widget is changed through the widget only.
                    on_click=state.show_again,
                    args=({f"overview.{FIELDS[column]}": [value]},),
                )
            if action.customer_ids:
                lists.use_as_audience(
                    f"About to lapse, {date}",
                    lists.these(action.customer_ids),
                    user=user,
                    key=f"overview.audience.{place}",
                    width="stretch",
                )
