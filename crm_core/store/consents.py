"""Consent by purpose: evidence is only added, the newest of a customer and purpose counts."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from crm_core.errors import StoreError
from crm_core.store import suppressions
from crm_core.store.selection import selected
from crm_core.store.tables import Consent, Customer

MARKETING = "marketing"


class Status(StrEnum):
    """What a piece of evidence says."""

    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"
    UNSUBSCRIBED = "unsubscribed"


def latest(wanted: sa.FromClause, purpose: str, *, without: int | None = None) -> sa.Subquery:
    """One row per ``wanted`` customer (`selected`) with evidence: ``customer_id`` and the ``status`` that counts.

    What undoing the import ``without`` would take away, its every yes, is left out.

    After somebody unsubscribed, evidence that a file brings counts only when it is another no:
    an import never re-subscribes anybody. Fresh consent (`renew`) does.
    """
    earlier = aliased(Consent)
    unsubscribed_before = sa.exists().where(
        earlier.customer_id == Consent.customer_id,
        earlier.purpose == Consent.purpose,
        earlier.id < Consent.id,
        earlier.status == Status.UNSUBSCRIBED,
    )
    counts = sa.or_(Consent.import_id.is_(None), Consent.status == Status.UNSUBSCRIBED, ~unsubscribed_before)
    if without is not None:
        counts &= Consent.import_id.is_distinct_from(without) | (Consent.status == Status.UNSUBSCRIBED)
    place = sa.func.row_number().over(partition_by=Consent.customer_id, order_by=Consent.id.desc())
    ranked = (
        sa.select(Consent.customer_id, Consent.status, place.label("place"))
        .join(wanted, wanted.c.value == Consent.customer_id)
        .where(Consent.purpose == purpose, counts)
        .subquery()
    )
    return sa.select(ranked).where(ranked.c.place == 1).subquery("consent")


def current(session: Session, customer_ids: Iterable[str], *, purpose: str = MARKETING) -> dict[str, Status]:
    """The status of each of these customers of whom there is any evidence."""
    consent = latest(selected(session, customer_ids), purpose)
    rows = session.execute(sa.select(consent.c.customer_id, consent.c.status))
    return {customer_id: Status(status) for customer_id, status in rows}


def opted_out(session: Session, addresses: Iterable[str], *, purpose: str = MARKETING) -> set[str]:
    """Those of ``addresses`` (normalised) that belong to somebody who unsubscribed.

    Two customers may share an address; the no of one is a no for the inbox.
    """
    wanted = selected(session, addresses, name="selected_addresses")
    rows = session.execute(
        sa.select(Customer.customer_id, wanted.c.value).join(wanted, wanted.c.value == Customer.email_normalised)
    )
    owners = {row.customer_id: row.value for row in rows}
    found = current(session, owners, purpose=purpose)
    return {owners[customer_id] for customer_id, status in found.items() if status is Status.UNSUBSCRIBED}


def history(session: Session, customer_id: str) -> list[Consent]:
    """Everything recorded about one customer's consent, newest first."""
    return list(
        session.scalars(sa.select(Consent).where(Consent.customer_id == customer_id).order_by(Consent.id.desc()))
    )


def unsubscribe(
    session: Session,
    customer_id: str,
    address: str,
    *,
    now: datetime,
    source: str,
    purpose: str = MARKETING,
    campaign_id: int | None = None,
    ip: str | None = None,
    user: str | None = None,
) -> bool:
    """Record that a customer wants no more mail: a consent row and a suppressed address; False when known already."""
    is_new = suppressions.suppress(session, address, suppressions.Reason.UNSUBSCRIBED, now=now, source=source)
    if current(session, [customer_id], purpose=purpose).get(customer_id) is Status.UNSUBSCRIBED:
        return is_new
    session.add(
        Consent(
            customer_id=customer_id, purpose=purpose, channel="email", status=Status.UNSUBSCRIBED, at=now,
            recorded_at=now, source=source[:200], campaign_id=campaign_id, ip=ip, recorded_by=user,
        )
    )  # fmt: skip
    session.flush()
    return True


def renew(
    session: Session,
    customer_id: str,
    address: str,
    *,
    at: datetime,
    now: datetime,
    source: str,
    wording: str,
    user: str,
    purpose: str = MARKETING,
) -> None:
    """Record fresh consent, given by the customer and entered by a person; lifts their earlier unsubscribe.

    Raises
    ------
    StoreError
        Source or wording is missing: without them there is no evidence.
    """
    if not source.strip() or not wording.strip():
        raise StoreError("Fresh consent needs its source and the wording agreed to. Fill in both.")
    session.add(
        Consent(
            customer_id=customer_id, purpose=purpose, channel="email", status=Status.CONFIRMED, at=at,
            recorded_at=now, source=source[:200], wording=wording, recorded_by=user,
        )
    )  # fmt: skip
    session.flush()
    suppressions.lift_unsubscribed(session, address, user=user, now=now)
