"""What an import will change, cell by cell: "email: old -> new", in the words of the person who looks."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pandas as pd

from crm_core.ingest.prepared import Prepared
from crm_core.ingest.record_rows import record_columns
from crm_core.ingest.repeats import KEYS, Distinct
from crm_core.ingest.values import LEDGER
from crm_core.store.ledger import table_name

MOST = 200
"""How many cells are shown; the counts tell of all."""

_COLUMNS = ["key", "field", "before", "after"]
_NOT_SHOWN = {"import_id", "month", "email_normalised", "phone_normalised"}
_DAYS = {"day", "birthday", "created"}
_NAMES = {"day": "date"}
_EPOCH = date(1970, 1, 1)

NO_CHANGES = pd.DataFrame(columns=_COLUMNS, dtype=str)
"""Of a file that changes nothing."""


def changes(prepared: Prepared, once: Distinct) -> pd.DataFrame:
    """The first cells that change, sorted as in the file; the comparison came before.

    A row per cell, all as text: ``key`` the customer, product or order and line, ``field``, ``before``, ``after``;
    days as 2026-06-30, money as 1234.50, nothing as an empty text.
    """
    kind = prepared.known.mapping.kind
    key, columns = KEYS.get(kind, ()), _compared(prepared)
    if not key or not columns:
        return NO_CHANGES
    stored = table_name(kind) if kind in LEDGER else "existing"
    pairs = ", ".join(f"r.{name} AS after_{name}, e.{name} AS before_{name}" for name in columns)
    first = f"(SELECT position FROM met WHERE NOT same ORDER BY position LIMIT {MOST})"  # noqa: S608
    changed = f"(SELECT * FROM {once.rows} SEMI JOIN {first} USING (position))"  # noqa: S608
    rows = prepared.workspace.dicts(
        f"SELECT {', '.join(f'r.{name}' for name in key)}, {pairs} FROM {changed} r "  # noqa: S608
        f"JOIN {stored} e USING ({', '.join(key)}) ORDER BY r.position"
    )
    cells = [
        (" line ".join(str(row[name]) for name in key), field, before, after)
        for row in rows
        for field, before, after in _cells(row, columns)
        if before != after and (after or kind in LEDGER)
    ]
    return pd.DataFrame(cells[:MOST], columns=_COLUMNS, dtype=str)


def _cells(row: dict[str, Any], columns: list[str]) -> Iterator[tuple[str, str, str]]:
    """Field, before and after; a custom field counts as one of its own."""
    for name in columns:
        before, after = row[f"before_{name}"], row[f"after_{name}"]
        if name == "extra":
            was, will = json.loads(before or "{}"), json.loads(after or "{}")
            yield from ((field, shown(field, was.get(field)), shown(field, value)) for field, value in will.items())
        else:
            yield _NAMES.get(name, name.removesuffix("_cents")), shown(name, before), shown(name, after)


def shown(name: str, value: Any) -> str:  # noqa: ANN401 - whatever a cell holds
    """A value of a column as people write it."""
    if value is None or value == "":
        return ""
    if name in _DAYS:
        return (_EPOCH + timedelta(days=int(value))).isoformat()
    if name.endswith("_cents"):
        return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _compared(prepared: Prepared) -> list[str]:
    kind = prepared.known.mapping.kind
    own = [column.name for column in LEDGER[kind].columns if column.name in prepared.columns] if kind in LEDGER else []
    columns = own or record_columns(prepared)
    return [name for name in columns if name not in {*_NOT_SHOWN, *KEYS.get(kind, ())}]
