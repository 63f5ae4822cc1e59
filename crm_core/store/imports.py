"""Imports: what was committed, what it can be taken back from, and the mapping remembered for the next file."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.errors import IngestError
from crm_core.store import audit, merges, records
from crm_core.store.data_version import raise_data_version
from crm_core.store.ledger import COMMITTED, UNDONE
from crm_core.store.tables import Consent, Import, RememberedMapping


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
    """Rows by what became of them, named as in `ingest.checks.Counts`."""
    first_day: int | None
    last_day: int | None

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


def twin(session: Session, kind: str, sha256: str) -> PastImport | None:
    """The committed import of the same bytes as the same kind, if there is one."""
    record = session.scalars(
        sa.select(Import).where(Import.kind == kind, Import.sha256 == sha256, Import.status == COMMITTED).limit(1)
    ).first()
    return past(record) if record else None


def next_id(session: Session) -> int:
    """The number of the next import; only the holder of the lease ``import`` may use it."""
    return (session.scalar(sa.select(sa.func.max(Import.id))) or 0) + 1


def dependants(session: Session, import_id: int) -> list[PastImport]:
    """Committed imports that met rows of this one, newest first: they must be undone before it."""
    later = session.scalars(
        sa.select(Import).where(Import.status == COMMITTED, Import.id > import_id).order_by(Import.id.desc())
    )
    return [past(record) for record in later if import_id in record.builds_on]


def take_back(session: Session, import_id: int, *, user: str, now: datetime) -> PastImport:
    """Undo an import within the caller's transaction: created rows go, updated rows are what they were.

    An opt-out that the file brought stays: taking it back would mail somebody who said no.

    Raises
    ------
    IngestError
        It was undone already, a later import met its rows, or customers it wrote were merged since.
    """
    record = session.get(Import, import_id)
    if record is None:
        raise IngestError(f"There is no import {import_id}. The list of imports shows their numbers.")
    if record.status != COMMITTED:
        raise IngestError(f"Import {import_id} ({record.file_name}) was undone already.")
    blocking = dependants(session, import_id)
    if blocking:
        names = ", ".join(f"{each.id} ({each.file_name})" for each in blocking[:5])
        raise IngestError(
            f"Import {import_id} cannot be undone: later imports met the same rows: {names}. Undo those first."
        )
    _refuse_merged(session, import_id)
    session.execute(
        sa.delete(Consent).where(Consent.import_id == import_id, Consent.status != "unsubscribed"),
        execution_options={"synchronize_session": False},
    )
    deleted, restored = records.restore(session, import_id)
    merges.follow(session)
    record.status, record.undone_at, record.undone_by = UNDONE, now, user
    raise_data_version(session)
    audit.record(
        session, user, "import.undo", now=now, subject=f"import {import_id}", deleted=deleted, restored=restored
    )
    return past(record)


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
