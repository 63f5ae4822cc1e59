"""The audit log: who did what, when."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.store.tables import AuditEntry


def record(
    session: Session,
    user_name: str,
    action: str,
    *,
    now: datetime,
    subject: str = "",
    **detail: Any,  # noqa: ANN401
) -> None:
    """Add an entry within the transaction of the act itself, so that neither happens without the other.

    ``detail`` holds counts and ids; no addresses, no passwords.
    """
    session.add(AuditEntry(at=now, user_name=user_name, action=action, subject=subject[:200], detail=detail))


def entries(session: Session, *, limit: int = 200, before_id: int | None = None) -> list[AuditEntry]:
    """The newest entries first, ``limit`` at most; older ones by the id of the last one seen."""
    statement = sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    if before_id is not None:
        statement = statement.where(AuditEntry.id < before_id)
    return list(session.scalars(statement))
