"""The rows of a file against what is stored: new, changed, unchanged."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from sqlalchemy.orm import Session

from crm_core.columns import Kind
from crm_core.ingest.consents import compare_consents
from crm_core.ingest.prepared import Prepared
from crm_core.ingest.repeats import KEYS, content
from crm_core.ingest.values import LEDGER
from crm_core.ingest.workspace import Workspace
from crm_core.store import records
from crm_core.store.ledger import LedgerFiles, table_name
from crm_core.store.warehouse import create_view

SEARCHED = ("first_name", "last_name", "company", "email", "phone")
"""The columns of a customer that a search looks into, besides the id."""


@dataclass(frozen=True)
class Comparison:
    """What importing would do. The engine holds ``met``: position, ``import_id`` and ``same`` of rows already known."""

    new: int
    changed: int
    unchanged: int
    builds_on: tuple[int, ...]
    """The imports that wrote the rows met."""


def compare_with_ledger(prepared: Prepared, rows: str, files: LedgerFiles) -> Comparison:
    """Compare lines and costs with those of the committed files."""
    workspace = prepared.workspace
    kind = prepared.known.mapping.kind
    name = table_name(kind)
    if not files.files.get(name):
        workspace.run("CREATE OR REPLACE TEMP TABLE met (position BIGINT, import_id INTEGER, same BOOLEAN)")
        return _counted(workspace, rows)
    create_view(workspace.connection, name, files.files[name], files.superseded.get(name, ()))
    columns = [column.name for column in LEDGER[kind].columns if column.name != "import_id"]
    if kind is Kind.COSTS:
        _meet_equal_rows(workspace, rows, name, columns)
    else:
        same = " AND ".join(f"r.{column} IS NOT DISTINCT FROM e.{column}" for column in columns)
        _meet(workspace, f"{rows} r JOIN {name} e USING ({', '.join(KEYS[kind])})", f"e.import_id, {same}")
    return _counted(workspace, rows)


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
    _meet(workspace, f"{rows} r JOIN existing e USING ({records.key_of(kind)})", f"e.updated_import_id, {equal}")
    return _counted(workspace, rows)


def record_columns(prepared: Prepared) -> list[str]:
    """The columns of the file that the database keeps, without the key."""
    kind = prepared.known.mapping.kind
    return [name for name in records.kept_columns(kind, content(prepared)) if name != records.key_of(kind)]


def created_columns(prepared: Prepared) -> str:
    """The select list of a new row ``r``."""
    columns = record_columns(prepared)
    parts = [f"r.{name}" for name in [records.key_of(prepared.known.mapping.kind), *columns]]
    if prepared.known.mapping.kind is Kind.CUSTOMERS:
        parts.append(_search_text({name: f"r.{name}" for name in SEARCHED if name in columns}))
    return ", ".join(parts)


def merged_columns(prepared: Prepared) -> str:
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


def _meet(workspace: Workspace, joined: str, values: str) -> None:
    import_id, same = values.split(", ", 1)
    workspace.run(
        f"CREATE OR REPLACE TEMP TABLE met AS "  # noqa: S608
        f"SELECT r.position, {import_id} AS import_id, ({same}) AS same FROM {joined}"
    )


def _meet_equal_rows(workspace: Workspace, rows: str, name: str, columns: Sequence[str]) -> None:
    """Costs have no key: the second of two equal rows is known when two equal rows are."""
    listed = ", ".join(columns)
    place = f"row_number() OVER (PARTITION BY {listed}) AS place"
    equal = " AND ".join(f"r.{column} IS NOT DISTINCT FROM e.{column}" for column in [*columns, "place"])
    numbered = f"(SELECT *, {place} FROM {rows}) r JOIN (SELECT *, {place} FROM {name}) e ON {equal}"  # noqa: S608
    _meet(workspace, numbered, "e.import_id, true")


def _counted(workspace: Workspace, rows: str) -> Comparison:
    total = workspace.count(f"SELECT count(*) FROM {rows}")  # noqa: S608
    unchanged = workspace.count("SELECT count(*) FROM met WHERE same")
    changed = workspace.count("SELECT count(*) FROM met WHERE NOT same")
    known = workspace.rows("SELECT DISTINCT import_id FROM met WHERE import_id IS NOT NULL ORDER BY 1")
    return Comparison(total - unchanged - changed, changed, unchanged, tuple(row[0] for row in known))


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
