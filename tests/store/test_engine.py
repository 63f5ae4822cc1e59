import threading

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from crm_core.errors import StoreError
from crm_core.store.data_version import data_version, raise_data_version
from crm_core.store.engine import Database
from crm_core.store.tables import Base


def test_the_migrations_lead_to_exactly_the_tables_of_the_code(database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_twice_changes_nothing(database):
    database.migrate()
    with database.read() as session:
        assert data_version(session) == 0


def test_a_failing_block_leaves_nothing_behind(database):
    def fail():
        with database.write() as session:
            raise_data_version(session)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.read() as session:
        assert data_version(session) == 0


def test_no_count_is_lost_when_many_threads_count(database):
    with database.write() as session:
        raise_data_version(session)

    def count():
        for _ in range(10):
            with database.write() as session:
                raise_data_version(session)

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        assert data_version(session) == 81


def test_a_locked_database_says_so_and_that_nothing_was_changed(tmp_path):
    url = f"sqlite:///{tmp_path / 'crm.sqlite'}"
    first, second = Database(url, tmp_path), Database(url, tmp_path, busy_timeout_ms=50)
    first.migrate()
    with first.write() as session:
        raise_data_version(session)
        with pytest.raises(StoreError, match=r"busy with another change.*Nothing was changed"), second.write() as late:
            raise_data_version(late)
    first.close()
    second.close()


def test_a_folder_that_cannot_be_written_is_named_as_the_cause(tmp_path):
    (tmp_path / "file").write_text("in the way")
    database = Database(f"sqlite:///{tmp_path / 'file' / 'crm.sqlite'}", tmp_path)
    with pytest.raises(StoreError, match="cannot be written"), database.read() as session:
        session.execute(sa.text("select 1"))
    database.close()


def test_a_damaged_database_file_is_named_with_the_way_out(tmp_path):
    (tmp_path / "crm.sqlite").write_bytes(b"not a database at all" * 100)
    database = Database(f"sqlite:///{tmp_path / 'crm.sqlite'}", tmp_path)
    with pytest.raises(StoreError, match=r"damaged.*backup"):
        database.migrate()
    database.close()


def test_every_change_is_counted_and_no_question_is(database):
    before = database.commits
    with database.read() as session:
        session.execute(sa.text("SELECT 1"))
    assert database.commits == before
    with database.write() as session:
        raise_data_version(session)
    assert database.commits == before + 1
    with database.pinned() as connection, connection.write() as session:
        raise_data_version(session)
    assert database.commits == before + 2
