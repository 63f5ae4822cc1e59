"""Consent as imports may record it: a no always, a yes only where nobody ever said no."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.store.consents import MARKETING, Status, latest
from crm_core.store.selection import selected
from crm_core.store.tables import Consent
from crm_core.store.tables.declarative import UtcDateTime

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Evidence:
    """One customer's answer in a file."""

    customer_id: str
    confirmed: bool
    day: int
    source: str
    wording: str | None


def states(session: Session, customer_ids: Iterable[str]) -> list[tuple[str, str, bool, datetime | None]]:
    """A row per customer with evidence.

    Columns: id, the status that counts, whether they ever opted out, the instant of the newest yes or null.
    """
    wanted = selected(session, customer_ids, name="selected_consents")
    counting = latest(wanted, MARKETING)
    ever = sa.func.max(sa.case((Consent.status == Status.UNSUBSCRIBED, 1), else_=0))
    confirmed_at = sa.func.max(sa.case((Consent.status == Status.CONFIRMED, Consent.at)))
    columns = [Consent.customer_id, counting.c.status, ever, sa.type_coerce(confirmed_at, UtcDateTime)]
    rows = session.execute(
        sa.select(*columns)
        .join(counting, counting.c.customer_id == Consent.customer_id)
        .where(Consent.purpose == MARKETING)
        .group_by(Consent.customer_id, counting.c.status)
    )
    return [(customer_id, status, bool(opted_out), at) for customer_id, status, opted_out, at in rows]


def add(session: Session, evidence: Sequence[Evidence], *, import_id: int, user: str, now: datetime) -> None:
    """Record the evidence of an import; the caller has left out what it may not record."""
    rows = [
        {
            "customer_id": each.customer_id,
            "purpose": MARKETING,
            "channel": "email",
            "status": Status.CONFIRMED if each.confirmed else Status.UNSUBSCRIBED,
            "at": EPOCH + timedelta(days=each.day),
            "recorded_at": now,
            "source": each.source[:200],
            "wording": each.wording,
            "import_id": import_id,
            "recorded_by": user,
        }
        for each in evidence
    ]
    if rows:
        session.execute(sa.insert(cast("sa.Table", Consent.__table__)), rows)
