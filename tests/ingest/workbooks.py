"""Small workbooks of the formats for which no writer is installed, made byte by byte."""

import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

Rows = Sequence[Sequence[str | float]]


def write_ods(path: Path, **sheets: Rows) -> Path:
    """An OpenDocument spreadsheet with a table for each sheet."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    tables = "".join(
        f'<table:table table:name="{name}">{"".join(map(_ods_row, rows))}</table:table>'
        for name, rows in sheets.items()
    )
    content = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", f"<office:document-content {spaces}>{content}</office:document-content>")
    return path


def _ods_row(row: Sequence[str | float]) -> str:
    return f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>"


def _ods_cell(value: str | float) -> str:
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{value}"/>'


def write_xls(path: Path, **sheets: Rows) -> Path:
    """An Excel workbook of 1997: records of BIFF8 in a compound file."""
    begin = [_record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 1997, 0, 0))]
    parts = [_xls_sheet(rows) for rows in sheets.values()]
    place = len(begin[0]) + sum(4 + 8 + 2 * len(name) for name in sheets) + 4
    for name, part in zip(sheets, parts, strict=True):
        begin.append(_record(0x85, struct.pack("<IHBB", place, 0, len(name), 1) + name.encode("utf-16-le")))
        place += len(part)
    path.write_bytes(_compound_file(b"".join([*begin, _record(0x0A), *parts])))
    return path


def _xls_sheet(rows: Rows) -> bytes:
    width = max((len(row) for row in rows), default=0)
    records = [
        _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 1997, 0, 0)),
        _record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0)),
    ]
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            place = struct.pack("<HHH", number, column, 0)
            if isinstance(value, str):
                text = value.encode("utf-16-le")
                records.append(_record(0x204, place + struct.pack("<HB", len(text) // 2, 1) + text))
            else:
                records.append(_record(0x203, place + struct.pack("<d", value)))
    return b"".join([*records, _record(0x0A)])


def _record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _compound_file(stream: bytes) -> bytes:
    """One stream named Workbook, in sectors of 512 bytes: first the table of sectors, then the directory."""
    stream = stream.ljust(max(-(-len(stream) // 512) * 512, 4096), b"\0")
    sectors = len(stream) // 512
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    assert len(table) <= 128, "this writer has one sector for its table"
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    entries = _entry("Root Entry", 5, child=1, start=0xFFFFFFFE) + _entry("Workbook", 2, start=2, size=len(stream))
    sectors_table = struct.pack("<128I", *table, *[0xFFFFFFFF] * (128 - len(table)))
    return head + sectors_table + (entries + _entry("", 0) * 2) + stream


def _entry(name: str, kind: int, *, child: int = 0xFFFFFFFF, start: int = 0, size: int = 0) -> bytes:
    text = f"{name}\0".encode("utf-16-le") if name else b""
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(text), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
