"""Files that broke other importers: each is read as expected, or refused in words that name the cause.

The files lie in the shared reference folder; the hand-made cases of the other tests do without it.
"""

import json

import pytest
import sqlalchemy as sa
import xlsxwriter

from crm_core.columns import Kind
from crm_core.errors import IngestError
from crm_core.ingest.reading import STRIPPED, read
from crm_core.ingest.source import Choices
from crm_core.store.tables import Customer

SPECTRUM = (
    "comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "location_coordinates", "newlines",
    "newlines_crlf", "quotes_and_newlines", "simple", "simple_crlf", "utf8",
)  # fmt: skip

READ = {
    "211.csv": (1, 96, 2132),
    "README.md": (1, 1, 2),
    "bian-anal-mca-2005-dols-eng-1011-0312-tab3.xlsm": (10, 4, 40),
    "blank_line.ods": (1, 3, 3),
    "characters.csv": (1, 18, 382),
    "complex.csv": (1, 4, 3),
    "example.tsv": (1, 17, 140),
    "excel_properties.xls": (1, 1, 17),
    "large.xlsx": (4, 11, 30),
    "loffice-4.4.1.2.ods": (1, 3, 3),
    "long.csv": (1, 1, 3999),
    "mixedGLB.csv": (4, 19, 133),
    "ods_formats.ods": (1, 10, 5),
    "simple.csv": (1, 3, 6),
    "simple.ods": (1, 3, 3),
    "simple.psv": (1, 6, 28),
    "simple.ssv": (1, 3, 6),
    "simple.xls": (1, 3, 6),
    "simple.xlsx": (1, 3, 6),
    "simple.zip": (1, 3, 6),
    "skip_initials.csv": (1, 2, 2),
    "small.csv": (1, 1, 0),
    "span_rich.xls": (1, 4, 5),
    "spanish_chars.csv": (1, 8, 115),
    "sparse_with_column_errors.csv": (1, 4, 2237),
    "sw_gen.xlsx": (1, 17, 15),
    "unicode_sheet_name.xls": (1, 1, 0),
    "utf-16le_encoded.csv": (1, 19, 327),
    "utf8bom.csv": (1, 2, 0),
}
"""Row of the header, columns, rows that fit it."""

REFUSED = {
    "badcolspan.html": "is a web page",
    "begrotingsanalyse-2011.csv": r"Columns 3 and 4 .* in row 4 have the same name, 'provincie'",
    "complex.html": "is a web page",
    "encrypted_no_password.xls": "protected by a password",
    "excel_pasting.csv": r"row 4 \(Year, 2000, 2001, 2002\) looks like data",
    "html.html": "is a web page",
    "invisible_text.html": "is a web page",
    "libreoffice.xlsx": "has no rows",
    "multilineods.ods": r"row 1 \(1 2 3 4\) looks like data",
    "null.csv": r"row 1 \(1, null, 0, 0\) looks like data",
    "rowcolspan.html": "is a web page",
    "simple.unknown": "is empty",
    "weird_head_padding.csv": r"row 12 \(column 1, 1985, 1993, 2000\) looks like data",
}

WORDS = {
    "spanish_chars.csv": ("cp1252", "gestión"),
    "sparse_with_column_errors.csv": ("cp1252", "Trägerorganisationen"),
    "simple.xls": ("", "2011-01-01"),
    "simple.ods": ("", "2015-11-11"),
    "complex.csv": ("utf-8", "6,000,000"),
    "utf-16le_encoded.csv": ("utf-16", "Enfield PCT"),
    "sw_gen.xlsx": ("", "474939423470395392"),
}
"""Encoding, and a text that must be among the cells."""


@pytest.fixture
def dirty(shared):
    return shared / "data" / "dirty_files"


@pytest.fixture
def opened(workspace):
    """A file as it is read: its source, and its rows."""

    def of(content, **choices):
        source = read(content, name="file", workspace=workspace, choices=Choices(**choices))
        cells = ", ".join(f"coalesce({source.cell(name)}, '')" for name in source.header)
        return source, workspace.rows(f"SELECT {cells} FROM {source.table.sql(keep_rejects=True)}")  # noqa: S608

    return of


@pytest.mark.parametrize("name", SPECTRUM)
def test_the_spectrum_of_csv_files_reads_as_its_expected_json(opened, dirty, name):
    expected = json.loads((dirty / "csv_spectrum" / "json" / f"{name}.json").read_text())
    expected = expected if isinstance(expected, list) else [expected]
    source, rows = opened(dirty / "csv_spectrum" / "csvs" / f"{name}.csv", header_row=1)
    got = [dict(zip(source.header, row, strict=True)) for row in rows]
    if name == "location_coordinates":
        # The JSON gives another number than the file.
        assert expected[0].pop("Contact Phone Number") != got[0].pop("Contact Phone Number")
    assert got == expected


@pytest.mark.parametrize("name", READ)
def test_a_messy_table_is_read(opened, workspace, dirty, name):
    source, rows = opened(dirty / "messytables" / name)
    assert (source.header_row, len(source.header), len(rows)) == READ[name]
    assert workspace.count("SELECT count(*) FROM reject_errors") == 0
    if name in WORDS:
        encoding, word = WORDS[name]
        assert source.encoding == encoding
        assert any(word in cell for row in rows for cell in row)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_table_or_has_no_header_is_refused_in_words(opened, dirty, name):
    with pytest.raises(IngestError, match=REFUSED[name]):
        opened(dirty / "messytables" / name)


def test_every_dirty_file_has_an_expectation(dirty):
    assert {path.name for path in (dirty / "messytables").iterdir()} == {*READ, *REFUSED}
    assert {path.stem for path in (dirty / "csv_spectrum" / "csvs").iterdir()} == set(SPECTRUM)


@pytest.fixture
def naughty(dirty) -> dict[str, str]:
    """The naughty strings by a number for each; blanks at their ends are no part of a cell."""
    strings = json.loads((dirty / "blns" / "blns.json").read_text())
    return {f"n{number}": text.strip(STRIPPED) for number, text in enumerate(strings)}


def separated(strings, ends="\n"):
    lines = [f'{key},"{text.replace(chr(34), chr(34) * 2)}"' for key, text in strings.items()]
    return ends.join(["customer_id,Remark", *lines, ""]).encode()


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_the_naughty_strings_survive_in_text(opened, naughty, codec, ends):
    _, rows = opened(separated(naughty, ends).decode().encode(codec))
    assert dict(rows) == naughty


def test_the_naughty_strings_survive_in_a_workbook(opened, naughty, tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "b.xlsx")) as workbook:
        sheet = workbook.add_worksheet()
        for number, row in enumerate([("customer_id", "Remark"), *naughty.items()]):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell)
    assert dict(opened(tmp_path / "b.xlsx")[1]) == naughty


def test_the_naughty_strings_are_stored_literally(importing, naughty):
    importing.load(Kind.CUSTOMERS, separated(naughty))
    stored = importing.sql(sa.select(Customer.customer_id, Customer.extra))
    assert {key: extra.get("Remark", "") for key, extra in stored} == naughty
