"""Customers, products, answers and interactions: a file against the database, and what an import of it writes."""

import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from sqlalchemy.orm import Session

from crm_core.columns import Kind
from crm_core.ingest.comparison import Comparison, counted, meet
from crm_core.ingest.consents import compare_consents
from crm_core.ingest.prepared import Prepared
from crm_core.ingest.repeats import content
from crm_core.ingest.workspace import Workspace
from crm_core.store import records

SEARCHED = ("first_name", "last_name", "company", "email", "phone")
"""The columns of a customer that a search looks into, besides the id."""


def compare_with_records(session: Session, prepared: Prepared, rows: str) -> Comparison:
    """Compare with the rows of the database; an empty cell says nothing about what is known.

    The engine then also holds ``existing``, the stored rows under the file's keys, and ``evidence``
    (`consents.compare_consents`).
    """
    workspace = prepared.workspace
    kind = prepared.known.mapping.kind
    columns = record_columns(prepared)
    _bring(workspace, session, kind, rows, columns)
    extra = {"extra": "json_merge_patch(e.extra, r.extra) = json_merge_patch(e.extra, '{}')"}
    same = [extra.get(name, f"(r.{name} IS NULL OR r.{name} IS NOT DISTINCT FROM e.{name})") for name in columns]
    compare_consents(session, prepared, rows)
    unspoken = "r.position NOT IN (SELECT position FROM evidence)"
    equal = " AND ".join([*same, unspoken])
    meet(workspace, f"{rows} r JOIN existing e USING ({records.key_of(kind)})", f"e.updated_import_id, {equal}")
    return counted(workspace, rows)


def write_records(session: Session, prepared: Prepared, rows: str, *, import_id: int) -> None:
    """Create the rows that are new and update those that changed; `compare_with_records` came before."""
    kind, workspace = prepared.known.mapping.kind, prepared.workspace
    new = f"SELECT {_created_columns(prepared)} FROM {rows} r ANTI JOIN met USING (position)"  # noqa: S608
    records.create(session, kind, _dicts(workspace, new), import_id=import_id)
    changed = (
        f"SELECT {_merged_columns(prepared)} FROM {rows} r JOIN met USING (position) "  # noqa: S608
        f"JOIN existing e USING ({records.key_of(kind)}) WHERE NOT met.same"
    )
    records.update(session, kind, _dicts(workspace, changed), import_id=import_id)


def record_columns(prepared: Prepared) -> list[str]:
    """The columns of the file that the database keeps, without the key."""
    kind = prepared.known.mapping.kind
    return [name for name in records.kept_columns(kind, content(prepared)) if name != records.key_of(kind)]


def _created_columns(prepared: Prepared) -> str:
    """The select list of a new row ``r``."""
    columns = record_columns(prepared)
    parts = [f"r.{name}" for name in [records.key_of(prepared.known.mapping.kind), *columns]]
    if prepared.known.mapping.kind is Kind.CUSTOMERS:
        parts.append(_search_text({name: f"r.{name}" for name in SEARCHED if name in columns}))
    return ", ".join(parts)


def _merged_columns(prepared: Prepared) -> str:
    """The select list of a changed row ``r`` over the stored row ``e``: what the file says, else what was known."""
    columns = record_columns(prepared)
    values = {name: f"coalesce(r.{name}, e.{name})" for name in columns}
    if prepared.known.mapping.kind is Kind.CUSTOMERS:
        values["extra"] = "json_merge_patch(e.extra, r.extra)"
    parts = [f"r.{records.key_of(prepared.known.mapping.kind)}", *(f"{values[name]} AS {name}" for name in columns)]
    if prepared.known.mapping.kind is Kind.CUSTOMERS:
        parts.append(_search_text({name: values.get(name, f"e.{name}") for name in SEARCHED}))
    return ", ".join(parts)


def _search_text(values: dict[str, str]) -> str:
    """What a customer is found by, lower case; the digits of the phone again without marks between them."""
    digits = [f"regexp_replace({values['phone']}, '\\D', '', 'g')"] if "phone" in values else []
    return f"lower(concat_ws(' ', r.customer_id, {', '.join([*values.values(), *digits, 'NULL'])})) AS search_text"


def _bring(workspace: Workspace, session: Session, kind: Kind, rows: str, columns: Sequence[str]) -> None:
    """Copy the stored rows under the file's keys into the engine, in the types of the file's rows."""
    key = records.key_of(kind)
    further = [name for name in SEARCHED if name not in columns] if kind is Kind.CUSTOMERS else []
    typed = [key, *columns, *(f"NULL::VARCHAR AS {name}" for name in further), "NULL::INTEGER AS updated_import_id"]
    columns = [*columns, *further]
    workspace.run(f"CREATE OR REPLACE TEMP TABLE existing AS SELECT {', '.join(typed)} FROM {rows} LIMIT 0")  # noqa: S608
    keys = [row[0] for row in workspace.rows(f"SELECT {key} FROM {rows}")]  # noqa: S608
    found = records.stored(session, kind, keys, columns)
    if not found:
        return
    names = [key, *columns, "updated_import_id"]
    stored = pa.table(
        {name: _texts(name, values) for name, values in zip(names, zip(*found, strict=True), strict=True)}
    )
    with workspace.given(stored=stored):
        workspace.run("INSERT INTO existing SELECT * FROM stored")


def _texts(name: str, values: Sequence[Any]) -> list[Any]:
    return [json.dumps(value, ensure_ascii=False) for value in values] if name == "extra" else list(values)


def _dicts(workspace: Workspace, query: str) -> list[dict[str, Any]]:
    """The rows of a query as the database takes them."""
    rows = workspace.dicts(query)
    for row in rows:
        if "extra" in row:
            row["extra"] = json.loads(row["extra"])
    return rows
