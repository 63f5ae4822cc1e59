import pytest

from crm_core.analytics import customer_totals
from crm_core.analytics.standing import standing_at, standings
from tests.analytics.ledger import order_line

#        day  5     10          20        30
# ann         100   200, -50    -10       400
# bob                           700
# cay         -30 (returns only)
# dan               -20 before the first purchase on 30
LINES = [
    order_line("ann", 5, 100),
    order_line("ann", 10, 200),
    order_line("ann", 10, -50),
    order_line("ann", 20, -10),
    order_line("ann", 30, 400),
    order_line("bob", 20, 700),
    order_line("cay", 5, -30),
    order_line("dan", 10, -20),
    order_line("dan", 30, 5),
    order_line(None, 5, 999),
]
DAYS = (5, 6, 20, 21, 31)
COLUMNS = ["customer_id", "first_day", "last_day", "purchase_days", "total_cents"]


@pytest.fixture
def shop(warehouse):
    return warehouse(LINES)


def told(frame):
    return sorted(frame[COLUMNS].itertuples(index=False, name=None))


def test_each_day_shows_what_had_happened_before_it(shop):
    rows = shop.frame(standings(DAYS))
    assert [told(standing_at(rows, day)) for day in DAYS] == [
        [],
        [("ann", 5, 5, 1, 100)],
        [("ann", 5, 10, 2, 250)],
        [("ann", 5, 10, 2, 240), ("bob", 20, 20, 1, 700)],
        [("ann", 5, 30, 3, 640), ("bob", 20, 20, 1, 700), ("dan", 30, 30, 1, -15)],
    ]


@pytest.mark.parametrize("day", DAYS)
def test_they_are_the_totals_of_customers(shop, day):
    assert told(standing_at(shop.frame(standings(DAYS)), day)) == told(shop.frame(customer_totals(until_day=day)))


def test_days_need_no_order(shop):
    rows = shop.frame(standings((31, 6)))
    assert told(standing_at(rows, 6)) == [("ann", 5, 5, 1, 100)]
    assert told(standing_at(rows, 31))[-1] == ("dan", 30, 30, 1, -15)
