import json

import pytest

from crm_core.columns import Kind
from crm_core.errors import IngestError
from crm_core.ingest.commands import Wish, import_file
from crm_core.reports.files import write
from tests.builders import ANN

LINES = "order,line,customer,date,amount\nA,1,ann,2026-01-01,5\nB,1,ann,never,6\n"


@pytest.fixture
def asked(installation, now, tmp_path):
    def ask(content, **wish):
        (tmp_path / "in.csv").write_text(content)
        return import_file(
            installation, Wish(Kind.ORDER_LINES, tmp_path / "in.csv", **wish), actor=ANN, now=now, write=write
        )

    return ask


def test_rejected_rows_are_complained_about_and_lie_beside_the_file(asked, tmp_path):
    answer = asked(LINES)
    assert answer.lines[0] == "Import 1: 1 new, 0 changed, 0 unchanged, 0 duplicate, 1 rejected."
    rejects = tmp_path / "in.csv.rejects.csv"
    assert answer.complaint == (
        f"1 row was rejected. Mend it in {rejects} and import that file. The first: Row 3, column 'date': "
        "'never' is not a date in the order year-month-day. Write it like 2026-06-30."
    )
    assert rejects.read_text(encoding="utf-8-sig").splitlines()[0] == "order,line,customer,date,amount,import problem"
    assert (answer.content["status"], answer.content["import"]) == ("committed", 1)


def test_a_check_writes_nothing(asked, tmp_path, importing):
    answer = asked(LINES, only_check=True)
    assert answer.lines[0].startswith("Nothing was written. An import would bring: 1 new")
    assert answer.content["import"] is None
    assert not (tmp_path / "in.csv.rejects.csv").exists()
    assert importing.sql("SELECT count(*) FROM imports") == [(0,)]


def test_the_same_file_again_is_no_complaint(asked):
    asked(LINES)
    again = asked(LINES)
    assert (again.content["status"], again.complaint) == ("repeated", "")
    assert "Nothing was changed" in again.lines[0]


def test_a_mapping_file_decides(asked, tmp_path):
    names = {"order_id": "order", "line": "line", "customer_id": "ann's column", "date": "date", "amount": "amount"}
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps(names))
    with pytest.raises(IngestError, match="a column 'ann's column' that the file does not have"):
        asked(LINES, mapping=mapping)
    mapping.write_text("{")
    with pytest.raises(IngestError, match="cannot be read as JSON"):
        asked(LINES, mapping=mapping)
    mapping.write_text(json.dumps({key: value for key, value in names.items() if key != "customer_id"}))
    assert asked(LINES, mapping=mapping).content["counts"]["anonymous"] == 1


def test_rejects_that_cannot_be_written_are_told_after_the_import(asked, tmp_path, importing):
    with pytest.raises(IngestError, match="Import 1 is done, but its rejected rows could not be kept"):
        asked(LINES, rejects=tmp_path / "no" / "such" / "folder.csv")
    assert importing.lines() == [("A", 1, 500)]
