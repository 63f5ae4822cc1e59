"""Consent of two records that become one, or two again: the no of either is a no of both."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.addresses import normalised
from crm_core.store import suppressions
from crm_core.store.aliases import BY_IMPORT
from crm_core.store.consents import MARKETING, Status, current
from crm_core.store.suppressions import Reason
from crm_core.store.tables import Consent, Merge, Suppression

_BY_RECIPIENT = (Reason.UNSUBSCRIBED, Reason.COMPLAINT)


def refused(session: Session, customer_ids: Sequence[str], addresses: Iterable[str | None]) -> set[str]:
    """The purposes for which any of these customers said no, or wants no mail at any of their addresses."""
    purposes = session.scalars(sa.select(Consent.purpose).where(Consent.customer_id.in_(customer_ids)).distinct())
    found = {
        purpose
        for purpose in purposes
        if Status.UNSUBSCRIBED in current(session, customer_ids, purpose=purpose).values()
    }
    return found | ({MARKETING} if _unwanted(session, addresses, since=None) else set())


def newest_id(session: Session) -> int:
    """What evidence recorded from now on has a greater id than."""
    return session.scalar(sa.select(sa.func.max(Consent.id))) or 0


def refuse(
    session: Session,
    customer_id: str,
    purposes: Iterable[str],
    *,
    source: str,
    user: str,
    now: datetime,
    again: bool = False,
) -> list[int]:
    """Record a no for each purpose for which the customer's evidence does not say it, or ``again``; the ids recorded.

    ``again`` is for evidence that may be another's, who was merged into this customer.
    """
    added = []
    for purpose in sorted(purposes):
        known = current(session, [customer_id], purpose=purpose).get(customer_id)
        if again or known is not Status.UNSUBSCRIBED:
            row = Consent(
                customer_id=customer_id, purpose=purpose, channel="email", status=Status.UNSUBSCRIBED, at=now,
                recorded_at=now, source=source[:200], recorded_by=user,
            )  # fmt: skip
            session.add(row)
            session.flush()
            added.append(row.id)
    return added


def to_be_said_again(session: Session) -> list[str]:
    """Customers who were merged with others and have not said no since.

    The no that counts for them may be another's and go when the merge is undone, so one that they say is recorded.
    """
    seen = sa.func.max(Merge.moved["newest_consent"].as_integer()).label("seen")
    by_person = (Merge.undone_at.is_(None), BY_IMPORT.is_(None))
    newest = sa.select(Merge.kept_id, seen).where(*by_person).group_by(Merge.kept_id).subquery()
    said = sa.exists().where(
        Consent.customer_id == newest.c.kept_id,
        Consent.purpose == MARKETING,
        Consent.status == Status.UNSUBSCRIBED,
        Consent.id > newest.c.seen,
    )
    return list(session.scalars(sa.select(newest.c.kept_id).where(~said)))


def forget(session: Session, consent_ids: Sequence[int]) -> None:
    """Take back evidence that a merge recorded, not a customer."""
    session.execute(
        sa.delete(Consent).where(Consent.id.in_(consent_ids)), execution_options={"synchronize_session": False}
    )


def refused_since(
    session: Session, customer_id: str, addresses: Iterable[str | None], *, after_id: int, at: datetime
) -> set[str]:
    """The purposes for which the customer said no after the evidence ``after_id`` and did not agree afresh since.

    A suppressed address counts from ``at`` on: who unsubscribes twice leaves a second trace only there.
    """
    said = session.execute(
        sa.select(Consent.purpose, Consent.status)
        .where(Consent.customer_id == customer_id, Consent.id > after_id)
        .where(sa.or_(Consent.import_id.is_(None), Consent.status == Status.UNSUBSCRIBED))
        .order_by(Consent.id)
    )
    last: dict[str, str] = {row.purpose: row.status for row in said}
    found = {purpose for purpose, status in last.items() if status == Status.UNSUBSCRIBED}
    return found | ({MARKETING} if _unwanted(session, addresses, since=at) else set())


def _unwanted(session: Session, addresses: Iterable[str | None], *, since: datetime | None) -> bool:
    hashes = [suppressions.address_hash(each) for each in addresses if each and normalised(each)]
    listed = sa.select(Suppression.address_hash).where(
        Suppression.address_hash.in_(hashes), Suppression.lifted_at.is_(None), Suppression.reason.in_(_BY_RECIPIENT)
    )
    if since is not None:
        listed = listed.where(Suppression.at >= since)
    return session.scalar(listed.limit(1)) is not None
