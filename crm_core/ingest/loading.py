"""Commits a checked file, all or nothing."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.columns import Kind
from crm_core.errors import IngestError, StoreError
from crm_core.ingest import opt_outs, repetition
from crm_core.ingest.checked import Checked
from crm_core.ingest.comparison import Comparison
from crm_core.ingest.identity import refuse_stale
from crm_core.ingest.joining import earlier_numbers
from crm_core.ingest.ledger_rows import compare_with_ledger, refuse_stale_numbers, write_lines, write_superseded
from crm_core.ingest.mapping import header_hash
from crm_core.ingest.policy import Policy
from crm_core.ingest.progress import Progress, Tell, rows_of, untold
from crm_core.ingest.record_rows import compare_with_records, write_rows
from crm_core.ingest.turn import Turn, turn
from crm_core.ingest.undoing import ATTEMPTS, staged, state_of
from crm_core.ingest.values import LEDGER
from crm_core.permissions import Actor, demand
from crm_core.store import audit, imports, ledger
from crm_core.store.data_version import raise_data_version
from crm_core.store.engine import Database, Pinned
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


@dataclass(frozen=True)
class _Task:
    """One file on its way into the data."""

    database: Database
    checked: Checked
    origin: Origin
    mine: Turn
    tell: Tell

    def settle(self, session: Session) -> None:
        """The last moment at which somebody else, or the person who waits, can stop it."""
        self.mine.confirm(session)
        self.checked.source.workspace.settle()


def load(
    installation: Installation,
    checked: Checked,
    *,
    actor: Actor,
    now: datetime,
    source: str = "",
    channel: str = "",
    purpose: str = "",
    wait_seconds: float = 60.0,
    told: Callable[[str], None] | None = None,
    progress: Tell | None = None,
) -> Loaded:
    """Import what `check` found good: one transaction, before which nothing counts.

    ``told`` hears when another import must be waited for, ``progress`` of rows written.

    Raises
    ------
    IngestError
        The role does not allow it, no row can be taken, another import does not end, or the one to be replaced
        cannot be undone.
    StoreError
        The disk is full or the database is busy; nothing was changed.
    """
    demand(actor, "imports.write", error=IngestError)
    database, origin = installation.database, Origin(actor.name, now, source, channel, purpose)
    with turn(database, now=now, wait_seconds=wait_seconds, told=told) as mine:
        with database.read() as session:
            earlier = repetition.earlier(
                session,
                checked.mapping.kind,
                checked.source.sha256,
                checked.read,
                policy=checked.policy,
                replaces=checked.replaces,
            )
            ledger.sweep(session, database)
        if earlier:
            return Loaded(earlier, repeated=True)
        into = _load_ledger if checked.mapping.kind in LEDGER else _load_records
        return Loaded(into(_Task(database, checked, origin, mine, progress or untold)), repeated=False)


def _load_ledger(task: _Task) -> PastImport:
    database, checked = task.database, task.checked
    task.tell(Progress("Comparing", 0, 0))
    with database.read() as session:
        refuse_stale(session, checked.prepared)
        files = ledger.committed(session, database, without=checked.replaces)
        import_id, saw = _place(session, checked)
    refuse_stale_numbers(checked.prepared, checked.distinct.rows, files)
    found = compare_with_ledger(checked.prepared, checked.distinct.rows, files)
    _refuse_nothing(checked, found)
    record = _record(checked, task.origin, found, import_id, saw)
    folder, rows = ledger.folder(database), checked.distinct.rows
    task.tell(Progress("Writing", 0, found.new + found.changed))
    if record.ledger_file:
        write_lines(checked.prepared, rows, folder / record.ledger_file, import_id=record.id, policy=checked.policy)
    if record.superseded_file:
        write_superseded(checked.prepared, rows, folder / record.superseded_file, import_id=record.id)
    task.tell(Progress("Saving", 0, 0))
    with database.write() as session:
        task.settle(session)
        _commit(session, record, task)
    return imports.past(record)


def _load_records(task: _Task) -> PastImport:
    """Everything slow is done before the transaction: it keeps every other writer out, the mail worker too."""
    with task.database.pinned() as own:
        for _ in range(ATTEMPTS):
            record = _try_records(task, own)
            if record:
                return imports.past(record)
    raise StoreError("The data are being changed all the time. Nothing was imported. Try again in a moment.")


def _try_records(task: _Task, own: Pinned) -> Import | None:
    """The committed import; None when the data became others after the comparison."""
    checked, rows = task.checked, task.checked.distinct.rows
    task.tell(Progress("Comparing", 0, 0))
    with own.prepare() as session:
        seen = state_of(session)
        refuse_stale(session, checked.prepared)
        found = compare_with_records(session, checked.prepared, rows, without=checked.replaces, tell=task.tell)
        import_id, saw = _place(session, checked)
    _refuse_nothing(checked, found)
    record = _record(checked, task.origin, found, import_id, saw)
    file = ledger.folder(task.database) / str(record.rows_file)
    task.tell(Progress("Writing", 0, found.new + found.changed))
    write_rows(checked.prepared, rows, file, policy=checked.policy)
    with own.prepare() as session:
        before = imports.stage_undo(session, checked.replaces) if checked.replaces else None
        table = staged(session, checked.mapping.kind, file, task.tell)
        is_of_customers = checked.mapping.kind is Kind.CUSTOMERS
        workspace = checked.source.workspace
        earlier = earlier_numbers(workspace, session, task.database, file) if is_of_customers else {}
    task.tell(Progress("Saving", 0, 0))
    with own.write() as session:
        if state_of(session) != seen:
            return None
        task.settle(session)
        _commit(session, record, task, before)
        session.flush()
        told, by, now = rows_of("Saving", task.tell), task.origin.user, task.origin.now
        imports.write_rows(session, record, table, user=by, now=now, earlier=earlier, told=told)
    return record


def _place(session: Session, checked: Checked) -> tuple[int, list[int]]:
    """The number of the import, and those that its rows are compared with."""
    kind, replaces = checked.mapping.kind.value, checked.replaces
    if replaces is not None:
        imports.undoable(session, replaces)
    return imports.next_id(session), imports.counting(session, kind, without=replaces)


def _refuse_nothing(checked: Checked, found: Comparison) -> None:
    """Opt-outs of known customers come in from rows that stay out, and so from a file of nothing else."""
    is_ledger = checked.mapping.kind in LEDGER
    if found.new + found.changed + found.unchanged == 0 and (is_ledger or not opt_outs.further(checked.prepared)):
        first = f" The first: {checked.problems[0]}" if checked.problems else ""
        left = "" if is_ledger else opt_outs.unrecorded(checked.prepared)
        raise IngestError(" ".join(f"No row of the file can be imported.{first} {left}".split()))


def _record(checked: Checked, origin: Origin, found: Comparison, import_id: int, saw: list[int]) -> Import:
    """The row that makes the import count; its counts are those of the commit, not of the earlier check."""
    now_found, in_ledger = found.counts(checked.policy), checked.mapping.kind in LEDGER
    name = f"{ledger.table_name(checked.mapping.kind)}-{import_id:06}-{checked.source.sha256[:12]}"
    lines, replaced = now_found["new"] + now_found["changed"] > 0, now_found["changed"] > 0
    first, last = _days(checked)
    return Import(
        id=import_id, kind=checked.mapping.kind.value, file_name=checked.source.file_name[:255],
        sha256=checked.source.sha256, status=ledger.COMMITTED, imported_at=origin.now, imported_by=origin.user,
        source=origin.source[:200], channel=origin.channel[:60], purpose=origin.purpose[:200],
        mapping=dict(checked.read), counts=asdict(checked.counts) | now_found,
        ledger_file=f"{name}.parquet" if in_ledger and lines else None,
        superseded_file=f"{name}.superseded.parquet" if in_ledger and replaced else None,
        rows_file=None if in_ledger else f"{name}.rows.parquet",
        first_day=first, last_day=last, builds_on=list(found.builds_on), saw=saw,
        policy=checked.policy.value, replaces=checked.replaces,
    )  # fmt: skip


def _days(checked: Checked) -> tuple[int | None, int | None]:
    if "day" not in checked.prepared.columns:
        return None, None
    query = f"SELECT min(day), max(day) FROM {checked.distinct.rows}"  # noqa: S608
    first, last = checked.source.workspace.rows(query)[0]
    return first, last


def _commit(session: Session, record: Import, task: _Task, before: sa.Table | None = None) -> None:
    checked, origin = task.checked, task.origin
    if checked.policy is Policy.REPLACE and checked.replaces is not None:
        told = rows_of("Saving", task.tell)
        imports.take_back(session, checked.replaces, user=origin.user, now=origin.now, before=before, told=told)
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
