"""The Campaigns page: the list, and which campaign is open; its address is ``?campaign=7``."""

from datetime import UTC, datetime
from typing import NoReturn

import pandas as pd
import streamlit as st

from crm_core.campaigns import drafting
from crm_core.campaigns.results import Result, results
from crm_core.columns import Kind
from crm_core.errors import CrmError, StoreError
from crm_core.store import campaigns
from crm_core.store.campaigns import Status
from crm_core.store.tables import Campaign
from crm_core.ui import campaign_effect, empty, load, state
from crm_core.ui.format import plain
from crm_core.ui.load import installation
from crm_core.ui.shell import User

STATUS_WORDS = {
    Status.DRAFT: "Draft",
    Status.SCHEDULED: "Scheduled",
    Status.RUNNING: "Sending",
    Status.PAUSED: "Paused",
    Status.CANCELLED: "Cancelled",
    Status.FINISHED: "Finished",
}
COUNTS = ("Recipients", "Sent", "Control", "Not delivered", "Unsubscribed")
COMPARED = 20
"""So many of the newest are compared with their control group in the list; the others when they are opened."""
TEACH = (
    "Here you will write mails to chosen customers, for example those who bought for more than 50 in the last three "
    "months, send them to everybody who agreed, and see what the mails brought beyond what would have happened anyway."
)


def opened() -> Campaign | None:
    """The campaign that the address names; None for the list."""
    wanted = st.query_params.get("campaign", "")
    if not wanted.isdecimal():
        return None
    try:
        with installation().database.read() as session:
            return campaigns.campaign(session, int(wanted))
    except StoreError as fault:
        st.warning(plain(str(fault)))
        return None


def open_one(campaign_id: int) -> NoReturn:
    """Show this campaign."""
    st.query_params["campaign"] = str(campaign_id)
    st.query_params.pop("audience", None)
    st.rerun()


def show_list(user: User) -> None:
    """All campaigns, and the beginning of a new one."""
    with installation().database.read() as session:
        rows = campaigns.listing(session)
        found = results(session, [row.id for row in rows])
    if not rows and not load.holds_data():
        empty.teach(TEACH, user=user, kind=Kind.CUSTOMERS)
    if user.may("campaigns.write"):
        _begin(user)
    if not rows:
        st.info("No campaign yet. Give the first one a name above.")
        return
    table = pd.DataFrame([_row(row, found[row.id], place) for place, row in enumerate(rows)])
    st.dataframe(
        table,
        hide_index=True,
        placeholder="–",
        key="campaigns.list",
        alt="Campaigns, the newest first, with their status and results",
        column_config={
            "Started": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm", timezone=st.context.timezone),
            "Open": st.column_config.ButtonColumn("Open", key="campaigns.open"),
            **{name: st.column_config.NumberColumn(format="localized") for name in COUNTS},
        },
    )
    pressed = state.pressed_row("campaigns.open")
    if pressed is not None:
        open_one(rows[pressed].id)


def head(campaign: Campaign) -> None:
    """Name, status, and the way back to the list."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("All campaigns", icon=":material/arrow_back:", key="campaigns.back"):
            del st.query_params["campaign"]
            st.rerun()
        st.subheader(plain(campaign.name), anchor=False)
        st.badge(STATUS_WORDS[Status(campaign.status)], color="blue" if campaign.status == Status.RUNNING else "gray")
        if campaign.simulated:
            st.badge("Simulated: nothing leaves this installation", color="orange")


def copy_button(campaign: Campaign, user: User) -> None:
    """A new draft with the same content."""
    icon = ":material/content_copy:"
    if user.may("campaigns.write") and st.button("Copy as a new draft", icon=icon, key="campaigns.copy"):
        open_one(drafting.copy(installation().database, user, campaign.id, now=datetime.now(UTC)))


def _begin(user: User) -> None:
    """Name a new campaign; coming from a list of customers, its audience is named in the address."""
    chosen = st.query_params.get("audience", "")
    with st.form("campaigns.new", border=True):
        if chosen:
            st.caption("The audience you chose is kept; the new campaign starts with it.")
        left, right = st.columns([3, 1], vertical_alignment="bottom")
        # Another audience is another field, or the name typed before would stay.
        key = f"campaigns.name.{chosen}" if chosen else "campaigns.name"
        name = left.text_input("New campaign", chosen, key=key, placeholder="Spring news", max_chars=120)
        if right.form_submit_button("Begin", type="primary", key="campaigns.begin", icon=":material/add:"):
            try:
                created = _create(user, name, chosen)
            except CrmError as fault:
                st.error(plain(str(fault)))
                return
            open_one(created)


def _create(user: User, name: str, audience: str) -> int:
    database, now = installation().database, datetime.now(UTC)
    campaign_id = drafting.create(database, user, name, now=now)
    with database.read() as session:
        rule = next((each.rule for each in campaigns.audiences(session) if each.name == audience), None)
    if rule:
        drafting.edit(database, user, campaign_id, now=now, rule=rule)
    return campaign_id


def _row(row: Campaign, found: Result, place: int) -> dict[str, object]:
    is_started = row.started_at is not None
    lost = found.recipients - found.sent - found.open
    counts = dict(zip(COUNTS, (found.recipients, found.sent, found.control, lost, found.unsubscribed), strict=True))
    return {
        "Campaign": row.name,
        "Open": "Open",
        "Status": STATUS_WORDS[Status(row.status)] + (" (simulated)" if row.simulated else ""),
        "Started": row.started_at,
        **{name: number if is_started else None for name, number in counts.items()},
        "Effect on revenue": campaign_effect.in_short(row) if place < COMPARED else "",
    }
