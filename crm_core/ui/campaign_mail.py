"""The second step of a campaign: the mail, its preview as a real customer, and the test mail."""

from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from crm_core.campaigns.audience import recipients
from crm_core.campaigns.sender import is_simulated, sender
from crm_core.campaigns.template import FALLBACK, LONGEST_BODY, VARIABLES, subject_advice
from crm_core.campaigns.trial import preview, send_test
from crm_core.errors import CampaignError
from crm_core.reports.audiences import last_orders
from crm_core.store.outbox import Recipient
from crm_core.store.tables import Campaign
from crm_core.ui import campaign_audience, campaign_run, campaign_saving, figures, load, state
from crm_core.ui.load import installation
from crm_core.ui.shell import User

FIRST_TEXT = 'Hello {{ first_name or "dear customer" }},\n\n…\n\n[Have a look](https://example.com)\n\nKind regards'
SIGNS = (
    "An empty line begins a new paragraph. `**bold**`, `[words](https://address)` for a link, `# Heading`, and `- ` "
    "at the beginning of each line of a list. The footer with your name, postal address and the unsubscribe link is "
    "added by itself."
)
PREVIEWED = 50
"""So many of the audience are offered for the preview."""
EXAMPLE = Recipient("", "", {variable.name: variable.example for variable in VARIABLES})


def draw(campaign: Campaign, user: User) -> None:
    """Editor on the left, preview and test mail on the right."""
    left, right = st.columns(2)
    with left, figures.card("Mail"):
        campaign = _editor(campaign, user)
        _hints(campaign)
    with right, figures.card("Preview", caption="As it was saved last."):
        customer = _customer(campaign, user)
        _preview(campaign, customer)
        _test(campaign, customer, user)
    with installation().database.read() as session:
        simulated = is_simulated(session)
    if simulated:
        campaign_run.viewer(campaign, user)


def _editor(campaign: Campaign, user: User) -> Campaign:
    """Two fields that are saved whenever they change; returns the campaign as it then is."""
    may_edit = user.may("campaigns.write")
    begin = {name: campaign_saving.begins_with(campaign, name, getattr(campaign, name)) for name in ("subject", "body")}
    # The campaign is in the keys, or the text of one would stay in the fields of the next.
    subject = st.text_input(
        "Subject",
        begin["subject"],
        key=f"campaigns.subject.{campaign.id}",
        max_chars=250,
        disabled=not may_edit,
        on_change=campaign_saving.keep_typed,
        args=(campaign, user, "subject", f"campaigns.subject.{campaign.id}"),
    )
    body = st.text_area(
        "Text", begin["body"] or FIRST_TEXT, height=320, key=f"campaigns.body.{campaign.id}", max_chars=LONGEST_BODY,
        disabled=not may_edit,
        on_change=campaign_saving.keep_typed, args=(campaign, user, "body", f"campaigns.body.{campaign.id}"),
    )  # fmt: skip
    if not may_edit:
        return campaign
    is_suggestion = body == FIRST_TEXT and not campaign.body
    campaign_saving.keep(campaign, user, "subject", subject)
    campaign_saving.keep(campaign, user, "body", "" if is_suggestion else body)
    if st.button("Save the mail", type="primary", key="campaigns.keep_mail"):
        _save(campaign, user, subject, body)
    return _told(campaign)


def _save(campaign: Campaign, user: User, subject: str, body: str) -> None:
    campaign_saving.save(campaign, user, "subject", subject)
    campaign_saving.save(campaign, user, "body", body)
    if not campaign_saving.faults(campaign):
        state.keep_notice("The mail is saved.")
        st.rerun()


def _told(campaign: Campaign) -> Campaign:
    """Say what is saved and what is not; returns the campaign as it is saved."""
    for fault in (faults := campaign_saving.faults(campaign)):
        st.error(figures.plain(fault))
    saved = campaign_saving.as_saved(campaign)
    if not saved.body:
        st.caption("The text is a suggestion until you change it or save it.")
    elif not faults:
        st.caption(":material/check: Saved")
    return saved


def _hints(campaign: Campaign) -> None:
    for advice in subject_advice(campaign.subject):
        st.caption(f":material/lightbulb: {advice}")
    with st.expander("Variables and signs"):
        st.dataframe(
            pd.DataFrame([(f"{{{{ {each.name} }}}}", each.meaning, each.example) for each in VARIABLES]),
            hide_index=True,
            placeholder="–",
            key="campaigns.variables",
            column_config={"0": "Write", "1": "Meaning", "2": "Example"},
            alt="Variables of a mail with their meaning and an example",
        )
        st.caption(figures.plain(FALLBACK))
        st.caption(SIGNS)


def _customer(campaign: Campaign, user: User) -> Recipient:
    """Whoever the preview is for: one of the audience, or a made-up person where names may not be seen."""
    found = campaign_audience.eligible(campaign)
    ids = list(found.eligible[:PREVIEWED]) or list(found.excluded)[:PREVIEWED]
    if not ids or not user.may("customers.read"):
        st.caption("With the values of a made-up person.")
        return EXAMPLE
    with installation().database.read() as session:
        orders = last_orders(load.last_orders(campaign_audience.as_of_day()), set(ids))
        people = recipients(session, campaign, ids, orders, locale=load.notation().locale)
    by_id = {each.customer_id: each for each in people}
    chosen = st.selectbox(
        "As", list(by_id), key="campaigns.as", format_func=lambda each: by_id[each].fields["_name"] or each
    )
    return by_id.get(chosen or "", EXAMPLE)


def _preview(campaign: Campaign, customer: Recipient) -> None:
    if not campaign.body:
        st.info("Save the mail to see it here.")
        return
    try:
        with installation().database.read() as session:
            who = sender(session)
        mail = preview(installation(), who, campaign, customer)
    except CampaignError as fault:
        st.error(figures.plain(str(fault)))
        return
    st.markdown(f"**{figures.plain(mail.subject)}**")
    with st.container(border=True):
        # Values are escaped by template and footer; Streamlit takes scripts and handlers out of whatever is left.
        st.html(mail.html)
    if not who.is_complete:
        st.caption(
            "The sender has no name, e-mail address or postal address yet: an administrator sets them in Settings."
        )
    with st.expander("Plain-text version"):
        st.code(mail.text, language=None, wrap_lines=True)


def _test(campaign: Campaign, customer: Recipient, user: User) -> None:
    if not user.may("campaigns.send"):
        st.caption("Your role may write mails but not send any, test mails included.")
        return
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    to = left.text_input("Test mail to", key="campaigns.test_to", placeholder="you@your-company.com")
    icon = ":material/outgoing_mail:"
    if right.button("Send a test mail", icon=icon, key="campaigns.test", disabled=not campaign.body):
        state.attempt(
            lambda: send_test(installation(), user, campaign.id, to=to, customer=customer, now=datetime.now(UTC))
        )
