"""Where a file is worked on between its upload and its commit: a folder and a DuckDB connection of its own."""

import shutil
import tempfile
import threading
import weakref
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from crm_core.addresses import normalised
from crm_core.errors import IngestError
from crm_core.phones import normalised_phone

ABANDONED_SECONDS = 24 * 3600


class Workspace:
    """A temporary folder with a DuckDB connection; both go when the object does, or by `close`.

    The folder lies under the installation's home, so that a large file fills the disk its owner chose
    and a spill of the engine does not end in a small ``/tmp``. One thread works in it; `progress` and
    `cancel` are for another one.
    """

    def __init__(self, home: Path, *, memory_limit: str = "1GB") -> None:
        parent = home / "work"
        parent.mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(dir=parent))
        _remove_abandoned(self.folder)
        self.connection = duckdb.connect(
            config={"memory_limit": memory_limit, "temp_directory": str(self.folder / "spill")}
        )
        # Without the bar, which is never printed, the engine keeps no account of how far it is.
        self.connection.execute("SET enable_progress_bar = true; SET enable_progress_bar_print = false")
        self.met: tuple[str, list[str] | None, list[str] | None] | None = None
        """What the engine's table ``met`` is about (`comparison`), where that is worth remembering."""
        self._gate = threading.Lock()
        self._cancelled = self._settled = False
        # SQL cannot say which of the unusual spellings of an e-mail address are one; '' is none.
        self.connection.create_function("normalised_address", normalised, ["VARCHAR"], "VARCHAR")
        self.connection.create_function("normalised_phone", normalised_phone, ["VARCHAR"], "VARCHAR")
        self._finalizer = weakref.finalize(self, _discard, self.connection, self.folder)

    def run(self, statement: str) -> None:
        """Execute a statement without a result.

        Raises
        ------
        IngestError
            The disk is full, the file is gone, or is no text of the format it was taken for; so with every query.
        """
        self.rows(statement)

    def attempt(self, statement: str) -> bool:
        """Execute a statement; False where a value in the file is none of its type, or a row not as wide as others."""
        with self._working():
            try:
                self.connection.execute(statement).fetchall()
            except (duckdb.ConversionException, duckdb.InvalidInputException):
                return False
        return True

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """All rows of a query: a result left half read would stop the next call on the connection."""
        with self._working():
            return self.connection.execute(query).fetchall()

    def batches(self, query: str, size: int = 50_000) -> Iterator[list[tuple[Any, ...]]]:
        """All rows of a query a batch at a time, for what few columns of many rows would take as objects."""
        with self._working():
            table = self.connection.sql(query).to_arrow_table()
        for batch in table.to_batches(max_chunksize=size):
            yield list(zip(*(column.to_pylist() for column in batch.columns), strict=True))

    def dicts(self, query: str) -> list[dict[str, Any]]:
        """All rows of a query, by the names of its columns."""
        with self._working():
            result = self.connection.execute(query)
            names = [column[0] for column in result.description]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def count(self, query: str) -> int:
        """The one number of a query."""
        return int(self.rows(query)[0][0])

    def numbers(self, query: str) -> "np.ndarray[Any, np.dtype[Any]]":
        """The one column of a query, numbers without a null."""
        with self._working():
            (column,) = self.connection.execute(query).fetchnumpy().values()
            return np.asarray(column)

    def batches_of_numbers(self, query: str, size: int) -> "Generator[list[np.ndarray[Any, np.dtype[Any]]]]":
        """The columns of a query ``size`` rows at a time, numbers without a null."""
        with self._working(), self.connection.sql(query).to_arrow_reader(size) as reader:
            for batch in reader:
                yield [column.to_numpy() for column in batch.columns]

    def frame(self, query: str, **tables: Any) -> pd.DataFrame:  # noqa: ANN401 - frames and arrow tables
        """The rows of a query as a frame; ``tables`` are known to it by their names."""
        with self.given(**tables), self._working():
            return self.connection.execute(query).df()

    @contextmanager
    def given(self, **tables: Any) -> Iterator[None]:  # noqa: ANN401
        """Let statements see frames or arrow tables by these names for a while."""
        for name, table in tables.items():
            self.connection.register(name, table)
        try:
            yield
        finally:
            for name in tables:
                self.connection.unregister(name)

    def progress(self) -> float | None:
        """The share of the running statement that is done, in [0, 1]; None while none runs. For any thread."""
        share = self.connection.query_progress() if self._finalizer.alive else -1
        return None if share < 0 else min(share / 100, 1.0)

    def cancel(self) -> bool:
        """Stop the running statement and refuse every later one; False when it is too late. For any thread."""
        with self._gate:
            if not self._settled and self._finalizer.alive:
                self._cancelled = True
                self.connection.interrupt()
            return self._cancelled

    def settle(self) -> None:
        """Let nobody cancel any more: the commit comes next.

        Raises
        ------
        IngestError
            Somebody did before.
        """
        with self._gate:
            self._refuse_cancelled()
            self._settled = True

    @contextmanager
    def _working(self) -> Iterator[None]:
        self._refuse_cancelled()
        try:
            with _told_plainly():
                yield
        except duckdb.InterruptException:
            self._refuse_cancelled()
            raise
        # An interrupt between two statements is lost on the engine.
        self._refuse_cancelled()

    def _refuse_cancelled(self) -> None:
        if self._cancelled:
            raise IngestError("The import was stopped. Nothing was imported.")

    def close(self) -> None:
        """Give memory and disk back; the files in the folder are gone."""
        self._finalizer()


def literal(text: object) -> str:
    """``text`` as a SQL string, for the places where DuckDB takes no bound value."""
    return "'" + str(text).replace("'", "''") + "'"


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Turn what the engine says about the disk and the file into words for a person; our own mistakes stay errors."""
    try:
        yield
    except (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.InvalidInputException) as fault:
        raise IngestError(_meaning(str(fault))) from fault


def _meaning(text: str) -> str:
    if "No space left" in text or "too large" in text or "Out of Memory" in text or "max_temp_directory_size" in text:
        return "The disk or the memory is full. Nothing was imported. Free some space and try again."
    if "No such file" in text or "No files found" in text:
        return "The working copy of the file is gone. Upload it again; nothing was imported."
    return (
        "The file cannot be read with this separator and encoding. Correct them, "
        "or save the table as CSV in UTF-8 and import that."
    )


def _discard(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    connection.close()
    shutil.rmtree(folder, ignore_errors=True)


def _remove_abandoned(newest: Path) -> None:
    """Clear what killed processes left; a folder of today may belong to a process that still runs."""
    now = newest.stat().st_mtime
    for folder in newest.parent.iterdir():
        if now - folder.stat().st_mtime > ABANDONED_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
