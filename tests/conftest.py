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


@pytest.fixture
def database(tmp_path: Path, migrated: Path) -> Iterator[Database]:
    """An empty, migrated database: SQLite in a folder of its own, or the server of CRM_DATABASE_URL."""
    url, home = os.environ.get("CRM_DATABASE_URL", ""), tmp_path / "home"
    home.mkdir()
    shutil.copy(migrated, home / "crm.sqlite")
    database = Database(url or f"sqlite:///{home / 'crm.sqlite'}", home)
    if url:
        database.migrate()
        _empty(database)
    yield database
    database.close()


def _empty(database: Database) -> None:
    names = ", ".join(table.name for table in Base.metadata.sorted_tables)
    with database.write() as session:
        session.execute(sa.text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))


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
