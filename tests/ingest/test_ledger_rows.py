import duckdb
import pytest

from crm_core.columns import Kind
from crm_core.ingest.loading import load
from crm_core.store.ledger import folder
from tests.builders import ANN

HEADER = "order,line,customer,date,amount\n"
JAN = HEADER + "A,1,ann,2026-01-01,1.50\nA,2,ann,2026-01-01,2.50\n"
FEB = HEADER + "B,1,bob,2026-02-01,4.50\n"


@pytest.fixture
def imported(importing, installation, now):
    """The committed file of lines and whether it is the very file that the check wrote."""

    def of(content, *, between=None):
        checked = importing.check(Kind.ORDER_LINES, content)
        if between:
            importing.load(*between)
        record = load(installation, checked, actor=ANN, now=now).record
        (name,) = [path for path in folder(installation.database).iterdir() if f"-{record.id:06}-" in path.name]
        return name, name.samefile(checked.prepared.path)

    return of


def rows(path):
    return duckdb.sql(f"SELECT order_id, line, import_id FROM read_parquet('{path}')").fetchall()  # noqa: S608


def test_lines_that_all_come_in_are_written_once(imported, importing):
    path, is_same = imported(JAN)
    assert is_same
    assert rows(path) == [("A", 1, 1), ("A", 2, 1)]
    assert importing.lines() == [("A", 1, 150), ("A", 2, 250)]


def test_lines_with_the_number_of_another_import_are_written_anew(imported):
    path, is_same = imported(FEB, between=(Kind.ORDER_LINES, JAN))
    assert not is_same
    assert rows(path) == [("B", 1, 2)]


@pytest.mark.parametrize(
    "left_out",
    ["C,1,cay,never,3\n", ",,,,\n", "B,1,bob,2026-02-01,4.50\n"],
    ids=["an error", "a blank row", "a repeated row"],
)
def test_what_stays_out_is_not_in_the_ledgers_file(imported, left_out):
    path, is_same = imported(FEB + left_out)
    assert not is_same
    assert rows(path) == [("B", 1, 1)]


def test_lines_known_already_are_not_in_the_ledgers_file(imported, importing):
    importing.load(Kind.ORDER_LINES, JAN)
    path, is_same = imported(JAN + "B,1,bob,2026-02-01,4.50\n")
    assert not is_same
    assert rows(path) == [("B", 1, 2)]


def test_a_ledger_on_another_disk_gets_a_copy(imported, importing, monkeypatch):
    def no_link(*_):
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr("os.link", no_link)
    path, is_same = imported(JAN)
    assert not is_same
    assert rows(path) == [("A", 1, 1), ("A", 2, 1)]


def test_a_file_is_compared_once_while_the_ledger_is_the_same(importing, installation, now):
    importing.load(Kind.ORDER_LINES, JAN)
    checked = importing.check(Kind.ORDER_LINES, HEADER + "A,2,ann,2026-01-01,9\nC,1,ann,2026-01-01,1\n")
    workspace = checked.source.workspace
    workspace.run("ALTER TABLE met ADD COLUMN still_here BOOLEAN")
    record = load(installation, checked, actor=ANN, now=now).record
    assert (record.counts["new"], record.counts["changed"]) == (1, 1)
    assert workspace.count("SELECT count(*) - count(still_here) FROM met") == 1


def test_a_later_check_in_the_same_workspace_does_not_answer_for_an_earlier_one(importing, installation, now):
    importing.load(Kind.ORDER_LINES, JAN)
    first = importing.check(Kind.ORDER_LINES, HEADER + "A,2,ann,2026-01-01,9\n")
    workspace = first.source.workspace
    workspace.run("CREATE OR REPLACE TEMP TABLE met (position BIGINT, import_id INTEGER, same BOOLEAN)")
    workspace.met = ("another file", None, None)
    assert load(installation, first, actor=ANN, now=now).record.counts["changed"] == 1
