"""A file as it was understood: where its rows lie, and how DuckDB reads them without guessing."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from crm_core.ingest.cells import Blanks, text
from crm_core.ingest.kinds import Format
from crm_core.ingest.workspace import Workspace, literal

_PASSED_OVER = ", rejects_table='passed_errors', rejects_scan='passed_scans', rejects_limit=1"


@dataclass(frozen=True)
class Choices:
    """What a person corrects of the detected format; None leaves it to detection."""

    encoding: str | None = None
    separator: str | None = None
    header_row: int | None = None
    sheet: str | None = None
    widths: str | None = None
    """Widths of the columns of fixed-width text, in characters: ``10,8,12``."""


@dataclass(frozen=True)
class Source:
    """A file as it was understood; its rows stay on disk."""

    file_name: str
    sha256: str
    format: Format
    encoding: str
    """Empty for a workbook, which declares its own."""
    separator: str
    """Empty for a workbook and for fixed-width text."""
    sheet: str
    sheets: tuple[str, ...]
    header_row: int
    """Row of the header as a spreadsheet numbers rows, from 1."""
    header: tuple[str, ...]
    table: "Table"
    workspace: Workspace
    head: tuple[tuple[int, tuple[str, ...]], ...] = ()
    """The first rows with their numbers, as the file has them: they show a person which of them is the header."""
    widths: str = ""
    """Widths of the columns of fixed-width text, as `Choices.widths` takes them; else empty."""
    inside: str = ""
    """Name of the file within the archive that was unpacked; empty when it was none."""
    is_ascii: bool = False
    """Whether no cell holds a letter beyond ASCII, as far as that is known."""
    absent: frozenset[str] = frozenset()
    """What is known to stand in no cell (`Scan.absent`), so that nothing needs to look for it."""

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
        # Not ``ignore_errors``: the engine then also leaves out every row after a quotation mark that is out of place.
        faults = ", store_rejects=true" + ("" if keep_rejects else _PASSED_OVER)
        return self._read(dict.fromkeys(names, "VARCHAR"), faults)

    def typed_sql(self, types: Mapping[str, str]) -> str:
        """The table function that gives the rows as the engine reads them; every column has a type.

        It fails at the first cell that is none of its type, and at a row that does not fit the header.
        """
        return self._read(types, "")

    def _read(self, types: Mapping[str, str], faults: str) -> str:
        columns = ", ".join(f"{literal(name)}: {literal(dtype)}" for name, dtype in types.items())
        return (
            f"read_csv({literal(self.path)}, auto_detect=false, header=false, skip={self.skip}, "
            f"delim={literal(self.separator)}, quote='\"', escape='\"', nullstr='', columns={{{columns}}}{faults})"
        )
