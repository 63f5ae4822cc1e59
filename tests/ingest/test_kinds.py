import zipfile

import pytest
import xlsxwriter

from crm_core.errors import IngestError
from crm_core.ingest.kinds import Format, file_format


@pytest.fixture
def written(tmp_path):
    def write(content):
        (tmp_path / "file").write_bytes(content)
        return tmp_path / "file"

    return write


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"%PDF-1.7 ...", "is a PDF document"),
        (b"\x1f\x8b\x08...", "is a gz archive, not a table. Unpack it"),
        (b"\x89PNG\r\n", "is a picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", r"old Excel workbook \(.xls\) or one with a password"),
        (b"  <!DOCTYPE html><table>", "is a web page"),
        (b"PK\x03\x04 damaged", "damaged"),
        (bytes(range(1, 32)) * 10, "is binary data"),
    ],
)
def test_what_is_no_table_is_named_and_refused(written, content, message):
    with pytest.raises(IngestError, match=message):
        file_format(written(content))


def test_an_archive_is_told_from_a_workbook_by_what_is_inside(tmp_path):
    with zipfile.ZipFile(tmp_path / "file.xlsx", "w") as archive:
        archive.writestr("customers.csv", "id\n1\n")
    with pytest.raises(IngestError, match=r"is a zip archive\. Unpack it"):
        file_format(tmp_path / "file.xlsx")
    xlsxwriter.Workbook(str(tmp_path / "book.csv")).close()
    assert file_format(tmp_path / "book.csv") is Format.XLSX


def test_text_is_text_whatever_its_name(written):
    assert file_format(written(b"a,b\n1,2\n")) is Format.CSV
    assert file_format(written("a,b\n".encode("utf-16"))) is Format.CSV
