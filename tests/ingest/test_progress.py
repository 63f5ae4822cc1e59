import pytest

from crm_core.columns import Kind
from crm_core.errors import CrmError
from crm_core.ingest.loading import load
from crm_core.ingest.opening import open_file
from crm_core.ingest.progress import Progress, counted
from crm_core.ingest.undoing import redo, undo
from tests.builders import ANN

CUSTOMERS = "id,first name\n1,Ann\n2,Bob\n"


@pytest.fixture
def heard():
    return []


@pytest.fixture
def opened(installation, heard):
    """Opens a file and lets go of it; what was told meanwhile is in ``heard``."""

    def of(content):
        open_file(installation, Kind.CUSTOMERS, content, name="file", progress=heard.append).close()
        return heard

    return of


def saved(heard):
    return [(each.done, each.total) for each in heard if each.step == "Saving"]


def test_rows_are_told_while_an_import_is_written_and_saved(importing, installation, now, heard):
    load(installation, importing.check(Kind.CUSTOMERS, CUSTOMERS), actor=ANN, now=now, progress=heard.append)
    assert Progress("Writing", 0, 2) in heard
    assert saved(heard) == [(0, 0), (0, 2), (2, 2)]


def test_rows_are_told_while_an_import_is_taken_back_and_brought_back(importing, installation, now, heard):
    load(installation, importing.check(Kind.CUSTOMERS, CUSTOMERS), actor=ANN, now=now)
    undo(installation, 1, actor=ANN, now=now, progress=heard.append)
    assert saved(heard) == [(0, 0), (0, 2)]
    heard.clear()
    redo(installation, 1, actor=ANN, now=now, progress=heard.append)
    assert saved(heard) == [(0, 0), (0, 2), (2, 2)]


def test_known_rows_are_told_while_a_file_is_compared_with_them(importing, heard):
    importing.load(Kind.CUSTOMERS, CUSTOMERS)
    importing.check(Kind.CUSTOMERS, CUSTOMERS + "3,Cy\n", progress=heard.append)
    assert Progress("Comparing", 2, 0) in heard


def test_an_import_that_is_stopped_while_rows_are_saved_changes_nothing(importing, installation, now):
    def stop(told):
        if told.step == "Saving" and told.done:
            raise CrmError("stopped")

    checked = importing.check(Kind.CUSTOMERS, CUSTOMERS)
    with pytest.raises(CrmError, match="stopped"):
        load(installation, checked, actor=ANN, now=now, progress=stop)
    assert importing.sql("SELECT count(*) FROM customers") == [(0,)]
    assert importing.sql("SELECT count(*) FROM imports") == [(0,)]


def test_lines_of_a_large_file_are_told_while_it_is_looked_at(opened):
    line = b"123456789,Ann\n"
    told = opened(b"id,first name\n" + line * 100_000)
    assert {each.step for each in told} == {"Looking at the file"}
    assert [each.done for each in told] == [1_048_576 // 14, 100_001]
    assert all(each.about and abs(each.total - 100_001) < 2 for each in told)


def test_lines_are_told_while_a_file_is_converted(opened):
    told = opened(("id,first name\n" + "1,Ann\n" * 10).encode("utf-16"))
    assert [each.done for each in told if each.step == "Converting to UTF-8"] == [11, 11]


def test_rows_are_told_while_a_file_is_read_row_by_row(opened):
    told = opened(b"id,first name\n\n" + b"1,Ann\n" * 20_000)
    steps = [(each.done, each.total) for each in told if each.step == "Reading row by row"]
    assert steps == [(0, 20_002), (10_000, 20_002), (20_000, 20_002)]


def test_counting_rows_leaves_them_as_they_are(heard):
    assert list(counted(range(10_001), "Reading", heard.append)) == list(range(10_001))
    assert heard == [Progress("Reading", 0, 0, about=True), Progress("Reading", 10_000, 0, about=True)]
