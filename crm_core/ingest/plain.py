"""Files as most programs write them, with ISO dates and plain numbers: there the engine's own reading is exact.

It takes half the time of `values`, which reads texts that may be anything, and it fails at the first cell that is not
plain; `values` then reads the file. What both read must come out equal.
"""

from crm_core.columns import Dtype, Field, Kind
from crm_core.ingest.cells import Blanks, DecimalMark
from crm_core.ingest.scan import JOINED, SIGNS
from crm_core.ingest.values import LEDGER, Understanding, as_in_ledger, date_bounds, days

_TYPES = {
    Dtype.TEXT: "VARCHAR",
    Dtype.DATE: "DATE",
    Dtype.INTEGER: "DOUBLE",  # the engine rounds 1.5 for an integer, and tells nobody
    Dtype.MONEY: "DECIMAL(15,2)",
    Dtype.NUMBER: "DECIMAL(18,4)",
}
_NEED_WORK = {"customer_email", "currency", "discount", "return_of"}
"""Fields that become something else than what stands in the cell."""


def plain_rows(known: Understanding) -> str | None:
    """The columns of `values.typed_rows` but for the sign of a currency, as a select that fails at a cell not plain.

    None where the file as a whole says that it is not: the engine takes blanks, 1e5 and 1_000 for parts of numbers.
    """
    source, mapping = known.source, known.mapping
    complete = mapping.kind is Kind.COSTS or (known.has("order_id") and known.has("amount"))
    fits = (
        mapping.kind in LEDGER
        and complete
        and not any(map(known.has, _NEED_WORK))
        and not known.serials
        and source.is_ascii
        and source.absent >= {*SIGNS, JOINED}
        and source.table.blanks is Blanks.NONE
        and not source.table.numbered
        and known.decimal_mark is DecimalMark.POINT
        and all(each.dtype in _TYPES for each in known.fields)
    )
    return _select(known) if fits else None


def _select(known: Understanding) -> str:
    table, mapping = known.source.table, known.mapping
    column = {each.name: table.columns[known.source.header.index(mapping.fields[each.name])] for each in known.fields}
    types = dict.fromkeys(table.columns, "VARCHAR") | {column[each.name]: _TYPES[each.dtype] for each in known.fields}
    cells = [f"{cell} AS x_{name}" for name, cell in column.items()]
    cells += [f"{_day(known, column[each.name])} AS d_{each.name}" for each in known.fields if each.dtype is Dtype.DATE]
    typed: dict[str, str] = {}
    for each in known.fields:
        typed |= _typed(known, each)
    columns = ", ".join(f"{sql} AS {name}" for name, sql in as_in_ledger(LEDGER[mapping.kind], typed).items())
    return f"SELECT *, {columns} FROM (SELECT {', '.join(cells)} FROM {table.typed_sql(types)})"  # noqa: S608


def _day(known: Understanding, cell: str) -> str:
    """To the engine a year of two digits lies in the first century, and ``epoch`` and ``infinity`` are dates."""
    first, last = date_bounds(known.today)
    odd = f"{cell} NOT BETWEEN {first} AND {last} OR {cell} = DATE 'epoch'"
    return f"CASE WHEN {odd} THEN error('not plain') ELSE {cell} END"


def _typed(known: Understanding, each: Field) -> dict[str, str]:
    value = f"x_{each.name}"
    match each.dtype:
        case Dtype.DATE:
            return days(known, each)
        case Dtype.MONEY:
            return {f"{each.name}_cents": f"CAST({value} * 100 AS BIGINT)"}
        case Dtype.INTEGER:
            return {each.name: f"CASE WHEN {value} = floor({value}) THEN TRY_CAST({value} AS INTEGER) END"}
        case Dtype.NUMBER:
            return {each.name: f"CAST({value} AS DOUBLE)"}
    return {each.name: value}
