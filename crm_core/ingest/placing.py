"""Lines without a number, in orders that the data hold already: which stored line each of them is."""

from crm_core.columns import Kind, order_lines
from crm_core.ingest.prepared import Prepared
from crm_core.ingest.rewriting import Settled, counted, rewritten
from crm_core.store.ledger import LedgerFiles
from crm_core.store.warehouse import create_view

_GOODS = "coalesce(product_id, product)"


def placed_in_orders(rows: Prepared, files: LedgerFiles) -> Settled:
    """Number the lines of orders that are stored, by product: the second pot of the file is the second pot stored.

    A line of a product that the order did not have comes after the stored ones; by its place in the file alone it
    would overwrite another product. A sale and a return of one product are told apart. Orders that are not stored
    are left to be numbered as they stand, and so is a file without products.
    """
    known = rows.known
    paths = files.files.get(order_lines.name, [])
    if known.mapping.kind is not Kind.ORDER_LINES or known.has("line") or not paths:
        return Settled(rows)
    if not (known.has("product_id") or known.has("product")):
        return Settled(rows)
    create_view(rows.workspace.connection, order_lines.name, paths, files.superseded.get(order_lines.name, ()))
    orders = rows.workspace.count(
        f"SELECT count(*) FROM (SELECT DISTINCT order_id FROM {rows.sound} SEMI JOIN order_lines USING (order_id))"  # noqa: S608
    )
    return _matched(rows, orders) if orders else Settled(rows)


def _matched(rows: Prepared, orders: int) -> Settled:
    """The engine keeps ``places``: position, line, and whether the line is a new one of its order."""
    goods = f"coalesce({', '.join(name for name in ('product_id', 'product') if name in rows.columns)})"
    turn = "row_number() OVER (PARTITION BY order_id, {0}, amount_cents < 0 ORDER BY {1}) AS turn"
    rows.workspace.run(
        "CREATE OR REPLACE TEMP TABLE places AS WITH "  # noqa: S608
        f"stored AS (SELECT order_id, line, {_GOODS} AS goods, amount_cents < 0 AS back, {turn.format(_GOODS, 'line')} "
        f"FROM order_lines SEMI JOIN {rows.rows} f USING (order_id)), "
        f"given AS (SELECT position, order_id, {goods} AS goods, amount_cents < 0 AS back, "
        f"{turn.format(goods, 'position')} FROM {rows.rows} SEMI JOIN stored USING (order_id) WHERE NOT blank), "
        "last AS (SELECT order_id, max(line) AS line FROM stored GROUP BY order_id), "
        "met AS (SELECT g.position, g.order_id, s.line FROM given g LEFT JOIN stored s ON s.order_id = g.order_id "
        "AND s.goods IS NOT DISTINCT FROM g.goods AND s.back IS NOT DISTINCT FROM g.back AND s.turn = g.turn) "
        "SELECT m.position, m.line IS NULL AS added, CAST(coalesce(m.line, last.line + row_number() OVER "
        "(PARTITION BY m.order_id, m.line IS NULL ORDER BY m.position)) AS INTEGER) AS line "
        "FROM met m JOIN last USING (order_id)"
    )
    added = rows.workspace.count("SELECT count(*) FROM places WHERE added")
    settled = rewritten(rows, "placed", {"line": "q.line"}, given="LEFT JOIN places q ON q.position = r.position")
    note = f"{counted(orders, 'order')} in the data already: their lines are matched by product"
    more = f", and {counted(added, 'line')} of further products added to them" if added else ""
    return Settled(settled, (f"{note}{more}. Give the file a column of line numbers if that is wrong.",))
