"""The suppression list: addresses that are never mailed, kept as hashes that survive erasure."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.addresses import normalised
from crm_core.errors import StoreError
from crm_core.store.selection import selected
from crm_core.store.tables import Suppression


class Reason(StrEnum):
    """Why an address is never mailed; a later one takes the place of those before it in this list."""

    MANUAL = "manual"
    HARD_BOUNCE = "hard_bounce"
    UNSUBSCRIBED = "unsubscribed"
    COMPLAINT = "complaint"


_STRENGTH = {reason: rank for rank, reason in enumerate(Reason)}
_BY_RECIPIENT = {Reason.UNSUBSCRIBED, Reason.COMPLAINT}


def address_hash(address: str) -> str:
    """SHA-256 of the normalised address; without the installation's key, so that losing it loses no opt-out."""
    return _hash(normalised(address))


def suppress(session: Session, address: str, reason: Reason, *, now: datetime, source: str = "") -> bool:
    """Put ``address`` on the list; False when it stood there already for as strong a reason.

    Raises
    ------
    StoreError
        ``address`` is not an e-mail address, so nothing could ever match it.
    """
    if not normalised(address):
        raise StoreError(f"'{address}' is not an e-mail address. Correct it and add it again.")
    entry = Suppression(
        address_hash=address_hash(address), address=normalised(address), reason=reason, at=now, source=source[:200]
    )
    row = session.get(Suppression, entry.address_hash) or _inserted(session, entry)
    if row is entry:
        return True
    if row.lifted_at is None and _STRENGTH[Reason(row.reason)] >= _STRENGTH[reason]:
        return False
    row.address, row.reason, row.at, row.source = entry.address, reason, now, entry.source
    row.lifted_at = row.lifted_by = None
    session.flush()
    return True


def lift(session: Session, hashed: str, *, user: str, now: datetime) -> None:
    """Take an address off the list that we put there ourselves.

    Raises
    ------
    StoreError
        The recipient put it there (unsubscribed, complained): only their fresh consent does (`consents.renew`).
    """
    row = session.get(Suppression, hashed)
    if row is None or row.lifted_at is not None:
        return
    if Reason(row.reason) in _BY_RECIPIENT:
        raise StoreError(
            "The recipient asked for no more mail; nobody here can take that back. "
            "When they agree again, record their fresh consent with source and wording."
        )
    row.lifted_at, row.lifted_by = now, user


def lift_unsubscribed(session: Session, address: str, *, user: str, now: datetime) -> None:
    """Take an unsubscribed address off the list within the transaction that records its fresh consent."""
    row = session.get(Suppression, address_hash(address))
    if row is not None and row.reason == Reason.UNSUBSCRIBED:
        row.lifted_at, row.lifted_by = now, user


def suppressed(session: Session, addresses: Iterable[str]) -> dict[str, Reason]:
    """Those of ``addresses`` (normalised) that are on the list, with the reason."""
    by_hash = {_hash(each): each for each in addresses}
    hashes = selected(session, by_hash, name="selected_hashes")
    rows = session.execute(
        sa.select(Suppression.address_hash, Suppression.reason)
        .join(hashes, hashes.c.value == Suppression.address_hash)
        .where(Suppression.lifted_at.is_(None))
    )
    return {by_hash[hashed]: Reason(reason) for hashed, reason in rows}


def is_suppressed(session: Session, address: str) -> bool:
    """Whether ``address`` must not be mailed."""
    row = session.get(Suppression, address_hash(address))
    return row is not None and row.lifted_at is None


def listing(session: Session, *, search: str = "", limit: int = 200) -> list[Suppression]:
    """The addresses on the list, newest first; ``search`` is part of an address, or a whole one that was erased."""
    statement = sa.select(Suppression).where(Suppression.lifted_at.is_(None))
    if search:
        part = search.strip().lower()
        statement = statement.where(
            sa.or_(
                Suppression.address.contains(part, autoescape=True), Suppression.address_hash == address_hash(search)
            )
        )
    return list(session.scalars(statement.order_by(Suppression.at.desc(), Suppression.address_hash).limit(limit)))


def _hash(normal_form: str) -> str:
    return hashlib.sha256(normal_form.encode()).hexdigest()


def _inserted(session: Session, entry: Suppression) -> Suppression:
    """``entry`` once it is in the table, or the row that another transaction put there at the same moment."""
    try:
        with session.begin_nested():
            session.add(entry)
    except sa.exc.IntegrityError:
        return session.get_one(Suppression, entry.address_hash)
    return entry
