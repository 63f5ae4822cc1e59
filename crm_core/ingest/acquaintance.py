"""What the rows of a file have to do with the data: returns with their sales, lines with customers on record."""

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.orm import Session

from crm_core.analytics.returns import linked_counts, linked_returns
from crm_core.columns import Kind, order_lines
from crm_core.ingest.prepared import Prepared
from crm_core.ingest.rewriting import counted
from crm_core.store.aliases import aliases
from crm_core.store.ledger import LedgerFiles
from crm_core.store.tables import Customer

_LINES = sa.table("related_lines", *(sa.column(each.name, each.type) for each in order_lines.columns))
_OF_FILE = 0
_NAMING = {Kind.ORDER_LINES: "line", Kind.INTERACTIONS: "row", Kind.ANSWERS: "row"}
_COUNTS = {Kind.ORDER_LINES: "they count in all figures; "}


def relations(session: Session, rows: Prepared, once: str, files: LedgerFiles) -> list[str]:
    """How many returns have their sale in the file or the data, and how many customers have no record, in words.

    ``once`` are the rows to be imported, as SQL; they were compared with ``files`` before.
    """
    is_orders = rows.known.mapping.kind is Kind.ORDER_LINES
    returns = _of_returns(rows, once, files) if is_orders else ""
    return [note for note in (returns, _of_strangers(session, rows, once)) if note]


def _of_returns(rows: Prepared, once: str, files: LedgerFiles) -> str:
    workspace = rows.workspace
    if not workspace.count(f"SELECT count(*) FROM {once} WHERE amount_cents < 0"):  # noqa: S608
        return ""
    _bring_related(rows, once, stored=bool(files.files.get(order_lines.name)))
    statement = linked_counts(linked_returns(lines=_LINES))
    compiled = statement.compile(dialect=DefaultDialect(), compile_kwargs={"literal_binds": True})
    found = [(by, count) for by, import_id, count in workspace.rows(str(compiled)) if import_id == _OF_FILE]
    linked, total = sum(count for by, count in found if by), sum(count for _, count in found)
    if not total:
        return ""
    return (
        f"{counted(total, 'return')}: {linked:,} with the sale in this file or in the data, "
        f"{total - linked:,} without one."
    )


def _bring_related(rows: Prepared, once: str, *, stored: bool) -> None:
    """Fill ``related_lines``: all returns, and the sales that those of the file may take back."""
    names = [column.name for column in order_lines.columns if column.name != "import_id"]
    types = {column.name: str(column.type) for column in order_lines.columns}
    given = ", ".join(name if name in (*rows.columns, "line") else f"NULL::{types[name]} AS {name}" for name in names)
    kept = f"SELECT {', '.join(names)}, import_id FROM order_lines ANTI JOIN given USING (order_id, line)"  # noqa: S608
    product = "coalesce(product_id, product)"
    rows.workspace.run(
        f"CREATE OR REPLACE TEMP TABLE related_lines AS WITH given AS (SELECT {given}, {_OF_FILE} AS import_id FROM {once}), "  # noqa: S608, E501
        f"every AS (SELECT * FROM given {f'UNION ALL {kept}' if stored else ''}), "
        "back AS (SELECT * FROM given WHERE amount_cents < 0), "
        f"goods AS (SELECT DISTINCT customer_id, {product} AS product FROM back), "
        "named AS (SELECT return_of AS order_id FROM back UNION SELECT order_id FROM back "
        "UNION SELECT substr(order_id, 2) FROM back) "
        f"SELECT * FROM every WHERE (customer_id, {product}) IN (SELECT (customer_id, product) FROM goods) "
        "OR order_id IN (SELECT order_id FROM named WHERE order_id IS NOT NULL) OR import_id = 0 AND amount_cents < 0"
    )


def _of_strangers(session: Session, rows: Prepared, once: str) -> str:
    """Empty when everybody has a record, and when nobody has one yet."""
    kind = rows.known.mapping.kind
    if kind not in _NAMING or "customer_id" not in rows.columns:
        return ""
    known = list(session.scalars(sa.select(Customer.customer_id)))
    if not known:
        return ""
    with rows.workspace.given(known_ids=pa.table({"customer_id": [*known, *aliases(session)]})):
        query = (
            f"SELECT count(*), count(DISTINCT customer_id) FROM {once} "  # noqa: S608
            "ANTI JOIN known_ids USING (customer_id) WHERE customer_id IS NOT NULL"
        )
        lines, customers = rows.workspace.rows(query)[0]
    if not customers:
        return ""
    who = "customer who has" if customers == 1 else "customers who have"
    return (
        f"{counted(lines, _NAMING[kind])} of {customers:,} {who} no record yet: {_COUNTS.get(kind, '')}"
        "import a file of customers to know the names."
    )
