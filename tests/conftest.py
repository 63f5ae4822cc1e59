"""What every test may use: an empty database of the kind under test, and the clock it stands at."""

import os
import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

# More threads make small fits slower, and the machines that run the tests have few cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from crm_core.store.engine import Database
from crm_core.store.tables import Base

SHARED = Path(__file__).resolve().parents[2] / "shared"
NOW = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--server-only", action="store_true", help="only tests that ask the server of CRM_DATABASE_URL")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("server_only"):
        config.hook.pytest_deselected(items=[item for item in items if not _asks_the_server(item)])
        items[:] = filter(_asks_the_server, items)


def _asks_the_server(item: pytest.Item) -> bool:
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    return "database" in item.fixturenames or parameters.get("warehouse") == "postgresql"


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every migration run once: copying it is ten times as fast as migrating for each test."""
    home = tmp_path_factory.mktemp("migrated")
    database = Database(f"sqlite:///{home / 'crm.sqlite'}", home)
    database.migrate()
    database.close()
    return home / "crm.sqlite"


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the server under test, every migration run; empty where the tests run on SQLite."""
    url = os.environ.get("CRM_DATABASE_URL", "")
    if url:
        database = Database(url, tmp_path_factory.mktemp("server"))
        database.migrate()
        database.close()
    return url


@pytest.fixture
def database(tmp_path: Path, migrated: Path, server_url: str) -> Iterator[Database]:
    """An empty, migrated database: SQLite in a folder of its own, or the server of CRM_DATABASE_URL."""
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(migrated, home / "crm.sqlite")
    database = Database(server_url or f"sqlite:///{home / 'crm.sqlite'}", home)
    if server_url:
        _empty(database)
    yield database
    database.close()


def _empty(database: Database) -> None:
    """Truncating every table takes ten times as long as looking which ones the last test has used."""
    names = [table.name for table in reversed(Base.metadata.sorted_tables)]
    filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (TABLE {name})" for name in names)
    counted = "SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL"
    with database.write() as session:
        used = set(session.scalars(sa.text(filled)))
        for name in filter(used.__contains__, names):
            session.execute(sa.text(f"DELETE FROM {name}"))  # noqa: S608
        for name in session.scalars(sa.text(counted)).all():
            session.execute(sa.text(f"ALTER SEQUENCE {name} RESTART"))


@pytest.fixture
def shared() -> Path:
    """Reference data that is not part of the project; without it the tests that need it are skipped."""
    if not SHARED.is_dir():
        pytest.skip("the shared reference folder is not here")
    return SHARED


@pytest.fixture(autouse=True)
def _no_thread_stays_behind() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = [thread for thread in set(threading.enumerate()) - before if thread.is_alive() and not thread.daemon]
    assert not left, f"threads still running: {left}"
