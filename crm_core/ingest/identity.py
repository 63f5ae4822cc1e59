"""Who each row of a file is about: by customer number, else by e-mail address, else by phone.

Order lines, interactions and answers may name the buyer by an e-mail address only, as exports of shop systems do.
An address that several customers share tells nobody apart, so such a row is sent back. A phone tells who somebody
is only where the e-mail addresses do not say otherwise: colleagues and families share a telephone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
from sqlalchemy.orm import Session

from crm_core.columns import Kind
from crm_core.errors import IngestError
from crm_core.ingest.generated import generated_id
from crm_core.ingest.prepared import PARQUET, Prepared
from crm_core.ingest.problems import Severity
from crm_core.ingest.rewriting import counted
from crm_core.ingest.rules import Rule
from crm_core.ingest.values import BY_EMAIL
from crm_core.ingest.workspace import Workspace, literal
from crm_core.store.aliases import aliases
from crm_core.store.identities import owners

NAMING_CUSTOMERS = (Kind.CUSTOMERS, Kind.INTERACTIONS, Kind.ANSWERS)
"""The kinds whose rows are stored under a customer's id; the ledger keeps what files say, its readers follow merges."""

IDS_SHOWN = 5
_ADVICE = "Write the right customer number into the row, or merge the customers on the Customers page."
_SAYS = {
    "nobody": ("email", "gives no customer number, no e-mail address and no phone", "Fill in one of them."),
    "several": ("email", "belongs to several customers", _ADVICE),
    "phones": ("phone", "belongs to several customers", _ADVICE),
    "conflict": ("email", "belongs to another customer than the phone does", _ADVICE),
}
"""Why a row is sent back: the field to look at, if it has a column, the rule and the advice."""
_SAYS_BY_EMAIL = {
    "nobody": ("customer_email", "gives no customer number and no e-mail address", "Fill in one of them."),
    "several": ("customer_email", "belongs to several customers", _ADVICE),
}


@dataclass(frozen=True)
class Identified:
    """The rows of a file with the customer each is about."""

    prepared: Prepared
    notes: tuple[str, ...]
    """How many rows were recognised by what, in words."""
    passed_over: int
    """Rows of a record that was merged into one which stands in the file too; they count as duplicates."""


def identified(session: Session, prepared: Prepared) -> Identified:
    """Fill in the customer of every row; the engine keeps ``decided``, what was found for which row.

    Rows of which nobody can say who they are about get a problem of their own.
    """
    if not _names_customers(prepared):
        return Identified(prepared, (), 0)
    workspace = prepared.workspace
    _ask(prepared)
    _decide(session, prepared, "decided")
    # Customers are stored under a number: the column is made even where every row has an error.
    has_number = "customer_id" in prepared.columns or prepared.known.mapping.kind is not Kind.CUSTOMERS
    if has_number and BY_EMAIL not in prepared.columns and not workspace.count("SELECT count(*) FROM decided"):
        return Identified(prepared, (), 0)
    found = dict(workspace.rows("SELECT how, count(*) FROM decided GROUP BY how"))
    return Identified(_written(prepared), tuple(_notes(prepared, found)), found.get("passed", 0))


def refuse_stale(session: Session, prepared: Prepared) -> None:
    """See that the rows are still about the same customers as at the check, within the transaction that writes.

    Raises
    ------
    IngestError
        Customers were merged, came or changed their addresses meanwhile, so that a row is about somebody else.
    """
    if not _names_customers(prepared):
        return
    workspace = prepared.workspace
    _decide(session, prepared, "decided_now")
    differ = "SELECT count(*) FROM ((FROM {0} EXCEPT FROM {1}) UNION ALL (FROM {1} EXCEPT FROM {0}))"
    if workspace.count(differ.format("decided", "decided_now")):
        raise IngestError(
            "Customers were merged or changed since the file was checked, so some of its rows are about others now. "
            "Nothing was imported. Check the file again."
        )


def _names_customers(prepared: Prepared) -> bool:
    """Whether its rows are stored under an id that is decided here."""
    return prepared.known.mapping.kind in NAMING_CUSTOMERS or prepared.known.has("customer_email")


def _ask(prepared: Prepared) -> None:
    """Fill ``asked``: a sound row each that has a customer id, or addresses to find it by."""
    kind, columns = prepared.known.mapping.kind, prepared.columns
    customer_id = "customer_id" if "customer_id" in columns else "NULL::VARCHAR"
    if BY_EMAIL in columns:
        _ask_by_email(prepared, customer_id)
        return
    email = "email_normalised" if "email_normalised" in columns else "NULL::VARCHAR"
    phone = "nullif(phone_normalised, '')" if "phone_normalised" in columns else "NULL::VARCHAR"
    # Files in which every row has its number are the usual ones; only their numbers are looked at.
    is_named = kind is not Kind.CUSTOMERS or not prepared.count(f"{customer_id} IS NULL")
    if is_named:
        email = phone = "NULL::VARCHAR"
    kept = "WHERE customer_id IS NOT NULL" if kind is not Kind.CUSTOMERS else ""
    prepared.workspace.run(
        f"CREATE OR REPLACE TEMP VIEW asked AS SELECT position, {customer_id} AS customer_id, "  # noqa: S608
        f"{email} AS email, {phone} AS phone FROM {prepared.sound} {kept}"
    )


def _ask_by_email(prepared: Prepared, customer_id: str) -> None:
    """An address counts where there is no number; a row with neither must be asked about where it may not be so."""
    asked = {
        Kind.ORDER_LINES: f"{customer_id} IS NULL AND {BY_EMAIL} IS NOT NULL",
        Kind.ANSWERS: f"{customer_id} IS NOT NULL OR {BY_EMAIL} IS NOT NULL",
    }.get(prepared.known.mapping.kind, "true")
    prepared.workspace.run(
        f"CREATE OR REPLACE TEMP VIEW asked AS SELECT position, {customer_id} AS customer_id, "  # noqa: S608
        f"CASE WHEN {customer_id} IS NULL THEN {BY_EMAIL} END AS email, NULL::VARCHAR AS phone "
        f"FROM {prepared.sound} WHERE {asked}"
    )


def _decide(session: Session, prepared: Prepared, name: str) -> None:
    """Fill ``name``: position, customer id, how it was found and the ids in question of rows that need an answer."""
    workspace, known = prepared.workspace, aliases(session)
    _keep(workspace, "merged_ids", {"merged_id": list(known), "kept_id": list(known.values())})
    workspace.run(
        "CREATE OR REPLACE TEMP TABLE unnamed AS "  # noqa: S608
        f"SELECT position, email, phone, {generated_id('coalesce(email, phone)')} AS made "
        "FROM asked WHERE customer_id IS NULL"
    )
    _bring_owners(session, workspace)
    merged = _merged(once=prepared.known.mapping.kind is Kind.CUSTOMERS) if known else _NOBODY
    found = _AS_IN_LEDGER if prepared.known.mapping.kind is Kind.ORDER_LINES else _FOUND
    workspace.run(f"CREATE OR REPLACE TEMP TABLE {name} AS {merged} UNION ALL {found}")


def _bring_owners(session: Session, workspace: Workspace) -> None:
    """Fill ``owner``: customer and address of those who may be meant, stored ones and those of the file itself."""
    needed = workspace.count("SELECT count(*) FROM unnamed") > 0
    emails, phones = (
        [value for (value,) in workspace.rows(f"SELECT DISTINCT {name} FROM unnamed WHERE {name} IS NOT NULL")]  # noqa: S608
        if needed
        else []
        for name in ("email", "phone")
    )
    stored = owners(session, emails, phones) if needed else []
    columns = dict(zip(("customer_id", "email", "phone"), zip(*stored, strict=True), strict=True)) if stored else {}
    _keep(workspace, "stored_owner", {name: columns.get(name, ()) for name in ("customer_id", "email", "phone")})
    of_file = (
        "SELECT coalesce(m.kept_id, a.customer_id), email, phone FROM asked a "
        "LEFT JOIN merged_ids m ON m.merged_id = a.customer_id WHERE a.customer_id IS NOT NULL"
    )
    workspace.run(
        "CREATE OR REPLACE TEMP TABLE owner AS SELECT * FROM stored_owner"  # noqa: S608
        + (f" UNION {of_file}" if needed else "")
    )


_NOBODY = (
    "(SELECT position, NULL::VARCHAR AS customer_id, NULL::VARCHAR AS how, NULL::VARCHAR AS ids FROM unnamed LIMIT 0)"
)


def _merged(*, once: bool) -> str:
    """The rows that name a merged record; of several about one customer the record that was kept speaks."""
    window = "PARTITION BY m.final ORDER BY m.was_merged, m.customer_id"
    how = f"CASE WHEN customer_id = first_value(customer_id) OVER ({window}) THEN 'merged' ELSE 'passed' END"
    how = how if once else "'merged'"
    named = (
        "SELECT a.position, a.customer_id, coalesce(m.kept_id, a.customer_id) AS final, "
        "m.kept_id IS NOT NULL AS was_merged FROM asked a LEFT JOIN merged_ids m ON m.merged_id = a.customer_id"
    )
    return (
        f"(SELECT position, final AS customer_id, {how} AS how, NULL::VARCHAR AS ids "  # noqa: S608
        f"FROM ({named}) m WHERE final IN (SELECT kept_id FROM merged_ids) {'QUALIFY' if once else 'AND'} was_merged)"
    )


_SET = f"list_sort(list(DISTINCT customer_id))[1:{IDS_SHOWN}]"
_FOUND = f"""(
WITH owned AS (SELECT customer_id, bool_or(email IS NOT NULL) AS has_email FROM owner GROUP BY customer_id),
by_email AS (
    SELECT email, count(DISTINCT customer_id) AS n, min(customer_id) AS one, {_SET} AS ids
    FROM owner WHERE email IS NOT NULL GROUP BY email
),
by_phone AS (
    SELECT phone, count(DISTINCT customer_id) AS n, min(customer_id) AS one, {_SET} AS ids,
        bool_and(has_email) AS all_have_email
    FROM owner JOIN owned USING (customer_id) WHERE phone IS NOT NULL GROUP BY phone
),
pair AS (SELECT DISTINCT customer_id, phone FROM owner WHERE phone IS NOT NULL),
own AS (SELECT u.*, coalesce(m.kept_id, made) AS own_id FROM unnamed u LEFT JOIN merged_ids m ON m.merged_id = made),
judged AS (
    SELECT u.position, u.own_id, e.one AS by_email, p.one AS by_phone, e.ids AS email_ids, p.ids AS phone_ids,
        CASE
            WHEN u.email IS NULL AND u.phone IS NULL THEN 'nobody'
            WHEN e.n > 1 THEN 'several'
            WHEN e.n = 1 AND p.n > 0 AND same.customer_id IS NULL THEN 'conflict'
            WHEN e.n = 1 THEN 'email'
            WHEN p.n IS NULL THEN 'new'
            WHEN mine.customer_id IS NOT NULL THEN 'own'
            WHEN u.email IS NOT NULL AND p.all_have_email THEN 'shared'
            WHEN p.n = 1 THEN 'phone'
            ELSE 'phones'
        END AS how
    FROM own u
    LEFT JOIN by_email e ON e.email = u.email
    LEFT JOIN by_phone p ON p.phone = u.phone
    LEFT JOIN pair same ON same.customer_id = e.one AND same.phone = u.phone
    LEFT JOIN pair mine ON mine.customer_id = u.own_id AND mine.phone = u.phone
)
SELECT position,
    CASE how WHEN 'email' THEN by_email WHEN 'phone' THEN by_phone
        WHEN 'new' THEN own_id WHEN 'own' THEN own_id WHEN 'shared' THEN own_id END AS customer_id,
    how,
    CASE how WHEN 'several' THEN array_to_string(email_ids, ', ')
        WHEN 'phones' THEN array_to_string(phone_ids, ', ')
        WHEN 'conflict' THEN by_email || ' (e-mail), ' || array_to_string(phone_ids, ', ') || ' (phone)' END AS ids
FROM judged)"""  # noqa: S608
# Where a generated number is another name of the customer already, lines keep it: the ledger's readers follow merges,
# and the same line of a later file is the same.
_AS_IN_LEDGER = f"""(
SELECT position, CASE WHEN m.kept_id = f.customer_id THEN made ELSE f.customer_id END AS customer_id,
    CASE WHEN how = 'new' AND m.kept_id IS NOT NULL THEN 'email' ELSE how END AS how, ids
FROM {_FOUND} f JOIN unnamed USING (position) LEFT JOIN merged_ids m ON m.merged_id = made)"""  # noqa: S608


_ANSWERED = {"customer_id", "customer_email", BY_EMAIL}


def _written(prepared: Prepared) -> Prepared:
    """The rows written anew with what was decided; ``identity`` holds the ids that a problem names."""
    mapping, first = prepared.known.mapping.fields, len(prepared.rules)
    says = _SAYS_BY_EMAIL if BY_EMAIL in prepared.columns else _SAYS
    added = [
        Rule(field, _column(mapping, field), "false", text, advice, Severity.ERROR, "identity")
        for field, text, advice in says.values()
    ]
    bits = " ".join(f"WHEN {literal(how)} THEN {1 << first + place}::BIGINT" for place, how in enumerate(says))
    known = "r.customer_id" if "customer_id" in prepared.columns else "NULL"
    kept = [name for name in prepared.columns if name not in _ANSWERED]
    others = [*kept, *prepared.marks]
    path = prepared.path.with_name("identified.parquet")
    prepared.workspace.run(
        f"COPY (SELECT coalesce(d.customer_id, {known}) AS customer_id, "  # noqa: S608
        f"{', '.join(f'r.{name}' for name in others)}, d.ids AS identity, CASE WHEN r.blank OR d.how = 'passed' "
        f"THEN -1 ELSE r.problems + CASE d.how {bits} ELSE 0 END END AS problems "
        f"FROM {prepared.rows} r LEFT JOIN decided d USING (position) ORDER BY position) "
        f"TO {literal(path)} ({PARQUET})"
    )
    return replace(prepared, path=path, columns=("customer_id", *kept), rules=(*prepared.rules, *added))


def _column(mapping: Mapping[str, str], field: str) -> str:
    others = ("email", "phone", "customer_email", "customer_id")
    return next(mapping[name] for name in (field, *others) if name in mapping)


def _notes(prepared: Prepared, found: dict[str, int]) -> list[str]:
    thing = "line" if prepared.known.mapping.kind is Kind.ORDER_LINES else "row"
    new = "without a customer number and not known yet: each gets a number made from the address."
    if BY_EMAIL in prepared.columns:
        new = "with an e-mail address that no customer has yet: its owner gets a number made from it."
    said = {
        "{} recognised by the e-mail address.": found.get("email", 0),
        "{} recognised by the phone.": found.get("phone", 0) + found.get("own", 0),
        f"{{}} {new}": found.get("new", 0) + found.get("shared", 0),
        "{} with the phone of a customer who has another e-mail address: taken as somebody else. "
        "Look at Likely duplicates on the Customers page after the import.": found.get("shared", 0),
        "{} with the number of a record that was merged into another: taken as the record that was kept.": found.get(
            "merged", 0
        ),
        "{} passed over: the record was merged into one that stands in the file too.": found.get("passed", 0),
    }
    return [text.format(counted(count, thing)) for text, count in said.items() if count]


def _keep(workspace: Workspace, name: str, columns: dict[str, Sequence[str | None]]) -> None:
    table = pa.table({each: pa.array(list(values), pa.string()) for each, values in columns.items()})
    with workspace.given(brought=table):
        workspace.run(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM brought")  # noqa: S608
