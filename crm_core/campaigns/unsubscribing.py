"""A recipient leaves: consent withdrawn, address suppressed, everything still queued for it stopped."""

from datetime import datetime

from crm_core.signing import token_hash
from crm_core.store import audit, campaigns, consents, outbox
from crm_core.store.engine import Database
from crm_core.store.tables import CampaignEvent

RECIPIENT = "recipient"
"""Whom the audit log names: nobody who signed in."""


def is_known(database: Database, token: str) -> bool:
    """Whether ``token`` stands in a mail that was sent."""
    with database.read() as session:
        return outbox.row_of_link(session, token_hash(token)) is not None


def unsubscribe(database: Database, token: str, *, now: datetime, ip: str | None = None) -> bool:
    """Act on the unsubscribe link of a mail; False when no mail carried it. Twice is as good as once.

    All or nothing, in one transaction: an error means that nothing was recorded and must be shown as one.
    """
    with database.write() as session:
        row = outbox.row_of_link(session, token_hash(token))
        if row is None:
            return False
        campaign = campaigns.campaign(session, row.campaign_id)
        source = f"unsubscribe link, campaign:{campaign.id}"
        is_new = consents.unsubscribe(
            session,
            row.customer_id,
            row.address,
            now=now,
            source=source,
            purpose=campaign.purpose,
            campaign_id=campaign.id,
            ip=ip,
        )
        stopped = outbox.withdraw(session, row.address, reason="unsubscribed", now=now)
        if is_new or stopped:
            session.add(CampaignEvent(outbox_id=row.id, kind="unsubscribed", at=now, detail={}))
            audit.record(
                session, RECIPIENT, "unsubscribed", now=now, subject=f"campaign:{campaign.id}", stopped=stopped
            )
    return True
