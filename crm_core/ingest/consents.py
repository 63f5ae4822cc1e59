"""What a file says about consent, against what is known: which evidence an import may record."""

import pyarrow as pa
from sqlalchemy.orm import Session

from crm_core.columns import Kind
from crm_core.ingest.prepared import LISTED, Prepared
from crm_core.ingest.problems import Problem, Severity
from crm_core.ingest.workspace import Workspace
from crm_core.store import imported_consents, suppressions
from crm_core.store.imported_consents import Evidence

_EVIDENCE = "(position BIGINT, customer_id VARCHAR, confirmed BOOLEAN, day INTEGER, source VARCHAR, wording VARCHAR)"


def compare_consents(session: Session, prepared: Prepared, rows: str) -> None:
    """Fill ``evidence`` with what may be recorded, and ``overruled`` with every yes that an earlier no forbids.

    A no always counts. A yes counts only with date, source and wording, only where the customer never
    opted out, and only for an address that is not on the suppression list.
    """
    workspace = prepared.workspace
    workspace.run(f"CREATE OR REPLACE TEMP TABLE evidence {_EVIDENCE}")
    workspace.run("CREATE OR REPLACE TEMP TABLE overruled (position BIGINT)")
    if prepared.known.mapping.kind is not Kind.CUSTOMERS or not prepared.known.has("consent"):
        return
    _bring_states(workspace, session, rows)
    _bring_suppressed(workspace, session, prepared, rows)
    said = _said(prepared, rows)
    refused = "s.opted_out OR u.address IS NOT NULL"
    joined = f"{said} f LEFT JOIN consent_state s USING (customer_id) LEFT JOIN unwanted u ON u.address = f.address"
    is_no = "NOT f.consent AND s.status IS DISTINCT FROM 'unsubscribed'"
    is_yes = f"f.consent AND f.complete AND NOT coalesce({refused}, false) AND coalesce(s.confirmed_day < f.day, true)"
    workspace.run(
        f"INSERT INTO evidence SELECT position, customer_id, consent, day, source, wording FROM {joined} "  # noqa: S608
        f"WHERE ({is_no}) OR ({is_yes})"
    )
    overruled = f"f.consent AND coalesce({refused}, false) AND s.status IS DISTINCT FROM 'confirmed'"
    workspace.run(f"INSERT INTO overruled SELECT position FROM {joined} WHERE {overruled}")  # noqa: S608


def evidence(workspace: Workspace) -> list[Evidence]:
    """What `compare_consents` found, in the order of the file."""
    query = "SELECT customer_id, confirmed, day, source, wording FROM evidence ORDER BY position"
    return [Evidence(*row) for row in workspace.rows(query)]


def overruled(prepared: Prepared) -> list[Problem]:
    """A warning for each yes that an earlier no forbids."""
    workspace = prepared.workspace
    query = f"SELECT position FROM overruled ORDER BY position LIMIT {LISTED}"  # noqa: S608
    positions = [row[0] for row in workspace.rows(query)]
    return [
        Problem(
            row,
            prepared.known.mapping.fields["consent"],
            "yes",
            "is not recorded: the customer opted out earlier, and no import overrules that",
            "Fresh consent is recorded on the customer's page, with its source and wording.",
            Severity.WARNING,
        )
        for row in prepared.row_numbers(positions)
    ]


def _said(prepared: Prepared, rows: str) -> str:
    """The answers of the file; ``complete`` when date, source and wording stand with it."""
    today = f"CAST(DATE '{prepared.known.today.isoformat()}' - DATE '1970-01-01' AS INTEGER)"
    parts = {name: name if prepared.known.has(name) else "NULL" for name in ("consent_source", "consent_wording")}
    day = "consent_date" if prepared.known.has("consent_date") else "NULL::INTEGER"
    address = "email_normalised" if prepared.known.has("email") else "NULL::VARCHAR"
    complete = " AND ".join(f"{value} IS NOT NULL" for value in [day, *parts.values()])
    return (
        f"(SELECT position, customer_id, consent, coalesce({day}, {today}) AS day, {complete} AS complete, "  # noqa: S608
        f"coalesce({parts['consent_source']}, 'import') AS source, {parts['consent_wording']} AS wording, "
        f"{address} AS address FROM {rows} WHERE consent IS NOT NULL)"
    )


def _bring_states(workspace: Workspace, session: Session, rows: str) -> None:
    query = f"SELECT customer_id FROM {rows} WHERE consent IS NOT NULL"  # noqa: S608
    ids = [row[0] for row in workspace.rows(query)]
    found = imported_consents.states(session, ids)
    days = [None if at is None else (at - imported_consents.EPOCH).days for *_, at in found]
    states = pa.table(
        {
            "customer_id": pa.array([row[0] for row in found], pa.string()),
            "status": pa.array([row[1] for row in found], pa.string()),
            "opted_out": pa.array([row[2] for row in found], pa.bool_()),
            "confirmed_day": pa.array(days, pa.int32()),
        }
    )
    _keep(workspace, "consent_state", states)


def _bring_suppressed(workspace: Workspace, session: Session, prepared: Prepared, rows: str) -> None:
    addresses: list[str] = []
    if prepared.known.has("email"):
        query = f"SELECT DISTINCT email_normalised FROM {rows} WHERE consent AND email_normalised IS NOT NULL"  # noqa: S608
        addresses = [row[0] for row in workspace.rows(query)]
    refused = {suppressions.Reason.UNSUBSCRIBED, suppressions.Reason.COMPLAINT}
    found = [each for each, reason in suppressions.suppressed(session, addresses).items() if reason in refused]
    _keep(workspace, "unwanted", pa.table({"address": pa.array(found, pa.string())}))


def _keep(workspace: Workspace, name: str, table: pa.Table) -> None:
    with workspace.given(brought=table):
        workspace.run(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM brought")  # noqa: S608
