"""A campaign that was started: progress, recipients, what to do about the uncertain, results, simulated mails."""

import email
import email.policy
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import pandas as pd
import streamlit as st

from crm_core.campaigns import sending
from crm_core.campaigns.audience import IN_WORDS, Exclusion
from crm_core.campaigns.results import Result, results
from crm_core.store import campaigns, simulated
from crm_core.store.campaigns import Status as CampaignStatus
from crm_core.store.deliveries import recipients
from crm_core.store.names import customer_names
from crm_core.store.outbox import Status
from crm_core.store.tables import Campaign
from crm_core.ui import campaign_effect, campaigning, figures, load, parts, state
from crm_core.ui.figures import Figure, plain
from crm_core.ui.load import installation
from crm_core.ui.shell import User

STATUS_WORDS = {
    Status.QUEUED: "Waiting",
    Status.CLAIMED: "Next",
    Status.SENDING: "Being sent",
    Status.SENT: "Sent",
    Status.FAILED: "Refused",
    Status.UNKNOWN: "Uncertain",
    Status.SUPPRESSED: "Left out at the last moment",
    Status.CONTROL: "Control group",
    Status.CANCELLED: "Cancelled",
}
MOST_LISTED = 1000
MOVING = {CampaignStatus.RUNNING, CampaignStatus.PAUSED}


def draw(campaign: Campaign, user: User) -> None:
    """Everything about a campaign that was started."""
    is_moving = campaign.status in MOVING
    parts.part(partial(_progress, campaign.id, campaign.status, user), every=2 if is_moving else None)
    campaign_effect.draw(campaign)
    with figures.card("Recipients"):
        _recipients(campaign, user)
    if campaign.exclusions:
        with st.expander("Left out before it was sent"):
            counts = {IN_WORDS[Exclusion(reason)]: number for reason, number in campaign.exclusions.items()}
            st.dataframe(
                pd.DataFrame({"Reason": list(counts), "Customers": list(counts.values())}),
                hide_index=True,
                placeholder="–",
                key="campaigns.left_out",
                alt="Number of customers left out before sending, by reason",
            )
    if campaign.simulated:
        viewer(campaign, user)
    campaigning.copy_button(campaign, user)


def _progress(campaign_id: int, status: str, user: User) -> None:
    """Counts that follow the worker; the whole page runs again when the campaign's status changes."""
    with installation().database.read() as session:
        campaign = campaigns.campaign(session, campaign_id)
        found = results(session, [campaign_id])[campaign_id]
    if campaign.status != status:
        st.rerun()
    notation = load.notation()
    if campaign.status in MOVING:
        done = found.recipients - found.open
        st.progress(found.progress, f"{notation.number(done)} of {notation.number(found.recipients)}")
    if campaign.trouble:
        st.warning(plain(campaign.trouble), icon=":material/warning:")
    figures.cards(_figures(found))
    if user.may("campaigns.send"):
        _buttons(campaign, user, found)


def _figures(found: Result) -> list[Figure]:
    number, states = load.notation().number, found.states
    return [
        Figure(
            "Sent",
            number(found.sent),
            note=f"{number(found.control)} in control" if found.control else "",
            meaning="Accepted by the mail server.",
        ),
        Figure("Waiting", number(found.open)),
        Figure("Refused", number(states.get(Status.FAILED, 0)), meaning="By the recipient's mail server, for good."),
        Figure("Uncertain", number(found.unknown), meaning="Handed over, but the connection broke before the answer."),
        Figure("Unsubscribed", number(found.unsubscribed)),
    ]


def _buttons(campaign: Campaign, user: User, found: Result) -> None:
    with st.container(horizontal=True):
        is_running = campaign.status == CampaignStatus.RUNNING
        if is_running and st.button("Pause", icon=":material/pause:", key="campaigns.pause"):
            state.attempt(lambda: _told(sending.pause, campaign, user, "Paused after the mail under way."))
        if campaign.status == CampaignStatus.PAUSED and st.button(
            "Resume", icon=":material/play_arrow:", key="campaigns.resume", type="primary"
        ):
            state.attempt(lambda: _told(sending.resume, campaign, user, "Sending goes on."))
        if campaign.status in MOVING:
            with st.popover("Cancel…", icon=":material/stop:", key="campaigns.cancelling"):
                st.write("Those who are still waiting get no mail. What was sent stays sent.")
                if st.button("Cancel the rest", key="campaigns.cancel"):
                    state.attempt(lambda: _told(sending.cancel, campaign, user, "Cancelled."))
        if found.unknown:
            _uncertain(campaign, user, found.unknown)


def _uncertain(campaign: Campaign, user: User, number: int) -> None:
    """The one decision that no program can take: a second mail to some, or none to others."""
    with st.popover(f"{number} uncertain…", icon=":material/help:", key="campaigns.uncertain"):
        st.write(
            f"Of {number} mails nobody knows whether they arrived. Sending them again gives a second mail to those who "
            "did get it. Leaving it means that some may have got none. They are never sent again by themselves."
        )
        if st.button("Send them again", key="campaigns.resend"):
            state.attempt(lambda: _told(sending.resend_unknown, campaign, user, "They are sent again."))


def _told(command: Callable[..., object], campaign: Campaign, user: User, done: str) -> str:
    command(installation(), user, campaign.id, now=datetime.now(UTC))
    return done


def _recipients(campaign: Campaign, user: User) -> None:
    chosen = st.multiselect(
        "Status", list(STATUS_WORDS), key="campaigns.statuses", format_func=STATUS_WORDS.__getitem__, placeholder="All"
    )
    with installation().database.read() as session:
        rows = recipients(session, campaign.id, statuses=chosen, limit=MOST_LISTED)
        names = customer_names(session, rows.customer_id) if user.may("customers.read") else {}
    table = pd.DataFrame(
        {
            "Status": [STATUS_WORDS[Status(each)] for each in rows.status],
            "Reason": [_reason_in_words(each) for each in rows.reason.fillna("")],
            "At": rows["at"],
        }
    )
    if user.may("customers.read"):
        table.insert(0, "Name", [names.get(each, "–") for each in rows.customer_id])
        table.insert(1, "Address", rows.address)
    else:
        table = table.drop(columns="Reason")  # a server's answer may name the address
    st.dataframe(
        table,
        hide_index=True,
        placeholder="–",
        key="campaigns.recipients",
        alt="Recipients with status and reason",
        column_config={"At": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm", timezone=st.context.timezone)},
    )
    if len(rows) == MOST_LISTED:
        st.caption(f"The first {MOST_LISTED}. Choose a status to see others.")


def _reason_in_words(reason: str) -> str:
    return IN_WORDS[Exclusion(reason)] if reason in set(Exclusion) else reason


def viewer(campaign: Campaign, user: User) -> None:
    """The mails as they would have been sent; their text only, so that nothing in them is run or fetched."""
    if not user.may("customers.read"):
        return
    with installation().database.read() as session:
        mails = {each.id: each for each in simulated.listing(session, campaign_id=campaign.id)}
    if not mails:
        return
    with figures.card("Outbox viewer", caption="Simulated: these mails were written here and sent to nobody."):
        # A new test mail is another field, which shows it; while mails are being sent the chosen one stays.
        newest = max(mails) if campaign.status == CampaignStatus.DRAFT else "sent"
        chosen = st.selectbox(
            "Mail", list(mails), key=f"campaigns.mail_shown.{newest}",
            format_func=lambda each: f"{mails[each].address}: {mails[each].subject}",
        )  # fmt: skip
        if chosen is None:
            return
        with installation().database.read() as session:
            message = email.message_from_bytes(simulated.message(session, chosen), policy=email.policy.default)
        text = message.get_body(("plain",))
        st.code(str(text.get_content()) if text else "", language=None, wrap_lines=True)
        with st.expander("Headers"):
            st.code("\n".join(f"{name}: {value}" for name, value in message.items()), language=None)
