from crm_core.analytics import Filters
from crm_core.analytics.programme import known_sales
from tests.analytics.ledger import order_line

LINES = [
    order_line("ann", 10, 1000, cost_cents=600),
    order_line("bob", 11, -300, cost_cents=-100),
    order_line("cay", 12, 500, status="cancelled"),
    order_line(None, 12, 7000, cost_cents=1),
    order_line("dan", 20, 900),
]
FILTERS = Filters(since=10, until=20)


def test_only_what_known_customers_paid_counts(warehouse):
    row = warehouse(LINES).frame(known_sales(FILTERS)).iloc[0]
    assert (row.cents, row.margin_cents, row.covered_cents, row.returns_cents, row.customers) == (
        700,
        200,
        1000,
        300,
        1,
    )
