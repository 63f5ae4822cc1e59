"""How a file writes dates and decimals: decided by whole columns, asked where both readings fit."""

from collections.abc import Mapping
from dataclasses import dataclass

from crm_core.columns import Dtype
from crm_core.errors import IngestError
from crm_core.ingest.cells import DateOrder, DecimalMark
from crm_core.ingest.dates import DAY_MONTH
from crm_core.ingest.kinds import Format
from crm_core.ingest.mapping import ColumnMapping, known_fields
from crm_core.ingest.reading import Source
from crm_core.ingest.workspace import literal

SAMPLE_ROWS = 20_000

_PROOFS = {
    DecimalMark.POINT: r"\.\d{1,2}\D*$|\.\d{4,}|,\d{3}\.|,\d{3},\d{3}|(?:^|\D)0\.\d",
    DecimalMark.COMMA: r",\d{1,2}\D*$|,\d{4,}|\.\d{3},|\.\d{3}\.\d{3}|(?:^|\D)0,\d",
}
_OPEN = r"^\D*\d{1,3}[.,]\d{3}\D*$"


@dataclass(frozen=True)
class Conventions:
    """How dates and decimals of one file are read; None where both readings fit and a person must say."""

    date_order: DateOrder | None
    decimal_mark: DecimalMark | None
    date_example: str = ""
    """A date that can be read in two ways, with the name of its column."""
    number_example: str = ""

    def settled(self) -> tuple[DateOrder, DecimalMark]:
        """Both answers.

        Raises
        ------
        IngestError
            One of them is open: the message asks, with an example.
        """
        if self.date_order is None:
            raise IngestError(
                f"{self.date_example} can be read day first or month first. Say which: "
                "--date-order dmy (day-month-year), mdy (month-day-year) or ymd (year-month-day)."
            )
        if self.decimal_mark is None:
            raise IngestError(
                f"{self.number_example} can be read with a decimal point or a decimal comma. Say which: "
                "--decimal-mark point or --decimal-mark comma."
            )
        return self.date_order, self.decimal_mark


def conventions(
    source: Source,
    mapping: ColumnMapping,
    *,
    date_order: DateOrder | None = None,
    decimal_mark: DecimalMark | None = None,
) -> Conventions:
    """What the columns of dates and numbers prove; what a person says goes first."""
    dates = _cells(source, mapping, {Dtype.DATE}) if date_order is None else {}
    numbers = _cells(source, mapping, {Dtype.MONEY, Dtype.NUMBER}) if decimal_mark is None else {}
    found = _Evidence(source, dates, numbers)
    return Conventions(
        date_order or found.date_order(),
        decimal_mark or found.decimal_mark(source.format),
        found.example("date"),
        found.example("number"),
    )


class _Evidence:
    """Counts, over all rows, of cells that fit one reading only."""

    def __init__(self, source: Source, dates: Mapping[str, str], numbers: Mapping[str, str]) -> None:
        self._cells = {f"date {header}": cell for header, cell in dates.items()}
        self._cells |= {f"number {header}": cell for header, cell in numbers.items()}
        self._counts: dict[str, tuple[int, int, int, str | None]] = {}
        if self._cells:
            sampled = self._count(source, f"(SELECT * FROM {source.table.sql()} LIMIT {SAMPLE_ROWS})")  # noqa: S608
            if sampled == SAMPLE_ROWS and not self._is_enough():
                self._count(source, source.table.sql())

    def date_order(self) -> DateOrder | None:
        dmy, mdy, unsure = self._total("date")
        if (dmy and mdy) or (unsure and not (dmy or mdy)):
            return None
        if dmy:
            return DateOrder.DMY
        return DateOrder.MDY if mdy else DateOrder.YMD

    def decimal_mark(self, file_format: Format) -> DecimalMark | None:
        point, comma, unsure = self._total("number")
        if comma and not point:
            return DecimalMark.COMMA
        if file_format is Format.XLSX or (point and not comma):
            return DecimalMark.POINT  # a workbook's own numbers are written with a point by `spreadsheet`
        return None if comma or unsure else DecimalMark.POINT

    def example(self, what: str) -> str:
        for name, (_, _, _, value) in self._counts.items():
            if name.startswith(what) and value is not None:
                return f"Column '{name.removeprefix(what).strip()}' ('{value[:40]}')"
        return ""

    def _count(self, source: Source, rows: str) -> int:
        cells = list(self._cells.items())
        parts = ", ".join(_evidence(name.split(" ", 1)[0], cell) for name, cell in cells)
        *row, total = source.workspace.rows(f"SELECT {parts}, count(*) FROM {rows}")[0]  # noqa: S608
        self._counts = {name: (*row[4 * i : 4 * i + 3], row[4 * i + 3]) for i, (name, _) in enumerate(cells)}
        return int(total)

    def _is_enough(self) -> bool:
        """A sample settles what shows no date with day and month in question, and one decimal mark only."""
        point, comma, _ = self._total("number")
        has_numbers = any(name.startswith("number") for name in self._cells)
        return not any(self._total("date")) and (not has_numbers or bool(point) != bool(comma))

    def _total(self, what: str) -> tuple[int, int, int]:
        counts = [count for name, count in self._counts.items() if name.startswith(what)]
        return sum(c[0] for c in counts), sum(c[1] for c in counts), sum(c[2] for c in counts)


def _cells(source: Source, mapping: ColumnMapping, dtypes: set[Dtype]) -> dict[str, str]:
    headers = (mapping.fields.get(each.name) for each in known_fields(mapping.kind) if each.dtype in dtypes)
    return {header: source.cell(header) for header in headers if header}


def _evidence(what: str, cell: str) -> str:
    """Four results: cells that only the first reading fits, only the second, both, and an example of both."""
    if what == "number":
        first, second = (f"regexp_matches({cell}, {literal(_PROOFS[mark])})" for mark in DecimalMark)
        both = f"regexp_matches({cell}, {literal(_OPEN)}) AND NOT ({first} OR {second})"
    else:
        parts = f"regexp_extract({cell}, {literal(DAY_MONTH)}, ['a', 'b', 'c'])"
        a, b = f"TRY_CAST({parts}.a AS INTEGER)", f"TRY_CAST({parts}.b AS INTEGER)"
        # 24-06-20 may begin with its year.
        short = f"regexp_matches({cell}, '^\\d\\d-\\d\\d-\\d\\d\\b')"
        first = f"({a} > 12 AND {b} <= 12 AND NOT {short})"
        second = f"({b} > 12 AND {a} <= 12 AND NOT {short})"
        both = f"({a} <= 12 AND {b} <= 12 AND {a} <> {b} OR {short})"
    counts = ", ".join(f"count(*) FILTER ({each})" for each in (first, second, both))
    return f"{counts}, any_value({cell}) FILTER ({both})"
