"""How a file writes dates and decimals: decided by whole columns, asked where both readings fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from crm_core.columns import Dtype
from crm_core.errors import IngestError
from crm_core.ingest.cells import DateOrder, DecimalMark
from crm_core.ingest.dates import DAY_MONTH, FIRST_BIRTHDAY_SERIAL, FIRST_SERIAL, is_serial
from crm_core.ingest.kinds import Format
from crm_core.ingest.mapping import ColumnMapping, known_fields
from crm_core.ingest.source import Source
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
    own_orders: Mapping[str, DateOrder] = field(default_factory=dict)
    """Columns whose dates prove another order than the rest of the file, by their headers."""
    serials: frozenset[str] = frozenset()
    """Columns that give every date as Excel's number of the day, by their headers."""

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
    dates = _columns(source, mapping, {Dtype.DATE})
    numbers = _columns(source, mapping, {Dtype.MONEY, Dtype.NUMBER}) if decimal_mark is None else []
    found = _Evidence(source, dates, numbers)
    order = date_order or found.date_order()
    return Conventions(
        order,
        decimal_mark or found.decimal_mark(source.format),
        _example(found.dates),
        _example(found.numbers),
        found.own_orders(order),
        frozenset(each.header for each in found.dates if each.is_serial),
    )


@dataclass(frozen=True)
class _Column:
    """A column and how many of its cells fit one reading only, or both: day or month first, point or comma."""

    name: str
    header: str
    cell: str
    first: int = 0
    second: int = 0
    both: int = 0
    example: str | None = None
    serial: int = 0
    filled: int = 0

    @property
    def is_serial(self) -> bool:
        return 0 < self.filled == self.serial

    @property
    def order(self) -> DateOrder | None:
        """The order that its cells prove."""
        if bool(self.first) == bool(self.second):
            return None
        return DateOrder.DMY if self.first else DateOrder.MDY


class _Evidence:
    """Counts, over all rows, of cells that fit one reading only."""

    def __init__(self, source: Source, dates: Sequence[_Column], numbers: Sequence[_Column]) -> None:
        self.dates, self.numbers = list(dates), list(numbers)
        if dates or numbers:
            sampled = self._count(source, f"(SELECT * FROM {source.table.sql()} LIMIT {SAMPLE_ROWS})")  # noqa: S608
            if sampled == SAMPLE_ROWS and not self._is_enough():
                self._count(source, source.table.sql())

    def date_order(self) -> DateOrder | None:
        proven = self._proven_orders()
        contradictory = any(each.first and each.second for each in self.dates)
        unsure = any(each.both and not each.first and not each.second for each in self.dates)
        if contradictory or (unsure and len(proven) != 1):
            return None
        return next(iter(proven), DateOrder.YMD)

    def own_orders(self, order: DateOrder | None) -> dict[str, DateOrder]:
        """Columns that prove another order than the file's; none where all that prove one prove the same."""
        if len(self._proven_orders()) < 2:
            return {}
        return {each.header: each.order for each in self.dates if each.order and each.order is not order}

    def decimal_mark(self, file_format: Format) -> DecimalMark | None:
        point, comma, unsure = self._total_of_numbers()
        if comma and not point:
            return DecimalMark.COMMA
        if file_format.is_workbook or (point and not comma):
            return DecimalMark.POINT  # a workbook's own numbers are written with a point by `spreadsheet`
        return None if comma or unsure else DecimalMark.POINT

    def _proven_orders(self) -> list[DateOrder]:
        return list(dict.fromkeys(each.order for each in self.dates if each.order))

    def _count(self, source: Source, rows: str) -> int:
        parts = [_date_evidence(each) for each in self.dates] + [_number_evidence(each) for each in self.numbers]
        *row, total = source.workspace.rows(f"SELECT {', '.join(parts)}, count(*) FROM {rows}")[0]  # noqa: S608
        counted = [
            replace(each, **dict(zip(_COUNTED, row[len(_COUNTED) * place :], strict=False)))
            for place, each in enumerate([*self.dates, *self.numbers])
        ]
        self.dates, self.numbers = counted[: len(self.dates)], counted[len(self.dates) :]
        return int(total)

    def _is_enough(self) -> bool:
        """A sample settles what shows no date with day and month in question, and one decimal mark only."""
        point, comma, _ = self._total_of_numbers()
        open_dates = any(each.first or each.second or each.both or each.is_serial for each in self.dates)
        return not open_dates and (not self.numbers or bool(point) != bool(comma))

    def _total_of_numbers(self) -> tuple[int, int, int]:
        return (
            sum(each.first for each in self.numbers),
            sum(each.second for each in self.numbers),
            sum(each.both for each in self.numbers),
        )


_COUNTED = ("first", "second", "both", "example", "serial", "filled")


def _columns(source: Source, mapping: ColumnMapping, dtypes: set[Dtype]) -> list[_Column]:
    headers = (
        (each.name, mapping.fields.get(each.name)) for each in known_fields(mapping.kind) if each.dtype in dtypes
    )
    return [_Column(name, header, source.cell(header)) for name, header in headers if header]


def _example(columns: Sequence[_Column]) -> str:
    for each in columns:
        if each.example is not None:
            return f"Column '{each.header}' ('{each.example[:40]}')"
    return ""


def _number_evidence(column: _Column) -> str:
    cell = column.cell
    first, second = (f"regexp_matches({cell}, {literal(_PROOFS[mark])})" for mark in DecimalMark)
    both = f"regexp_matches({cell}, {literal(_OPEN)}) AND NOT ({first} OR {second})"
    return _counted(cell, first, second, both, "false")


def _date_evidence(column: _Column) -> str:
    cell = column.cell
    parts = f"regexp_extract({cell}, {literal(DAY_MONTH)}, ['a', 'b', 'c'])"
    a, b = f"TRY_CAST({parts}.a AS INTEGER)", f"TRY_CAST({parts}.b AS INTEGER)"
    # 24-06-20 may begin with its year.
    short = f"regexp_matches({cell}, '^\\d\\d-\\d\\d-\\d\\d\\b')"
    first = f"({a} > 12 AND {b} <= 12 AND NOT {short})"
    second = f"({b} > 12 AND {a} <= 12 AND NOT {short})"
    both = f"({a} <= 12 AND {b} <= 12 AND {a} <> {b} OR {short})"
    serial = is_serial(cell, first=FIRST_BIRTHDAY_SERIAL if column.name == "birthday" else FIRST_SERIAL)
    return _counted(cell, first, second, both, serial)


def _counted(cell: str, first: str, second: str, both: str, serial: str) -> str:
    """The results named in ``_COUNTED``."""
    counts = ", ".join(f"count(*) FILTER ({each})" for each in (first, second, both))
    return f"{counts}, any_value({cell}) FILTER ({both}), count(*) FILTER ({serial}), count({cell})"
