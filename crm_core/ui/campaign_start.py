"""The third step of a campaign: the list of checks, and the button that sends."""

from datetime import UTC, datetime

import streamlit as st

from crm_core.campaigns import drafting
from crm_core.campaigns.preflight import Check, Plan, checks, is_large, situation, unsubscribe_page_answers
from crm_core.campaigns.sending import plan, start
from crm_core.store.tables import Campaign
from crm_core.ui import campaign_audience, campaign_saving, figures, load, state
from crm_core.ui.figures import plain
from crm_core.ui.load import installation
from crm_core.ui.shell import User


def draw(campaign: Campaign, user: User) -> None:
    """Every check with what to do about it; the button only when all of them pass."""
    now, shop = datetime.now(UTC), installation()
    chosen = campaign_audience.chosen(campaign)
    with st.spinner("Writing the mail for everybody…"), shop.database.read() as session:
        planned = plan(session, campaign.id, chosen, now=now, locale=load.notation().locale)
        stands = situation(session, shop.settings, campaign, now=now)
    typed = _typed_number(planned, stands.usual_size)
    found = checks(planned, stands, answers=unsubscribe_page_answers, confirmed_size=typed)
    with figures.card("Before it is sent", caption="Nothing is sent until every line passes."):
        for check in found:
            _line(check)
    unsaved = campaign_saving.faults(campaign)
    if unsaved:
        st.error(plain(f"What you typed last is not saved: {' '.join(unsaved)} Go back and correct it."))
    if stands.simulated:
        st.info("No mail server is set, or this is the demonstration: the mails go to the outbox viewer only.")
    _send(campaign, user, planned, typed, ready=not unsaved and all(check.passed for check in found))
    if user.may("campaigns.write") and st.button("Delete this draft", key="campaigns.delete", icon=":material/delete:"):
        state.attempt(lambda: _deleted(campaign, user))


def _line(check: Check) -> None:
    if check.passed:
        st.markdown(f":material/check_circle: {plain(check.message)}")
    else:
        st.markdown(f":red[:material/error:] **{plain(check.message)}**  \n{plain(check.advice)}")


def _typed_number(planned: Plan, usual: int | None) -> int:
    """The number of recipients, typed by the person where the send is larger than usual."""
    if not is_large(len(planned.mailed), usual):
        return 0
    return int(st.number_input("Number of people who will be mailed", 0, 10_000_000, 0, key="campaigns.typed"))


def _send(campaign: Campaign, user: User, planned: Plan, typed: int, *, ready: bool) -> None:
    if not user.may("campaigns.send"):
        st.caption("Your role may prepare campaigns; a manager sends them.")
        return
    count = load.notation().number(len(planned.mailed))
    with st.popover("Send…", icon=":material/send:", key="campaigns.sending", disabled=not ready, type="primary"):
        st.write(f"{count} people get this mail now. What was sent cannot be taken back.")
        if st.button(f"Send to {count} people", type="primary", key="campaigns.send"):
            state.attempt(lambda: _started(campaign, user, typed))


def _started(campaign: Campaign, user: User, typed: int) -> str:
    start(
        installation(),
        user,
        campaign.id,
        campaign_audience.chosen(campaign),
        now=datetime.now(UTC),
        locale=load.notation().locale,
        confirmed_size=typed,
    )
    return "Sending has begun. You may leave this page."


def _deleted(campaign: Campaign, user: User) -> str:
    drafting.delete(installation().database, user, campaign.id, now=datetime.now(UTC))
    return f"The draft {campaign.name} is deleted."
