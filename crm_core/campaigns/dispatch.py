"""From a claimed row to the message that is sent, and from the server's answer to the row's next state."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from crm_core.addresses import deliverable
from crm_core.campaigns.delivery import Delivery, TransportError
from crm_core.campaigns.message import Letter, built, message_id, unsubscribe_token, unsubscribe_url
from crm_core.campaigns.sender import Sender, public_address, sender, sending
from crm_core.campaigns.template import Template
from crm_core.settings import Settings
from crm_core.signing import Key
from crm_core.store import campaigns
from crm_core.store.outbox import Claimed, Outcome, Status

FIRST_WAIT = timedelta(minutes=5)
"""After a refusal for now; each further one waits four times as long: 5, 20, 80 minutes, 5 hours."""


@dataclass(frozen=True)
class Job:
    """What the mails of one campaign share."""

    campaign_id: int
    purpose: str
    template: Template
    sender: Sender
    base_url: str
    max_attempts: int
    simulated: bool
    started_at: datetime


def job(session: Session, settings: Settings, campaign_id: int) -> Job:
    """The campaign, ready to be sent; its template cannot change any more."""
    row, who = campaigns.campaign(session, campaign_id), sender(session)
    return Job(
        row.id,
        row.purpose,
        Template(row.subject, row.body),
        who,
        public_address(settings, who),
        sending(session).max_attempts,
        row.simulated,
        row.started_at or row.created_at,
    )


def delivery(row: Claimed, shared: Job, key: Key, *, now: datetime) -> tuple[Delivery, str, str]:
    """The message of ``row``, its Message-ID and its unsubscribe token.

    Raises
    ------
    CampaignError
        It cannot be written for this recipient.
    """
    rendered = shared.template.render(row.fields)
    token = unsubscribe_token(key, row.id)
    identity = message_id(key, f"{row.campaign_id}.{row.id}", shared.sender)
    letter = Letter(
        row.address,
        row.fields.get("_name", ""),
        identity,
        unsubscribe_url(shared.base_url, token),
        row.fields.get("_language", "en"),
    )
    message = built(rendered, letter, sender=shared.sender, purpose=shared.purpose, date=now)
    sent_by = deliverable(shared.sender.address)
    return Delivery(row.id, row.campaign_id, sent_by, row.address, rendered.subject, message, now), identity, token


def outcome(fault: TransportError, *, attempts: int, max_attempts: int, now: datetime) -> Outcome:
    """What a refusal means for its row, which was refused ``attempts`` times before."""
    reason = str(fault)
    if fault.uncertain:
        return Outcome(Status.UNKNOWN, reason, fault.code)
    if fault.permanent:
        return Outcome(Status.FAILED, reason, fault.code)
    if attempts + 1 >= max_attempts:
        return Outcome(Status.FAILED, f"Given up after {attempts + 1} attempts: {reason}", fault.code)
    return Outcome(Status.QUEUED, reason, fault.code, now + FIRST_WAIT * 4**attempts)
