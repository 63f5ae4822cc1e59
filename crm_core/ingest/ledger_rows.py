"""Order lines and costs: a file against the ledger, and the files of the ledger that an import of it writes."""

from collections.abc import Callable, Sequence
from pathlib import Path

from crm_core.columns import Kind
from crm_core.ingest.comparison import Comparison, counted, meet
from crm_core.ingest.prepared import Prepared
from crm_core.ingest.repeats import KEYS
from crm_core.ingest.values import LEDGER
from crm_core.ingest.workspace import Workspace, literal
from crm_core.store import ledger
from crm_core.store.ledger import LedgerFiles, table_name
from crm_core.store.warehouse import create_view


def compare_with_ledger(prepared: Prepared, rows: str, files: LedgerFiles) -> Comparison:
    """Compare lines and costs with those of the committed files."""
    workspace = prepared.workspace
    kind = prepared.known.mapping.kind
    name = table_name(kind)
    if not files.files.get(name):
        workspace.run("CREATE OR REPLACE TEMP TABLE met (position BIGINT, import_id INTEGER, same BOOLEAN)")
        return counted(workspace, rows)
    create_view(workspace.connection, name, files.files[name], files.superseded.get(name, ()))
    columns = [column.name for column in LEDGER[kind].columns if column.name != "import_id"]
    if kind is Kind.COSTS:
        _meet_equal_rows(workspace, rows, name, columns)
    else:
        same = " AND ".join(f"r.{column} IS NOT DISTINCT FROM e.{column}" for column in columns)
        meet(workspace, f"{rows} r JOIN {name} e USING ({', '.join(KEYS[kind])})", f"e.import_id, {same}")
    return counted(workspace, rows)


def write_lines(prepared: Prepared, rows: str, target: Path, *, import_id: int) -> None:
    """Write the rows that are new or changed; `compare_with_ledger` came before."""
    columns = ", ".join(
        column.name for column in LEDGER[prepared.known.mapping.kind].columns if column.name != "import_id"
    )
    kept = f"{rows} ANTI JOIN (SELECT position FROM met WHERE same) USING (position)"  # noqa: S608
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
        workspace.run(f"COPY ({query}) TO {literal(path)} (FORMAT parquet, COMPRESSION zstd)")

    return copy


def _meet_equal_rows(workspace: Workspace, rows: str, name: str, columns: Sequence[str]) -> None:
    """Costs have no key: the second of two equal rows is known when two equal rows are."""
    listed = ", ".join(columns)
    place = f"row_number() OVER (PARTITION BY {listed}) AS place"
    equal = " AND ".join(f"r.{column} IS NOT DISTINCT FROM e.{column}" for column in [*columns, "place"])
    numbered = f"(SELECT *, {place} FROM {rows}) r JOIN (SELECT *, {place} FROM {name}) e ON {equal}"  # noqa: S608
    meet(workspace, numbered, "e.import_id, true")
