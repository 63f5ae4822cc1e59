"""Workbooks of Excel and OpenDocument as rows of text, read by calamine in a process of its own."""

import json
import lzma
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crm_core.errors import IngestError
from crm_core.ingest import unpacking
from crm_core.ingest.scan import CHUNK

LARGEST_UNPACKED = 600_000_000
HIGHEST_RATIO = 300
LARGEST_TEXT = 2_000_000_000
"""Of all cells together: thousands of cells may point to one long text."""
SMALL = 50_000_000

_FAULTS = {
    unpacking.PROTECTED: "The workbook is protected by a password. Save it without one and import it again.",
    unpacking.DAMAGED: "The workbook is damaged. Open it in a spreadsheet program and save it again.",
}
_BROKEN = (
    "The workbook cannot be read: it is damaged, or has cells far away from its table. "
    "Save the table as CSV and import that."
)


def sheet_names(path: Path) -> tuple[str, ...]:
    """The visible sheets, in the workbook's order.

    Raises
    ------
    IngestError
        The workbook is damaged, protected, empty, or unpacks to more than a table can hold.
    """
    if _is_zipped(path):  # the older workbooks are no archives
        refuse_bomb(path)
    names = [name for line in _unpacked(path) for name in line]
    if not names:
        raise IngestError("The workbook has no visible sheet. Show the sheet with the table and save it again.")
    return tuple(names)


def sheet_rows(path: Path, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """Row number and cells as text; dates in ISO form, numbers with a point, empty rows left out, texts untrimmed.

    Raises
    ------
    IngestError
        There is no such sheet, or the workbook is damaged or holds more text than a table can; rows before that
        were given.
    """
    return ((number, cells) for number, cells in _unpacked(path, sheet))


def refuse_bomb(path: Path) -> None:
    """Refuse a workbook that unpacks to far more than it holds, whatever sizes it declares.

    Raises
    ------
    IngestError
        It does, or it is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _refuse_size(sum(entry.file_size for entry in entries), path)
            for entry in entries:
                with archive.open(entry) as part:
                    # Raises where a part holds more, or other, than it declares: calamine would unpack all of it.
                    while part.read(CHUNK):
                        pass
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError) as fault:
        raise IngestError(_FAULTS[unpacking.DAMAGED]) from fault


def _is_zipped(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"PK"


def _refuse_size(unpacked: int, path: Path) -> None:
    if unpacked > LARGEST_UNPACKED or (unpacked > SMALL and unpacked > HIGHEST_RATIO * path.stat().st_size):
        raise IngestError(
            f"The workbook unpacks to {unpacked // 1_000_000:,} MB, more than a table this size can hold "
            f"(at most {LARGEST_UNPACKED // 1_000_000:,} MB, and {HIGHEST_RATIO} times its size). "
            "Save the table as CSV and import that."
        )


def _unpacked(path: Path, *sheet: str) -> Iterator[list[Any]]:
    """The lines that the other process writes; it ends with whoever asked, also in the middle."""
    # -P: the folder of a script would come first in its search path, and ours has modules named like other people's.
    size, most = 0, min(LARGEST_TEXT, max(SMALL, HIGHEST_RATIO * path.stat().st_size))
    command = [sys.executable, "-P", "-X", "utf8", unpacking.__file__, str(path), *sheet]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:  # noqa: S603 - our own
        try:
            for line in process.stdout or ():
                size += len(line)
                if size > most:
                    raise IngestError(
                        f"The cells of the workbook hold more than {most // 1_000_000:,} MB of text, more than a table "
                        "this size can. Save the table as CSV and import that."
                    )
                if line.endswith(b"\n"):  # else it died in the middle of one
                    yield json.loads(line)
            status = process.wait()
        finally:
            process.kill()
    if status == unpacking.NO_SUCH_SHEET:
        raise IngestError(f"The workbook has no readable sheet '{sheet[0]}'. Choose another sheet.")
    if status:
        raise IngestError(_FAULTS.get(status, _BROKEN))
