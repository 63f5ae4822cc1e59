"""Customers, consents and campaigns in one line each, with defaults that never matter to a test."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from crm_core.addresses import normalised
from crm_core.store import campaigns, outbox
from crm_core.store.tables import Campaign, Consent, Customer, OutboxRow


def customer(
    session: Session, customer_id: str, *, email: str | None = "", consent: str | None = "confirmed", **fields
):
    """A customer with an address of their own and confirmed consent."""
    email = f"{customer_id}@example.com" if email == "" else email
    fields.setdefault("first_name", customer_id.title())
    session.add(Customer(customer_id=customer_id, email=email, email_normalised=normalised(email or ""), **fields))
    if consent:
        evidence(session, customer_id, consent)


def evidence(session: Session, customer_id: str, status: str, *, purpose: str = "marketing"):
    """A piece of consent evidence."""
    at = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    session.add(Consent(customer_id=customer_id, status=status, purpose=purpose, at=at, recorded_at=at, source="form"))


def running_campaign(session: Session, customer_ids: Iterable[str], *, now: datetime, **values) -> Campaign:
    """A running campaign with these people queued, who exist and consented."""
    row = campaigns.create(session, "News", user="boss", now=now)
    values = {"subject": "News", "body": "Hello {{ first_name }}.", "status": "running", "started_at": now} | values
    for name, value in values.items():
        setattr(row, name, value)
    people = [outbox.Recipient(each, f"{each}@example.com", {"first_name": each.title()}) for each in customer_ids]
    outbox.add(session, row.id, people, now=now)
    session.flush()
    return row


def statuses(session: Session, campaign_id: int) -> dict[str, str]:
    """Status of each recipient of a campaign by customer id."""
    rows = session.query(OutboxRow).filter_by(campaign_id=campaign_id)
    return {row.customer_id: row.status for row in rows}
