"""Excel workbooks as rows of text, read by calamine."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from crm_core.errors import IngestError

LARGEST_UNPACKED = 600_000_000
HIGHEST_RATIO = 300

Cell = str | float | int | bool | date | datetime | time | timedelta


def sheet_names(path: Path) -> tuple[str, ...]:
    """The visible sheets, in the workbook's order.

    Raises
    ------
    IngestError
        The workbook is damaged, protected, empty, or unpacks to more than a table can hold.
    """
    refuse_bomb(path)
    workbook = _open(path)
    names = [sheet.name for sheet in workbook.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
    if not names:
        raise IngestError("The workbook has no visible sheet. Show the sheet with the table and save it again.")
    return tuple(names)


def sheet_rows(path: Path, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """Row number and cells as text; dates in ISO form, numbers with a point, empty rows left out."""
    for number, cells in enumerate(_sheet(path, sheet).iter_rows(), 1):
        texts = [_text(cell) for cell in cells]
        if any(texts):
            yield number, texts


def refuse_bomb(path: Path) -> None:
    """Refuse an archive that says it unpacks to far more than it holds."""
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError) as fault:
        raise IngestError("The workbook is damaged. Open it in a spreadsheet program and save it again.") from fault
    if unpacked > LARGEST_UNPACKED or (unpacked > 50_000_000 and unpacked > HIGHEST_RATIO * path.stat().st_size):
        raise IngestError(
            f"The workbook unpacks to {unpacked // 1_000_000:,} MB, more than a table this size can hold. "
            "Save the table as CSV and import that."
        )


def _open(path: Path) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(str(path))
    except PasswordError as fault:
        raise IngestError(
            "The workbook is protected by a password. Save it without one and import it again."
        ) from fault
    except (CalamineError, OSError) as fault:
        raise IngestError("The workbook is damaged. Open it in a spreadsheet program and save it again.") from fault


def _sheet(path: Path, sheet: str) -> CalamineSheet:
    try:
        return _open(path).get_sheet_by_name(sheet)
    except CalamineError as fault:
        raise IngestError(f"The workbook has no readable sheet '{sheet}'. Choose another sheet.") from fault


def _text(cell: Cell) -> str:
    match cell:
        case str():
            return cell.replace("\0", "").strip()
        case bool():
            return "true" if cell else "false"
        case float():
            return _number(cell)
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime():
            return cell.isoformat(" ", "seconds")
    return str(cell)


def _number(value: float) -> str:
    """Without the noise that binary fractions add in the 16th digit, so that 0.1 + 0.2 reads 0.3."""
    return str(int(value)) if value.is_integer() else f"{value:.10f}".rstrip("0")
