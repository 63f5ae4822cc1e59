"""The ledger: Parquet files of what only grows, and which of them count. The only writer of them."""

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.columns import Kind, order_lines
from crm_core.errors import StoreError
from crm_core.store.aliases import aliases
from crm_core.store.answers import answers_over
from crm_core.store.engine import Database
from crm_core.store.tables import Import
from crm_core.store.warehouse import DuckWarehouse, Warehouse

EPOCH = date(1970, 1, 1)
COMMITTED = "committed"
UNDONE = "undone"


@dataclass(frozen=True)
class LedgerFiles:
    """The files that count at one moment, by the name of their table."""

    files: dict[str, list[str]] = field(default_factory=dict)
    superseded: dict[str, list[str]] = field(default_factory=dict)


def folder(database: Database) -> Path:
    """Where the files lie; made on first use."""
    path = database.home / "ledger"
    path.mkdir(parents=True, exist_ok=True)
    return path


def table_name(kind: str) -> str:
    """The ledger's table for a kind of import."""
    return kind.replace("-", "_")


def committed(session: Session, database: Database, *, without: int | None = None) -> LedgerFiles:
    """The files of committed imports, oldest first, ``without`` left out.

    Raises
    ------
    StoreError
        A file that counts is gone: figures without it would be wrong.
    """
    rows = session.execute(
        sa.select(Import.kind, Import.ledger_file, Import.superseded_file)
        .where(Import.status == COMMITTED, Import.ledger_file.is_not(None), Import.id != (without or 0))
        .order_by(Import.id)
    )
    found, home = LedgerFiles(), folder(database)
    for kind, file, superseded in rows:
        found.files.setdefault(table_name(kind), []).append(_existing(home / str(file)))
        if superseded:
            found.superseded.setdefault(table_name(kind), []).append(_existing(home / superseded))
    return found


def order_files(session: Session, database: Database, *, undone_too: bool = True) -> list[str]:
    """The files of order lines of committed imports, and of undone ones that may come back; those gone left out."""
    rows = sa.select(Import.ledger_file).where(Import.kind == Kind.ORDER_LINES, Import.ledger_file.is_not(None))
    rows = rows if undone_too else rows.where(Import.status == COMMITTED)
    paths = [folder(database) / str(name) for name in session.scalars(rows.order_by(Import.id))]
    return [str(path) for path in paths if path.exists()]


def open_warehouse(database: Database) -> DuckWarehouse:
    """A warehouse over the files that count now, with merged customers as one; it keeps seeing exactly these."""
    with database.read() as session:
        found, known = committed(session, database), aliases(session)
    files = [file for by_table in (found.files, found.superseded) for paths in by_table.values() for file in paths]
    return DuckWarehouse(found.files, found.superseded, known, answers_over(database.home, files, known))


def observation_end(warehouse: Warehouse) -> date | None:
    """The day of the last order line; None when there are none."""
    days = warehouse.frame(sa.select(sa.func.max(order_lines.c.day).label("last"))).dropna()
    return None if days.empty else EPOCH + timedelta(days=int(days["last"].iloc[0]))


def default_as_of(warehouse: Warehouse) -> date | None:
    """The first day not seen: the day after `observation_end`, never a day of the clock."""
    last = observation_end(warehouse)
    return last + timedelta(days=1) if last else None


def write(target: Path, writer: Callable[[Path], None]) -> None:
    """Let ``writer`` fill a file and put it under ``target`` once all of it is on the disk.

    Raises
    ------
    StoreError
        The disk is full or cannot be written; nothing of the file is left.
    """
    draft = target.with_name(target.name + ".tmp")
    try:
        writer(draft)
        _flush(draft)
        draft.replace(target)
        _flush_folder(target.parent)
    except OSError as fault:
        raise StoreError(f"{_meaning(fault)} Nothing was changed.") from fault
    finally:
        draft.unlink(missing_ok=True)


def sweep(session: Session, database: Database) -> list[str]:
    """Remove drafts and files that no import row names: what a killed or failed import left. The names removed.

    Only for the holder of the lease ``import``: a running import has files that no row names yet.
    """
    named = sa.select(Import.ledger_file, Import.superseded_file, Import.rows_file)
    known = {name for row in session.execute(named) for name in row if name}
    left = [path for path in folder(database).iterdir() if path.name not in known]
    for path in left:
        path.unlink(missing_ok=True)
    return sorted(path.name for path in left)


def _existing(path: Path) -> str:
    if not path.exists():
        raise StoreError(
            f"The ledger file {path.name} is missing, so figures would be wrong. Restore it from a backup of CRM_HOME."
        )
    return str(path)


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _flush_folder(path: Path) -> None:
    """Make the new name itself survive a power cut; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _meaning(fault: OSError) -> str:
    if fault.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return "The disk is full. Free some space and try again."
    return "The ledger folder cannot be written. Check the folder set in CRM_HOME and its owner."
