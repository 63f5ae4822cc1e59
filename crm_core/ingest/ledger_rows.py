"""Order lines and costs: a file against the ledger, and the files of the ledger that an import of it writes."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from crm_core.columns import Kind
from crm_core.errors import IngestError
from crm_core.ingest.comparison import Comparison, counted, meet
from crm_core.ingest.policy import Policy
from crm_core.ingest.prepared import PARQUET, Prepared
from crm_core.ingest.repeats import KEYS
from crm_core.ingest.values import LEDGER
from crm_core.ingest.workspace import Workspace, literal
from crm_core.store import ledger
from crm_core.store.ledger import LedgerFiles, table_name
from crm_core.store.warehouse import create_view


def compare_with_ledger(prepared: Prepared, rows: str, files: LedgerFiles) -> Comparison:
    """Compare lines and costs with those of the committed files; once only, as neither ever changes."""
    workspace, kind = prepared.workspace, prepared.known.mapping.kind
    name = table_name(kind)
    compared = (rows, files.files.get(name), files.superseded.get(name))
    if workspace.met == compared:
        return counted(workspace, rows)
    _meet_ledger(prepared, rows, name, files)
    workspace.met = compared
    return counted(workspace, rows)


def refuse_stale_numbers(prepared: Prepared, rows: str, files: LedgerFiles) -> None:
    """See that lines which the check numbered are not lines of orders that other imports brought meanwhile.

    Raises
    ------
    IngestError
        They are: a number given at the check could overwrite a line of the same order.
    """
    workspace, kind = prepared.workspace, prepared.known.mapping.kind
    if kind is not Kind.ORDER_LINES or prepared.known.has("line") or workspace.met is None:
        return
    seen = workspace.met[1] or ()
    since = [literal(path) for path in files.files.get(table_name(kind), ()) if path not in seen]
    query = f"SELECT count(*) FROM {rows} SEMI JOIN read_parquet([{', '.join(since)}]) USING (order_id)"  # noqa: S608
    if since and workspace.count(query):
        raise IngestError(
            "Another import brought lines of the same orders after this file was checked. "
            "Nothing was imported. Check the file again."
        )


def _meet_ledger(prepared: Prepared, rows: str, name: str, files: LedgerFiles) -> None:
    workspace, kind = prepared.workspace, prepared.known.mapping.kind
    if not files.files.get(name):
        workspace.run("CREATE OR REPLACE TEMP TABLE met (position BIGINT, import_id INTEGER, same BOOLEAN)")
        return
    create_view(workspace.connection, name, files.files[name], files.superseded.get(name, ()))
    columns = {column: column in prepared.columns for column in _columns(kind)}
    if kind is Kind.COSTS:
        _meet_equal_rows(workspace, rows, name, columns)
    else:
        equal = {each[0]: f"{_given('r', *each)} IS NOT DISTINCT FROM e.{each[0]}" for each in columns.items()}
        if prepared.known.has("customer_email"):
            # Another name of the same customer: what was found by the address may be stored under an earlier number.
            equal["customer_id"] = f"{_kept('r')} IS NOT DISTINCT FROM {_kept('e')}"
        same = " AND ".join(equal.values())
        meet(workspace, f"{rows} r JOIN {name} e USING ({', '.join(KEYS[kind])})", f"e.import_id, {same}")


def write_lines(prepared: Prepared, rows: str, target: Path, *, import_id: int, policy: Policy = Policy.UPDATE) -> None:
    """Write the rows that are new or changed, or only new; `compare_with_ledger` came before.

    A file of which every row comes in was written with its `prepared` rows already.
    """
    if rows == prepared.rows and import_id == prepared.import_id and not _is_any_met(prepared.workspace):
        ledger.write(target, lambda path: _put(prepared.path, path))
        return
    columns = ", ".join(column for column in _columns(prepared.known.mapping.kind) if column in prepared.columns)
    left = "" if policy is Policy.ADD else "WHERE same"
    kept = f"{rows} ANTI JOIN (SELECT position FROM met {left}) USING (position)"  # noqa: S608
    lines = f"SELECT {columns}, {import_id}::INTEGER AS import_id FROM {kept}"  # noqa: S608
    ledger.write(target, _copy(prepared.workspace, lines))


def write_superseded(prepared: Prepared, rows: str, target: Path, *, import_id: int) -> None:
    """Write the keys of the earlier rows that the file's replace."""
    key = ", ".join(KEYS[prepared.known.mapping.kind])
    replaced = (
        f"SELECT {key}, {import_id}::INTEGER AS import_id FROM {rows} "  # noqa: S608
        "SEMI JOIN (SELECT position FROM met WHERE NOT same) USING (position)"
    )
    ledger.write(target, _copy(prepared.workspace, replaced))


def _copy(workspace: Workspace, query: str) -> Callable[[Path], None]:
    def copy(path: Path) -> None:
        workspace.run(f"COPY ({query}) TO {literal(path)} ({PARQUET})")

    return copy


def _is_any_met(workspace: Workspace) -> bool:
    return workspace.count("SELECT count(*) FROM met") > 0


def _put(source: Path, target: Path) -> None:
    """The same file under another name; a copy where the ledger lies on another disk, or names cannot be shared."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def _columns(kind: Kind) -> list[str]:
    return [column.name for column in LEDGER[kind].columns if column.name != "import_id"]


def _kept(rows: str) -> str:
    return f"coalesce((SELECT kept_id FROM merged_ids WHERE merged_id = {rows}.customer_id), {rows}.customer_id)"  # noqa: S608


def _given(rows: str, column: str, in_file: bool) -> str:
    return f"{rows}.{column}" if in_file else "NULL"


def _meet_equal_rows(workspace: Workspace, rows: str, name: str, columns: Mapping[str, bool]) -> None:
    """Costs have no key: the second of two equal rows is known when two equal rows are."""
    given = ", ".join(column for column, in_file in columns.items() if in_file)
    equal = " AND ".join(
        f"{_given('r', *each)} IS NOT DISTINCT FROM e.{each[0]}" for each in [*columns.items(), ("place", True)]
    )
    in_file = f"(SELECT *, row_number() OVER (PARTITION BY {given}) AS place FROM {rows})"  # noqa: S608
    stored = f"(SELECT *, row_number() OVER (PARTITION BY {', '.join(columns)}) AS place FROM {name})"  # noqa: S608
    numbered = f"{in_file} r JOIN {stored} e ON {equal}"
    meet(workspace, numbered, "e.import_id, true")
