"""Leases: a row in the database says who may do what only one may do at a time."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.store.engine import rows_changed
from crm_core.store.tables import Lease


def acquire(session: Session, name: str, owner: str, *, now: datetime, seconds: float) -> bool:
    """Take or renew the lease ``name`` for ``owner``; False while somebody else holds it.

    A lease that ran out is taken over: its holder died, or was too slow and must not go on.
    """
    until = now + timedelta(seconds=seconds)
    take = (
        sa.update(Lease)
        .where(Lease.name == name, sa.or_(Lease.owner == owner, Lease.until <= now))
        .values(owner=owner, until=until)
    )
    if rows_changed(session, take) == 1:
        return True
    if session.get(Lease, name) is not None:
        return False
    return _insert(session, Lease(name=name, owner=owner, until=until))


def release(session: Session, name: str, owner: str) -> None:
    """Give the lease back; nothing happens when ``owner`` no longer holds it."""
    session.execute(sa.delete(Lease).where(Lease.name == name, Lease.owner == owner))


def _insert(session: Session, lease: Lease) -> bool:
    try:
        with session.begin_nested():
            session.add(lease)
    except sa.exc.IntegrityError:
        return False  # two owners asked at the same moment and the other one was first
    return True
