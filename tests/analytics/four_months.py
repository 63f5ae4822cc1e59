"""Order lines of four customers in the first four months of 2025, with what is no purchase among them."""

from crm_core.analytics import first_day
from tests.analytics.ledger import order_line

JAN = 12 * 2025
#           Jan  Feb  Mar  Apr
# ann        x    x         x
# bob        x
# cay             x    x
# dan        r    c    x         (a return and a cancelled order are no purchases)
ORDERS = [("ann", 0), ("ann", 1), ("ann", 3), ("bob", 0), ("cay", 1), ("cay", 2), ("dan", 2)]
LINES = [
    *[order_line(customer, first_day(JAN + month) + 4, 100) for customer, month in ORDERS],
    order_line("ann", first_day(JAN) + 9, 100, region="North"),
    order_line("dan", first_day(JAN), -100),
    order_line("dan", first_day(JAN + 1), 100, status="cancelled"),
    order_line(None, first_day(JAN), 100),
]
