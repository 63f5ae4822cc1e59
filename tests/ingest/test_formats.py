"""Any table, written in any format that can carry it, comes back equal."""

import gzip
import zipfile

import pytest
import xlsxwriter
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from crm_core.ingest.reading import STRIPPED, read
from crm_core.ingest.source import Choices
from tests.ingest.workbooks import write_ods, write_xls

HEADER = ("id", "text", "note")
SIGNS = "aZ09 \"',;|:=-+@#.%\\/\u00e9\u0142\u017c\u00df\u20ac\u0416\u044f\u0457\u0491\u4e2d\U0001f600\u200b\u2029\u00a0"
POLISH = "aZ09 \"',;|\n\u0142\u017c\u0105\u0118\u00d3"
CYRILLIC = "aZ09 \"',;|\n\u0416\u044f\u0438\u041f"
UKRAINIAN = CYRILLIC + "\u0456\u0457\u0404"

few = settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
some = settings(few, max_examples=30)


def tables(signs):
    """Rows of three cells, the first never empty; no blanks at the ends, which are no part of a cell."""
    cells = st.text(signs, max_size=12).map(lambda text: text.strip(STRIPPED))
    rows = st.lists(st.tuples(cells, cells), min_size=1, max_size=8)
    return rows.map(lambda rows: [(f"r{number}", *row) for number, row in enumerate(rows)])


def written(rows, separator=",", ends="\n", *, quoted=False):
    """Separated text; a cell stands in quotation marks where it has to, or always."""
    odd = {separator, '"', "\n", "\r"}

    def cell(text):
        return '"' + text.replace('"', '""') + '"' if quoted or odd & set(text) else text

    return "".join(separator.join(map(cell, row)) + ends for row in [HEADER, *rows])


@pytest.fixture
def table(workspace):
    """The rows of a file as they come back; an empty cell is an empty text again."""

    def of(content, **choices):
        source = read(content, name="file", workspace=workspace, choices=Choices(**choices))
        assert source.header == HEADER
        cells = ", ".join(f"coalesce({source.cell(name)}, '')" for name in source.header)
        workspace.run("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")
        rows = workspace.rows(f"SELECT {cells} FROM {source.table.sql(keep_rejects=True)}")  # noqa: S608
        assert workspace.rows("SELECT csv_line, error_message FROM reject_errors") == []
        return rows

    return of


@some
@given(
    rows=tables(SIGNS + "\n\t"),
    separator=st.sampled_from(",;\t|"),
    ends=st.sampled_from(["\n", "\r\n", "\r"]),
    how=st.tuples(st.booleans(), st.sampled_from(["utf-8", "utf-8-sig"])),
)
def test_separated_text_in_utf8(table, rows, separator, ends, how):
    quoted, codec = how
    assert table(written(rows, separator, ends, quoted=quoted).encode(codec)) == rows


@some
@given(rows=tables(SIGNS + "\n\r\t"), ends=st.lists(st.sampled_from(["\n", "\r\n", "\r"]), min_size=10, max_size=10))
def test_rows_that_end_differently_and_lines_within_cells(table, rows, ends):
    assume(len(set(ends[: len(rows) + 1])) > 1)
    lines = [written([row]).split("\n", 1)[1].removesuffix("\n") for row in rows]
    text = "".join(line + end for line, end in zip([",".join(HEADER), *lines], ends, strict=False))
    alike = [tuple(cell.replace("\r\n", "\n").replace("\r", "\n") for cell in row) for row in rows]
    assert table(text.encode()) == alike


@few
@given(rows=tables(SIGNS + "\n"), separator=st.sampled_from(":~\u00a6^"))
def test_any_separator_that_a_person_states(table, rows, separator):
    assert table(written(rows, separator).encode(), separator=separator) == rows


@few
@given(rows=tables(SIGNS + "\n"), codec=st.sampled_from(["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"]))
def test_wide_encodings_are_found(table, rows, codec):
    assert table(written(rows).encode(codec)) == rows


@some
@given(data=st.data())
@pytest.mark.parametrize(
    ("codec", "signs"),
    [
        ("cp1250", POLISH),
        ("iso-8859-2", POLISH),
        ("cp852", POLISH),
        ("cp1251", UKRAINIAN),
        ("koi8-u", UKRAINIAN),
        ("cp866", CYRILLIC),
        ("iso-8859-5", CYRILLIC),
        ("cp1252", "aZ09 \"',;|\n\u00e9\u00df\u20ac\u0178"),
    ],
)
def test_an_encoding_that_a_person_states(table, codec, signs, data):
    rows = data.draw(tables(signs))
    assert table(written(rows, ";").encode(codec), encoding=codec, separator=";") == rows


@some
@given(rows=tables(SIGNS.replace("\u00a0", "")))
def test_fixed_width_text(table, rows):
    line = "{:<4}{:<13}{}\n".format
    text = "".join(line(*row) for row in [HEADER, *rows])
    assert table(text.encode(), widths="4,13,20") == rows


@few
@given(rows=tables(SIGNS + "\n"))
def test_workbooks(table, tmp_path, rows):
    with xlsxwriter.Workbook(str(tmp_path / "b.xlsx")) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([HEADER, *rows]):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell)
    assert table(tmp_path / "b.xlsx") == rows
    assert table(write_xls(tmp_path / "b.xls", Sheet=[HEADER, *rows])) == rows


@few
@given(rows=tables(SIGNS.replace(" ", "")))
def test_open_document(table, tmp_path, rows):
    assert table(write_ods(tmp_path / "b.ods", Sheet=[HEADER, *rows])) == rows


@few
@given(rows=tables(SIGNS + "\n"))
def test_one_file_in_an_archive(table, tmp_path, rows):
    content = written(rows).encode()
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export/rows.csv", content)
    assert table(tmp_path / "b.zip") == table(gzip.compress(content)) == rows
