from datetime import timedelta

from crm_core.store.freshness import last_import
from crm_core.store.tables import Import


def imported(at, status):
    return Import(kind="order-lines", file_name="a.csv", sha256="0", status=status, imported_at=at, imported_by="ann")


def test_the_newest_import_that_was_not_undone_counts(database, now):
    with database.write() as session:
        session.add_all([imported(now - timedelta(days=2), "committed"), imported(now, "undone")])
        session.add(imported(now - timedelta(days=9), "committed"))
    with database.read() as session:
        assert last_import(session) == now - timedelta(days=2)


def test_without_imports_there_is_no_date(database):
    with database.read() as session:
        assert last_import(session) is None
