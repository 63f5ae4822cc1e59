"""Reads one workbook in a process of its own, so that a hostile or broken file ends no other process.

A cell far away makes calamine ask for a table of 17 thousand million cells, and that ends the process it runs in.
Run as a script by `spreadsheet`; writes a JSON array a line: with a path the names of the visible sheets, with a path
and a sheet each row that is not empty, as its number and its cells, untrimmed.
"""

import json
import sys
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum, WorksheetNotFound

MEMORY_BYTES = 3_000_000_000
PROTECTED, DAMAGED, NO_SUCH_SHEET = 3, 4, 5
"""Exit status for what a person can mend; every other one than 0 means that the file broke the reader."""

Cell = str | float | int | bool | date | datetime | time | timedelta


def main(path: str, sheet: str | None = None) -> int:
    """Write what was asked for to the standard output; returns the exit status."""
    _limit_memory()
    try:
        workbook = CalamineWorkbook.from_path(path)
        if sheet is None:
            _write([each.name for each in workbook.sheets_metadata if each.visible == SheetVisibleEnum.Visible])
            return 0
        for number, cells in enumerate(workbook.get_sheet_by_name(sheet).iter_rows(), 1):
            texts = [_text(cell) for cell in cells]
            if any(text.strip() for text in texts):
                _write([number, texts])
    except PasswordError:
        return PROTECTED
    except WorksheetNotFound:
        return NO_SUCH_SHEET
    except (CalamineError, OSError):
        return DAMAGED
    return 0


def _limit_memory() -> None:
    """Keep a bomb from taking the memory of everybody else; Windows knows no such limit."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def _write(row: list[object]) -> None:
    sys.stdout.write(json.dumps(row) + "\n")


def _text(cell: Cell) -> str:
    match cell:
        case str():
            return cell.replace("\0", "")
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


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
