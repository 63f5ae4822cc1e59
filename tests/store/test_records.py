from crm_core.columns import Kind
from crm_core.store import records
from crm_core.store.tables import Answer, Import, Response


def test_stored_rows_come_with_the_imports_that_made_and_last_wrote_them(database, now):
    with database.write() as session:
        for number in (1, 2):
            session.add(
                Import(id=number, kind="x", file_name="f", sha256=str(number), imported_at=now, imported_by="ann")
            )
        session.flush()
        session.add(Response(response_id="r1", day=1, created_import_id=1, updated_import_id=2))
        session.add(Response(response_id="r2", day=2, created_import_id=1, updated_import_id=1))
        session.flush()
        session.add(Answer(response_id="r1", code="nps", number=7))
        keys = [["r1"], ["r9"]]
        found = [
            row for batch in records.stored(session, Kind.ANSWERS, keys, ["day", "nps", "comment"]) for row in batch
        ]
    assert [tuple(row) for row in found] == [("r1", 1, 7, None, 1, 2)]


def test_only_columns_that_are_kept_are_asked_for():
    assert records.kept_columns(Kind.ANSWERS, ["day", "nps", "comment", "consent"]) == ["day", "nps", "comment"]
    assert records.kept_columns(Kind.PRODUCTS, ["product", "nps"]) == ["product"]
