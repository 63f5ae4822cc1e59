"""Two records of one customer made one, and two again. The ledger is not rewritten: `aliases` maps its ids."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.errors import StoreError
from crm_core.store import audit, merged_consents, merged_rows, record_merging
from crm_core.store.aliases import BY_IMPORT, aliases
from crm_core.store.data_version import raise_data_version
from crm_core.store.people import invented
from crm_core.store.record_merging import Image
from crm_core.store.tables import Customer, Import, Merge, RowBefore

_CUSTOMERS = "customers"
_STANDING = (Merge.undone_at.is_(None), BY_IMPORT.is_(None))


@dataclass(frozen=True)
class PastMerge:
    """One merge as lists show it."""

    id: int
    kept_id: str
    merged_id: str
    merged_at: datetime
    merged_by: str
    undone_at: datetime | None
    undone_by: str | None


def merge(
    session: Session, kept_id: str, merged_id: str, *, choices: Mapping[str, Any], user: str, now: datetime
) -> PastMerge:
    """Make two records one: what ``merged_id`` knows and did belongs to ``kept_id`` from now on.

    Fields that only one fills are kept; where both do, ``choices`` (`record_merging.Difference.field` to value)
    decide, else the kept record. Whoever said no under either id is unsubscribed. Suppressed addresses stay so.

    Raises
    ------
    StoreError
        One of them has no record, they are the same, a choice is no value of either, or one of the two is invented.
    """
    kept, merged = _pair(session, kept_id, merged_id)
    before = {kept_id: record_merging.image(kept), merged_id: record_merging.image(merged)}
    after = record_merging.together(before[kept_id], before[merged_id], choices)
    addresses = [each["email"] for each in before.values()]
    no = merged_consents.refused(session, [kept_id, merged_id], addresses)
    moved: dict[str, Any] = dict(merged_rows.give(session, merged_id, kept_id, now=now))
    _write(kept, after)
    session.delete(merged)
    moved["added_consents"] = merged_consents.refuse(
        session, kept_id, no, source=f"merge of {merged_id} into {kept_id}", user=user, now=now
    )
    moved |= {"after": after, "newest_consent": merged_consents.newest_id(session)}
    moved["newest_import"] = session.scalar(sa.select(sa.func.max(Import.id))) or 0
    row = Merge(kept_id=kept_id, merged_id=merged_id, merged_at=now, merged_by=user, before=before, moved=moved)
    session.add(row)
    session.flush()
    _tell(session, row, "customer.merge", user=user, now=now)
    return _past(row)


def undo(session: Session, merge_id: int, *, user: str, now: datetime) -> PastMerge:
    """Make the records two again, with the rows each had; what changed since then stays with the kept one.

    The no that the merge recorded goes. One that the customer gave since counts for both.

    Raises
    ------
    StoreError
        It was undone already, or a later merge touched one of the two.
    """
    row = _undoable(session, merge_id)
    kept = session.get(Customer, row.kept_id)
    if kept is None or session.get(Customer, row.merged_id) is not None:
        raise StoreError(f"The records {row.kept_id} and {row.merged_id} are not as the merge left them.")
    now_is, before, after = record_merging.image(kept), row.before, row.moved["after"]
    addresses = [now_is["email"], *(each["email"] for each in before.values())]
    no = merged_consents.refused_since(
        session, row.kept_id, addresses, after_id=row.moved["newest_consent"], at=row.merged_at
    )
    merged_consents.forget(session, row.moved["added_consents"])
    merged_rows.give_back(session, row.moved, row.merged_id)
    _write(kept, record_merging.apart(now_is, after, before[row.kept_id]))
    session.add(Customer(**before[row.merged_id]))
    _take_out_of_images(session, row)
    for each in (row.kept_id, row.merged_id):
        source = f"said while {row.merged_id} was merged into {row.kept_id}"
        # What counts for a record that was merged before may be another's no, and go with the undo of that merge.
        again = each == row.merged_id and _keeps_another(session, each)
        merged_consents.refuse(session, each, no, source=source, user=user, now=now, again=again)
    row.undone_at, row.undone_by = now, user
    _tell(session, row, "customer.unmerge", user=user, now=now)
    return _past(row)


def history(session: Session, *, limit: int = 200) -> list[PastMerge]:
    """What people merged, newest first."""
    rows = sa.select(Merge).where(BY_IMPORT.is_(None)).order_by(Merge.id.desc()).limit(limit)
    return [_past(row) for row in session.scalars(rows)]


def standing(session: Session) -> list[PastMerge]:
    """What people merged and nobody undid, newest first."""
    rows = session.scalars(sa.select(Merge).where(*_STANDING).order_by(Merge.id.desc()))
    return [_past(row) for row in rows]


def blocking(session: Session, import_id: int) -> list[PastMerge]:
    """Merges, not undone, of records that this import had written before: they must be undone before it."""
    written = set(
        session.scalars(
            sa.select(RowBefore.key).where(RowBefore.import_id == import_id, RowBefore.table_name == _CUSTOMERS)
        )
    )
    rows = session.scalars(sa.select(Merge).where(*_STANDING).order_by(Merge.id.desc()))
    return [_past(row) for row in rows if _touches(row, import_id, written)]


def _touches(row: Merge, import_id: int, written: set[str]) -> bool:
    wrote = {image[name] for image in row.before.values() for name in ("created_import_id", "updated_import_id")}
    is_later = import_id > int(row.moved["newest_import"])
    return not is_later and (import_id in wrote or bool(written & {row.kept_id, row.merged_id}))


def _pair(session: Session, kept_id: str, merged_id: str) -> tuple[Customer, Customer]:
    if kept_id == merged_id:
        raise StoreError("A customer cannot be merged with themselves. Choose two records.")
    found = [session.get(Customer, each, with_for_update=True) for each in (kept_id, merged_id)]
    kept, merged = found
    if kept is None or merged is None:
        gone = kept_id if kept is None else merged_id
        raise StoreError(f"There is no record of customer {gone} any more. Open the list again.")
    if len(invented(session) & {kept_id, merged_id}) == 1:
        raise StoreError("One of the two was invented for the demonstration: it cannot become a real customer.")
    return kept, merged


def _undoable(session: Session, merge_id: int) -> Merge:
    row = session.get(Merge, merge_id)
    if row is None or row.undone_at is not None or "import_id" in row.moved:
        raise StoreError("This merge was undone already. Open the list again.")
    ids = [row.kept_id, row.merged_id]
    later = session.scalars(
        sa.select(Merge)
        .where(Merge.id > merge_id, *_STANDING)
        .where(sa.or_(Merge.kept_id.in_(ids), Merge.merged_id.in_(ids)))
        .order_by(Merge.id.desc())
    ).first()
    if later is not None:
        raise StoreError(
            f"Customer {later.merged_id} was merged into {later.kept_id} after this merge. Undo that merge first."
        )
    return row


def _keeps_another(session: Session, customer_id: str) -> bool:
    kept = sa.exists().where(Merge.kept_id == customer_id, Merge.undone_at.is_(None))
    return bool(session.scalar(sa.select(kept)))


def _write(record: Customer, values: Image) -> None:
    for name, value in values.items():
        setattr(record, name, value)


def _take_out_of_images(session: Session, row: Merge) -> None:
    """What undoing a later import puts back must not hold what the merge brought."""
    images = session.scalars(
        sa.select(RowBefore).where(
            RowBefore.import_id > row.moved["newest_import"],
            RowBefore.table_name == _CUSTOMERS,
            RowBefore.key == row.kept_id,
        )
    )
    for each in images:
        whole = {"customer_id": row.kept_id, **each.before}
        before = record_merging.apart(whole, row.moved["after"], row.before[row.kept_id])
        each.before = {name: before[name] for name in each.before}


def _tell(session: Session, row: Merge, action: str, *, user: str, now: datetime) -> None:
    session.flush()
    raise_data_version(session)
    counts = {name: len(row.moved.get(name, ())) for name in ("interactions", "responses", "consents", "outbox")}
    subject = f"{row.merged_id} into {row.kept_id}"
    audit.record(session, user, action, now=now, subject=subject, merge=row.id, **counts)


def follow(session: Session) -> None:
    """Give rows that came back under a merged id, as an undone import leaves them, to the id that is kept."""
    merged_rows.follow(session, aliases(session))


def _past(row: Merge) -> PastMerge:
    return PastMerge(
        row.id, row.kept_id, row.merged_id, row.merged_at, row.merged_by, row.undone_at, row.undone_by
    )  # fmt: skip
