"""Writes the rows of an import in a few statements, and takes them back: each updated row leaves an image."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.columns import SCORES, Kind
from crm_core.errors import StoreError
from crm_core.store.engine import rows_changed
from crm_core.store.records import TARGETS, Target, answer_to, column_type, kept_columns
from crm_core.store.staging import BATCH, Batches, empty_table, many, parts, size, stage
from crm_core.store.tables import Answer, RowBefore

STATE, CREATED, UPDATED, KEPT = "state", "created", "updated", "kept"
"""The column of a file of rows that says what its row is: new, known and changed, known and left as it was."""
EVIDENCE: tuple[sa.Column[Any], ...] = (
    sa.Column("evidence_confirmed", sa.Boolean),
    sa.Column("evidence_day", sa.Integer),
    sa.Column("evidence_source", sa.Text),
    sa.Column("evidence_wording", sa.Text),
)
"""What a row of a file of customers says about consent; null when it says nothing."""

_ANSWERS = cast("sa.Table", Answer.__table__)
_IMAGES = cast("sa.Table", RowBefore.__table__)
_OBJECT = {"sqlite": sa.func.json_object, "postgresql": sa.func.json_build_object}


Told = Callable[[int, int], None]
"""Hears how many rows of how many are done; what it raises stops the work."""


def untold(_done: int, _total: int) -> None:
    """Nobody listens."""


def stage_rows(session: Session, kind: Kind, path: Path, *, told: Told = untold) -> sa.Table:
    """Bring a file of rows into a temporary table, ready to be written.

    Raises
    ------
    StoreError
        The file is gone or damaged.
    """
    try:
        file = pq.ParquetFile(path)
        names = file.schema_arrow.names
        target = TARGETS[kind]
        own = [sa.Column(name, column_type(kind, name)) for name in kept_columns(kind, names)]
        columns = [*own, sa.Column(STATE, sa.String(10)), *(each for each in EVIDENCE if each.name in names)]
        columns.sort(key=lambda each: each.name != target.key)
        batches = _batches(file, [each.name for each in columns], told)
        return stage(session, "written_rows", columns, batches, numbered=True)
    except (OSError, pa.ArrowException) as fault:
        raise StoreError(f"A file of the ledger is gone or damaged: {path.name}. Restore it from a backup.") from fault


def write_staged(session: Session, kind: Kind, rows: sa.Table, *, import_id: int, told: Told = untold) -> None:
    """Create and update what `stage_rows` brought; what updated rows were before is kept under ``import_id``.

    Raises
    ------
    StoreError
        A row that was to be updated is gone.
    """
    target, total = TARGETS[kind], size(session, rows)
    with many(session, target.table, _count(session, rows, CREATED) + _count(session, rows, UPDATED)):
        for part, done in parts(session, rows):
            told(done, total)
            _write(session, target, part, import_id)
    told(total, total)


def _write(session: Session, target: Target, rows: sa.FromClause, import_id: int) -> None:
    updated = _count(session, rows, UPDATED)
    if updated:
        _keep_images(session, target, rows, import_id)
        _update(session, target, rows, updated, import_id)
    _create(session, target, rows, import_id)
    _give_answers(session, target, rows, replaced=updated > 0)


def _count(session: Session, rows: sa.FromClause, state: str) -> int:
    statement = sa.select(sa.func.count()).select_from(rows).where(rows.c[STATE] == state)
    return session.scalar(statement) or 0


def stage_images(session: Session, kind: Kind, import_id: int) -> sa.Table:
    """Bring what the rows that an import updated were before it into a temporary table, a column each."""
    target = TARGETS[kind]
    own = [sa.Column(column.name, column.type) for column in target.table.columns if column.name != target.key]
    own += [sa.Column(code, column_type(kind, code)) for code in target.codes]
    key = sa.Column(target.key, sa.String)
    table = empty_table(session, "rows_as_before", [key, *own], numbered=True)
    values = sa.select(_IMAGES.c.key, *map(_from_json, own)).where(*_of_import(target, import_id))
    session.execute(sa.insert(table).from_select([key.name, *(each.name for each in own)], values))
    return table


def restore(
    session: Session, kind: Kind, import_id: int, *, before: sa.Table | None = None, told: Told = untold
) -> tuple[int, int]:
    """Take back what an import wrote: (rows deleted that it created, rows put back as they were).

    ``before`` is what `stage_images` made in good time, so that this is short.
    """
    target, table = TARGETS[kind], TARGETS[kind].table
    before = stage_images(session, kind, import_id) if before is None else before
    made = table.c.created_import_id == import_id
    kept, new = size(session, before), size(session, sa.select(table).where(made).subquery())
    restored = 0
    with many(session, table, kept + new):
        for part, done in parts(session, before):
            told(done, kept + new)
            restored += _put_back(session, target, part)
        told(kept, kept + new)
        deleted = rows_changed(session, sa.delete(table).where(made))
    session.execute(sa.delete(_IMAGES).where(*_of_import(target, import_id)))
    return deleted, restored


def _batches(file: pq.ParquetFile, names: Sequence[str], told: Told) -> Batches:
    done, total = 0, file.metadata.num_rows
    for batch in file.iter_batches(batch_size=BATCH, columns=list(names)):
        told(done, total)
        yield list(zip(*(batch.column(name).to_pylist() for name in names), strict=True))
        done += batch.num_rows


def _create(session: Session, target: Target, rows: sa.FromClause, import_id: int) -> None:
    own = [each.name for each in rows.columns if each.name in target.table.c]
    stamp = [sa.literal(import_id).label(name) for name in ("created_import_id", "updated_import_id")]
    new = sa.select(*(rows.c[name] for name in own), *stamp).where(rows.c[STATE] == CREATED)
    session.execute(sa.insert(target.table).from_select([*own, "created_import_id", "updated_import_id"], new))


def _update(session: Session, target: Target, rows: sa.FromClause, expected: int, import_id: int) -> None:
    own = [each.name for each in rows.columns if each.name in target.table.c and each.name != target.key]
    statement = (
        sa.update(target.table)
        .where(target.table.c[target.key] == rows.c[target.key], rows.c[STATE] == UPDATED)
        .values({**{name: rows.c[name] for name in own}, "updated_import_id": import_id})
    )
    if rows_changed(session, statement) != expected:
        raise StoreError("Rows of this import are gone meanwhile. Nothing was changed. Check the file again.")


def _keep_images(session: Session, target: Target, rows: sa.FromClause, import_id: int) -> None:
    dialect = session.connection().dialect.name
    pairs: list[Any] = []
    for column in target.table.columns:
        if column.name != target.key:
            pairs += [sa.literal_column(f"'{column.name}'"), _as_json(column, dialect)]
    for code in target.codes:
        pairs += [sa.literal_column(f"'{code}'"), answer_to(code)]
    image = sa.type_coerce(_OBJECT[dialect](*pairs), sa.JSON)
    known = (
        sa.select(sa.literal(import_id), sa.literal(target.table.name), target.table.c[target.key], image)
        .join_from(rows, target.table, target.table.c[target.key] == rows.c[target.key])
        .where(rows.c[STATE] == UPDATED)
    )
    session.execute(sa.insert(_IMAGES).from_select(["import_id", "table_name", "key", "before"], known))


def _as_json(column: sa.Column[Any], dialect: str) -> sa.ColumnElement[Any]:
    """SQLite has neither truth values nor JSON of its own: its JSON functions must be told."""
    if dialect == "sqlite" and isinstance(column.type, sa.Boolean):
        return sa.func.json(sa.case((column.is_(True), "true"), (column.is_(False), "false")))
    return sa.func.json(column) if dialect == "sqlite" and isinstance(column.type, sa.JSON) else column


def _of_import(target: Target, import_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return _IMAGES.c.import_id == import_id, _IMAGES.c.table_name == target.table.name


def _put_back(session: Session, target: Target, before: sa.FromClause) -> int:
    table = target.table
    values = {column.name: before.c[column.name] for column in table.columns if column.name != target.key}
    same = table.c[target.key] == before.c[target.key]
    restored = rows_changed(session, sa.update(table).where(same).values(values))
    if target.codes:
        _answers_back(session, target, before)
    return restored


def _from_json(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    value = _IMAGES.c.before[column.name]
    match column.type:
        case sa.JSON():
            return value
        case sa.Boolean():
            return value.as_boolean()
        case sa.Integer():
            return sa.cast(value.as_string(), sa.BigInteger)
        case sa.Float():
            return value.as_float()
    return value.as_string()


def _answers_back(session: Session, target: Target, before: sa.FromClause) -> None:
    key = before.c[target.key]
    gone = sa.and_(_ANSWERS.c.response_id.in_(sa.select(key)), _ANSWERS.c.code.in_(target.codes))
    session.execute(sa.delete(_ANSWERS).where(gone))
    for code in target.codes:
        given = sa.select(key, sa.literal(code), before.c[code]).where(before.c[code].is_not(None))
        session.execute(sa.insert(_ANSWERS).from_select(["response_id", "code", _answer_column(code)], given))


def _give_answers(session: Session, target: Target, rows: sa.FromClause, *, replaced: bool) -> None:
    for code in [each for each in target.codes if each in rows.c]:
        given = rows.c[STATE].in_([CREATED, UPDATED]) & rows.c[code].is_not(None)
        if replaced:
            keys = sa.select(rows.c[target.key]).where(given)
            session.execute(sa.delete(_ANSWERS).where(_ANSWERS.c.code == code, _ANSWERS.c.response_id.in_(keys)))
        answers = sa.select(rows.c[target.key], sa.literal(code), rows.c[code]).where(given)
        session.execute(sa.insert(_ANSWERS).from_select(["response_id", "code", _answer_column(code)], answers))


def _answer_column(code: str) -> str:
    return "number" if code in SCORES else "text"
