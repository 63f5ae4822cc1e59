"""Takes a committed import back, and brings one back that was taken back."""

import secrets
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.columns import Kind
from crm_core.errors import IngestError, StoreError
from crm_core.ingest.consents import bring_states, bring_unwanted
from crm_core.ingest.joining import earlier_numbers
from crm_core.ingest.progress import Progress, Tell, rows_of, untold
from crm_core.ingest.record_rows import bring_existing, write_parquet
from crm_core.ingest.turn import Turn, turn
from crm_core.ingest.values import LEDGER
from crm_core.ingest.workspace import Workspace, literal
from crm_core.permissions import Actor, demand
from crm_core.store import imported_consents, imports, ledger, records
from crm_core.store.aliases import aliases
from crm_core.store.data_version import data_version
from crm_core.store.engine import Database, Pinned
from crm_core.store.imports import PastImport
from crm_core.store.installation import Installation
from crm_core.store.record_writing import stage_rows
from crm_core.store.tables import Import

ATTEMPTS = 3
"""How often rows are compared again when the data became others before they could be written."""


def undo(
    installation: Installation, import_id: int, *, actor: Actor, now: datetime, progress: Tell | None = None
) -> PastImport:
    """Take an import back: what it created goes, what it updated is as before. Opt-outs in it stay.

    The import that it replaced counts again in the same transaction.

    Raises
    ------
    IngestError
        The role does not allow it, it was undone already, does not exist, a later import met its rows, or what it
        replaced cannot come back.
    """
    demand(actor, "imports.write", error=IngestError)
    with turn(installation.database, now=now) as mine:
        with installation.database.read() as session:
            replaced = imports.undoable(session, import_id).replaces
            back = replaced if replaced and _is(session, replaced, ledger.UNDONE) else None
        return _Exchange(installation.database, mine, actor.name, now, progress or untold).run(out=import_id, back=back)


def redo(
    installation: Installation, import_id: int, *, actor: Actor, now: datetime, progress: Tell | None = None
) -> PastImport:
    """Bring an undone import back as it was; the one that it replaces is taken back in the same transaction.

    Nobody who opted out since is subscribed again.

    Raises
    ------
    IngestError
        It is not undone, rests on one that is, or another was imported meanwhile that did not see its rows.
    """
    demand(actor, "imports.write", error=IngestError)
    with turn(installation.database, now=now) as mine:
        with installation.database.read() as session:
            record = session.get(Import, import_id)
            replaced = record.replaces if record else None
            out = replaced if replaced and _is(session, replaced, ledger.COMMITTED) else None
            imports.redoable(session, import_id, instead_of=out)
        return _Exchange(installation.database, mine, actor.name, now, progress or untold).run(out=out, back=import_id)


def state_of(session: Session) -> tuple[int, int]:
    """What changes whenever a comparison of records may come out otherwise."""
    return data_version(session), imported_consents.newest(session)


def staged(session: Session, kind: Kind, file: Path, tell: Tell) -> sa.Table:
    """The rows of a file in a temporary table; ``tell`` hears of each batch."""
    return stage_rows(session, kind, file, told=rows_of("Writing", tell))


class _Exchange:
    """One import out, one back in, or only one of the two: a single transaction."""

    def __init__(self, database: Database, mine: Turn, user: str, now: datetime, tell: Tell) -> None:
        self._database, self._mine, self._user, self._now, self._tell = database, mine, user, now, tell

    def run(self, *, out: int | None, back: int | None) -> PastImport:
        """The record of the import that was asked for: ``out`` when both undo, else ``back``."""
        with self._database.pinned() as own:
            for _ in range(ATTEMPTS):
                done = self._try(own, out, back)
                if done:
                    with own.prepare() as session:
                        ledger.sweep(session, self._database)
                    return done
        raise StoreError("The data are being changed all the time. Nothing was changed. Try again in a moment.")

    def _try(self, own: Pinned, out: int | None, back: int | None) -> PastImport | None:
        with own.prepare() as session:
            seen = state_of(session)
            before = imports.stage_undo(session, out) if out else None
            file, earlier = self._file(session, back, without=out) if back else (None, {})
            table = staged(session, Kind(_record(session, back).kind), file, self._tell) if back and file else None
        self._tell(Progress("Saving", 0, 0))
        told = rows_of("Saving", self._tell)
        with own.write() as session:
            if state_of(session) != seen:
                return None
            self._mine.confirm(session)
            taken = None
            if out:
                taken = imports.take_back(session, out, user=self._user, now=self._now, before=before, told=told)
            if back is None:
                return taken
            if file:
                _record(session, back).rows_file = file.name
            brought = imports.bring_back(
                session, back, table, user=self._user, now=self._now, earlier=earlier, told=told
            )
        return taken if taken and taken.replaces == back else brought

    def _file(self, session: Session, back: int, *, without: int | None) -> tuple[Path | None, dict[str, str]]:
        """The rows of an undone import as they are to be written now, and the numbers that were made for them."""
        record = imports.redoable(session, back, instead_of=without)
        if Kind(record.kind) in LEDGER:
            return None, {}
        if record.rows_file is None:
            raise IngestError(f"Import {back} was made by an earlier version. Import the file again instead.")
        folder = ledger.folder(self._database)
        stem = record.rows_file.split(".rows")[0]
        target = folder / f"{stem}.rows-{secrets.token_hex(4)}.parquet"
        workspace = Workspace(self._database.home)
        try:
            _write_again(workspace, session, record, folder / record.rows_file, target, without)
            is_of_customers = Kind(record.kind) is Kind.CUSTOMERS
            return target, earlier_numbers(workspace, session, self._database, target) if is_of_customers else {}
        finally:
            workspace.close()


def _write_again(  # noqa: PLR0917 - from where to where
    workspace: Workspace, session: Session, record: Import, source: Path, target: Path, without: int | None
) -> None:
    kind = Kind(record.kind)
    key, rows = records.key_of(kind), f"read_parquet({literal(source)})"
    names = [str(name) for (name,) in workspace.rows(f"SELECT column_name FROM (DESCRIBE SELECT * FROM {rows})")]  # noqa: S608
    bring_existing(workspace, session, kind, rows, [], without=without)
    _refuse_moved(workspace, record, rows, key)
    if kind is not Kind.CUSTOMERS:
        write_parquet(workspace, f"SELECT * FROM {rows}", target)  # noqa: S608
        return
    known = aliases(session)
    if any(each in known for batch in workspace.batches(f"SELECT {key} FROM {rows}") for (each,) in batch):  # noqa: S608
        raise IngestError(f"Import {record.id} cannot be redone: customers in it were merged since. Undo those first.")
    write_parquet(workspace, _still_wanted(workspace, session, rows, names, without), target)


def _still_wanted(workspace: Workspace, session: Session, rows: str, names: list[str], without: int | None) -> str:
    """The rows as SQL, without the evidence of customers who opted out since."""
    said = f"SELECT customer_id FROM {rows} WHERE evidence_confirmed IS NOT NULL"  # noqa: S608
    bring_states(workspace, session, said, without=without)
    address = "email_normalised" if "email_normalised" in names else "NULL::VARCHAR"
    yes = f"SELECT {address} FROM {rows} WHERE evidence_confirmed AND {address} IS NOT NULL"  # noqa: S608
    bring_unwanted(workspace, session, yes)
    refused = f"s.opted_out OR (f.evidence_confirmed AND {address} IN (SELECT u.address FROM unwanted u))"  # noqa: S608
    kept = f"CASE WHEN NOT coalesce({refused}, false) THEN evidence_confirmed END AS evidence_confirmed"
    joined = f"{rows} f LEFT JOIN consent_state s USING (customer_id)"
    return f"SELECT f.* REPLACE ({kept}) FROM {joined} ORDER BY f.customer_id"  # noqa: S608


def _refuse_moved(workspace: Workspace, record: Import, rows: str, key: str) -> None:
    """Refuse where rows that it created are there again, or rows that it updated are gone."""
    again = workspace.count(f"SELECT count(*) FROM {rows} SEMI JOIN existing USING ({key}) WHERE state = 'created'")  # noqa: S608
    gone = workspace.count(f"SELECT count(*) FROM {rows} ANTI JOIN existing USING ({key}) WHERE state = 'updated'")  # noqa: S608
    if again or gone:
        what = f"{again:,} of its rows exist again" if again else f"{gone:,} of the rows it changed are gone"
        raise IngestError(f"Import {record.id} cannot be redone: {what}. Import the file again instead.")


def _record(session: Session, import_id: int) -> Import:
    return session.get_one(Import, import_id)


def _is(session: Session, import_id: int, status: str) -> bool:
    record = session.get(Import, import_id)
    return record is not None and record.status == status
