"""Imports: what was committed, what it can be taken back from, and the mapping remembered for the next file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.columns import Kind
from crm_core.errors import IngestError
from crm_core.store import audit, imported_consents, joined, merges, record_writing, records
from crm_core.store.data_version import raise_data_version
from crm_core.store.ledger import COMMITTED, UNDONE
from crm_core.store.record_writing import Told, untold
from crm_core.store.tables import Import, RememberedMapping


@dataclass(frozen=True)
class PastImport:
    """One import as lists show it."""

    id: int
    kind: str
    file_name: str
    status: str
    imported_at: datetime
    imported_by: str
    undone_at: datetime | None
    undone_by: str | None
    source: str
    channel: str
    purpose: str
    counts: dict[str, Any]
    """Rows by what became of them, named as in `ingest.checked.Counts`."""
    first_day: int | None
    last_day: int | None
    policy: str
    replaces: int | None
    """The import whose corrected version it is."""

    @property
    def is_committed(self) -> bool:
        """Whether its rows are part of the data: it was not undone."""
        return self.status == COMMITTED


def past(record: Import) -> PastImport:
    """The values of a row, good beyond its session."""
    return PastImport(**{each.name: getattr(record, each.name) for each in fields(PastImport)})


def history(session: Session, *, limit: int = 500) -> list[PastImport]:
    """The imports, newest first."""
    return [past(record) for record in session.scalars(sa.select(Import).order_by(Import.id.desc()).limit(limit))]


def twin(
    session: Session, kind: str, sha256: str, *, read: Mapping[str, Any] | None = None, policy: str | None = None
) -> PastImport | None:
    """The committed import of the same bytes as the same kind, if there is one.

    With ``read`` only one that was understood so, as far as it is known; with ``policy`` only one that did as much:
    one that added rows left known ones as they were.
    """
    statement = sa.select(Import).where(Import.kind == kind, Import.sha256 == sha256, Import.status == COMMITTED)
    for record in session.scalars(statement.order_by(Import.id.desc())):
        is_read_so = read is None or all(read.get(name) == said for name, said in record.mapping.items())
        if is_read_so and (policy is None or record.policy in {policy, "update", "replace"}):
            return past(record)
    return None


def next_id(session: Session) -> int:
    """The number of the next import; only the holder of the lease ``import`` may use it."""
    return (session.scalar(sa.select(sa.func.max(Import.id))) or 0) + 1


def dependants(session: Session, import_id: int) -> list[PastImport]:
    """Committed imports that met rows of this one, newest first: they must be undone before it."""
    later = session.scalars(
        sa.select(Import).where(Import.status == COMMITTED, Import.id > import_id).order_by(Import.id.desc())
    )
    return [past(record) for record in later if import_id in record.builds_on]


def counting(session: Session, kind: str, *, without: int | None = None) -> list[int]:
    """Numbers of the committed imports of a kind: what a file of it is compared with."""
    statement = sa.select(Import.id).where(Import.kind == kind, Import.status == COMMITTED).order_by(Import.id)
    return [number for number in session.scalars(statement) if number != without]


def undoable(session: Session, import_id: int, *, besides: int | None = None) -> Import:
    """The import, if it can be taken back; ``besides`` is taken back with it.

    Raises
    ------
    IngestError
        It was undone already, a later import met its rows, or customers it wrote were merged since.
    """
    record = _existing(session, import_id)
    if record.status != COMMITTED:
        raise IngestError(f"Import {import_id} ({record.file_name}) was undone already.")
    blocking = [each for each in dependants(session, import_id) if each.id != besides]
    if blocking:
        raise IngestError(
            f"Import {import_id} cannot be undone: later imports met the same rows: {_named(blocking)}. "
            "Undo those first."
        )
    _refuse_merged(session, import_id)
    return record


def redoable(session: Session, import_id: int, *, instead_of: int | None = None) -> Import:
    """The import, if its undo can be taken back; ``instead_of`` is taken back in the same moment.

    Raises
    ------
    IngestError
        It counts already, rests on one that is undone, or another was imported that did not see its rows.
    """
    record = _existing(session, import_id)
    if record.status != UNDONE:
        raise IngestError(f"Import {import_id} ({record.file_name}) is not undone: there is nothing to redo.")
    present = [each for each in _records(session, record.kind) if each.id not in {import_id, instead_of}]
    missing = [each for each in record.builds_on if each not in {one.id for one in present}]
    if missing:
        names = ", ".join(str(each) for each in missing[:5])
        raise IngestError(f"Import {import_id} cannot be redone: it builds on import {names}, which is undone. ")
    if record.saw is None:
        raise IngestError(f"Import {import_id} was made by an earlier version. Import the file again instead.")
    strangers = [each for each in present if each.id not in record.saw and import_id not in (each.saw or ())]
    if strangers:
        raise IngestError(
            f"Import {import_id} cannot be redone: {_named([past(each) for each in strangers])} was imported while it "
            "was undone, and was not compared with it. Undo that first, or import the file again."
        )
    _refuse_merged_meanwhile(session, record)
    return record


def stage_undo(session: Session, import_id: int) -> sa.Table | None:
    """What `take_back` puts back, made ready before its transaction; None for lines of the ledger."""
    kind = Kind(_existing(session, import_id).kind)
    return record_writing.stage_images(session, kind, import_id) if kind in records.TARGETS else None


def take_back(
    session: Session,
    import_id: int,
    *,
    user: str,
    now: datetime,
    before: sa.Table | None = None,
    told: Told = untold,
) -> PastImport:
    """Undo an import within the caller's transaction: created rows go, updated rows are what they were.

    ``before`` comes from `stage_undo`, where that was done; ``told`` hears of rows put back.

    An opt-out that the file brought stays: taking it back would mail somebody who said no.

    Raises
    ------
    IngestError
        As `undoable`.
    """
    record = undoable(session, import_id)
    imported_consents.forget(session, import_id)
    joined.part(session, import_id, user=user, now=now)
    kind = Kind(record.kind)
    deleted = restored = 0
    if kind in records.TARGETS:
        deleted, restored = record_writing.restore(session, kind, import_id, before=before, told=told)
    merges.follow(session)
    record.status, record.undone_at, record.undone_by = UNDONE, now, user
    raise_data_version(session)
    session.flush()
    audit.record(
        session, user, "import.undo", now=now, subject=f"import {import_id}", deleted=deleted, restored=restored
    )
    return past(record)


def bring_back(
    session: Session,
    import_id: int,
    rows: sa.Table | None,
    *,
    user: str,
    now: datetime,
    earlier: Mapping[str, str] | None = None,
    told: Told = untold,
) -> PastImport:
    """Redo an undone import within the caller's transaction; ``rows`` are its staged rows, outside the ledger.

    ``earlier`` and ``told`` are as in `write_rows`.

    Raises
    ------
    IngestError
        As `redoable`.
    """
    record = redoable(session, import_id)
    record.status, record.undone_at, record.undone_by = COMMITTED, None, None
    session.flush()
    if rows is not None:
        write_rows(session, record, rows, user=user, now=now, earlier=earlier, told=told)
    raise_data_version(session)
    audit.record(session, user, "import.redo", now=now, subject=f"import {import_id} {record.kind}")
    return past(record)


def write_rows(
    session: Session,
    record: Import,
    rows: sa.Table,
    *,
    user: str,
    now: datetime,
    earlier: Mapping[str, str] | None = None,
    told: Told = untold,
) -> None:
    """Write the staged rows of an import outside the ledger, and the consent that stands with them.

    ``earlier``: numbers made from an address under which the data hold something, and the address (`joined.join`);
    ``told`` hears of rows written.
    """
    kind = Kind(record.kind)
    record_writing.write_staged(session, kind, rows, import_id=record.id, told=told)
    if "evidence_confirmed" in rows.c:
        imported_consents.record(session, rows, import_id=record.id, user=user, now=now)
    joined.join(session, earlier or {}, import_id=record.id, now=now)
    merges.follow(session)


def _existing(session: Session, import_id: int) -> Import:
    record = session.get(Import, import_id)
    if record is None:
        raise IngestError(f"There is no import {import_id}. The list of imports shows their numbers.")
    return record


def _records(session: Session, kind: str) -> Sequence[Import]:
    return session.scalars(
        sa.select(Import).where(Import.kind == kind, Import.status == COMMITTED).order_by(Import.id.desc())
    ).all()


def _named(found: Sequence[PastImport]) -> str:
    return ", ".join(f"{each.id} ({each.file_name})" for each in found[:5])


def _refuse_merged_meanwhile(session: Session, record: Import) -> None:
    """The rows of the file may be about records that are no more."""
    found = [each for each in merges.standing(session) if record.undone_at and each.merged_at >= record.undone_at]
    if record.kind == Kind.CUSTOMERS and found:
        raise IngestError(
            f"Import {record.id} cannot be redone: customers were merged while it was undone. "
            "Import the file again instead."
        )


def _refuse_merged(session: Session, import_id: int) -> None:
    found = merges.blocking(session, import_id)
    if found:
        names = ", ".join(f"{each.merged_id} into {each.kept_id}" for each in found[:5])
        raise IngestError(
            f"Import {import_id} cannot be undone: customers it brought were merged since: {names}. "
            "Undo those merges first, on the Customers page."
        )


def remembered(session: Session, kind: str, header_hash: str) -> dict[str, Any] | None:
    """The mapping last used for a file with this header."""
    row = session.get(RememberedMapping, (kind, header_hash))
    return dict(row.mapping) if row else None


def remember(session: Session, kind: str, header_hash: str, mapping: dict[str, Any], *, now: datetime) -> None:
    """Keep the mapping for the next file with this header."""
    session.merge(RememberedMapping(kind=kind, header_hash=header_hash, mapping=mapping, used_at=now))


def some(session: Session, import_ids: Sequence[int]) -> list[PastImport]:
    """These imports, newest first."""
    statement = sa.select(Import).where(Import.id.in_(import_ids)).order_by(Import.id.desc())
    return [past(record) for record in session.scalars(statement)]
