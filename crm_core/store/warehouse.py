"""The ledger's committed files as read-only tables, on DuckDB in this process."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Lock, RLock
from typing import Any, Protocol

import duckdb
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.schema import CreateTable

from crm_core import columns
from crm_core.errors import StoreError
from crm_core.store.answers import Answers

KEYS = {"order_lines": ("order_id", "line")}
"""What identifies a row of a ledger table, where a later import may replace it."""
HELD_ROWS = 2_000_000
"""Of order lines 100 MB, and 800 MB until they are compressed."""
LEAST_THREADS = 3
"""On two cores too: DuckDB parts its tables of groups by the number of threads, and parts of two outgrow the caches.

Of 10 million lines the statements of the pages take 0.6 to 1.05 times as long as with two, of 1 million 0.9 to 1.3.
"""
_DAMAGED = (duckdb.IOException, duckdb.InvalidInputException, duckdb.SerializationException)


class Warehouse(Protocol):
    """Whatever runs statements over the ledger: DuckDB here, a cluster elsewhere."""

    def frame(self, statement: sa.Select[Any]) -> pd.DataFrame:
        """The rows of ``statement``."""


class DuckWarehouse:
    """Runs SQLAlchemy Core statements over Parquet files.

    One instance sees one set of files for its whole life, so a reader is never
    disturbed by an import: a new data version is a new instance.

    Parameters
    ----------
    files
        Table name to the Parquet files that hold its rows; a ledger table without files is empty.
    superseded
        Table name to Parquet files of keys and ``import_id``: a row whose key a later import
        wrote again does not count (the latest committed import wins).
    aliases
        Merged customer id to the id that is kept: every table shows the latter. The files stay as they are.
    answers
        Where answers are kept for who opens the same files later; None keeps none.
    """

    def __init__(
        self,
        files: Mapping[str, Sequence[str]],
        superseded: Mapping[str, Sequence[str]] | None = None,
        aliases: Mapping[str, str] | None = None,
        answers: Answers | None = None,
    ) -> None:
        self._connection = duckdb.connect()
        (threads,) = self._connection.execute("SELECT current_setting('threads')").fetchall()[0]
        self._connection.execute(f"SET threads = {max(int(threads), LEAST_THREADS)}")
        self._answers = answers
        self._asked: set[str] = set()
        self._holding = Lock()
        self._derived: dict[str, Callable[[], pd.DataFrame]] = {}
        self._deriving = RLock()
        for table in columns.ledger.sorted_tables:
            paths, keys = list(files.get(table.name, ())), list((superseded or {}).get(table.name, ()))
            if paths:
                create_view(self._connection, table.name, paths, keys)
            else:
                self._connection.execute(str(CreateTable(table).compile(dialect=DefaultDialect())))
        for name in set(files) - {table.name for table in columns.ledger.sorted_tables}:
            create_view(self._connection, name, files[name])
        self._written = {name: list(files[name]) for name in columns.ledger.tables if files.get(name)}
        self._on_disk = set(self._written)
        if aliases:
            _follow(self._connection, aliases, list(self._written))

    @property
    def was_asked_before(self) -> bool:
        """Whether answers were kept when this was opened."""
        return self._answers is not None and self._answers.were_kept

    @property
    def worth_holding(self) -> list[str]:
        """Tables that were asked about and not given to `hold`; what kept answers served does not count."""
        return sorted(self._asked & self._on_disk)

    def hold(self, name: str, rows: int = HELD_ROWS) -> None:
        """Take a table of up to ``rows`` rows into memory, for who asks many questions: each takes half the time.

        It takes as long as many questions do. Those that come meanwhile read the files.
        """
        with self._holding:
            if name not in self._on_disk:
                return
            self._on_disk.remove(name)
            if _row_count(self._connection, self._written[name]) <= rows:
                _hold(self._connection.cursor(), name)

    def derive(self, table: sa.Table, rows: Callable[[], pd.DataFrame]) -> None:
        """Let statements read ``table``: it is filled once, when the first of them does.

        Parameters
        ----------
        rows
            The rows of the table; it may run statements here that do not read the table.
        """
        self._derived[table.name] = rows

    def frame(self, statement: sa.Select[Any]) -> pd.DataFrame:
        """The rows of ``statement``. Safe to call from several threads.

        Raises
        ------
        StoreError
            A file of the ledger is damaged, or the memory is full.
        """
        compiled = statement.compile(
            dialect=DefaultDialect(paramstyle="numeric_dollar"), compile_kwargs={"render_postcompile": True}
        )
        values = [compiled.params[name] for name in compiled.positiontup or ()]
        text = str(compiled)

        def ask() -> pd.DataFrame:
            self._asked.update(name for name in self._on_disk.copy() if name in text)
            with _told_plainly():
                return self._connection.cursor().execute(text, values).df()

        derived = [name for name in columns.derived.tables if name in text]
        for name in derived:
            self._fill(name)
        # The rows of a derived table depend on more than the files.
        return ask() if derived or self._answers is None else self._answers.frame(text, values, ask)

    def _fill(self, name: str) -> None:
        with self._deriving:
            rows = self._derived.get(name)
            if rows is None:
                return  # Another thread was faster.
            columns_of = ", ".join(f"CAST({c.name} AS {c.type}) AS {c.name}" for c in columns.derived.tables[name].c)
            cursor = self._connection.cursor()
            cursor.register(f"given_{name}", rows())
            cursor.execute(f"CREATE TABLE {name} AS SELECT {columns_of} FROM given_{name}")  # noqa: S608 - names are ours
            del self._derived[name]

    def close(self) -> None:
        """Free the engine's memory; the instance cannot be used afterwards."""
        self._connection.close()


def create_view(
    connection: duckdb.DuckDBPyConnection, name: str, paths: Sequence[str], superseded: Sequence[str] = ()
) -> None:
    """Make the view ``name`` of the rows that count: those of ``paths`` that no later import wrote again.

    Raises
    ------
    StoreError
        A file is damaged.
    """
    with _told_plainly():
        rows = _with_every_column(connection.read_parquet(list(paths), union_by_name=True), name)
        if not superseded:
            rows.create_view(name)
            return
        rows.create_view(f"{name}_written")
        connection.read_parquet(list(superseded)).create_view(f"{name}_superseded")
    # An ANTI JOIN keeps memory flat: NOT IN over 10 million keys took 3.9 GB against 141 MB.
    keys = " AND ".join(f"w.{key} = s.{key}" for key in KEYS[name])
    connection.execute(
        f"CREATE OR REPLACE VIEW {name} AS SELECT w.* FROM {name}_written w "  # noqa: S608 - names are ours
        f"ANTI JOIN {name}_superseded s ON {keys} AND w.import_id < s.import_id"
    )


def _follow(connection: duckdb.DuckDBPyConnection, aliases: Mapping[str, str], names: Sequence[str]) -> None:
    """Show the kept id in place of a merged one in every view that names customers."""
    known = pd.DataFrame({"merged_id": list(aliases), "kept_id": list(aliases.values())}, dtype="str")
    connection.register("given_aliases", known)
    connection.execute("CREATE TABLE customer_aliases AS SELECT * FROM given_aliases")
    connection.unregister("given_aliases")
    for name in names:
        if "customer_id" in columns.ledger.tables[name].c:
            connection.execute(f"ALTER VIEW {name} RENAME TO {name}_as_imported")
            connection.execute(
                f"CREATE VIEW {name} AS "  # noqa: S608 - names are ours
                "SELECT i.* REPLACE (coalesce(a.kept_id, i.customer_id) AS customer_id) "
                f"FROM {name}_as_imported i LEFT JOIN customer_aliases a ON a.merged_id = i.customer_id"
            )


def _row_count(connection: duckdb.DuckDBPyConnection, paths: Sequence[str]) -> int:
    """Rows of the files, superseded ones included, as the files themselves say."""
    with _told_plainly():
        (rows,) = connection.execute("SELECT sum(num_rows) FROM parquet_file_metadata($1)", [list(paths)]).fetchall()[0]
    return int(rows)


def _hold(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Take the rows of a view into memory, under the same name; where they do not fit, the view stays."""
    held = f"held_{name}"
    # Compressed they take a tenth of the memory, and grouping by texts a fifth of the time: groups are found by number.
    connection.execute(f"ATTACH ':memory:' AS {held} (COMPRESS)")
    with _told_plainly():
        connection.execute(f"CREATE TABLE {held}.all_rows AS SELECT * FROM {name}")  # noqa: S608 - names are ours
        connection.execute(f"CHECKPOINT {held}")
    connection.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM {held}.all_rows")  # noqa: S608 - names are ours


def _with_every_column(rows: duckdb.DuckDBPyRelation, name: str) -> duckdb.DuckDBPyRelation:
    """The rows with exactly the columns of their table; those that no file has, for it gave none, are empty."""
    table = columns.ledger.tables.get(name)
    if table is None:
        return rows
    found = set(rows.columns)
    return rows.project(", ".join(_given(column, column.name in found) for column in table.columns))


def _given(column: sa.Column[Any], in_file: bool) -> str:
    kind = {"FLOAT": "DOUBLE"}.get(str(column.type), str(column.type))
    return column.name if in_file else f"CAST(NULL AS {kind}) AS {column.name}"


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Turn what the engine says about files and memory into words for a person; our own mistakes stay errors."""
    try:
        yield
    except duckdb.OutOfMemoryException as fault:
        raise StoreError("There is too little memory for these figures. Close other programs and try again.") from fault
    except duckdb.Error as fault:
        # A spoilt byte inside a file is told as an error without a kind.
        if type(fault) is not duckdb.Error and not isinstance(fault, _DAMAGED):
            raise
        raise StoreError(
            f"A file of the ledger is damaged{_named(str(fault))}. Restore it from a backup of CRM_HOME."
        ) from fault


def _named(text: str) -> str:
    """The name of the file in the engine's message, when it says one."""
    found = re.search(r"([\w.-]+\.parquet)", text)
    return f": {found[1]}" if found else ""
