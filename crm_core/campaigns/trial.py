"""Previews and test mails: the mail as one real customer would get it, shown or sent to one of us."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from crm_core.addresses import deliverable, is_address
from crm_core.campaigns.actor import demand
from crm_core.campaigns.delivery import Delivery, Transport
from crm_core.campaigns.message import LINK_PURPOSE, Letter, built, html, message_id, text, unsubscribe_url
from crm_core.campaigns.sender import Sender, public_address, sender
from crm_core.campaigns.template import Rendered, Template
from crm_core.campaigns.transport import transport_now
from crm_core.errors import CampaignError
from crm_core.permissions import Actor
from crm_core.store import audit, campaigns
from crm_core.store.installation import Installation
from crm_core.store.outbox import Recipient
from crm_core.store.suppressions import is_suppressed
from crm_core.store.tables import Campaign


def send_test(
    installation: Installation, actor: Actor, campaign_id: int, *, to: str, customer: Recipient, now: datetime
) -> str:
    """Send the mail as ``customer`` would get it to ``to``, marked as a test; returns the sentence to show.

    Needs no consent, since ``to`` is one of us; a suppressed address is never mailed all the same.

    Raises
    ------
    CampaignError
        The sender is incomplete, ``to`` is no address or a suppressed one, the mail cannot be written for this
        customer, the server does not take it (`delivery.TransportError`), or the role may not.
    """
    demand(actor, "campaigns.send")
    with installation.database.read() as session:
        campaign = campaigns.campaign(session, campaign_id)
        _demand_address(session, to)
        delivery = _delivery(installation, session, campaign, to=to, customer=customer, now=now)
        transport, is_simulated = transport_now(installation, session)
    _hand_over(transport, delivery)
    with installation.database.write() as session:
        campaigns.change(session, campaign_id, while_in=list(campaigns.Status), tested_at=now)
        audit.record(session, actor.name, "campaign.tested", now=now, subject=f"campaign:{campaign_id}")
    return f"The test mail {'is in the outbox viewer (simulated)' if is_simulated else f'was sent to {to}'}."


def preview(installation: Installation, who: Sender, campaign: Campaign, customer: Recipient) -> Rendered:
    """The whole mail as ``customer`` would get it, footer included; its link unsubscribes nobody.

    Raises
    ------
    CampaignError
        The mail cannot be read, or not be written for this customer.
    """
    rendered = Template(campaign.subject, campaign.body).render(customer.fields)
    letter = _letter(installation, who, customer, to="", subject=f"{campaign.id}.preview", identity="")
    parts = (rendered, letter, who, campaign.purpose)
    return Rendered(rendered.subject, html(*parts), text(*parts))


def _letter(
    installation: Installation, who: Sender, customer: Recipient, *, to: str, subject: str, identity: str
) -> Letter:
    # A link that nobody can unsubscribe with: the page answers, and nothing happens.
    token = installation.key.token(f"{LINK_PURPOSE}-test", subject)
    url = unsubscribe_url(public_address(installation.settings, who), token)
    return Letter(to, customer.fields.get("_name", ""), identity, url, customer.fields.get("_language", "en"))


def _delivery(
    installation: Installation, session: Session, campaign: Campaign, *, to: str, customer: Recipient, now: datetime
) -> Delivery:
    who = sender(session)
    if not who.is_complete:
        raise CampaignError("The sender has no name, e-mail address or postal address yet. Fill it in in Settings.")
    rendered = Template(campaign.subject, campaign.body).render(customer.fields)
    marked = replace(rendered, subject=f"[Test] {rendered.subject}")
    subject = f"{campaign.id}.test-{int(now.timestamp())}"
    identity = message_id(installation.key, subject, who)
    letter = _letter(installation, who, customer, to=to, subject=subject, identity=identity)
    message = built(marked, letter, sender=who, purpose=campaign.purpose, date=now)
    return Delivery(None, campaign.id, deliverable(who.address), deliverable(to), marked.subject, message, now)


def _demand_address(session: Session, to: str) -> None:
    if not is_address(to):
        raise CampaignError(f"'{to}' is not an e-mail address. Correct it.")
    if is_suppressed(session, to):
        raise CampaignError(f"'{to}' is on the suppression list and is never mailed. Use another address.")


def _hand_over(transport: Transport, delivery: Delivery) -> None:
    try:
        transport.send(delivery)
    finally:
        transport.close()
