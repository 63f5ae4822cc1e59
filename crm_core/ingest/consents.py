"""What a file says about consent, against what is known: which evidence an import may record."""

import pyarrow as pa
from sqlalchemy.orm import Session

from crm_core.columns import Kind
from crm_core.ingest.prepared import LISTED, Prepared
from crm_core.ingest.problems import Problem, Severity
from crm_core.ingest.rules import PROOF
from crm_core.ingest.workspace import Workspace
from crm_core.store import imported_consents, merged_consents, suppressions

_EVIDENCE = "(position BIGINT, customer_id VARCHAR, confirmed BOOLEAN, day INTEGER, source VARCHAR, wording VARCHAR)"


def compare_consents(session: Session, prepared: Prepared, rows: str, *, without: int | None = None) -> None:
    """Fill ``evidence`` with what may be recorded, and ``overruled`` with every yes that an earlier no forbids.

    A no always counts. A yes counts only with date, source and wording, only where the customer never
    opted out, and only for an address that is not on the suppression list. All of it as it would be without
    the import ``without``.
    """
    workspace = prepared.workspace
    workspace.run(f"CREATE OR REPLACE TEMP TABLE evidence {_EVIDENCE}")
    workspace.run("CREATE OR REPLACE TEMP TABLE overruled (position BIGINT)")
    if prepared.known.mapping.kind is not Kind.CUSTOMERS or not prepared.known.has("consent"):
        return
    ids = f"SELECT customer_id FROM {rows} WHERE consent IS NOT NULL"  # noqa: S608
    bring_states(workspace, session, ids, without=without)
    addresses = f"SELECT DISTINCT email_normalised FROM {rows} WHERE consent AND email_normalised IS NOT NULL"  # noqa: S608
    bring_unwanted(workspace, session, addresses if prepared.known.has("email") else "")
    refused = "s.opted_out OR u.address IS NOT NULL"
    answers = said(prepared, rows)
    joined = f"{answers} f LEFT JOIN consent_state s USING (customer_id) LEFT JOIN unwanted u ON u.address = f.address"
    again = pa.table({"customer_id": pa.array(merged_consents.to_be_said_again(session), pa.string())})
    workspace.run("CREATE OR REPLACE TEMP TABLE said_again (customer_id VARCHAR)")
    with workspace.given(brought=again):
        workspace.run("INSERT INTO said_again SELECT * FROM brought")
    is_news = "s.status IS DISTINCT FROM 'unsubscribed' OR customer_id IN (SELECT g.customer_id FROM said_again g)"
    is_no = f"NOT f.consent AND ({is_news})"
    is_yes = f"f.consent AND f.complete AND NOT coalesce({refused}, false) AND coalesce(s.confirmed_day < f.day, true)"
    workspace.run(
        f"INSERT INTO evidence SELECT position, customer_id, consent, day, source, wording FROM {joined} "  # noqa: S608
        f"WHERE ({is_no}) OR ({is_yes})"
    )
    overruled = f"f.consent AND coalesce({refused}, false) AND s.status IS DISTINCT FROM 'confirmed'"
    workspace.run(f"INSERT INTO overruled SELECT position FROM {joined} WHERE {overruled}")  # noqa: S608


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


def unproven_rows(prepared: Prepared) -> int:
    """How many rows say a yes that cannot be recorded because the file lacks a column."""
    known = prepared.known
    is_proven = all(known.has(name) for name in PROOF)
    return prepared.count("consent") if known.has("consent") and not is_proven else 0


def unproven(prepared: Prepared) -> list[Problem]:
    """One warning for the whole file where a column is missing without which no yes can be recorded."""
    known, count = prepared.known, unproven_rows(prepared)
    if count == 0:
        return []
    missing = [name for name in PROOF if not known.has(name)]
    named = ", ".join(name.replace("_", " ") for name in missing)
    return [
        Problem(
            known.source.header_row,
            known.mapping.fields["consent"],
            "yes",
            f"stands in {count:,} {'row' if count == 1 else 'rows'} and is not recorded: the file has no {named}",
            "Add what is missing, or record consent on the customers' pages.",
            Severity.WARNING,
        )
    ]


def said(prepared: Prepared, rows: str) -> str:
    """The answers of the file, as SQL; ``complete`` when date, source and wording stand with it."""
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


def bring_states(workspace: Workspace, session: Session, ids: str, *, without: int | None = None) -> None:
    """Copy what is known about the consent of customers (a query of their ids) into the engine: ``consent_state``."""
    workspace.run(
        "CREATE OR REPLACE TEMP TABLE consent_state "
        "(customer_id VARCHAR, status VARCHAR, opted_out BOOLEAN, confirmed_day INTEGER)"
    )
    wanted = ([row[0] for row in batch] for batch in workspace.batches(ids))
    for found in imported_consents.states(session, wanted, without=without):
        rows = [
            (key, status, bool(ever), at and (at - imported_consents.EPOCH).days) for key, status, ever, at in found
        ]
        columns = list(zip(*rows, strict=True))
        types = (pa.string(), pa.string(), pa.bool_(), pa.int32())
        arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
        with workspace.given(brought=pa.table(arrays, names=["a", "b", "c", "d"])):
            workspace.run("INSERT INTO consent_state SELECT * FROM brought")


def bring_unwanted(workspace: Workspace, session: Session, addresses: str) -> None:
    """Copy those of the addresses (a query; empty: none) whose owners want no mail into the engine: ``unwanted``."""
    refused = {suppressions.Reason.UNSUBSCRIBED, suppressions.Reason.COMPLAINT}
    workspace.run("CREATE OR REPLACE TEMP TABLE unwanted (address VARCHAR)")
    for batch in workspace.batches(addresses) if addresses else ():
        found = suppressions.suppressed(session, [row[0] for row in batch])
        names = [each for each, reason in found.items() if reason in refused]
        with workspace.given(brought=pa.table({"address": pa.array(names, pa.string())})):
            workspace.run("INSERT INTO unwanted SELECT * FROM brought")
