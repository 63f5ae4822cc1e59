import zipfile

import pytest
import xlsxwriter

from crm_core.errors import IngestError
from crm_core.ingest.kinds import Archive, Format, archive_of, file_format
from tests.ingest.workbooks import write_xls


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
        (b"\xd0\xcf\x11\xe0\xa1\xb1" + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1" + "WordDocument".encode("utf-16-le"), "text document"),
        (b"x" * 257 + b"ustar", "is a tar archive"),
        (b'<?xml version="1.0"?><a/>', "is an XML file"),
        (b"  <!DOCTYPE html><table>", "is a web page"),
        (b"PK\x03\x04 damaged", "damaged"),
        (bytes(range(1, 32)) * 10, "is binary data"),
    ],
)
def test_what_is_no_table_is_named_and_refused(written, content, message):
    with pytest.raises(IngestError, match=message):
        file_format(written(content))


def zipped(path, **entries):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/"), content)
    return path


def test_an_archive_is_told_from_a_workbook_by_what_is_inside(tmp_path):
    archive = zipped(tmp_path / "file.xlsx", customers="id\n1\n")
    assert archive_of(archive) is Archive.ZIP
    with pytest.raises(IngestError, match=r"is a zip archive\. Unpack it"):
        file_format(archive)
    xlsxwriter.Workbook(str(tmp_path / "book.csv")).close()
    assert archive_of(tmp_path / "book.csv") is None
    assert file_format(tmp_path / "book.csv") is Format.XLSX


def test_workbooks_are_told_by_their_parts(tmp_path):
    assert file_format(zipped(tmp_path / "a", mimetype="application/vnd.oasis.opendocument.spreadsheet")) is Format.ODS
    assert file_format(zipped(tmp_path / "b", **{"xl__workbook.bin": ""})) is Format.XLSB
    assert file_format(write_xls(tmp_path / "c", Sheet=[["a"]])) is Format.XLS
    with pytest.raises(IngestError, match="OpenDocument file, but no spreadsheet"):
        file_format(zipped(tmp_path / "d", mimetype="application/vnd.oasis.opendocument.text"))
    with pytest.raises(IngestError, match="text document or a presentation"):
        file_format(zipped(tmp_path / "e", **{"[Content_Types].xml": "", "word__document.xml": ""}))
    with pytest.raises(IngestError, match="Apple Numbers"):
        file_format(zipped(tmp_path / "f", **{"Index__Document.iwa": ""}))


def test_a_control_character_or_two_do_not_make_a_text_binary(written):
    assert file_format(written(b"a,b\n1,\x1b[0m\x07\n")) is Format.CSV


def test_text_is_text_whatever_its_name(written):
    assert file_format(written(b"a,b\n1,2\n")) is Format.CSV
    assert file_format(written("a,b\n".encode("utf-16"))) is Format.CSV


def test_a_damaged_open_document_is_told(tmp_path):
    path = tmp_path / "file.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    path.write_bytes(path.read_bytes().replace(b"spreadsheet", b"spreadsheeX", 1))
    with pytest.raises(IngestError, match="workbook is damaged"):
        file_format(path)
