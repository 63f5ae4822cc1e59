"""Reads a file as far as its header: format, encoding, separator, sheet, and where its rows lie for DuckDB."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

from crm_core.errors import IngestError
from crm_core.ingest.archives import unpacked
from crm_core.ingest.cells import Blanks
from crm_core.ingest.encoding import TextFacts, known_encoding, sha256, text_facts, write_utf8
from crm_core.ingest.fixed_width import FixedWidth, fixed_rows, found_widths, said_widths
from crm_core.ingest.header import Header, find_header, likely_separator
from crm_core.ingest.kinds import Format, file_format
from crm_core.ingest.progress import Tell, counted, untold
from crm_core.ingest.source import Choices, Source, Table
from crm_core.ingest.spreadsheet import sheet_names, sheet_rows
from crm_core.ingest.workspace import Workspace

LONGEST_CELL = 1_000_000
STRIPPED = " \t\r\n\u00a0\u202f\u2007\ufeff"
"""What goes from both ends of a cell, as `cells.text` does in SQL."""
HEAD_ROWS = 200
_Head = list[tuple[int, list[str]]]
SHOWN_ROWS = 12
_ROW_BY_ROW = "Reading row by row"


def read(
    content: Path | bytes, *, name: str, workspace: Workspace, choices: Choices | None = None, tell: Tell = untold
) -> Source:
    """Understand a file up to its header; ``name`` is what its owner calls it, ``tell`` hears of rows looked at.

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
        path, inside = unpacked(path, workspace.folder)
        if inside and path.stat().st_size == 0:
            raise IngestError("The file in the archive is empty. Export it again and check that it has rows.")
        found = file_format(path)
        source = (
            _workbook(path, name, workspace, choices, found=found, tell=tell)
            if found.is_workbook
            else _text(path, name, workspace, choices, tell=tell)
        )
        return replace(source, inside=inside)
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


def _workbook(path: Path, name: str, workspace: Workspace, choices: Choices, *, found: Format, tell: Tell) -> Source:
    sheets = sheet_names(path)
    sheet = choices.sheet or _first_table(path, sheets, choices.header_row)
    rows = counted(sheet_rows(path, sheet), _ROW_BY_ROW, tell)
    head = list(islice(rows, SHOWN_ROWS))
    header, table = _rewritten(chain(head, rows), workspace, choices.header_row)
    return Source(
        name, sha256(path), found, "", "", sheet, sheets, header.row, header.names, table, workspace, _shown(head)
    )


def _first_table(path: Path, sheets: Sequence[str], header_row: int | None) -> str:
    """The first sheet that has a header; the first one with anything in it, to be told what is wrong with it."""
    filled = []
    for sheet in sheets:
        head = list(islice(sheet_rows(path, sheet), HEAD_ROWS))
        filled += [sheet] if head else []
        with suppress(IngestError):
            find_header(head, header_row)
            return sheet
    return (filled or sheets)[0]


def _text(path: Path, name: str, workspace: Workspace, choices: Choices, *, tell: Tell) -> Source:
    facts = text_facts(path, encoding=known_encoding(choices.encoding) if choices.encoding else None, tell=tell)
    readable = path
    if facts.encoding != "utf-8":
        readable = workspace.folder / "utf8.csv"
        write_utf8(path, facts.encoding, readable, tell=tell)
    first = _head_text(readable)
    columns = _columns(first, choices)
    separator, announced = ("", 0) if columns else _separated(first, choices)
    understand = _Text(readable, workspace, separator, columns, announced, choices.header_row)
    is_in_place = facts.plain and not columns
    header, head, table = understand.in_place(facts, tell) if is_in_place else understand.whole(facts, tell)
    return Source(
        name, facts.sha256, Format.FIXED_WIDTH if columns else Format.CSV, facts.encoding, separator, "", (),
        header.row, header.names, table, workspace, _shown(head), str(columns or ""), is_ascii=facts.is_ascii,
        absent=facts.absent,
    )  # fmt: skip


@dataclass(frozen=True)
class _Text:
    """A text file with the way its lines are cut into cells."""

    path: Path
    workspace: Workspace
    separator: str
    columns: FixedWidth | None
    announced: int
    """Lines at the beginning that only name the separator."""
    header_row: int | None

    def rows(self, *, strict: bool = True) -> Iterator[tuple[int, list[str]]]:
        rows = (
            fixed_rows(self.path, self.columns)
            if self.columns
            else _text_rows(self.path, self.separator, strict=strict)
        )
        return ((number, cells) for number, cells in rows if number > self.announced)

    def in_place(self, facts: TextFacts, tell: Tell) -> tuple[Header, _Head, Table]:
        """The table as DuckDB reads it from the file itself."""
        head = list(islice(self.rows(strict=False), HEAD_ROWS))
        header = find_header(head, self.header_row)
        if header.spans_lines:
            return self.whole(facts, tell)
        blanks = facts.blanks(self.separator)
        return header, head, Table(self.path, self.separator, header.row, len(header.names), blanks, numbered=False)

    def whole(self, facts: TextFacts, tell: Tell) -> tuple[Header, _Head, Table]:
        """The table written anew, because DuckDB could not count its lines."""
        head = list(islice(self.rows(strict=False), SHOWN_ROWS))
        rows = counted(self.rows(), _ROW_BY_ROW, tell, about=facts.lines)
        header, table = _rewritten(rows, self.workspace, self.header_row)
        return header, head, table


def _columns(head: str, choices: Choices) -> FixedWidth | None:
    if choices.widths:
        return said_widths(choices.widths)
    return None if choices.separator else found_widths(head)


def _separated(head: str, choices: Choices) -> tuple[str, int]:
    """The separator, and 1 when Excel's first line ``sep=;`` names it."""
    said = re.match('"?sep=([^\r\n"])"?[\r\n]', head, re.IGNORECASE)
    separator = _separator(choices.separator) or (said[1] if said else likely_separator(head))
    return separator, 1 if said else 0


def _shown(head: _Head) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """The first rows, short enough for a table on a page."""
    return tuple((number, tuple(cell[:200] for cell in cells[:50])) for number, cells in head[:SHOWN_ROWS])


_SPOKEN = {
    "\\t": "\t", "tab": "\t", "comma": ",", "semicolon": ";", "bar": "|", "pipe": "|", "colon": ":", "space": " ",
}  # fmt: skip


def _separator(said: str | None) -> str:
    """One character; a tab may be written in the ways that a shell and a person can write it."""
    separator = _SPOKEN.get((said or "").lower(), said or "")
    if len(separator) > 1 or separator in {'"', "\n", "\r", "\0"} or "\ud800" <= separator <= "\udfff":
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
                if any(cell.strip(STRIPPED) for cell in cells):
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
