"""What kind of file this is by its first bytes; a name's ending says nothing."""

import lzma
import zipfile
import zlib
from enum import StrEnum
from pathlib import Path

from crm_core.errors import IngestError
from crm_core.ingest.encoding import marked_encoding
from crm_core.ingest.scan import CHUNK


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


class Archive(StrEnum):
    """The archives that are unpacked, when one table file is in them."""

    ZIP = "zip"
    GZ = "gz"


_SAVE = "Save the table as CSV or XLSX and import that."
_UNPACK = "Unpack it and import the file inside."
_OTHER = (
    (b"%PDF", "a PDF document", _SAVE),
    (b"\x89PNG", "a picture", _SAVE),
    (b"\xff\xd8\xff", "a picture", _SAVE),
    (b"GIF8", "a picture", _SAVE),
    (b"\x1f\x8b", "a gz archive", _UNPACK),
    (b"7z\xbc\xaf", "a 7z archive", _UNPACK),
    (b"Rar!", "a rar archive", _UNPACK),
    (b"BZh", "a bz2 archive", _UNPACK),
    (b"\xfd7zXZ", "an xz archive", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", _UNPACK),
    (b"PAR1", "a Parquet file", _SAVE),
    (b"SQLite format 3", "a database", _SAVE),
    (b"{\\rtf", "a text document", _SAVE),
)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0"
_WEB = (b"<!doctype", b"<html", b"<table")
_SHEETS = "application/vnd.oasis.opendocument.spreadsheet"


def archive_of(path: Path) -> Archive | None:
    """The archive that the file is; a workbook is a zip archive too, but none to unpack."""
    head = _head(path)
    if head.startswith(b"\x1f\x8b"):
        return Archive.GZ
    if head.startswith(_ZIP) and not _parts(path) & {"mimetype", "[Content_Types].xml", "Index/Document.iwa"}:
        return Archive.ZIP
    return None


def file_format(path: Path) -> Format:
    """The format of a file that holds a table.

    Raises
    ------
    IngestError
        It is something else; the message says what, and what to do.
    """
    head = _head(path)
    if head.startswith(_ZIP):
        return _zipped(path)
    if head.startswith(_OLE):
        return _compound(path)
    if told := _other(head):
        thing, advice = told
        raise IngestError(f"The file is {thing}, not a table. {advice}")
    return Format.CSV


def _other(head: bytes) -> tuple[str, str] | None:
    """What it is that is no table, and what to do about it."""
    for signature, thing, advice in _OTHER:
        if head.startswith(signature):
            return thing, advice
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_WEB) or (start.startswith(b"<?xml") and b"<html" in start):
        return "a web page", _SAVE
    if start.startswith(b"<?xml"):
        return "an XML file", _SAVE
    if head[257:262] == b"ustar":
        return "a tar archive", _UNPACK
    if marked_encoding(head) is None and _is_junk(head):
        return "binary data", _SAVE
    return None


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4096)


def _parts(path: Path) -> set[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            return set(archive.namelist())
    except (zipfile.BadZipFile, OSError) as fault:
        raise IngestError("The workbook or archive is damaged. Export the file again.") from fault


def _zipped(path: Path) -> Format:
    names = _parts(path)
    for name, found in (("xl/workbook.xml", Format.XLSX), ("xl/workbook.bin", Format.XLSB)):
        if name in names:
            return found
    if "mimetype" in names:
        return _open_document(path)
    if "Index/Document.iwa" in names:
        raise IngestError(f"The file is an Apple Numbers document or one like it. {_SAVE}")
    if "[Content_Types].xml" in names:
        raise IngestError(f"The file is a text document or a presentation, not a table. {_SAVE}")
    raise IngestError(f"The file is a zip archive. {_UNPACK}")


def _open_document(path: Path) -> Format:
    try:
        with zipfile.ZipFile(path) as archive, archive.open("mimetype") as entry:
            kind = entry.read(200).decode("ascii", "replace").strip()
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError) as fault:
        raise IngestError("The workbook is damaged. Open it in a spreadsheet program and save it again.") from fault
    if not kind.startswith(_SHEETS):
        raise IngestError(f"The file is an OpenDocument file, but no spreadsheet. {_SAVE}")
    return Format.ODS


def _compound(path: Path) -> Format:
    """An Excel workbook from before 2007, or something else in the same wrapping, by the names of its streams."""
    names = {name: name.encode("utf-16-le") for name in ("EncryptedPackage", "WordDocument", "PowerPoint Document")}
    found, last = set(), b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            found |= {name for name, code in names.items() if code in last + chunk}
            last = chunk[-64:]
    if "EncryptedPackage" in found:
        raise IngestError("The workbook is protected by a password. Save it without one and import it again.")
    if found and b"W\0o\0r\0k\0b\0o\0o\0k\0" not in _head(path):
        raise IngestError(f"The file is a text document or a presentation, not a table. {_SAVE}")
    return Format.XLS


def _is_junk(head: bytes) -> bool:
    """Control characters that no text has; a few may stand in one, a zero byte is named with its row by `encoding`."""
    control = sum(byte < 32 and byte not in b"\t\n\r\f\0" for byte in head)
    return control > max(len(head) * 0.02, 8)
