"""Rows of one file that give the same thing twice: equal ones count once, contradicting ones are sent back."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crm_core.columns import Kind
from crm_core.ingest.prepared import LISTED, PARQUET, Prepared
from crm_core.ingest.problems import Problem, Severity, shown
from crm_core.ingest.values import SIGN
from crm_core.ingest.workspace import literal

KEYS: dict[Kind, tuple[str, ...]] = {
    Kind.CUSTOMERS: ("customer_id",),
    Kind.ORDER_LINES: ("order_id", "line"),
    Kind.PRODUCTS: ("product_id",),
    Kind.ANSWERS: ("response_id",),
    Kind.INTERACTIONS: ("interaction_id",),
    Kind.EXCHANGE_RATES: ("rate_id",),
}
"""What identifies a row. Costs have none: two equal costs of one day are two costs."""

_SHOWN = {"rate_id": "currency"}
"""Keys that are made of several columns, and the column to look at."""
_NOT_CONTENT = {"position", "problems", "blank", "original_row", SIGN}

HASHED_ROWS = 16_000_000
"""How many hashes are sorted at once: 128 MB of them."""

BATCH_ROWS = 120_000
"""How many lines are looked at together while they stand order by order: so many stay in the processor's cache."""

_MIDDLE = np.uint64(1 << 63)

Hashes = np.ndarray[Any, np.dtype[np.uint64]]


@dataclass(frozen=True)
class Distinct:
    """The rows of a file that are to be imported, each key once."""

    rows: str
    """SQL: the sound rows without the repeated ones, with ``position`` and, for order lines, a ``line``."""
    duplicates: int
    """Rows equal to one before them."""
    contradicting: tuple[int, ...]
    """Positions of rows that give different contents for one key; all of them stay out."""
    problems: tuple[Problem, ...]
    customers: int | None = None
    """How many customers the rows are of, where that was seen on the way."""


def distinct(prepared: Prepared, *, hashed_rows: int = HASHED_ROWS, batch_rows: int = BATCH_ROWS) -> Distinct:
    """The sound rows with each key once; lines without a number are numbered within their order as they stand.

    ``hashed_rows`` are sorted together, lines of whole orders read ``batch_rows`` at a time: more take more memory.
    """
    kind = prepared.known.mapping.kind
    if kind is Kind.COSTS:
        return Distinct(prepared.sound, 0, (), ())
    if kind is Kind.ORDER_LINES and not prepared.known.has("line"):
        return Distinct(_numbered(prepared), 0, (), ())
    if kind is Kind.ORDER_LINES and sum(prepared.patterns.values()) <= hashed_rows:
        customers = _customers_of_whole_orders(prepared, batch_rows)
        if customers is not None:
            return Distinct(prepared.sound, 0, (), (), customers)
    key = KEYS[kind]
    suspects = _suspects(prepared, key, hashed_rows)
    if not suspects.size:
        return Distinct(prepared.sound, 0, (), ())
    return _without_repeats(prepared, key, suspects)


def content(prepared: Prepared) -> list[str]:
    """The columns of a row that come from its cells."""
    return [name for name in prepared.columns if name not in _NOT_CONTENT]


def numbered(prepared: Prepared) -> str:
    """Every row with its place in its order as ``line``, rows with errors counted: mended ones keep their place.

    Lines of orders that are stored have theirs from `placing`.
    """
    place = "coalesce(line, CAST(row_number() OVER (PARTITION BY order_id ORDER BY position) AS INTEGER))"
    return f"(SELECT * REPLACE ({place} AS line) FROM {prepared.rows} WHERE NOT blank)"  # noqa: S608


def _numbered(prepared: Prepared) -> str:
    """Written out once: numbering sorts all rows, and the rows are read several times."""
    path = prepared.path.with_name("numbered.parquet")
    errors = prepared.mask(Severity.ERROR)
    prepared.workspace.run(
        f"COPY (SELECT * FROM {numbered(prepared)} WHERE problems & {errors} = 0) TO {literal(path)} ({PARQUET})"  # noqa: S608
    )
    return f"(SELECT * FROM read_parquet({literal(path)}))"  # noqa: S608


def _suspects(prepared: Prepared, key: tuple[str, ...], hashed_rows: int) -> Hashes:
    """The hashes that stand twice: every repeated key has one of them.

    Sorting plain numbers takes half the time of the engine's DISTINCT, which sorts nothing but holds every key.
    """
    named, rows = f"hash({', '.join(key)})", sum(prepared.patterns.values())
    parts = rows // hashed_rows + 1
    twice: list[Hashes] = []
    for part in range(parts):
        chosen = f" WHERE {named} % {parts} = {part}" if parts > 1 else ""
        hashes = prepared.workspace.numbers(f"SELECT {named} AS key FROM {prepared.sound}{chosen}")  # noqa: S608
        with ThreadPoolExecutor(2) as two:  # sorting lets go of the interpreter's lock
            twice += two.map(_twice, [hashes[hashes < _MIDDLE], hashes[hashes >= _MIDDLE]])
    return np.concatenate(twice)


def _customers_of_whole_orders(prepared: Prepared, batch_rows: int) -> int | None:
    """The number of customers, if the lines of each order stand together and are numbered upwards, as in most files.

    Then no line stands twice if no order begins twice: there are fewer orders to compare than lines. Customers are
    told apart by 64 bits of a hash, which confounds two of ten million once in 400,000 files.
    """
    customer = "hash(customer_id)" if "customer_id" in prepared.columns else "hash(NULL::VARCHAR)"
    query = f"SELECT hash(order_id) AS part, line, {customer} AS customer FROM {prepared.sound}"  # noqa: S608
    orders, customers = [np.empty(0, np.uint64)], [np.empty(0, np.uint64)]
    before: tuple[Any, Any] | None = None
    with closing(prepared.workspace.batches_of_numbers(query, batch_rows)) as batches:
        for order, line, whose in batches:
            begins, upwards = _changes(order), np.append(True, line[1:] > line[:-1])
            if before:
                begins[0], upwards[0] = order[0] != before[0], line[0] > before[1]
            if not (begins | upwards).all():
                return None
            before = (order[-1], line[-1])
            orders.append(order[begins])
            customers.append(whose[_changes(whose)])
    with ThreadPoolExecutor(2) as two:  # sorting lets go of the interpreter's lock
        each_order, each_customer = two.map(_sorted, (np.concatenate(orders), np.concatenate(customers)))
    if not _changes(each_order).all():
        return None
    nobody = prepared.workspace.count("SELECT hash(NULL::VARCHAR)")
    return int(np.count_nonzero(each_customer[_changes(each_customer)] != np.uint64(nobody)))


def _changes(values: Hashes) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    """Which values are not the one before them."""
    return np.append(True, values[1:] != values[:-1])[: len(values)]


def _sorted(hashes: Hashes) -> Hashes:
    hashes.sort()
    return hashes


def _twice(hashes: Hashes) -> Hashes:
    hashes = _sorted(hashes)
    return np.unique(hashes[1:][hashes[1:] == hashes[:-1]])


def _without_repeats(prepared: Prepared, key: tuple[str, ...], suspects: Hashes) -> Distinct:
    path = prepared.path.with_name("repeats.parquet")
    named = ", ".join(key)
    rows = f"(SELECT * FROM {prepared.sound} WHERE hash({named}) IN (SELECT key FROM suspects))"  # noqa: S608
    with prepared.workspace.given(suspects=pd.DataFrame({"key": suspects})):
        prepared.workspace.run(
            f"COPY (WITH repeated AS (SELECT {named}, min(position) AS first, "  # noqa: S608
            f"count(DISTINCT hash({', '.join(_told_apart_by(prepared))})) > 1 AS contradicts "
            f"FROM {rows} GROUP BY {named} HAVING count(*) > 1) "
            f"SELECT position, first, contradicts, {named} FROM {rows} JOIN repeated USING ({named}) "
            f"WHERE contradicts OR position <> first) TO {literal(path)} (FORMAT parquet)"
        )
    repeats = f"read_parquet({literal(path)})"
    rows = f"(SELECT * FROM {prepared.sound} ANTI JOIN {repeats} USING (position))"  # noqa: S608
    query = f"SELECT position FROM {repeats} WHERE contradicts ORDER BY position"  # noqa: S608
    positions = tuple(row[0] for row in prepared.workspace.rows(query))
    duplicates = prepared.workspace.count(f"SELECT count(*) FROM {repeats} WHERE NOT contradicts")  # noqa: S608
    return Distinct(rows, duplicates, positions, tuple(_contradictions(prepared, repeats, key)))


def _told_apart_by(prepared: Prepared) -> list[str]:
    """The columns in which two rows of one key may not differ: two spellings of one address are no contradiction."""
    return [name for name in content(prepared) if name != "email"]


def _contradictions(prepared: Prepared, repeats: str, key: tuple[str, ...]) -> list[Problem]:
    columns = prepared.known.mapping.fields
    # A number that was made from the address says nothing to whoever wrote the file: the address does.
    told = [name for name in ("email", "phone") if name in columns] if key[0] not in columns else []
    values = f"coalesce({', '.join(told)})" if told else ", ".join(key)
    query = (
        f"SELECT position, first, {values} FROM (SELECT position, first, contradicts FROM {repeats}) "  # noqa: S608
        f"JOIN {prepared.rows} USING (position) "
        f"WHERE contradicts AND position <> first ORDER BY position LIMIT {LISTED}"
    )
    found = prepared.workspace.rows(query)
    rows = prepared.row_numbers(position for position, *_ in found)
    firsts = prepared.row_numbers(first for _, first, *_ in found)
    return [
        Problem(
            row,
            columns.get(told[0] if told else _SHOWN.get(key[0], key[0]), key[0]),
            shown(", line ".join(str(part) for part in values)),
            f"stands in row {first} with different contents; neither row is imported",
            "Make one row of them." if told else "Keep the right one, or give them different numbers.",
        )
        for row, first, (_, _, *values) in zip(rows, firsts, found, strict=True)
    ]
