"""What kind of file this is by its first bytes; a name's ending says nothing."""

import zipfile
from enum import StrEnum
from pathlib import Path

from crm_core.errors import IngestError
from crm_core.ingest.encoding import marked_encoding


class Format(StrEnum):
    """The formats that are read."""

    CSV = "csv"
    FIXED_WIDTH = "fixed-width"
    XLSX = "xlsx"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"

    @property
    def is_workbook(self) -> bool:
        """Whether it has sheets, and cells that are numbers or dates by themselves."""
        return self not in {Format.CSV, Format.FIXED_WIDTH}


_SAVE = "Save the table as CSV or XLSX and import that."
_ARCHIVE = "Unpack it and import the file inside."
_OTHER = (
    (b"%PDF", "a PDF document", _SAVE),
    (b"\x89PNG", "a picture", _SAVE),
    (b"\xff\xd8\xff", "a picture", _SAVE),
    (b"GIF8", "a picture", _SAVE),
    (b"\x1f\x8b", "a gz archive", _ARCHIVE),
    (b"7z\xbc\xaf", "a 7z archive", _ARCHIVE),
    (b"Rar!", "a rar archive", _ARCHIVE),
    (b"BZh", "a bz2 archive", _ARCHIVE),
    (b"PAR1", "a Parquet file", _SAVE),
    (b"SQLite format 3", "a database", _SAVE),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls) or one with a password", _SAVE),
)
_WEB = (b"<!doctype", b"<html", b"<table", b"<?xml")


def file_format(path: Path) -> Format:
    """The format of a file that holds a table.

    Raises
    ------
    IngestError
        It is something else; the message says what, and what to do.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    for signature, thing, advice in _OTHER:
        if head.startswith(signature):
            raise IngestError(f"The file is {thing}, not a table. {advice}")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(path)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_WEB):
        raise IngestError(f"The file is a web page, not a table. {_SAVE}")
    if marked_encoding(head) is None and _is_junk(head):
        raise IngestError(f"The file is binary data, not a table. {_SAVE}")
    return Format.CSV


def _zipped(path: Path) -> Format:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile as fault:
        raise IngestError("The workbook or archive is damaged. Export the file again.") from fault
    if "xl/workbook.xml" in names:
        return Format.XLSX
    if "mimetype" in names:
        raise IngestError(f"The file is an OpenDocument file. {_SAVE}")
    if "word/document.xml" in names:
        raise IngestError(f"The file is a text document, not a table. {_SAVE}")
    raise IngestError(f"The file is a zip archive. {_ARCHIVE}")


def _is_junk(head: bytes) -> bool:
    """Control characters that no text has; a stray zero byte is named with its row by `encoding`."""
    control = sum(byte < 32 and byte not in b"\t\n\r\f\0" for byte in head)
    return control > len(head) * 0.02
