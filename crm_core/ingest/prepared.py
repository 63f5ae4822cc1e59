"""One pass over the rows of a file: every row typed, what is wrong with it noted, all in a Parquet file."""

import csv
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from crm_core.ingest.plain import plain_rows
from crm_core.ingest.problems import Problem, Severity, shown
from crm_core.ingest.rules import Rule, rules
from crm_core.ingest.values import SIGN, Understanding, typed_columns, typed_rows
from crm_core.ingest.workspace import Workspace, literal

LISTED = 500
"""How many problems are listed one by one; all are counted."""
PARQUET = "FORMAT parquet, DICTIONARY_SIZE_LIMIT 5000"
"""How rows are written. A dictionary of nearly all values of a column costs a fifth of the time and saves little."""

_MISFITS = {
    "MISSING COLUMNS": ("has fewer cells than the header", "Add the missing cells, or their separators."),
    "TOO MANY COLUMNS": ("has more cells than the header", "Put text with separators in it in quotation marks."),
    "UNQUOTED VALUE": ("has a quotation mark that does not end with its cell", "Double or remove the mark."),
    "LINE SIZE OVER MAXIMUM": ("is longer than any row can be", "Look for a quotation mark that is never closed."),
    "INVALID ENCODING": ("is not written in UTF-8", "Save the whole file as UTF-8."),
}


@dataclass(frozen=True)
class Misfit:
    """A row that does not fit the header, so that none of its cells could be read."""

    row: int
    text: str
    rule: str
    advice: str


@dataclass(frozen=True)
class Prepared:
    """The typed rows of one file in ``path``: the columns kept and ``problems``, a bit a rule, -1 for a blank row."""

    known: Understanding
    path: Path
    columns: tuple[str, ...]
    rules: tuple[Rule, ...]
    misfits: tuple[Misfit, ...]
    import_id: int = 0
    """The number of the import that the rows are marked with already; 0 when they are not."""

    @property
    def rows(self) -> str:
        """Every row with its ``position`` among those that fit the header, from 1, as SQL."""
        unsigned = "" if SIGN in self.columns else f"NULL::VARCHAR AS {SIGN}, "
        return (
            f"(SELECT * REPLACE (greatest(problems, 0) AS problems), problems < 0 AS blank, {unsigned}"  # noqa: S608
            f"file_row_number + 1 AS position FROM read_parquet({literal(self.path)}, file_row_number=true))"
        )

    @property
    def sound(self) -> str:
        """The rows without an error, as SQL: `rows` itself where none has one, so that nothing needs to be left out."""
        if not self.faulty and not self.patterns.get(-1):
            return self.rows
        return f"(SELECT * FROM {self.rows} WHERE problems & {self.mask(Severity.ERROR)} = 0 AND NOT blank)"  # noqa: S608

    def mask(self, severity: Severity) -> int:
        """The bits of the rules of this severity."""
        return sum(1 << bit for bit, rule in enumerate(self.rules) if rule.severity is severity)

    @property
    def marks(self) -> list[str]:
        """The columns that stand in the file beside those kept and the problems."""
        return (["original_row"] if self.known.source.table.numbered else []) + ["import_id"] * bool(self.import_id)

    @cached_property
    def patterns(self) -> dict[int, int]:
        """How many rows have these problems, by their bits; blank rows under -1."""
        counted = f"SELECT problems, count(*) FROM read_parquet({literal(self.path)}) GROUP BY problems"  # noqa: S608
        return dict(self.workspace.rows(counted))

    @property
    def faulty(self) -> int:
        """How many rows have an error."""
        errors = self.mask(Severity.ERROR)
        return sum(count for bits, count in self.patterns.items() if bits >= 0 and bits & errors)

    def broken(self, bit: int) -> int:
        """How many rows break the rule of this bit."""
        return sum(count for bits, count in self.patterns.items() if bits >= 0 and bits >> bit & 1)

    def row_numbers(self, positions: Iterable[int]) -> list[int]:
        """The row of the original file at each position."""
        wanted = np.fromiter(positions, dtype=np.int64)
        if self.known.source.table.numbered:
            return self._original_rows(wanted)
        # Rows that do not fit are not among the positions: each of them moves the later ones down by one.
        first = self.known.source.header_row
        before = np.array([misfit.row - first - 1 - place for place, misfit in enumerate(self.misfits)], dtype=np.int64)
        return [int(row) for row in wanted + first + np.searchsorted(before, wanted, side="left")]

    def _original_rows(self, positions: "np.ndarray[Any, np.dtype[np.int64]]") -> list[int]:
        wanted = pd.DataFrame({"position": positions})
        query = f"SELECT position, original_row FROM {self.rows} SEMI JOIN wanted USING (position)"  # noqa: S608
        found = self.workspace.frame(query, wanted=wanted).set_index("position").original_row
        return [int(found[position]) for position in positions.tolist()]

    @property
    def workspace(self) -> Workspace:
        """Where the rows lie."""
        return self.known.source.workspace

    def count(self, condition: str) -> int:
        """How many sound rows ``r`` fulfil a condition over the columns kept."""
        return self.workspace.count(f"SELECT count(*) FROM {self.sound} r WHERE {condition}")  # noqa: S608

    def originals(self, positions: Iterable[int]) -> pd.DataFrame:
        """The cells of these rows as the file has them, a column a header, by ``position``."""
        table = self.known.source.table
        wanted = pd.DataFrame({"position": np.fromiter(positions, dtype=np.int64)})
        names = dict(zip(table.columns, self.known.source.header, strict=True))
        query = (
            f"SELECT position, {', '.join(names)} FROM "  # noqa: S608
            f"(SELECT row_number() OVER () AS position, {', '.join(names)} FROM {table.sql()}) "
            "SEMI JOIN wanted USING (position) ORDER BY position"
        )
        cells = self.workspace.frame(query, wanted=wanted).set_index("position").rename(columns=names)
        return cells.astype(object).fillna("")

    def listed_problems(self) -> list[Problem]:
        """The first problems of the file by row, misfits included."""
        naming = sorted({rule.naming for rule in self.rules if rule.naming})
        names = "".join(f", {name}" for name in naming)
        faulty = f"SELECT position, problems{names} FROM {self.rows} WHERE problems <> 0 AND NOT blank"  # noqa: S608
        query = f"{faulty} ORDER BY position LIMIT {LISTED}"
        found = self.workspace.rows(query) if self.patterns.keys() - {0, -1} else []
        numbers = self.row_numbers(position for position, *_ in found)
        cells = self.originals(position for position, *_ in found) if found else pd.DataFrame()
        listed = [
            Problem(
                row,
                rule.column,
                shown(cells.loc[position, rule.column]),
                rule.worded(dict(zip(naming, named, strict=True))),
                rule.advice,
                rule.severity,
            )
            for (position, bits, *named), row in zip(found, numbers, strict=True)
            for bit, rule in enumerate(self.rules)
            if bits >> bit & 1
        ]
        listed += [
            Problem(each.row, "(row)", shown(each.text), each.rule, each.advice) for each in self.misfits[:LISTED]
        ]
        return sorted(listed, key=lambda problem: problem.row)[:LISTED]


def prepared(known: Understanding, *, import_id: int = 0) -> Prepared:
    """Read every row of the file once, into typed columns.

    Rows for the ledger may be marked with the number that their import will probably get: when it does, and all
    of them come in, the file is the ledger's file as it stands.

    Raises
    ------
    IngestError
        The engine cannot read the file with this format, or the disk is full.
    """
    workspace = known.source.workspace
    path = Path(tempfile.mkdtemp(dir=workspace.folder)) / "typed.parquet"
    found = rules(known)
    kept = list(typed_columns(known))
    further = ["original_row"] if known.source.table.numbered else []
    further += [f"{import_id}::INTEGER AS import_id"] if import_id else []
    further += [f"{_problems(known, found)} AS problems"]

    def copied(columns: list[str], rows: str) -> str:
        return f"COPY (SELECT {', '.join(columns + further)} FROM ({rows})) TO {literal(path)} ({PARQUET})"  # noqa: S608

    plain, unsigned = plain_rows(known), [name for name in kept if name != SIGN]
    if plain and workspace.attempt(copied(unsigned, plain)):
        return Prepared(known, path, tuple(unsigned), tuple(found), (), import_id)
    workspace.run("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")
    workspace.run(copied(kept, typed_rows(known)))
    return Prepared(known, path, tuple(kept), tuple(found), tuple(_misfits(known)), import_id)


def _problems(known: Understanding, found: Sequence[Rule]) -> str:
    """The bits of the broken rules; the conditions stop at the first that a row breaks, and few rows break any."""
    blank = " AND ".join(f"x_{each.name} IS NULL" for each in known.fields)
    broken = " OR ".join(f"({rule.broken})" for rule in found)
    bits = " + ".join(f"CASE WHEN {rule.broken} THEN {1 << bit}::BIGINT ELSE 0 END" for bit, rule in enumerate(found))
    return f"CASE WHEN {blank} THEN -1 WHEN {broken or 'false'} THEN {bits or '0'} ELSE 0 END"


def _misfits(known: Understanding) -> list[Misfit]:
    query = "SELECT line, any_value(csv_line), any_value(error_type) FROM reject_errors GROUP BY line ORDER BY line"
    found = []
    for line, text, error in known.source.workspace.rows(query):
        cells = str(text).strip("\r\n")
        row = int(cells.split(",", 1)[0]) if known.source.table.numbered else int(line)
        rule, advice = _MISFITS.get(str(error), ("cannot be read", "Compare it with the rows around it."))
        found.append(Misfit(row, cells.split(",", 1)[1] if known.source.table.numbered else cells, rule, advice))
    return found


def misfit_cells(misfit: Misfit, separator: str, width: int) -> list[str]:
    """The cells of a row that did not fit, as far as they can be told apart, for the file of rejects."""
    try:
        cells = next(csv.reader([misfit.text], delimiter=separator or ","), [])
    except csv.Error:
        cells = [misfit.text]
    return [*cells, *[""] * (width - len(cells))][:width] if len(cells) <= width else cells
