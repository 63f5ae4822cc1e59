"""Finds the header of a table, and the separator between its cells."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from crm_core.errors import IngestError

SEPARATORS = (",", ";", "\t", "|")

MOST_COLUMNS = 1000

_VALUE = re.compile(r"[-+]?[\d\s.,/:%€$£-]*\d[\d\s.,/:%€$£-]*")
_NEVER_A_NAME = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|\d{4}-\d\d-\d\d.*|\d{1,2}[./]\d{1,2}[./]\d{2,4}.*")
_SEARCHED = 30


@dataclass(frozen=True)
class Header:
    """The names of the columns and where they stand."""

    row: int
    """As a spreadsheet numbers rows, from 1."""
    spans_lines: bool
    """Whether a line end stands in it or above it, so that counting lines finds it no more."""
    names: tuple[str, ...]


def likely_separator(text: str) -> str:
    """The separator that cuts most rows into the same number of cells, more than one; a comma when none does."""
    return max(SEPARATORS, key=lambda separator: _evenness(text, separator))


def find_header(head: Sequence[tuple[int, list[str]]], row: int | None = None) -> Header:
    """The header among the first rows, or the one in ``row`` when a person says so.

    Titles above it are passed over: a header is as wide as the rows below.

    Raises
    ------
    IngestError
        There is none, or two of its columns have the same name.
    """
    if not head:
        raise IngestError("The file has no rows. Export it again and check that it has a header and data.")
    number, cells = _chosen(head, row) if row else _widest_first(head)
    names = _names(cells)
    if not row and _looks_like_data(names):
        shown = ", ".join(names[:4])
        raise IngestError(
            f"The file has no header: row {number} ({shown}) looks like data. "
            "Add a first row with the names of the columns, such as customer_id, date, amount."
        )
    _refuse_twins(names, number)
    spans_lines = any("\n" in cell or "\r" in cell for place, cells in head if place <= number for cell in cells)
    return Header(number, spans_lines, names)


def _evenness(text: str, separator: str) -> tuple[float, int]:
    """Share of rows with the commonest width, and that width. A decimal comma never stands in a header."""
    widths = Counter(len(row) for row in _some_rows(text, separator))
    width, rows = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]), default=(0, 0))
    return (rows / widths.total(), width) if width > 1 else (0.0, 0)


def _some_rows(text: str, separator: str) -> list[list[str]]:
    rows: list[list[str]] = []
    with suppress(csv.Error):
        lines = io.StringIO(text, newline="")  # ends lines where a file does; str.splitlines has more line ends
        rows.extend(row for row in islice(csv.reader(lines, delimiter=separator), 200) if row)
    return rows


def _chosen(head: Sequence[tuple[int, list[str]]], row: int) -> tuple[int, list[str]]:
    for number, cells in head:
        if number == row:
            return number, cells
    raise IngestError(f"Row {row} is empty or beyond the first rows, so it cannot be the header. Choose another row.")


def _widest_first(head: Sequence[tuple[int, list[str]]]) -> tuple[int, list[str]]:
    usual = Counter(_filled(cells) for _, cells in head).most_common(1)[0][0]
    return next((each for each in head[:_SEARCHED] if _filled(each[1]) >= max(usual * 0.6, 1)), head[0])


def _filled(cells: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)


def _names(cells: Sequence[str]) -> tuple[str, ...]:
    if len(cells) > MOST_COLUMNS:
        raise IngestError(f"The table has {len(cells):,} columns; at most {MOST_COLUMNS:,} are read. Leave some out.")
    return tuple(" ".join(cell.split()) or f"column {position}" for position, cell in enumerate(cells, 1))


def _looks_like_data(names: Sequence[str]) -> bool:
    values = sum(_VALUE.fullmatch(name) is not None for name in names)
    return values * 2 > len(names) or any(_NEVER_A_NAME.fullmatch(name) for name in names)


def _refuse_twins(names: Sequence[str], row: int) -> None:
    places: dict[str, list[int]] = {}
    for position, name in enumerate(names, 1):
        places.setdefault(name.casefold(), []).append(position)
    for name, positions in places.items():
        if len(positions) > 1:
            where = " and ".join(str(position) for position in positions)
            raise IngestError(
                f"Columns {where} in row {row} have the same name, '{name}'. Rename one of them and import again."
            )
