"""The demonstration's past campaigns, written as the campaigns they would have been."""

import csv
import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.addresses import normalised
from crm_core.store import campaigns, outbox
from crm_core.store.tables import Campaign, CampaignEvent, Customer, OutboxRow

BY = "demonstration"
EVENTS = ("delivered", "opened", "clicked", "unsubscribed")
EPOCH = date(1970, 1, 1)


def add_past_sends(session: Session, folder: Path) -> int:
    """Add the campaigns of ``campaigns.csv`` with their recipients and what these did; their number."""
    recipients: dict[str, list[dict[str, str]]] = {}
    for row in _rows(folder / "campaign_recipients.csv"):
        recipients.setdefault(row["campaign"], []).append(row)
    addresses = _addresses(session)
    sent = list(_rows(folder / "campaigns.csv"))
    for row in sent:
        people = [each for each in recipients[row["campaign"]] if each["customer_id"] in addresses]
        added = _campaign(row, people)
        session.add(added)
        session.flush()
        session.execute(sa.insert(OutboxRow), [_outbox_row(added, each, addresses) for each in people])
        _add_events(session, added.id, people)
    return len(sent)


def _campaign(row: dict[str, str], people: list[dict[str, str]]) -> Campaign:
    day = date.fromisoformat(row["sent"])
    at = datetime.combine(day, time(8), UTC)
    groups = Counter(each["group"] for each in people)
    return Campaign(
        name=row["campaign"],
        status=campaigns.Status.FINISHED,
        purpose=row["purpose"],
        subject=row["subject"],
        body="This mail was sent before the demonstration begins; its text was not kept.",
        control_share=round(groups["control"] / len(people), 2),
        window_days=int(row["window_days"]),
        # Not secret and not drawn: the demonstration is the same every time it is loaded.
        salt=hashlib.sha256(row["campaign"].encode()).hexdigest()[:32],
        simulated=True,
        cost_cents=round(float(row["cost"]) * 100),
        created_by=BY,
        created_at=at - timedelta(days=3),
        edited_at=at - timedelta(days=2),
        tested_at=at - timedelta(days=1),
        started_at=at,
        started_by=BY,
        finished_at=at + timedelta(hours=1),
        as_of_day=(day - EPOCH).days,
    )


def _outbox_row(campaign: Campaign, person: dict[str, str], addresses: dict[str, str]) -> dict[str, Any]:
    address = addresses[person["customer_id"]]
    is_control = person["group"] == "control"
    settled = (
        {"status": outbox.Status.CONTROL} if is_control else _settled(campaign, delivered=bool(person["delivered"]))
    )
    return {
        "campaign_id": campaign.id,
        "customer_id": person["customer_id"],
        "address": address,
        "address_normalised": normalised(address),
        "attempts": 0 if is_control else 1,
        "not_before": campaign.started_at,
        "fields": {},
        "reason": None,
        "settled_at": None,
        "smtp_code": None,
    } | settled


def _settled(campaign: Campaign, *, delivered: bool) -> dict[str, Any]:
    if delivered:
        return {"status": outbox.Status.SENT, "settled_at": campaign.finished_at, "smtp_code": 250}
    reason = "The address does not exist (5.1.1)."
    return {"status": outbox.Status.FAILED, "settled_at": campaign.finished_at, "smtp_code": 550, "reason": reason}


def _add_events(session: Session, campaign_id: int, people: list[dict[str, str]]) -> None:
    rows = session.execute(sa.select(OutboxRow.customer_id, OutboxRow.id).where(OutboxRow.campaign_id == campaign_id))
    ids = {row.customer_id: row.id for row in rows}
    events = [
        {"outbox_id": ids[each["customer_id"]], "kind": kind, "at": _noon(each[kind]), "detail": {}}
        for each in people
        for kind in EVENTS
        if each[kind]
    ]
    session.execute(sa.insert(CampaignEvent), events)


def _noon(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(12), UTC)


def _addresses(session: Session) -> dict[str, str]:
    """Customer id to e-mail address, one customer an address: a campaign never had two rows for one."""
    found = session.execute(
        sa.select(Customer.email_normalised, sa.func.min(Customer.customer_id), sa.func.min(Customer.email))
        .where(Customer.email_normalised.is_not(None))
        .group_by(Customer.email_normalised)
    )
    return {customer_id: email for _, customer_id, email in found if email}


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
