from crm_core.analytics.last_order import last_order_products
from tests.analytics.ledger import order_line

#  ann  day 1: Cup       day 5: Tray, Pot, Tray    day 6: Pot returned    day 7: Lid cancelled
#  bob  day 2: p7 (an id without a name) and something unnamed
LINES = [
    order_line("ann", 1, 100, product="Cup"),
    order_line("ann", 5, 100, product="Tray", order_id="A"),
    order_line("ann", 5, 100, product="Pot", order_id="A"),
    order_line("ann", 5, 100, product="Tray", order_id="B"),
    order_line("ann", 6, -100, product="Pot"),
    order_line("ann", 7, 100, product="Lid", status="cancelled"),
    order_line("bob", 2, 100, product_id="p7", order_id="C"),
    order_line("bob", 2, 0, order_id="C"),
    order_line(None, 9, 100, product="Cup"),
]


def rows(warehouse, as_of_day):
    found = warehouse(LINES).frame(last_order_products(as_of_day=as_of_day))
    return [
        (row.customer_id, row.day, row.product if isinstance(row.product, str) else None) for row in found.itertuples()
    ]


def test_the_last_purchase_day_counts_with_each_product_once_in_order(warehouse):
    assert rows(warehouse, 10) == [("ann", 5, "Tray"), ("ann", 5, "Pot"), ("bob", 2, "p7"), ("bob", 2, None)]


def test_what_comes_later_is_not_seen(warehouse):
    assert rows(warehouse, 5) == [("ann", 1, "Cup"), ("bob", 2, "p7"), ("bob", 2, None)]
