import datetime as dt
import zipfile

import pytest
import xlsxwriter

from crm_core.errors import IngestError
from crm_core.ingest.spreadsheet import sheet_names, sheet_rows


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet("Sales")
        sheet.write_row(2, 1, ["id", "date", "amount"])
        sheet.write(3, 1, 17.0)
        sheet.write_datetime(3, 2, dt.date(2026, 6, 30), workbook.add_format({"num_format": "dd/mm/yyyy"}))
        sheet.write(3, 3, 0.1 + 0.2)
        sheet.write_string(5, 1, "=SUM(A1)")
        sheet.write(5, 3, True)
        workbook.add_worksheet("Secret").hide()
    return path


def test_cells_become_text_that_can_be_read_in_one_way_only(book):
    assert list(sheet_rows(book, "Sales")) == [
        (3, ["id", "date", "amount"]),
        (4, ["17", "2026-06-30", "0.3"]),
        (6, ["=SUM(A1)", "", "true"]),
    ]


def test_hidden_sheets_are_not_offered(book):
    assert sheet_names(book) == ("Sales",)


def test_a_sheet_that_is_not_there_is_named(book):
    with pytest.raises(IngestError, match="no readable sheet 'Costs'"):
        list(sheet_rows(book, "Costs"))


def test_an_archive_that_unpacks_to_far_more_than_it_holds_is_refused(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 60_000_000)
    with pytest.raises(IngestError, match="unpacks to 60 MB"):
        sheet_names(path)


def test_a_damaged_workbook_is_refused(tmp_path, book):
    path = tmp_path / "damaged.xlsx"
    path.write_bytes(book.read_bytes()[:-200])
    with pytest.raises(IngestError, match="damaged"):
        sheet_names(path)


def with_sheet(path, book, sheet):
    """``book`` with other XML in place of its first sheet."""
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else old.read(name))
    return path


@pytest.mark.parametrize("place", ["XFD1048576", "ZZZZZZ9999999999"])
def test_one_cell_far_away_ends_only_the_reading(tmp_path, book, place):
    path = with_sheet(
        tmp_path / "far.xlsx",
        book,
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f'<row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c r="{place}"><v>1</v></c></row></sheetData></worksheet>',
    )
    assert sheet_names(path) == ("Sales",)
    with pytest.raises(IngestError, match="has cells far away from its table"):
        list(sheet_rows(path, "Sales"))


def test_a_sheet_that_is_no_xml_is_damaged(tmp_path, book):
    with pytest.raises(IngestError, match="damaged"):
        list(sheet_rows(with_sheet(tmp_path / "no.xlsx", book, "<worksheet><sheetData><row"), "Sales"))


def test_who_reads_only_the_first_rows_leaves_no_process_behind(book):
    rows = sheet_rows(book, "Sales")
    assert next(rows)[0] == 3
    rows.close()


def test_many_cells_that_point_to_one_long_text_are_no_table(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        for row in range(2_000):
            sheet.write_string(row, 0, "x" * 32_000)
    with pytest.raises(IngestError, match="hold more than 50 MB of text"):
        list(sheet_rows(path, "Sheet1"))
