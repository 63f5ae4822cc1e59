"""Rows that imports create and update outside the ledger, with an image of each updated row for undo."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.columns import SCORES, Kind
from crm_core.store.engine import rows_changed
from crm_core.store.selection import selected
from crm_core.store.tables import Answer, Customer, ExchangeRate, Interaction, Product, Response, RowBefore

CODES = (*SCORES, "comment")
"""The questions whose answers stand in a file of answers, a column each."""

_BATCH = 20_000
_ANSWERS = cast("sa.Table", Answer.__table__)
_IMAGES = cast("sa.Table", RowBefore.__table__)


@dataclass(frozen=True)
class _Target:
    orm: type[Customer] | type[Product] | type[Interaction] | type[Response] | type[ExchangeRate]
    key: str

    @property
    def table(self) -> sa.Table:
        return cast("sa.Table", self.orm.__table__)


TARGETS: dict[Kind, _Target] = {
    Kind.CUSTOMERS: _Target(Customer, "customer_id"),
    Kind.PRODUCTS: _Target(Product, "product_id"),
    Kind.INTERACTIONS: _Target(Interaction, "interaction_id"),
    Kind.ANSWERS: _Target(Response, "response_id"),
    Kind.EXCHANGE_RATES: _Target(ExchangeRate, "rate_id"),
}


def key_of(kind: Kind) -> str:
    """The column that identifies a row of this kind."""
    return TARGETS[kind].key


def kept_columns(kind: Kind, columns: Iterable[str]) -> list[str]:
    """Those of ``columns`` that rows of this kind have, answers to known questions included."""
    own = TARGETS[kind].table.c
    return [name for name in columns if name in own or (kind is Kind.ANSWERS and name in CODES)]


def stored(session: Session, kind: Kind, keys: Iterable[str], columns: Sequence[str]) -> Sequence[sa.Row[Any]]:
    """A row per known key: the key, ``columns`` in order, and ``updated_import_id``."""
    target = TARGETS[kind]
    wanted = selected(session, keys, name="selected_keys")
    key = target.table.c[target.key]
    values = [key, *(_value(target, name) for name in columns), target.table.c.updated_import_id]
    return session.execute(sa.select(*values).join(wanted, wanted.c.value == key)).all()


def create(session: Session, kind: Kind, rows: Sequence[Mapping[str, Any]], *, import_id: int) -> None:
    """Insert rows whose keys are new."""
    for start in range(0, len(rows), _BATCH):
        batch = [
            {**row, "created_import_id": import_id, "updated_import_id": import_id}
            for row in rows[start : start + _BATCH]
        ]
        _insert(session, kind, batch)


def update(session: Session, kind: Kind, rows: Sequence[Mapping[str, Any]], *, import_id: int) -> None:
    """Write the columns of rows that exist; what they were before is kept under ``import_id``."""
    for start in range(0, len(rows), _BATCH):
        batch = [{**row, "updated_import_id": import_id} for row in rows[start : start + _BATCH]]
        _keep_images(session, kind, [row[key_of(kind)] for row in batch], import_id=import_id)
        _overwrite(session, kind, batch)


def restore(session: Session, import_id: int) -> tuple[int, int]:
    """Take back what an import wrote: (rows deleted that it created, rows put back as they were)."""
    restored = sum(_put_back(session, kind, import_id) for kind in TARGETS)
    deleted = sum(
        rows_changed(session, sa.delete(target.table).where(target.table.c.created_import_id == import_id))
        for target in TARGETS.values()
    )
    return deleted, restored


def _value(target: _Target, name: str) -> sa.ColumnElement[Any]:
    own = target.table.c
    if name in own:
        return own[name]
    column = Answer.number if name in SCORES else Answer.text
    answer = sa.select(column).where(Answer.response_id == Response.response_id, Answer.code == name)
    return answer.scalar_subquery().label(name)


def _insert(session: Session, kind: Kind, batch: list[dict[str, Any]]) -> None:
    table = TARGETS[kind].table
    own = [{name: value for name, value in row.items() if name in table.c} for row in batch]
    session.execute(sa.insert(table), own)
    _insert_answers(session, kind, batch)


def _overwrite(session: Session, kind: Kind, batch: list[dict[str, Any]]) -> None:
    target = TARGETS[kind]
    table = target.table
    names = [name for name in batch[0] if name in table.c and name != target.key]
    statement = (
        sa.update(table)
        .where(table.c[target.key] == sa.bindparam("_key"))
        .values({name: sa.bindparam(f"_{name}") for name in names})
    )
    values = [{"_key": row[target.key], **{f"_{name}": row[name] for name in names}} for row in batch]
    session.connection().execute(statement, values)
    if kind is Kind.ANSWERS:
        given = [(row["response_id"], code) for row in batch for code in CODES if row.get(code) is not None]
        _delete_answers(session, given)
        _insert_answers(session, kind, batch)


def _insert_answers(session: Session, kind: Kind, batch: Sequence[Mapping[str, Any]]) -> None:
    if kind is not Kind.ANSWERS:
        return
    answers = [
        {
            "response_id": row["response_id"],
            "code": code,
            "number": row[code] if code in SCORES else None,
            "text": None if code in SCORES else row[code],
        }
        for row in batch
        for code in CODES
        if row.get(code) is not None
    ]
    if answers:
        session.execute(sa.insert(_ANSWERS), answers)


def _delete_answers(session: Session, given: Sequence[tuple[str, str]]) -> None:
    if given:
        statement = sa.delete(_ANSWERS).where(
            _ANSWERS.c.response_id == sa.bindparam("_id"), _ANSWERS.c.code == sa.bindparam("_code")
        )
        session.connection().execute(statement, [{"_id": key, "_code": code} for key, code in given])


def _keep_images(session: Session, kind: Kind, keys: list[str], *, import_id: int) -> None:
    target = TARGETS[kind]
    columns = [column.name for column in target.table.columns if column.name != target.key]
    answers = CODES if kind is Kind.ANSWERS else ()
    images = [
        {
            "import_id": import_id,
            "table_name": target.table.name,
            "key": row[0],
            "before": dict(zip([*columns, *answers], row[1:-1], strict=True)),
        }
        for row in stored(session, kind, keys, [*columns, *answers])
    ]
    session.execute(sa.insert(_IMAGES), images)


def _put_back(session: Session, kind: Kind, import_id: int) -> int:
    target = TARGETS[kind]
    images = session.execute(
        sa.select(RowBefore.key, RowBefore.before).where(
            RowBefore.import_id == import_id, RowBefore.table_name == target.table.name
        )
    ).all()
    rows = [{target.key: key, **before} for key, before in images]
    if not rows:
        return 0
    if kind is Kind.ANSWERS:
        _delete_answers(session, [(row["response_id"], code) for row in rows for code in CODES])
    _overwrite(session, kind, rows)
    session.execute(
        sa.delete(RowBefore).where(RowBefore.import_id == import_id, RowBefore.table_name == target.table.name),
        execution_options={"synchronize_session": False},
    )
    return len(rows)
