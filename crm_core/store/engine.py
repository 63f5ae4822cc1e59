"""The operational database: engine, transactions and migrations."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy import event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session

from crm_core.errors import StoreError

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_TIMEOUT_MS = 30_000


class Database:
    """One installation's operational database and the folder it lives with.

    Every change goes through `write`, every question through `read`; nothing else opens a session. ``commits`` counts
    the changes that this process has made: what was read before the last one may be another now.
    """

    def __init__(self, url: str, home: Path, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> None:
        self.url = url
        self.home = home
        self.engine = _engine(url, busy_timeout_ms)
        self.commits = 0
        event.listen(self.engine, "commit", self._count)
        self._writer = self.engine.execution_options(write=True)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the database and changes nothing."""
        with Session(self.engine, expire_on_commit=False) as session, _told_plainly():
            yield session
            session.expunge_all()  # a rollback would take from rows what was read into them
            session.rollback()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose block is one transaction: committed at the end, or nothing happened.

        Raises
        ------
        StoreError
            The database stayed locked, or cannot be written.
        """
        with Session(self._writer, expire_on_commit=False) as session, _told_plainly(), session.begin():
            yield session

    def _count(self, _connection: sa.Connection) -> None:
        self.commits += 1

    @contextmanager
    def pinned(self) -> "Iterator[Pinned]":
        """Several transactions on one connection, so that a temporary table of the first is there in the next.

        The connection is closed at the end: temporary tables go, and what they took.
        """
        with _told_plainly(), self.engine.connect() as connection:
            try:
                yield Pinned(connection)
            finally:
                connection.invalidate()

    def migrate(self) -> None:
        """Bring the tables to the newest migration; creates the database file and its folder when absent."""
        self.home.mkdir(parents=True, exist_ok=True)
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        with _told_plainly(), self._writer.begin() as connection:
            if connection.dialect.name == "postgresql":
                # Two processes may start together; the second waits and then finds nothing to do.
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(7240193)"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def close(self) -> None:
        """Give every connection back; the database may be used again afterwards."""
        self.engine.dispose()


class Pinned:
    """One connection of its own: `prepare` fills temporary tables without keeping anybody waiting, `write` commits."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @contextmanager
    def prepare(self) -> Iterator[Session]:
        """A session that sees one state of the database and keeps its temporary tables; it locks nothing."""
        with self._session(write=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """As `Database.write`."""
        with self._session(write=True) as session:
            yield session

    @contextmanager
    def _session(self, *, write: bool) -> Iterator[Session]:
        self._connection.execution_options(write=write)
        with Session(self._connection, expire_on_commit=False) as session, _told_plainly(), session.begin():
            yield session


def rows_changed(session: Session, statement: sa.Update | sa.Delete) -> int:
    """Run ``statement`` and say how many rows it met: the answer of every compare-and-set."""
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return cast("sa.CursorResult[Any]", result).rowcount


def _engine(url: str, busy_timeout_ms: int) -> sa.Engine:
    # Errors that reach a log must not carry the values of a statement: they are names and addresses.
    engine = sa.create_engine(url, pool_pre_ping=not url.startswith("sqlite"), hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _record: _prepare_sqlite(connection, busy_timeout_ms))
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, busy_timeout_ms: int) -> None:  # noqa: ANN401 - a DBAPI connection has no type
    # The driver's own transactions start too late: read-modify-writes of two sessions were lost without an error.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={busy_timeout_ms}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    write = connection.get_execution_options().get("write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Turn the database's own words for a lock, a full disk or a lost server into ours."""
    try:
        yield
    except OperationalError as fault:
        raise StoreError(f"{_meaning(str(fault.orig).lower())} Nothing was changed.") from fault
    except DatabaseError as fault:
        if not any(sign in str(fault.orig) for sign in ("not a database", "malformed")):
            raise
        raise StoreError("The database file is damaged. Restore it from a backup of the folder in CRM_HOME.") from fault


def _meaning(text: str) -> str:
    if "locked" in text or "busy" in text:
        return "The database is busy with another change. Try again in a moment."
    if "full" in text or "disk i/o" in text:
        return "The disk is full. Free some space and try again."
    if "readonly" in text or "unable to open" in text:
        return "The database file cannot be written. Check the folder set in CRM_HOME and its owner."
    return "The database did not answer as expected. Check CRM_DATABASE_URL and that the server runs."
