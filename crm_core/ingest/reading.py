"""Reads a file as far as its header: format, encoding, separator, sheet, and where its rows lie for DuckDB."""

import csv
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from crm_core.errors import IngestError
from crm_core.ingest.cells import Blanks, text
from crm_core.ingest.encoding import known_encoding, sha256, text_facts, write_utf8
from crm_core.ingest.header import Header, find_header, likely_separator
from crm_core.ingest.kinds import Format, file_format
from crm_core.ingest.spreadsheet import sheet_names, sheet_rows
from crm_core.ingest.workspace import Workspace, literal

LONGEST_CELL = 1_000_000
STRIPPED = string.whitespace + "\u00a0\u202f\u2007\ufeff"
HEAD_ROWS = 200
SHOWN_ROWS = 12


@dataclass(frozen=True)
class Choices:
    """What a person corrects of the detected format; None leaves it to detection."""

    encoding: str | None = None
    separator: str | None = None
    header_row: int | None = None
    sheet: str | None = None


@dataclass(frozen=True)
class Source:
    """A file as it was understood; its rows stay on disk."""

    file_name: str
    sha256: str
    format: Format
    encoding: str
    """Empty for a workbook, which declares its own."""
    separator: str
    """Empty for a workbook."""
    sheet: str
    sheets: tuple[str, ...]
    header_row: int
    """Row of the header as a spreadsheet numbers rows, from 1."""
    header: tuple[str, ...]
    table: "Table"
    workspace: Workspace
    head: tuple[tuple[int, tuple[str, ...]], ...] = ()
    """The first rows with their numbers, as the file has them: they show a person which of them is the header."""

    def cell(self, header: str) -> str:
        """The trimmed text of the column with this header, as SQL over the rows of ``table``."""
        return text(self.table.columns[self.header.index(header)], self.table.blanks)


@dataclass(frozen=True)
class Table:
    """A UTF-8 text file that DuckDB reads without guessing."""

    path: Path
    separator: str
    skip: int
    """Lines before the first row of data."""
    width: int
    blanks: Blanks
    numbered: bool
    """Whether a first column holds the row number of the original file."""

    @property
    def columns(self) -> list[str]:
        """Names for the cells of a row, in order; a header is never pasted into SQL."""
        return [f"c{position}" for position in range(self.width)]

    def sql(self, *, keep_rejects: bool = False) -> str:
        """The table function that gives the rows as text, an empty cell as null, in the order of the file.

        Rows that do not fit the header are left out; with ``keep_rejects`` they are noted in ``reject_errors``.
        """
        names = (["original_row"] if self.numbered else []) + self.columns
        columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
        faults = "store_rejects=true" if keep_rejects else "ignore_errors=true"
        return (
            f"read_csv({literal(self.path)}, auto_detect=false, header=false, skip={self.skip}, "
            f"delim={literal(self.separator)}, quote='\"', escape='\"', nullstr='', columns={{{columns}}}, {faults})"
        )


def read(content: Path | bytes, *, name: str, workspace: Workspace, choices: Choices | None = None) -> Source:
    """Understand a file up to its header; ``name`` is what its owner calls it.

    Raises
    ------
    IngestError
        It is no table, is damaged, or has no header that could be used.
    """
    choices = choices or Choices()
    try:
        path = _on_disk(content, workspace)
        if path.stat().st_size == 0:
            raise IngestError("The file is empty. Export it again and check that it has rows.")
        understand = _workbook if file_format(path) is Format.XLSX else _text
        return understand(path, name, workspace, choices)
    except OSError as fault:
        raise IngestError(
            f"The file cannot be read, or not be copied to work on it ({fault.strerror}). "
            "Check that it may be read and that the disk is not full."
        ) from fault


def _on_disk(content: Path | bytes, workspace: Workspace) -> Path:
    if isinstance(content, bytes):
        path = workspace.folder / "upload"
        path.write_bytes(content)
        return path
    if not content.is_file():
        raise IngestError(f"There is no file '{content}'. Check the path.")
    return content


def _workbook(path: Path, name: str, workspace: Workspace, choices: Choices) -> Source:
    sheets = sheet_names(path)
    sheet = choices.sheet or sheets[0]
    rows = iter(sheet_rows(path, sheet))
    head = list(islice(rows, SHOWN_ROWS))
    header, table = _rewritten(chain(head, rows), workspace, choices.header_row)
    return Source(
        name, sha256(path), Format.XLSX, "", "", sheet, sheets, header.row, header.names, table, workspace, _shown(head)
    )


def _text(path: Path, name: str, workspace: Workspace, choices: Choices) -> Source:
    facts = text_facts(path, encoding=known_encoding(choices.encoding) if choices.encoding else None)
    readable = path
    if facts.encoding != "utf-8":
        readable = workspace.folder / "utf8.csv"
        write_utf8(path, facts.encoding, readable)
    separator = _separator(choices.separator) or likely_separator(_head_text(readable))
    head = list(islice(_text_rows(readable, separator, strict=False), HEAD_ROWS))
    header = find_header(head, choices.header_row)
    if facts.plain and not header.spans_lines:
        blanks = Blanks.SPACES if facts.only_spaces else Blanks.ANY
        table = Table(readable, separator, header.row, len(header.names), blanks, numbered=False)
    else:
        header, table = _rewritten(_text_rows(readable, separator), workspace, choices.header_row)
    return Source(
        name, facts.sha256, Format.CSV, facts.encoding, separator, "", (), header.row, header.names, table, workspace,
        _shown(head),
    )  # fmt: skip


def _shown(head: list[tuple[int, list[str]]]) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """The first rows, short enough for a table on a page."""
    return tuple((number, tuple(cell[:200] for cell in cells[:50])) for number, cells in head[:SHOWN_ROWS])


def _separator(said: str | None) -> str:
    """One character; a tab may be written in the ways that a shell and a person can write it."""
    separator = {"\\t": "\t", "tab": "\t"}.get(said or "", said or "")
    if len(separator) > 1 or separator in {'"', "\n", "\r"}:
        raise IngestError(f"'{said}' cannot separate cells. Use one character, such as ; or tab.")
    return separator


def _head_text(path: Path) -> str:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        text = file.read(100_000)
    return text[: text.rfind("\n") + 1] if len(text) == 100_000 else text


def _text_rows(path: Path, separator: str, *, strict: bool = True) -> Iterator[tuple[int, list[str]]]:
    """Row number and cells; empty rows are counted but left out. ``strict`` refuses a quotation mark left open."""
    csv.field_size_limit(LONGEST_CELL)
    number = 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            for number, cells in enumerate(csv.reader(file, delimiter=separator, strict=strict), 1):
                if any(cell.strip() for cell in cells):
                    yield number, cells
        except csv.Error as fault:
            raise IngestError(
                f"Row {number + 1} cannot be read ({fault}): often a quotation mark that is never closed. "
                "Mend the row and import the file again."
            ) from fault


def _rewritten(
    rows: Iterable[tuple[int, list[str]]], workspace: Workspace, header_row: int | None
) -> tuple[Header, Table]:
    """Write rows that DuckDB could not count by itself as a clean file, each with its number in the original."""
    rows = iter(rows)
    head = list(islice(rows, HEAD_ROWS))
    header = find_header(head, header_row)
    path = workspace.folder / "rows.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
        for number, cells in chain(head, rows):
            if number > header.row:
                writer.writerow([number, *_fitted(cells, len(header.names))])
    return header, Table(path, ",", 0, len(header.names), Blanks.NONE, numbered=True)


def _fitted(cells: list[str], width: int) -> list[str]:
    """Stripped, and without empty cells beyond the header; a spreadsheet's rows are as wide as its widest.

    Lines within a cell end alike: DuckDB reads no file in which some lines end otherwise than the rows.
    """
    cells = [cell.replace("\r\n", "\n").replace("\r", "\n").strip(STRIPPED) for cell in cells]
    while len(cells) > width and not cells[-1]:
        cells = cells[:-1]
    return cells
