import gzip

import pytest
import xlsxwriter

from crm_core.errors import IngestError
from crm_core.ingest.kinds import Format
from crm_core.ingest.reading import read
from crm_core.ingest.source import Choices
from tests.ingest.workbooks import write_xls


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
        ({"widths": "wide"}, "'wide' are no widths of columns"),
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


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_the_first_line_of_excel_that_names_the_separator_is_no_row(table, ends, codec):
    text = ends.join(["SEP=|", "a|b,c;d", "1|2", ""])
    assert table(text.encode(codec)) == [("a", "b,c;d"), ("1", "2")]


def test_columns_that_stand_one_under_the_other_are_found(workspace):
    content = b"Customer   Amount\nc1           5.00\nc2         120.50\n"
    source = read(content, name="f", workspace=workspace)
    assert (source.format, source.separator, source.widths) == (Format.FIXED_WIDTH, "", "11,6")
    assert workspace.rows(f"SELECT * FROM {source.table.sql()}") == [("2", "c1", "5.00"), ("3", "c2", "120.50")]  # noqa: S608


def test_a_person_corrects_the_widths_or_says_that_there_are_none(table):
    text = "Customer   Amount\nc1           5.00\nc2         120.50\n"
    assert table(text, widths="3,20")[0] == ("Cus", "tomer Amount")
    assert table(text, separator=",")[0] == ("Customer Amount",)


def test_a_sheet_without_rows_is_passed_over(table, workspace, tmp_path):
    path = write_xls(tmp_path / "b.xls", Empty=[], Sales=[["id", "amount"], [7, 1.5]])
    source = read(path, name="f", workspace=workspace)
    assert (source.format, source.sheet, source.sheets) == (Format.XLS, "Sales", ("Empty", "Sales"))
    with pytest.raises(IngestError, match="has no rows"):
        read(path, name="f", workspace=workspace, choices=Choices(sheet="Empty"))


def test_the_file_in_an_archive_is_named_and_known_by_its_own_hash(workspace):
    packed, plain = (read(each, name="f", workspace=workspace) for each in (gzip.compress(b"a\n1\n"), b"a\n1\n"))
    assert (packed.inside, plain.inside) == ("one file", "")
    assert packed.sha256 == plain.sha256
    with pytest.raises(IngestError, match="file in the archive is empty"):
        read(gzip.compress(b""), name="f", workspace=workspace)


def test_control_characters_are_kept(table):
    assert table("a,b\n\x1b[0m,\x07\n")[1:] == [("\x1b[0m", "\x07")]


def test_an_encoding_that_the_file_does_not_have_is_told(workspace):
    with pytest.raises(IngestError, match="is not written in"):
        read(b"id,name\n1,Ann\n", name="file.csv", workspace=workspace, choices=Choices(encoding="utf-16"))


def test_half_a_letter_separates_nothing(workspace):
    with pytest.raises(IngestError, match="cannot separate cells"):
        read(b"id,name\n1,Ann\n", name="file.csv", workspace=workspace, choices=Choices(separator="\ud800"))
