"""The outbox, which is the queue: every step of a recipient is one compare-and-set.

queued -> claimed -> sending -> sent | failed | unknown, or back to queued; besides suppressed, control, cancelled.
A row is ``sending`` before the first byte of its dialogue and is never sent again by itself after that.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.addresses import normalised
from crm_core.store import campaigns, consents, suppressions
from crm_core.store.engine import rows_changed
from crm_core.store.tables import Campaign, OutboxRow


class Status(StrEnum):
    """Where one recipient of one campaign stands."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SUPPRESSED = "suppressed"
    CONTROL = "control"
    CANCELLED = "cancelled"


NOT_YET_SENDING = (Status.QUEUED, Status.CLAIMED)


@dataclass(frozen=True)
class Recipient:
    """One customer as frozen into a campaign."""

    customer_id: str
    address: str
    fields: dict[str, str]
    is_control: bool = False


@dataclass(frozen=True)
class Claimed:
    """A row that its owner may send until ``lease_until``."""

    id: int
    campaign_id: int
    customer_id: str
    address: str
    fields: dict[str, str]
    attempts: int


@dataclass(frozen=True)
class Outcome:
    """How a dialogue ended."""

    status: Status
    reason: str | None = None
    smtp_code: int | None = None
    not_before: datetime | None = None


def add(session: Session, campaign_id: int, recipients: Sequence[Recipient], *, now: datetime) -> None:
    """Freeze ``recipients`` into the campaign: queued, or control."""
    rows = [
        {
            "campaign_id": campaign_id,
            "customer_id": each.customer_id,
            "address": each.address,
            "address_normalised": normalised(each.address),
            "status": Status.CONTROL if each.is_control else Status.QUEUED,
            "not_before": now,
            "fields": each.fields,
        }
        for each in recipients
    ]
    if rows:
        session.execute(sa.insert(OutboxRow), rows)


def claim(session: Session, owner: str, *, limit: int, now: datetime, lease_seconds: float) -> list[Claimed]:
    """Take up to ``limit`` rows that are due; those who may not be mailed any more become suppressed instead.

    Empty only when nothing is due.
    """
    until = now + timedelta(seconds=lease_seconds)
    while rows := _take(session, owner, limit=limit, now=now, until=until):
        stopped = _stopped(session, rows)
        for row_id, reason in stopped.items():
            change = sa.update(OutboxRow).where(OutboxRow.id == row_id)
            session.execute(change.values(status=Status.SUPPRESSED, reason=reason, settled_at=now, owner=None))
        allowed = [row for row in rows if row.id not in stopped]
        if allowed:
            return [
                Claimed(row.id, row.campaign_id, row.customer_id, row.address, row.fields, row.attempts)
                for row in sorted(allowed, key=lambda row: row.id)
            ]
    return []


def _take(session: Session, owner: str, *, limit: int, now: datetime, until: datetime) -> Sequence[sa.Row[Any]]:
    due = (
        sa.select(OutboxRow.id)
        .join(Campaign, Campaign.id == OutboxRow.campaign_id)
        .where(
            OutboxRow.status == Status.QUEUED,
            OutboxRow.not_before <= now,
            Campaign.status == campaigns.Status.RUNNING,
        )
        .order_by(OutboxRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=OutboxRow)  # for PostgreSQL; SQLite has one writer anyway
    )
    # As a subquery of the update, PostgreSQL may run it once a row and take more than the limit.
    ids = session.scalars(due).all()
    take = (
        sa.update(OutboxRow)
        .where(OutboxRow.id.in_(ids), OutboxRow.status == Status.QUEUED)
        .values(status=Status.CLAIMED, owner=owner, lease_until=until)
        .returning(
            OutboxRow.id,
            OutboxRow.campaign_id,
            OutboxRow.customer_id,
            OutboxRow.address,
            OutboxRow.address_normalised,
            OutboxRow.fields,
            OutboxRow.attempts,
        )
    )
    return session.execute(take, execution_options={"synchronize_session": False}).all()


def _stopped(session: Session, rows: Sequence[sa.Row[Any]]) -> dict[int, str]:
    """Ids of rows that may not be mailed any more, with the reason: asked at the last moment that is cheap."""
    listed = suppressions.suppressed(session, {row.address_normalised for row in rows})
    stopped = {row.id: str(listed[row.address_normalised]) for row in rows if row.address_normalised in listed}
    ids = {row.campaign_id for row in rows}
    purposes = {row.id: row.purpose for row in session.scalars(sa.select(Campaign).where(Campaign.id.in_(ids)))}
    for purpose in set(purposes.values()):
        asked = [row for row in rows if purposes[row.campaign_id] == purpose and row.id not in stopped]
        found = consents.current(session, [row.customer_id for row in asked], purpose=purpose)
        left = consents.opted_out(session, {row.address_normalised for row in asked}, purpose=purpose)
        for row in asked:
            status = found.get(row.customer_id)
            if status is consents.Status.UNSUBSCRIBED or row.address_normalised in left:
                stopped[row.id] = "unsubscribed"
            elif status is not consents.Status.CONFIRMED:
                stopped[row.id] = "no consent"
    return stopped


def mark_sending(
    session: Session,
    row_id: int,
    owner: str,
    *,
    now: datetime,
    lease_seconds: float,
    message_id: str | None,
    link_hash: str | None,
) -> bool:
    """Pass the point of no return; False means: do not send.

    It is False when the lease ran out, the campaign was paused or cancelled, or the recipient
    unsubscribed since the claim. Commit before the first byte of the dialogue.
    """
    is_running = sa.exists().where(Campaign.id == OutboxRow.campaign_id, Campaign.status == campaigns.Status.RUNNING)
    change = (
        sa.update(OutboxRow)
        .where(
            OutboxRow.id == row_id,
            OutboxRow.owner == owner,
            OutboxRow.status == Status.CLAIMED,
            OutboxRow.lease_until > now,
            is_running,
        )
        .values(
            status=Status.SENDING,
            lease_until=now + timedelta(seconds=lease_seconds),
            message_id=message_id,
            link_hash=link_hash,
        )
    )
    return rows_changed(session, change) == 1


def settle(session: Session, row_id: int, owner: str, outcome: Outcome, *, now: datetime) -> bool:
    """Write down how the dialogue ended; False when the row is no longer this owner's.

    A row that was reaped meanwhile is still the owner's: what is known for certain replaces ``unknown``.
    """
    values: dict[str, Any] = {
        "status": outcome.status,
        "reason": outcome.reason[:200] if outcome.reason else None,
        "smtp_code": outcome.smtp_code,
        "attempts": OutboxRow.attempts + 1,
        "settled_at": now,
    }
    if outcome.status is Status.QUEUED:
        values |= {"owner": None, "lease_until": None, "not_before": outcome.not_before or now, "settled_at": None}
    change = (
        sa.update(OutboxRow)
        .where(
            OutboxRow.id == row_id,
            OutboxRow.owner == owner,
            OutboxRow.status.in_([Status.SENDING, Status.UNKNOWN]),
        )
        .values(**values)
    )
    return rows_changed(session, change) == 1


def release(session: Session, owner: str, row_ids: Iterable[int], *, statuses: Iterable[Status]) -> int:
    """Give rows back unsent, as if never taken; ``sending`` only when for certain nothing was handed over."""
    change = (
        sa.update(OutboxRow)
        .where(OutboxRow.id.in_(list(row_ids)), OutboxRow.owner == owner, OutboxRow.status.in_(list(statuses)))
        .values(status=Status.QUEUED, owner=None, lease_until=None)
    )
    return rows_changed(session, change)


def reap(session: Session, *, now: datetime) -> tuple[int, int]:
    """Numbers of rows given back (claimed, lease over) and made ``unknown`` (sending, lease over).

    The owner of an ``unknown`` row stays on it, so that a slow worker can still `settle` it.
    """
    over = OutboxRow.lease_until <= now
    returned = (
        sa.update(OutboxRow)
        .where(OutboxRow.status == Status.CLAIMED, over)
        .values(status=Status.QUEUED, owner=None, lease_until=None)
    )
    uncertain = (
        sa.update(OutboxRow)
        .where(OutboxRow.status == Status.SENDING, over)
        .values(
            status=Status.UNKNOWN,
            settled_at=now,
            reason="The sending process stopped before the mail server's answer was written down.",
        )
    )
    return rows_changed(session, returned), rows_changed(session, uncertain)


def withdraw(session: Session, address: str, *, reason: str, now: datetime) -> int:
    """Suppress every row of ``address``, in all campaigns, that has not passed the point of no return."""
    change = (
        sa.update(OutboxRow)
        .where(OutboxRow.address_normalised == normalised(address), OutboxRow.status.in_(NOT_YET_SENDING))
        .values(status=Status.SUPPRESSED, reason=reason, settled_at=now, owner=None)
    )
    return rows_changed(session, change)


def cancel(session: Session, campaign_id: int, *, now: datetime) -> int:
    """Cancel what is not being sent yet; returns how many."""
    change = (
        sa.update(OutboxRow)
        .where(OutboxRow.campaign_id == campaign_id, OutboxRow.status.in_(NOT_YET_SENDING))
        .values(status=Status.CANCELLED, settled_at=now, owner=None)
    )
    return rows_changed(session, change)


def queue_unknown(session: Session, campaign_id: int, *, now: datetime) -> int:
    """Queue the uncertain ones again, on somebody's decision: those who did get the mail get it twice."""
    change = (
        sa.update(OutboxRow)
        .where(OutboxRow.campaign_id == campaign_id, OutboxRow.status == Status.UNKNOWN)
        .values(status=Status.QUEUED, owner=None, lease_until=None, not_before=now, settled_at=None)
    )
    return rows_changed(session, change)


def has_work(session: Session) -> bool:
    """Whether a campaign runs, or a row waits for its lease to run out."""
    running = sa.exists().where(Campaign.status == campaigns.Status.RUNNING)
    held = sa.exists().where(OutboxRow.status.in_([Status.CLAIMED, Status.SENDING]))
    return bool(session.scalar(sa.select(sa.or_(running, held))))


def finish_campaigns(session: Session, *, now: datetime) -> int:
    """Finish the running campaigns in which nobody is left to be mailed; returns how many."""
    left = sa.exists().where(
        OutboxRow.campaign_id == Campaign.id,
        OutboxRow.status.in_([*NOT_YET_SENDING, Status.SENDING]),
    )
    done = (
        sa.update(Campaign)
        .where(Campaign.status == campaigns.Status.RUNNING, ~left)
        .values(status=campaigns.Status.FINISHED, finished_at=now, trouble=None)
    )
    return rows_changed(session, done)


def row_of_link(session: Session, link_hash: str) -> OutboxRow | None:
    """The row whose mail carried the unsubscribe link with this hash."""
    return session.scalar(sa.select(OutboxRow).where(OutboxRow.link_hash == link_hash))
