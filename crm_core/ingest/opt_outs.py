"""The no in rows that stay out of an import: it counts for every known customer whom such a row names."""

import pyarrow as pa
from sqlalchemy.orm import Session

from crm_core.columns import Kind
from crm_core.ingest.consents import bring_states, said
from crm_core.ingest.prepared import Prepared
from crm_core.ingest.workspace import Workspace
from crm_core.store import records
from crm_core.store.aliases import aliases
from crm_core.store.identities import owners

_LEFT = "position BIGINT, customer_id VARCHAR, address VARCHAR, day INTEGER, source VARCHAR, wording VARCHAR"


def compare_opt_outs(session: Session, prepared: Prepared, rows: str, *, without: int | None = None) -> None:
    """Fill ``further_no`` with what rows of the file that are not among ``rows`` refuse, where it is news.

    A row names the customer with its number and every owner of its e-mail address, stored ones and those of
    ``rows``. No yes of theirs is left in ``evidence``. `consents.compare_consents` came before.
    """
    workspace = prepared.workspace
    workspace.run(f"CREATE OR REPLACE TEMP TABLE left_no ({_LEFT})")
    workspace.run("CREATE OR REPLACE TEMP TABLE no_owner (position BIGINT, customer_id VARCHAR)")
    workspace.run(
        "CREATE OR REPLACE TEMP TABLE further_no (customer_id VARCHAR, day INTEGER, source VARCHAR, wording VARCHAR)"
    )
    is_whole = rows == prepared.rows  # nearly always: then nothing is looked through
    if prepared.known.mapping.kind is not Kind.CUSTOMERS or not prepared.known.has("consent") or is_whole:
        return
    workspace.run(
        f"INSERT INTO left_no SELECT position, customer_id, address, day, source, wording "  # noqa: S608
        f"FROM {said(prepared, prepared.rows)} f ANTI JOIN {rows} r USING (position) WHERE NOT f.consent"
    )
    if not workspace.count("SELECT count(*) FROM left_no"):
        return
    _bring_named(session, workspace)
    _bring_owners(session, prepared, rows)
    bring_states(workspace, session, "SELECT DISTINCT customer_id FROM no_owner", without=without)
    workspace.run(
        "INSERT INTO further_no SELECT DISTINCT ON (o.customer_id) o.customer_id, l.day, l.source, l.wording "
        "FROM no_owner o JOIN left_no l USING (position) LEFT JOIN consent_state s ON s.customer_id = o.customer_id "
        "WHERE (s.status IS DISTINCT FROM 'unsubscribed' OR o.customer_id IN (FROM said_again)) AND o.customer_id "
        "NOT IN (SELECT customer_id FROM evidence WHERE NOT confirmed) ORDER BY o.customer_id, o.position"
    )
    workspace.run("DELETE FROM evidence WHERE confirmed AND customer_id IN (SELECT customer_id FROM no_owner)")


def further(prepared: Prepared) -> int:
    """Of how many customers a no is recorded though the row with it stays out."""
    return prepared.workspace.count("SELECT count(*) FROM further_no")


def unrecorded(prepared: Prepared) -> str:
    """How many rows say no for somebody who is not known and stay out, and what to do; empty where none does."""
    count = prepared.workspace.count("SELECT count(*) FROM left_no ANTI JOIN no_owner USING (position)")
    if not count:
        return ""
    rows = "row that stays out says" if count == 1 else "rows that stay out say"
    return (
        f"{count:,} {rows} no to mail for somebody who is not known: that is not recorded. Mend the "
        f"{'row' if count == 1 else 'rows'} and import again, or put the addresses on the suppression list in Settings."
    )


def notes(prepared: Prepared) -> list[str]:
    """What becomes of every no in rows that stay out, in words."""
    count, left = further(prepared), unrecorded(prepared)
    whose = "1 known customer" if count == 1 else f"{count:,} known customers"
    found = f"The opt-outs of {whose} stand in rows that stay out: they are recorded all the same." if count else ""
    return [text for text in (found, left) if text]


def _bring_named(session: Session, workspace: Workspace) -> None:
    """Make the numbers of ``left_no`` those that are kept: nobody looked at the rows with errors."""
    known = aliases(session)
    table = pa.table(
        {"merged_id": pa.array(list(known), pa.string()), "kept_id": pa.array(known.values(), pa.string())}
    )
    with workspace.given(brought=table):
        workspace.run(
            "UPDATE left_no SET customer_id = brought.kept_id FROM brought WHERE brought.merged_id = customer_id"
        )


def _bring_owners(session: Session, prepared: Prepared, rows: str) -> None:
    workspace = prepared.workspace
    ids = "SELECT DISTINCT customer_id FROM left_no WHERE customer_id IS NOT NULL"
    stored = records.stored(session, Kind.CUSTOMERS, _texts(workspace, ids), [])
    named = [(str(row[0]), None) for found in stored for row in found]
    wanted = "SELECT DISTINCT address FROM left_no WHERE address IS NOT NULL"
    addresses = {text for batch in _texts(workspace, wanted) for text in batch}
    having = [(each, email) for each, email, _ in owners(session, addresses, []) if email in addresses]
    columns = zip(*[*named, *having], strict=True) if named or having else ((), ())
    arrays = [pa.array(list(column), pa.string()) for column in columns]
    address = "email_normalised" if prepared.known.has("email") else "NULL::VARCHAR"
    with workspace.given(brought=pa.table(arrays, names=["customer_id", "address"])):
        workspace.run(
            "INSERT INTO no_owner SELECT DISTINCT l.position, k.customer_id FROM left_no l JOIN ("  # noqa: S608
            f"SELECT customer_id, address FROM brought UNION ALL SELECT customer_id, {address} FROM {rows}) k "
            "ON k.customer_id = l.customer_id OR k.address = l.address"
        )


def _texts(workspace: Workspace, query: str) -> list[list[str]]:
    return [[str(row[0]) for row in batch] for batch in workspace.batches(query)]
