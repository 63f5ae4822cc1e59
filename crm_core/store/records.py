"""Rows that imports create and update outside the ledger: which tables, and reading what they hold."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.columns import SCORES, Kind
from crm_core.store.staging import BATCH, stage_values
from crm_core.store.tables import Answer, Customer, ExchangeRate, Interaction, Product, Response, RowBefore

CODES = (*SCORES, "comment")
"""The questions whose answers stand in a file of answers, a column each."""


@dataclass(frozen=True)
class Target:
    """Where the rows of a kind go."""

    orm: type[Customer] | type[Product] | type[Interaction] | type[Response] | type[ExchangeRate]
    key: str

    @property
    def table(self) -> sa.Table:
        """The table of the rows."""
        return cast("sa.Table", self.orm.__table__)

    @property
    def codes(self) -> tuple[str, ...]:
        """The questions of which each row has an answer in a table of its own."""
        return CODES if self.orm is Response else ()


TARGETS: dict[Kind, Target] = {
    Kind.CUSTOMERS: Target(Customer, "customer_id"),
    Kind.PRODUCTS: Target(Product, "product_id"),
    Kind.INTERACTIONS: Target(Interaction, "interaction_id"),
    Kind.ANSWERS: Target(Response, "response_id"),
    Kind.EXCHANGE_RATES: Target(ExchangeRate, "rate_id"),
}


def key_of(kind: Kind) -> str:
    """The column that identifies a row of this kind."""
    return TARGETS[kind].key


def kept_columns(kind: Kind, columns: Iterable[str]) -> list[str]:
    """Those of ``columns`` that rows of this kind have, answers to known questions included."""
    target = TARGETS[kind]
    return [name for name in columns if name in target.table.c or name in target.codes]


def column_type(kind: Kind, name: str) -> sa.types.TypeEngine[Any]:
    """How the database keeps a column of `kept_columns`."""
    own = TARGETS[kind].table.c
    if name in own:
        return own[name].type
    return sa.Integer() if name in SCORES else sa.Text()


def stored(
    session: Session, kind: Kind, keys: Iterable[Sequence[str]], columns: Sequence[str]
) -> Iterator[Sequence[sa.Row[Any]]]:
    """The known among ``keys`` (batches), in batches: the key, ``columns`` in order, who created and last wrote it.

    JSON comes as text.
    """
    target = TARGETS[kind]
    wanted = stage_values(session, "wanted_keys", keys)
    key = target.table.c[target.key]
    values = [key, *(_value(target, name) for name in columns)]
    values += [target.table.c.created_import_id, target.table.c.updated_import_id]
    statement = sa.select(*values).join_from(wanted, target.table, wanted.c.value == key)
    yield from session.execute(statement, execution_options={"yield_per": BATCH}).partitions()


def images(session: Session, kind: Kind, import_id: int) -> Iterator[Sequence[sa.Row[str, str]]]:
    """What the rows that an import updated were before it, in batches: the key and the columns as JSON text."""
    before = sa.cast(RowBefore.before, sa.Text)
    statement = sa.select(RowBefore.key, before).where(
        RowBefore.import_id == import_id, RowBefore.table_name == TARGETS[kind].table.name
    )
    yield from session.execute(statement, execution_options={"yield_per": BATCH}).partitions()


def _value(target: Target, name: str) -> sa.ColumnElement[Any]:
    own = target.table.c
    if name in own:
        return sa.cast(own[name], sa.Text) if isinstance(own[name].type, sa.JSON) else own[name]
    return answer_to(name).label(name)


def answer_to(code: str) -> sa.ScalarSelect[Any]:
    """The answer to one question of a response, as a column of it."""
    column = Answer.number if code in SCORES else Answer.text
    return sa.select(column).where(Answer.response_id == Response.response_id, Answer.code == code).scalar_subquery()
