from crm_core.analytics.main_value import main_values
from tests.analytics.ledger import order_line

#       day 1     day 2   day 3   day 4
# ann   store*2   online  online            online: two orders against one, though of more lines
# bob   store     online                    as often: the last one
# cay                                store  after the end
# dan   (none)    store                     what is not stated does not count
# eve   (none)    back                      who only brings back, buys nothing there
LINES = [
    *[order_line("ann", 1, 10, order_id="a1", channel="store") for _ in range(3)],
    order_line("ann", 2, 10, channel="online"),
    order_line("ann", 3, 10, channel="online"),
    order_line("bob", 1, 10, channel="store"),
    order_line("bob", 2, 10, channel="online"),
    order_line("cay", 4, 10, channel="store"),
    order_line("dan", 1, 10),
    order_line("dan", 1, 10),
    order_line("dan", 2, 10, channel="store"),
    order_line("eve", 1, 10),
    order_line("eve", 2, -10, channel="store"),
]


def test_the_channel_of_most_orders_is_the_main_one_and_of_equals_the_last(warehouse):
    rows = warehouse(LINES).frame(main_values("channel", until_day=4))
    assert dict(zip(rows.customer_id, rows.value, strict=True)) == {"ann": "online", "bob": "online", "dan": "store"}


def test_each_customer_has_one_region(warehouse):
    lines = [order_line("ann", 1, 10, region="Varna"), order_line("ann", 1, 10, region="Ruse")]
    assert warehouse(lines).frame(main_values("region", until_day=4)).value.tolist() == ["Ruse"]
