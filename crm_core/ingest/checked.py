"""A file that was checked as a whole: what an import of it would do."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import pandas as pd

from crm_core.ingest.cells import DateOrder, DecimalMark
from crm_core.ingest.mapping import ColumnMapping
from crm_core.ingest.policy import Policy
from crm_core.ingest.prepared import Prepared
from crm_core.ingest.problems import Problem, Severity
from crm_core.ingest.rejects import rejected_rows
from crm_core.ingest.repeats import Distinct
from crm_core.ingest.source import Source


@dataclass(frozen=True)
class Counts:
    """Rows of a file by what becomes of them, and how many of those are remarkable."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    duplicate: int = 0
    rejected: int = 0
    warnings: int = 0
    returns: int = 0
    """Lines with a negative amount; they are kept."""
    anonymous: int = 0
    """Lines without a customer: in revenue, not in figures about customers."""
    kept: int = 0
    """Rows known and different that stay as they are, because the import only adds."""

    @property
    def written(self) -> int:
        """Rows that an import would write."""
        return self.new + self.changed


@dataclass(frozen=True)
class Tally:
    """How often one rule was broken."""

    column: str
    rule: str
    severity: Severity
    rows: int


@dataclass(frozen=True)
class Total:
    """What the rows that would come in add up to, to be compared with the sum in the person's own books."""

    first_day: int
    last_day: int
    amount_cents: int
    customers: int


@dataclass(frozen=True)
class Earlier:
    """The committed import of the very same file."""

    import_id: int
    imported_at: datetime


@dataclass(frozen=True)
class Checked:
    """A file that was checked as a whole; nothing of it is written yet."""

    source: Source
    mapping: ColumnMapping
    date_order: DateOrder
    decimal_mark: DecimalMark
    counts: Counts
    problems: tuple[Problem, ...]
    """The first problems by row; `tallies` counts all of them."""
    tallies: tuple[Tally, ...]
    notes: tuple[str, ...]
    """What was decided for the person, in words."""
    preview: pd.DataFrame
    """The first rows as understood: dates as ``day``, money in cents."""
    total: Total | None
    """Of order lines; None for other kinds, and when no row can be taken."""
    earlier: Earlier | None
    prepared: Prepared
    distinct: Distinct
    policy: Policy
    replaces: int | None
    """The import whose corrected version this is."""
    changes: pd.DataFrame
    """The first cells that change (`preview.changes`): key, field, before, after, as people write them."""
    opt_outs: int = 0
    """Known customers whose no is recorded though the row with it stays out."""
    read: Mapping[str, Any] = field(default_factory=dict)
    """How the file was understood (`repetition.as_read`)."""

    def rejected_rows(self) -> pd.DataFrame:
        """The rows that would stay out, as the file has them, with what is wrong; to be mended and imported alone."""
        return rejected_rows(self.prepared, self.distinct)

    def as_json(self) -> dict[str, object]:
        """Counts, problems and notes for a program that reads them."""
        return {
            "kind": self.mapping.kind.value,
            "file": self.source.file_name,
            "date_order": self.date_order.value,
            "decimal_mark": self.decimal_mark.value,
            "mapping": self.mapping.as_json(),
            "counts": asdict(self.counts),
            "total": asdict(self.total) if self.total else None,
            "problems": [asdict(problem) for problem in self.problems],
            "notes": list(self.notes),
            "policy": self.policy.value,
            "replaces": self.replaces,
            "changes": self.changes.to_dict("records"),
            "opt_outs": self.opt_outs,
        }
