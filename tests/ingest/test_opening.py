import errno
from pathlib import Path

import pytest

from crm_core.columns import Kind
from crm_core.errors import IngestError
from crm_core.ingest.checks import check
from crm_core.ingest.loading import load
from crm_core.ingest.mapping import from_json
from crm_core.ingest.opening import open_file
from crm_core.ingest.source import Choices
from tests.builders import ANN
from tests.ingest.workbooks import write_ods


def test_the_mapping_of_the_last_file_with_this_header_is_remembered(installation, now):
    first = open_file(installation, Kind.CUSTOMERS, b"Who,Mail\n1,a@x.com\n", name="one.csv")
    assert not first.remembered
    chosen = from_json(Kind.CUSTOMERS, first.source.header, {"customer_id": "Who", "email": "Mail"})
    load(installation, check(installation, first.source, chosen, now=now), actor=ANN, now=now)
    second = open_file(installation, Kind.CUSTOMERS, b"Who,Mail\n2,b@x.com\n", name="two.csv")
    assert (second.mapping, second.remembered) == (chosen, True)
    other_kind = open_file(installation, Kind.PRODUCTS, b"Who,Mail\n2,b@x.com\n", name="two.csv")
    assert not other_kind.remembered
    for opened in first, second, other_kind:
        opened.close()


def test_a_refused_file_leaves_nothing_behind(installation):
    with pytest.raises(IngestError):
        open_file(installation, Kind.CUSTOMERS, b"%PDF", name="one.csv")
    assert list((installation.database.home / "work").iterdir()) == []


def test_a_folder_given_as_a_file_is_refused_in_words(installation, tmp_path):
    with pytest.raises(IngestError, match="There is no file"):
        open_file(installation, Kind.CUSTOMERS, tmp_path, name="folder")


def test_a_disk_that_fills_while_the_file_is_copied_is_told_and_cleared(installation, monkeypatch):
    def no_space(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", no_space)
    with pytest.raises(IngestError, match=r"cannot be read, or not be copied .*No space left on device"):
        open_file(installation, Kind.CUSTOMERS, b"id\n1\n", name="f.csv")
    assert list((installation.database.home / "work").iterdir()) == []


def test_of_a_workbook_the_sheet_with_the_columns_is_taken(installation, tmp_path):
    table = [["Order", "Date", "Total"], ["A", "2026-01-02", 10.0]]
    numbers = [[2025.0, 1.0], [3.0, 4.0]]
    path = write_ods(tmp_path / "book.ods", Cover=[["Report"], ["by Tom"]], Sums=numbers, Orders=table, Old=table)
    with_table = open_file(installation, Kind.ORDER_LINES, path, name="book.ods")
    chosen = open_file(installation, Kind.ORDER_LINES, path, name="book.ods", choices=Choices(sheet="Cover"))
    neither = open_file(installation, Kind.PRODUCTS, path, name="book.ods")
    assert [each.source.sheet for each in (with_table, chosen, neither)] == ["Orders", "Cover", "Cover"]
    for opened in with_table, chosen, neither:
        opened.close()
    assert list((installation.database.home / "work").iterdir()) == []


def test_where_no_sheet_has_all_columns_the_one_with_the_most_is_taken(installation, tmp_path):
    table = [["Order", "Date", "Mystery"], ["A", "2026-01-02", 10.0]]
    path = write_ods(tmp_path / "book.ods", Cover=[["Report"], ["by Tom"]], Orders=table, Notes=[["Note"], ["x"]])
    opened = open_file(installation, Kind.ORDER_LINES, path, name="book.ods")
    assert opened.source.sheet == "Orders"
    opened.close()


def test_sheets_of_numbers_before_the_table_are_passed_over(installation, tmp_path):
    path = write_ods(tmp_path / "book.ods", Sums=[[2025.0, 1.0], [3.0, 4.0]], Who=[["Id", "City"], ["1", "Rome"]])
    opened = open_file(installation, Kind.CUSTOMERS, path, name="book.ods")
    assert opened.source.sheet == "Who"
    opened.close()
