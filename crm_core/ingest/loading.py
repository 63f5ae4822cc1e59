"""Commits a checked file, all or nothing, and takes a committed one back."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from crm_core.columns import Kind
from crm_core.errors import IngestError
from crm_core.ingest import consents
from crm_core.ingest.checks import Checked
from crm_core.ingest.comparison import (
    Comparison,
    compare_with_ledger,
    compare_with_records,
    created_columns,
    merged_columns,
)
from crm_core.ingest.mapping import header_hash
from crm_core.ingest.repeats import KEYS
from crm_core.ingest.turn import Turn, turn
from crm_core.ingest.values import LEDGER
from crm_core.ingest.workspace import Workspace, literal
from crm_core.store import audit, imported_consents, imports, ledger, records
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
    _write_files(ledger.folder(database), checked, record)
    with database.write() as session:
        mine.confirm(session)
        _commit(session, record, checked, origin)
    return imports.past(record)


def _load_records(database: Database, checked: Checked, origin: Origin, mine: Turn) -> PastImport:
    kind, workspace = checked.mapping.kind, checked.source.workspace
    rows = checked.distinct.rows
    with database.write() as session:
        mine.confirm(session)
        found = compare_with_records(session, checked.prepared, rows)
        _refuse_nothing(checked, found)
        record = _record(checked, origin, found, imports.next_id(session))
        _commit(session, record, checked, origin)
        session.flush()
        new = f"SELECT {created_columns(checked.prepared)} FROM {rows} r ANTI JOIN met USING (position)"  # noqa: S608
        records.create(session, kind, _dicts(workspace, new), import_id=record.id)
        changed = (
            f"SELECT {merged_columns(checked.prepared)} FROM {rows} r JOIN met USING (position) "  # noqa: S608
            f"JOIN existing e USING ({records.key_of(kind)}) WHERE NOT met.same"
        )
        records.update(session, kind, _dicts(workspace, changed), import_id=record.id)
        if kind is Kind.CUSTOMERS:
            evidence = consents.evidence(workspace)
            imported_consents.add(session, evidence, import_id=record.id, user=origin.user, now=origin.now)
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


def _write_files(folder: Path, checked: Checked, record: Import) -> None:
    """Write the lines that are new or changed, and the keys of the earlier lines that they replace."""
    workspace, rows = checked.source.workspace, checked.distinct.rows
    columns = ", ".join(column.name for column in LEDGER[checked.mapping.kind].columns if column.name != "import_id")
    kept = f"{rows} ANTI JOIN (SELECT position FROM met WHERE same) USING (position)"  # noqa: S608
    if record.ledger_file:
        lines = f"SELECT {columns}, {record.id}::INTEGER AS import_id FROM {kept}"  # noqa: S608
        ledger.write(folder / record.ledger_file, _copy(workspace, lines))
    if record.superseded_file:
        key = ", ".join(KEYS[checked.mapping.kind])
        replaced = (
            f"SELECT {key}, {record.id}::INTEGER AS import_id FROM {rows} "  # noqa: S608
            "SEMI JOIN (SELECT position FROM met WHERE NOT same) USING (position)"
        )
        ledger.write(folder / record.superseded_file, _copy(workspace, replaced))


def _copy(workspace: Workspace, query: str) -> Callable[[Path], None]:
    def copy(path: Path) -> None:
        workspace.run(f"COPY ({query}) TO {literal(path)} (FORMAT parquet, COMPRESSION zstd)")

    return copy


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


def _dicts(workspace: Workspace, query: str) -> list[dict[str, Any]]:
    """The rows of a query as the database takes them."""
    rows = workspace.dicts(query)
    for row in rows:
        if "extra" in row:
            row["extra"] = json.loads(row["extra"])
    return rows
