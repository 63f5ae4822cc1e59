import errno
import os

import pytest

from crm_core.columns import Kind
from crm_core.errors import IngestError, StoreError
from crm_core.ingest.loading import load
from crm_core.ingest.undoing import undo
from crm_core.store.data_version import data_version
from crm_core.store.ledger import folder
from tests.builders import ANN

HEADER = "order,line,customer,date,amount\n"
JAN = HEADER + "A,1,ann,2026-01-01,1.50\nA,2,ann,2026-01-01,2.50\n"
FEB = HEADER + "A,2,ann,2026-01-01,3.50\nB,1,bob,2026-02-01,4.50\n"


def version(installation):
    with installation.database.read() as session:
        return data_version(session)


def test_an_import_is_recorded_with_who_when_what_and_why(importing, installation, now):
    checked = importing.check(Kind.ORDER_LINES, JAN, name="january.csv")
    record = load(
        installation, checked, actor=ANN, now=now, source="shop export", channel="till", purpose="analysis"
    ).record
    assert (record.file_name, record.imported_by, record.imported_at) == ("january.csv", "ann", now)
    assert (record.source, record.channel, record.purpose) == ("shop export", "till", "analysis")
    assert (record.first_day, record.last_day) == (20_454, 20_454)
    assert importing.sql("SELECT user_name, action, subject FROM audit_log") == [
        ("ann", "import.commit", "import 1 order-lines")
    ]
    assert version(installation) == 1


def test_the_latest_import_of_a_line_wins_until_it_is_undone(importing, installation, now):
    importing.load(Kind.ORDER_LINES, JAN)
    february = importing.load(Kind.ORDER_LINES, FEB).record
    assert importing.lines() == [("A", 1, 150), ("A", 2, 350), ("B", 1, 450)]
    undo(installation, february.id, actor=ANN, now=now)
    assert importing.lines() == [("A", 1, 150), ("A", 2, 250)]
    assert version(installation) == 3


def test_the_same_file_twice_changes_nothing_and_says_so(importing, installation):
    importing.load(Kind.ORDER_LINES, JAN)
    again = importing.check(Kind.ORDER_LINES, JAN)
    assert again.earlier.import_id == 1
    loaded = importing.load(Kind.ORDER_LINES, JAN)
    assert (loaded.repeated, loaded.record.id) == (True, 1)
    assert version(installation) == 1


def test_an_undone_file_may_be_imported_again(importing, installation, now):
    importing.load(Kind.ORDER_LINES, JAN)
    undo(installation, 1, actor=ANN, now=now)
    assert importing.lines() == []
    assert not importing.load(Kind.ORDER_LINES, JAN).repeated
    assert importing.lines() == [("A", 1, 150), ("A", 2, 250)]


def test_undo_refuses_while_a_later_import_builds_on_it(importing, installation, now):
    importing.load(Kind.ORDER_LINES, JAN)
    importing.load(Kind.ORDER_LINES, FEB)
    with pytest.raises(IngestError, match=r"Import 1 cannot be undone: .* met the same rows: 2 \(file.csv\)"):
        undo(installation, 1, actor=ANN, now=now)
    assert len(importing.lines()) == 3
    undo(installation, 2, actor=ANN, now=now)
    undo(installation, 1, actor=ANN, now=now)
    with pytest.raises(IngestError, match="undone already"):
        undo(installation, 1, actor=ANN, now=now)
    with pytest.raises(IngestError, match="There is no import 9"):
        undo(installation, 9, actor=ANN, now=now)


def test_undo_restores_created_and_updated_customers(importing, installation, now):
    query = "SELECT customer_id, first_name, email, search_text, updated_import_id FROM customers ORDER BY 1"
    importing.load(Kind.CUSTOMERS, "id,first name,email,Hat\n1,Ann,ann@x.com,56\n")
    before = importing.sql(query)
    importing.load(Kind.CUSTOMERS, "id,first name,email,Hat\n1,Anna,anna@x.com,58\n2,Bob,,\n")
    assert len(importing.sql(query)) == 2
    undo(installation, 2, actor=ANN, now=now)
    assert importing.sql(query) == before
    assert importing.sql("SELECT count(*) FROM rows_before") == [(0,)]


def test_undo_restores_answers(importing, installation, now):
    query = "SELECT response_id, code, number, text FROM answers ORDER BY 1, 2"
    importing.load(Kind.ANSWERS, "id,date,nps,comment\nr1,2026-01-01,9,good\n")
    before = importing.sql(query)
    importing.load(Kind.ANSWERS, "id,date,nps,csat\nr1,2026-01-01,3,1\nr2,2026-01-01,4,2\n")
    undo(installation, 2, actor=ANN, now=now)
    assert importing.sql(query) == before


def test_a_file_without_one_good_row_is_refused(importing):
    with pytest.raises(IngestError, match=r"No row of the file can be imported\. The first: Row 2, column 'date'"):
        importing.load(Kind.ORDER_LINES, HEADER + "A,1,ann,never,1\n")


def test_a_full_disk_is_told_plainly_and_nothing_is_lost(importing, installation, now, monkeypatch):
    importing.load(Kind.ORDER_LINES, JAN)
    checked = importing.check(Kind.ORDER_LINES, FEB)

    def no_space(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(os, "fsync", no_space)
        with pytest.raises(StoreError, match=r"The disk is full\. Free some space .* Nothing was changed"):
            load(installation, checked, actor=ANN, now=now)
    assert importing.lines() == [("A", 1, 150), ("A", 2, 250)]
    assert list(folder(installation.database).glob("*.tmp")) == []
    load(installation, checked, actor=ANN, now=now)
    assert len(importing.lines()) == 3


def test_what_a_check_saw_is_looked_at_again_when_it_is_committed(importing, installation, now):
    waiting = importing.check(Kind.ORDER_LINES, FEB)
    assert waiting.counts.new == 2
    importing.load(Kind.ORDER_LINES, JAN)
    record = load(installation, waiting, actor=ANN, now=now).record
    assert (record.counts["new"], record.counts["changed"]) == (1, 1)
    assert importing.lines() == [("A", 1, 150), ("A", 2, 350), ("B", 1, 450)]


@pytest.mark.parametrize(
    ("kind", "text"), [(Kind.ORDER_LINES, FEB), (Kind.CUSTOMERS, "id,city\n1,Rome\n")], ids=["lines", "records"]
)
def test_a_stopped_import_changes_nothing(importing, installation, now, kind, text):
    checked = importing.check(kind, text)
    checked.source.workspace.cancel()
    with pytest.raises(IngestError, match=r"The import was stopped\. Nothing was imported\."):
        load(installation, checked, actor=ANN, now=now)
    assert version(installation) == 0
    assert importing.sql("SELECT count(*) FROM customers") == [(0,)]
    load(installation, importing.check(kind, text), actor=ANN, now=now)
    assert version(installation) == 1
