"""What a file of order lines says on the first line of each order only, as exports of shop systems do.

Left empty, the further lines would count in another currency, as sold to nobody, or though the order was cancelled.
"""

from crm_core.columns import Kind
from crm_core.ingest.prepared import Prepared
from crm_core.ingest.rewriting import Settled, rewritten
from crm_core.ingest.values import BY_EMAIL

OF_ORDER = {
    **{name: name for name in ("customer_id", "currency", "channel", "source", "region", "salesperson", "status")},
    "customer_email": BY_EMAIL,
}
"""The fields that are the same for all lines of an order, and their columns."""
_HEAD = 2000
"""Rows that are looked at first: most files show there that they write every line out."""


def spread_over_orders(rows: Prepared) -> Settled:
    """Give all lines of an order what stands on its first line, where the whole file is written that way.

    A currency needs less: no order is paid in two, so the only one that an order names holds for all its lines.
    """
    known = rows.known
    if known.mapping.kind is not Kind.ORDER_LINES or not known.has("order_id"):
        return Settled(rows)
    given_fields = {column: field for field, column in OF_ORDER.items() if column in rows.columns and known.has(field)}
    spread = [name for name in given_fields if _is_for_order(rows, name)]
    if not spread:
        return Settled(rows)
    firsts = ", ".join(f"min({name}) AS {name}" for name in spread)
    given = f"LEFT JOIN (SELECT order_id, {firsts} FROM {rows.rows} GROUP BY order_id) f ON f.order_id = r.order_id"  # noqa: S608
    values = {name: f"coalesce(r.{name}, f.{name})" for name in spread}
    columns = ", ".join(f"'{known.mapping.fields[given_fields[name]]}'" for name in spread)
    note = f"What stands on one line of an order only holds for all its lines: {columns}."
    return Settled(rewritten(rows, "spread", values, given=given), (note,))


def _is_for_order(rows: Prepared, name: str) -> bool:
    if not rows.count(f"{name} IS NULL") or not rows.count(f"{name} IS NOT NULL"):
        return False
    if name == "currency":
        return _is_only_one(rows)
    return _on_first_lines(rows, name, f"position <= {_HEAD}") and _on_first_lines(rows, name, "true")


def _is_only_one(rows: Prepared) -> bool:
    """Whether some orders name a currency on a part of their lines, and none names two."""
    found = (
        "SELECT count(*) FILTER (named > 0 AND named < lines), count(*) FILTER (several) FROM ("  # noqa: S608
        "SELECT count(currency) AS named, count(*) AS lines, min(currency) <> max(currency) AS several "
        f"FROM {rows.rows} WHERE NOT blank AND order_id IS NOT NULL GROUP BY order_id)"
    )
    partly, several = rows.workspace.rows(found)[0]
    return bool(partly and not several)


def _on_first_lines(rows: Prepared, name: str, part: str) -> bool:
    """Whether every order of ``part`` says it on its first line, and none on a further one."""
    found = (
        "SELECT count(*) FILTER (first = said AND named = 1), count(*) FROM ("  # noqa: S608
        f"SELECT min(position) AS first, min(position) FILTER ({name} IS NOT NULL) AS said, count({name}) AS named "
        f"FROM {rows.rows} WHERE NOT blank AND order_id IS NOT NULL AND {part} GROUP BY order_id)"
    )
    as_told, orders = rows.workspace.rows(found)[0]
    return bool(as_told == orders)
