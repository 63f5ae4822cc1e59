"""Commits a checked file, all or nothing, and takes a committed one back."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from crm_core.columns import Kind
from crm_core.errors import IngestError
from crm_core.ingest import consents
from crm_core.ingest.checks import Checked
from crm_core.ingest.comparison import Comparison
from crm_core.ingest.ledger_rows import compare_with_ledger, write_lines, write_superseded
from crm_core.ingest.mapping import header_hash
from crm_core.ingest.record_rows import compare_with_records, write_records
from crm_core.ingest.turn import Turn, turn
from crm_core.ingest.values import LEDGER
from crm_core.store import audit, imported_consents, imports, ledger
from crm_core.store.data_version import raise_data_version
from crm_core.store.engine import Database
from crm_core.store.imports import PastImport
from crm_core.store.installation import Installation
from crm_core.store.tables import Import


@dataclass(frozen=True)
class Loaded:
    """What became of a file."""

    record: PastImport
    repeated: bool
    """The very same file was imported before: ``record`` is that import, and nothing was changed."""


@dataclass(frozen=True)
class Origin:
    """How and why the data of a file were collected, and who imports it when."""

    user: str
    now: datetime
    source: str
    channel: str
    purpose: str


def load(
    installation: Installation,
    checked: Checked,
    *,
    user: str,
    now: datetime,
    source: str = "",
    channel: str = "",
    purpose: str = "",
    wait_seconds: float = 60.0,
    told: Callable[[str], None] | None = None,
) -> Loaded:
    """Import what `check` found good: one transaction, before which nothing counts.

    ``told`` hears when another import must be waited for.

    Raises
    ------
    IngestError
        No row can be taken, or another import does not end.
    StoreError
        The disk is full or the database is busy; nothing was changed.
    """
    database, origin = installation.database, Origin(user, now, source, channel, purpose)
    with turn(database, now=now, wait_seconds=wait_seconds, told=told) as mine:
        with database.read() as session:
            earlier = imports.twin(session, checked.mapping.kind, checked.source.sha256)
            ledger.sweep(session, database)
        if earlier:
            return Loaded(earlier, repeated=True)
        into = _load_ledger if checked.mapping.kind in LEDGER else _load_records
        return Loaded(into(database, checked, origin, mine), repeated=False)


def undo(installation: Installation, import_id: int, *, user: str, now: datetime) -> PastImport:
    """Take an import back: what it created goes, what it updated is as before. Opt-outs in it stay.

    Raises
    ------
    IngestError
        It was undone already, does not exist, or a later import met its rows.
    """
    with turn(installation.database, now=now) as mine, installation.database.write() as session:
        mine.confirm(session)
        return imports.take_back(session, import_id, user=user, now=now)


def _load_ledger(database: Database, checked: Checked, origin: Origin, mine: Turn) -> PastImport:
    with database.read() as session:
        files, import_id = ledger.committed(session, database), imports.next_id(session)
    found = compare_with_ledger(checked.prepared, checked.distinct.rows, files)
    _refuse_nothing(checked, found)
    record = _record(checked, origin, found, import_id)
    folder, rows = ledger.folder(database), checked.distinct.rows
    if record.ledger_file:
        write_lines(checked.prepared, rows, folder / record.ledger_file, import_id=record.id)
    if record.superseded_file:
        write_superseded(checked.prepared, rows, folder / record.superseded_file, import_id=record.id)
    with database.write() as session:
        mine.confirm(session)
        checked.source.workspace.settle()
        _commit(session, record, checked, origin)
    return imports.past(record)


def _load_records(database: Database, checked: Checked, origin: Origin, mine: Turn) -> PastImport:
    rows = checked.distinct.rows
    with database.write() as session:
        mine.confirm(session)
        found = compare_with_records(session, checked.prepared, rows)
        _refuse_nothing(checked, found)
        record = _record(checked, origin, found, imports.next_id(session))
        _commit(session, record, checked, origin)
        session.flush()
        write_records(session, checked.prepared, rows, import_id=record.id)
        if checked.mapping.kind is Kind.CUSTOMERS:
            evidence = consents.evidence(checked.source.workspace)
            imported_consents.add(session, evidence, import_id=record.id, user=origin.user, now=origin.now)
        checked.source.workspace.settle()
    return imports.past(record)


def _refuse_nothing(checked: Checked, found: Comparison) -> None:
    if found.new + found.changed + found.unchanged == 0:
        first = f" The first: {checked.problems[0]}" if checked.problems else ""
        raise IngestError(f"No row of the file can be imported.{first}")


def _record(checked: Checked, origin: Origin, found: Comparison, import_id: int) -> Import:
    """The row that makes the import count; its counts are those of the commit, not of the earlier check."""
    counts = asdict(checked.counts) | {"new": found.new, "changed": found.changed, "unchanged": found.unchanged}
    kind, written = checked.mapping.kind, found.new + found.changed > 0 and checked.mapping.kind in LEDGER
    name = f"{ledger.table_name(kind)}-{import_id:06}-{checked.source.sha256[:12]}"
    first, last = _days(checked)
    return Import(
        id=import_id, kind=kind.value, file_name=checked.source.file_name[:255], sha256=checked.source.sha256,
        status=ledger.COMMITTED, imported_at=origin.now, imported_by=origin.user, source=origin.source[:200],
        channel=origin.channel[:60], purpose=origin.purpose[:200], mapping=checked.mapping.as_json(), counts=counts,
        ledger_file=f"{name}.parquet" if written else None,
        superseded_file=f"{name}.superseded.parquet" if written and found.changed else None,
        first_day=first, last_day=last, builds_on=list(found.builds_on),
    )  # fmt: skip


def _days(checked: Checked) -> tuple[int | None, int | None]:
    if "day" not in checked.prepared.columns:
        return None, None
    query = f"SELECT min(day), max(day) FROM {checked.distinct.rows}"  # noqa: S608
    first, last = checked.source.workspace.rows(query)[0]
    return first, last


def _commit(session: Session, record: Import, checked: Checked, origin: Origin) -> None:
    session.add(record)
    imports.remember(
        session, record.kind, header_hash(checked.source.header), checked.mapping.as_json(), now=origin.now
    )
    raise_data_version(session)
    audit.record(
        session,
        origin.user,
        "import.commit",
        now=origin.now,
        subject=f"import {record.id} {record.kind}",
        **record.counts,
    )
