"""Messages that were written to the built-in outbox viewer instead of a mail server."""

import zlib
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer

from crm_core.store.tables import SimulatedMail


def keep(
    session: Session,
    message: bytes,
    *,
    address: str,
    subject: str,
    now: datetime,
    campaign_id: int | None,
    outbox_id: int | None = None,
) -> None:
    """Keep one message; the same outbox row written again takes the place of the first."""
    if outbox_id is not None:
        session.execute(sa.delete(SimulatedMail).where(SimulatedMail.outbox_id == outbox_id))
    session.add(
        SimulatedMail(
            outbox_id=outbox_id, campaign_id=campaign_id, address=address, subject=subject[:500],
            message=zlib.compress(message), at=now,
        )
    )  # fmt: skip


def listing(session: Session, *, campaign_id: int | None = None, limit: int = 200) -> list[SimulatedMail]:
    """The newest messages first, without their contents."""
    statement = sa.select(SimulatedMail).options(defer(SimulatedMail.message)).order_by(SimulatedMail.id.desc())
    if campaign_id is not None:
        statement = statement.where(SimulatedMail.campaign_id == campaign_id)
    return list(session.scalars(statement.limit(limit)))


def message(session: Session, mail_id: int) -> bytes:
    """The message as it would have been sent; empty when it was deleted meanwhile."""
    packed = session.scalar(sa.select(SimulatedMail.message).where(SimulatedMail.id == mail_id))
    return zlib.decompress(packed) if packed else b""
