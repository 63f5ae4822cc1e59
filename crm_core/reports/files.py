"""Tables as CSV, XLSX and Parquet files that a spreadsheet opens without running anything in them."""

import io
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from crm_core.errors import CrmError

SHEET_ROWS = 1_048_575
"""Rows under the header that a sheet of Excel holds."""
DANGEROUS = tuple("=+-@＝＋－＠\t\r\n\0")
"""A cell of a CSV that begins so is run as a formula, or read as something else, by spreadsheets."""


class FileError(CrmError, ValueError):
    """A table that cannot be written to the file asked for; nothing was left behind."""


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """The table as CSV in UTF-8 with the mark by which Excel knows Cyrillic.

    Texts and headers that a spreadsheet would run as a formula begin with an apostrophe; numbers
    are left as they are, negative ones too.
    """
    safe = pd.DataFrame({place: _safe_column(frame.iloc[:, place]) for place in range(frame.shape[1])})
    safe.columns = pd.Index([_defused(str(name)) for name in frame.columns])
    # With this line end the csv module also quotes a lone carriage return inside a text.
    return safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def xlsx_bytes(sheets: Mapping[str, pd.DataFrame]) -> bytes:
    """The tables as sheets of one workbook; a text stays a text, whatever it begins with.

    Raises
    ------
    FileError
        A table has more rows than a sheet holds.
    """
    long = next((name for name, frame in sheets.items() if len(frame) > SHEET_ROWS), None)
    if long is not None:
        raise FileError(
            f"'{long}' has {len(sheets[long])} rows; a sheet holds {SHEET_ROWS}. Choose .csv or .parquet instead."
        )
    file = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with pd.ExcelWriter(file, engine="xlsxwriter", engine_kwargs={"options": options}) as workbook:
        for name, frame in sheets.items():
            frame.to_excel(workbook, sheet_name=name, index=False, freeze_panes=(1, 0))
            for place, column in enumerate(frame.columns):
                workbook.sheets[name].set_column(place, place, max(12, len(str(column)) + 2))
    return file.getvalue()


def write(frame: pd.DataFrame, path: Path, *, sheet: str = "Data") -> Path:
    """Write the table in the format that the suffix of ``path`` names; a file already there is replaced whole.

    Raises
    ------
    FileError
        Another suffix, no such folder, no room, or more rows than a sheet holds.
    """
    known: dict[str, Callable[[], bytes]] = {
        ".csv": lambda: csv_bytes(frame),
        ".xlsx": lambda: xlsx_bytes({sheet: frame}),
        ".parquet": lambda: frame.to_parquet(index=False),
    }
    return write_bytes(known[checked_suffix(path)](), path)


def checked_suffix(path: Path) -> str:
    """The suffix of ``path`` in small letters, if a table can be written so; ask before the work is done.

    Raises
    ------
    FileError
        Another suffix.
    """
    suffix = path.suffix.lower()
    if suffix not in {".csv", ".xlsx", ".parquet"}:
        raise FileError(f"'{path.name}' has no known ending. Name a file that ends in .csv, .xlsx or .parquet.")
    return suffix


def write_bytes(content: bytes, path: Path) -> Path:
    """Write the file, or leave what was there: nobody sees half of it."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as fault:
        unfinished.unlink(missing_ok=True)
        why = f"'{path}' cannot be written: {fault.strerror}. Choose another folder and try again."
        raise FileError(why) from fault
    return path


def _safe_column(column: "pd.Series[Any]") -> "pd.Series[Any]":
    numbers = pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_datetime64_any_dtype(column.dtype)
    return column if numbers else column.astype(object).map(_defused, na_action="ignore")


def _defused(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(DANGEROUS) else value
