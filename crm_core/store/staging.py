"""Temporary tables filled by the driver in bulk: a transaction over them is a few statements, and short."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateIndex, CreateTable, DropIndex

BATCH = 50_000
_CACHE_KB = 65_536
_NUMBER = "row_number"
MANY = 50_000

Batches = Iterable[Sequence[Sequence[Any]]]


def stage(
    session: Session, name: str, columns: Sequence[sa.Column[Any]], batches: Batches, *, numbered: bool = False
) -> sa.Table:
    """A temporary table ``name`` with these columns and the rows of ``batches``, until the connection ends.

    Values go to the driver as they are: JSON as text. ``numbered`` as in `empty_table`.
    """
    connection, table = session.connection(), empty_table(session, name, columns, numbered=numbered)
    names = ", ".join(connection.dialect.identifier_preparer.quote(each.name) for each in columns)
    if connection.dialect.name == "postgresql":
        _copy(connection, f"COPY {name} ({names}) FROM STDIN", batches)
        connection.exec_driver_sql(f"ANALYZE {name}")  # without it the planner takes the table for a small one
        return table
    places = ", ".join("?" * len(columns))
    for batch in batches:
        if batch:
            connection.exec_driver_sql(f"INSERT INTO {name} ({names}) VALUES ({places})", list(map(tuple, batch)))  # noqa: S608 - names are ours
    return table


def empty_table(session: Session, name: str, columns: Sequence[sa.Column[Any]], *, numbered: bool = False) -> sa.Table:
    """A temporary table ``name`` with these columns, made anew; where ``numbered``, `parts` can divide it."""
    copied = [sa.Column(each.name, each.type) for each in columns]
    numbers = [sa.Column(_NUMBER, sa.Integer, primary_key=True)] if numbered else []
    table = sa.Table(name, sa.MetaData(), *copied, *numbers, prefixes=["TEMPORARY"])
    session.connection().exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
    session.connection().execute(CreateTable(table))
    return table


def parts(session: Session, table: sa.Table) -> Iterator[tuple[sa.Subquery, int]]:
    """The rows of a numbered table some ten thousand at a time, as they came, and how many came before them."""
    number = table.c[_NUMBER]
    for first in range(0, size(session, table), BATCH):
        yield sa.select(table).where(number > first, number <= first + BATCH).subquery("part"), first


def size(session: Session, rows: sa.FromClause) -> int:
    """How many rows there are."""
    return session.scalar(sa.select(sa.func.count()).select_from(rows)) or 0


def stage_values(session: Session, name: str, batches: Iterable[Sequence[str]]) -> sa.Table:
    """A temporary table with one column, ``value``."""
    column: sa.Column[Any] = sa.Column("value", sa.String)
    return stage(session, name, [column], ([(each,) for each in batch] for batch in batches))


@contextmanager
def many(session: Session, table: sa.Table, rows: int, *, least: int = MANY) -> Iterator[None]:
    """Make writing ``rows`` of ``table`` short, from ``least`` on, when they are a large part of it.

    SQLite keeps every writer out meanwhile, and finds the place of each row in each index by itself: a million
    customers took 26 s, and 14 s with the indexes made anew from a sort. A server has no such lock.
    """
    connection = session.connection()
    total = 0 if rows < least else size(session, table)
    if connection.dialect.name != "sqlite" or rows < least or rows * 3 < total:
        yield
        return
    connection.exec_driver_sql(f"PRAGMA cache_size = -{_CACHE_KB}")
    indexes = sorted(table.indexes, key=lambda each: str(each.name))
    for each in indexes:
        connection.execute(DropIndex(each))
    yield
    for each in indexes:
        connection.execute(CreateIndex(each))


def _copy(connection: sa.Connection, statement: str, batches: Batches) -> None:
    driver: Any = connection.connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for batch in batches:
            for row in batch:
                copy.write_row(row)
