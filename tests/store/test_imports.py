import pytest

from crm_core.errors import IngestError
from crm_core.store.imports import dependants, history, next_id, remember, remembered, some, take_back, twin
from crm_core.store.tables import Import

#  import 2 met rows of import 1; import 3, undone, met rows of import 2


@pytest.fixture
def filled(database, now):
    rows = [(1, [], "committed"), (2, [1], "committed"), (3, [2], "undone")]
    with database.write() as session:
        for number, builds_on, status in rows:
            session.add(
                Import(
                    id=number, kind="products", file_name=f"{number}.csv", sha256=f"hash {number}", status=status,
                    imported_at=now, imported_by="ann", builds_on=builds_on,
                )
            )  # fmt: skip
    return database


def test_the_history_is_good_beyond_its_session(filled):
    with filled.read() as session:
        records = history(session)
    assert [(each.id, each.is_committed) for each in records] == [(3, False), (2, True), (1, True)]


def test_only_a_committed_import_of_the_same_kind_is_a_twin(filled):
    with filled.read() as session:
        assert twin(session, "products", "hash 1").id == 1
        assert twin(session, "costs", "hash 1") is None
        assert twin(session, "products", "hash 3") is None


def test_an_import_waits_for_those_that_build_on_it_unless_they_were_undone(filled, now):
    with filled.read() as session:
        assert [each.id for each in dependants(session, 1)] == [2]
        assert dependants(session, 2) == []
    with pytest.raises(IngestError, match=r"2 \(2\.csv\)"), filled.write() as session:
        take_back(session, 1, user="bob", now=now)
    with filled.write() as session:
        record = take_back(session, 2, user="bob", now=now)
    assert (record.undone_by, record.undone_at, record.is_committed) == ("bob", now, False)


def test_numbers_are_never_used_again(filled):
    with filled.read() as session:
        assert next_id(session) == 4
        assert [each.id for each in some(session, [1, 3])] == [3, 1]


def test_a_mapping_is_remembered_for_its_kind_and_header(database, now):
    with database.write() as session:
        remember(session, "products", "header", {"fields": {"product_id": "a"}}, now=now)
        remember(session, "products", "header", {"fields": {"product_id": "b"}}, now=now)
    with database.read() as session:
        assert remembered(session, "products", "header") == {"fields": {"product_id": "b"}}
        assert remembered(session, "costs", "header") is None
