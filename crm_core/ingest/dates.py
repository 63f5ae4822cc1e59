"""How the text of a cell becomes a date, as SQL for DuckDB.

The order of day and month is given, never guessed; the date stays as its writer wrote it, whatever zone follows it.
"""

from crm_core.ingest.cells import DateOrder
from crm_core.ingest.workspace import literal

_CLOCK = r"(?:[T ,]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[AaPp]\.?[Mm]\.?)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?)?"
_DATE = rf"^(\d{{1,4}})[./ -](\d{{1,2}})[./ -](\d{{1,4}})(?:\.|\s*г\.?|\s*р\.?)?{_CLOCK}$"
DAY_MONTH = r"^(\d{1,2})[./ -](\d{1,2})[./ -](\d{2}|\d{4})\b"
"""The part of a date on which the order of day and month shows."""


def date(value: str, order: DateOrder, *, this_year: int) -> str:
    """A DATE from the trimmed text ``value``; a time of day after it is dropped, the date stays as written.

    A year of two digits lies in the hundred years that end next year.
    """
    parts = f"regexp_extract({value}, {literal(_DATE)}, ['a', 'b', 'c'])"
    a, b, c = f"{parts}.a", f"{parts}.b", f"{parts}.c"
    year_first = (a, b, c)
    day, month, year = {DateOrder.DMY: (a, b, c), DateOrder.MDY: (b, a, c), DateOrder.YMD: (c, b, a)}[order]
    compact = f"substr({value}, 1, 4) || '-' || substr({value}, 5, 2) || '-' || substr({value}, 7, 2)"
    return (
        f"CASE WHEN length({value}) = 10 AND substr({value}, 5, 1) = '-' THEN TRY_CAST({value} AS DATE) "
        f"WHEN regexp_full_match({value}, '(?:19|20)\\d{{6}}') THEN TRY_CAST({compact} AS DATE) "
        f"WHEN length({a}) = 4 AND length({c}) <= 2 THEN {_assembled(*year_first, this_year)} "
        f"WHEN length({day}) <= 2 AND length({year}) IN (2, 4) THEN {_assembled(year, month, day, this_year)} END"
    )


def _assembled(year: str, month: str, day: str, this_year: int) -> str:
    full = f"CAST({year} AS INTEGER)"
    century = f"CASE WHEN 2000 + {full} <= {this_year + 1} THEN 2000 + {full} ELSE 1900 + {full} END"
    value = f"CASE WHEN length({year}) = 2 THEN {century} ELSE {full} END"
    return f"TRY_CAST(printf('%04d-%02d-%02d', {value}, CAST({month} AS INTEGER), CAST({day} AS INTEGER)) AS DATE)"
