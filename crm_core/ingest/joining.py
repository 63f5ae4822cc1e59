"""Numbers made from an address, under which lines and contacts came before the file that gives their customers'."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
from sqlalchemy.orm import Session

from crm_core.columns import Kind
from crm_core.ingest.generated import PREFIX, generated_id, is_generated
from crm_core.ingest.policy import Policy
from crm_core.ingest.prepared import Prepared
from crm_core.ingest.rewriting import counted
from crm_core.ingest.workspace import Workspace, literal
from crm_core.store import ledger, merged_rows
from crm_core.store.engine import Database
from crm_core.store.identities import owners
from crm_core.store.joined import joinable
from crm_core.store.record_writing import CREATED, STATE, UPDATED

_ADDRESS = "email_normalised"


def earlier_numbers(workspace: Workspace, session: Session, database: Database, file: Path) -> dict[str, str]:
    """Generated number to address, where the file of rows to be written gives the address to a customer.

    Lines of undone imports count: they may come back.
    """
    rows = f"read_parquet({literal(file)})"
    columns = {name for (name,) in workspace.rows(f"SELECT column_name FROM (DESCRIBE SELECT * FROM {rows})")}  # noqa: S608
    if _ADDRESS not in columns or not _bring_numbers(workspace, session, ledger.order_files(session, database)):
        return {}
    return _earlier(workspace, f"(SELECT * FROM {rows} WHERE {STATE} IN ('{CREATED}', '{UPDATED}'))")  # noqa: S608


def joining(session: Session, database: Database, prepared: Prepared, rows: str, *, policy: Policy) -> list[str]:
    """How many customers of the file had orders before it gave them a number, in words.

    `record_rows.compare_with_records` came before.
    """
    workspace, is_of_customers = prepared.workspace, prepared.known.mapping.kind is Kind.CUSTOMERS
    if not is_of_customers or _ADDRESS not in prepared.columns:
        return []
    if not _bring_numbers(workspace, session, ledger.order_files(session, database, undone_too=False)):
        return []
    known = "false" if policy is Policy.ADD else "NOT met.same"
    workspace.run(
        f"CREATE OR REPLACE TEMP VIEW told_address AS SELECT r.customer_id, r.{_ADDRESS} FROM {rows} r "  # noqa: S608
        f"LEFT JOIN met USING (position) WHERE r.{_ADDRESS} IS NOT NULL AND (met.position IS NULL OR {known})"
    )
    earlier = _earlier(workspace, "told_address")
    found = joinable(session, earlier, _holders(workspace, session, earlier)) if earlier else {}
    if not found:
        return []
    return [
        f"Orders and contacts of {counted(len(found), 'customer')} came earlier, by the e-mail address only: "
        "they are joined with the record."
    ]


def _bring_numbers(workspace: Workspace, session: Session, files: Sequence[str]) -> int:
    """Fill ``generated_number`` and count them: the row groups of a ledger without any are not even read."""
    others = pa.table({"customer_id": pa.array(merged_rows.named_like(session, PREFIX), pa.string())})
    lines = f"SELECT customer_id FROM read_parquet([{', '.join(map(literal, files))}])"  # noqa: S608
    source = f"{lines} WHERE {is_generated('customer_id')} UNION " if files else ""
    with workspace.given(others=others):
        workspace.run(
            f"CREATE OR REPLACE TEMP TABLE generated_number AS {source} SELECT DISTINCT customer_id FROM others"  # noqa: S608
        )
    return workspace.count("SELECT count(*) FROM generated_number")


def _earlier(workspace: Workspace, rows: str) -> dict[str, str]:
    made = f"SELECT DISTINCT {generated_id(_ADDRESS)} AS made, {_ADDRESS} AS address FROM {rows} WHERE {_ADDRESS} <> ''"  # noqa: S608
    query = f"SELECT made, address FROM ({made}) SEMI JOIN generated_number g ON g.customer_id = made"  # noqa: S608
    return {str(number): str(address) for number, address in workspace.rows(query)}


def _holders(workspace: Workspace, session: Session, earlier: Mapping[str, str]) -> set[tuple[str, str]]:
    """Who will have the addresses after the import: who has one now and keeps it, and whom the file gives one."""
    stored = {(customer_id, address) for customer_id, address, _ in owners(session, earlier.values(), ()) if address}
    ids = pa.table({"customer_id": pa.array([customer_id for customer_id, _ in stored], pa.string())})
    with workspace.given(holding=ids, wanted=pa.table({_ADDRESS: pa.array(list(earlier.values()), pa.string())})):
        moved = dict(workspace.rows("SELECT * FROM told_address SEMI JOIN holding USING (customer_id)"))
        told = workspace.rows(f"SELECT * FROM told_address SEMI JOIN wanted USING ({_ADDRESS})")  # noqa: S608
    kept = {(customer_id, address) for customer_id, address in stored if moved.get(customer_id, address) == address}
    return kept | {(str(customer_id), str(address)) for customer_id, address in told}
