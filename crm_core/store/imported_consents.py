"""Consent as imports may record it: a no always, a yes only where nobody ever said no."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.store.consents import MARKETING, Status, latest
from crm_core.store.staging import BATCH, many, stage_values
from crm_core.store.tables import Consent
from crm_core.store.tables.declarative import UtcDateTime

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_CONSENTS = cast("sa.Table", Consent.__table__)
_MIDNIGHT = {
    "sqlite": "strftime('%Y-%m-%d 00:00:00.000000', evidence_day * 86400, 'unixepoch')",
    "postgresql": "to_timestamp(evidence_day * 86400.0)",
}


def states(
    session: Session, customer_ids: Iterable[Sequence[str]], *, without: int | None = None
) -> Iterator[Sequence[Any]]:
    """A row per customer (given in batches) with evidence, in batches.

    Columns: id, the status that counts, whether they ever opted out, the instant of the newest yes or null.
    What undoing the import ``without`` would take away is left out.
    """
    wanted = stage_values(session, "wanted_consents", customer_ids)
    counting = latest(wanted, MARKETING, without=without)
    ever = sa.func.max(sa.case((Consent.status == Status.UNSUBSCRIBED, 1), else_=0))
    confirmed_at = sa.func.max(sa.case((Consent.status == Status.CONFIRMED, Consent.at)))
    columns = [Consent.customer_id, counting.c.status, ever, sa.type_coerce(confirmed_at, UtcDateTime)]
    statement = (
        sa.select(*columns)
        .join(counting, counting.c.customer_id == Consent.customer_id)
        .where(Consent.purpose == MARKETING, stays_without(without))
        .group_by(Consent.customer_id, counting.c.status)
    )
    yield from session.execute(statement, execution_options={"yield_per": BATCH}).partitions()


def stays_without(import_id: int | None) -> sa.ColumnElement[bool]:
    """What is left of the evidence once that import is undone: an opt-out that it brought stays."""
    if import_id is None:
        return sa.true()
    return Consent.import_id.is_distinct_from(import_id) | (Consent.status == Status.UNSUBSCRIBED)


def newest(session: Session) -> int:
    """The number of the newest piece of evidence: another one means that there is more to be looked at."""
    return session.scalar(sa.select(sa.func.max(Consent.id))) or 0


def record(session: Session, rows: sa.Table, *, import_id: int, user: str, now: datetime) -> None:
    """Record the evidence that stands with staged customers; whoever staged them left out what may not be."""
    status = sa.case((rows.c.evidence_confirmed.is_(True), Status.CONFIRMED.value), else_=Status.UNSUBSCRIBED.value)
    instant = sa.type_coerce(sa.literal_column(_MIDNIGHT[session.connection().dialect.name]), UtcDateTime)
    values = {
        "customer_id": rows.c.customer_id,
        "purpose": sa.literal(MARKETING),
        "channel": sa.literal("email"),
        "status": status,
        "at": instant,
        "recorded_at": sa.literal(now, UtcDateTime),
        "source": sa.func.substr(rows.c.evidence_source, 1, 200),
        "wording": rows.c.evidence_wording,
        "import_id": sa.literal(import_id),
        "recorded_by": sa.literal(user),
    }
    given = rows.c.evidence_confirmed.is_not(None)
    total = session.scalar(sa.select(sa.func.count()).select_from(rows).where(given)) or 0
    with many(session, _CONSENTS, total):
        session.execute(sa.insert(_CONSENTS).from_select(list(values), sa.select(*values.values()).where(given)))


def forget(session: Session, import_id: int) -> None:
    """Take the evidence of an import back, but for its opt-outs: without them somebody who said no were mailed."""
    session.execute(
        sa.delete(Consent).where(Consent.import_id == import_id, Consent.status != Status.UNSUBSCRIBED),
        execution_options={"synchronize_session": False},
    )
