from datetime import date

import pandas as pd
import pytest

from crm_core.analytics import Filters, day_number, revenue
from crm_core.analytics.key_figures import buyers, period_figures
from crm_core.columns import customer_segments
from tests.analytics.ledger import order_line

#   day          1           2           3            4
#   online/N     1.00        2.00                     8.00
#   store/S                              4.00
LINES = [
    order_line("ann", 1, 100, channel="online", region="N"),
    order_line("ann", 2, 200, channel="online", region="N"),
    order_line("bob", 3, 400, channel="store", region="S"),
    order_line("bob", 4, 800, channel="online"),
]


@pytest.mark.parametrize(
    ("filters", "cents"),
    [
        (Filters(), 1500),
        (Filters(since=2), 1400),
        (Filters(until=3), 300),
        (Filters(since=2, until=4), 600),
        (Filters(channels=("online",)), 1100),
        (Filters(channels=("online", "store"), regions=("N",)), 300),
        (Filters(brands=("none",)), 0),
    ],
)
def test_the_first_day_is_in_the_last_is_out_and_values_are_alternatives(warehouse, filters, cents):
    assert warehouse(LINES).frame(revenue(filters=filters)).cents[0] == cents


@pytest.mark.parametrize(
    ("field", "column"),
    [
        ("channels", "channel"), ("sources", "source"), ("regions", "region"), ("brands", "brand"), ("models", "model"),
        ("categories", "category"), ("products", "product"),
    ],
)  # fmt: skip
def test_every_field_bounds_its_own_column(warehouse, field, column):
    lines = [order_line("ann", 1, 100, **{column: "yes"}), order_line("ann", 1, 200, **{column: "no"})]
    assert warehouse(lines).frame(revenue(filters=Filters(**{field: ("yes",)}))).cents[0] == 100


SOLD = [
    *LINES,
    order_line("cay", 2, 1600, channel="store"),
    order_line("dee", 2, -50, channel="store"),
    order_line(None, 2, 3200, channel="online"),
]
SEGMENTS = pd.DataFrame({"customer_id": ["ann", "bob", "cay"], "segment": ["Champions", "Lost", "At risk"]})


@pytest.mark.parametrize(
    ("filters", "cents"),
    [
        # Without a segment everybody counts: Dee, who only returned, and whoever is not known.
        (Filters(), 300 + 1200 + 1600 - 50 + 3200),
        (Filters(segments=("Champions",)), 300),
        (Filters(segments=("Champions", "At risk")), 300 + 1600),
        (Filters(segments=("Champions", "At risk", "Lost")), 300 + 1200 + 1600),
        (Filters(segments=("Champions", "Lost"), channels=("online",), since=2), 200 + 800),
        (Filters(segments=("Loyal",)), 0),
    ],
)
def test_a_segment_takes_all_orders_of_its_customers_and_no_anonymous_ones(warehouse, filters, cents):
    shop = warehouse(SOLD)
    shop.derive(customer_segments, lambda: SEGMENTS)
    assert shop.frame(revenue(filters=filters)).cents[0] == cents


def test_a_segment_holds_in_statements_that_ask_twice(warehouse):
    shop = warehouse(SOLD)
    shop.derive(customer_segments, lambda: SEGMENTS)
    risky = Filters(segments=("At risk", "Lost"))
    assert sorted(shop.frame(buyers(risky)).customer_id) == ["bob", "cay"]
    row = shop.frame(period_figures(risky))
    assert (row.cents[0], row.active[0]) == (1200 + 1600, 2)


#        day   10   20   30
# ann          1    2
# bob               4    8
NEWCOMERS = [
    order_line("ann", 10, 1),
    order_line("ann", 20, 2),
    order_line("bob", 20, 4),
    order_line("bob", 30, 8),
    order_line(None, 20, 16),
]


@pytest.mark.parametrize(
    ("filters", "cents"),
    [
        (Filters(acquired=(10, 20)), 1 + 2),
        (Filters(acquired=(20, 31)), 4 + 8),
        # Not the first purchase within the dates: the first of all.
        (Filters(acquired=(20, 31), until=30), 4),
        (Filters(acquired=(30, 31)), 0),
    ],
)
def test_customers_acquired_in_a_period_keep_all_their_orders(warehouse, filters, cents):
    assert warehouse(NEWCOMERS).frame(revenue(filters=filters)).cents[0] == cents


def test_when_customers_were_acquired_is_said_with_both_days_in():
    assert Filters(acquired=(10, 20)).words(lambda day: f"day {day}") == (
        "All orders; customers who first bought from day 10 to day 19"
    )


def test_the_previous_period_is_as_long_and_ends_where_this_one_begins():
    assert Filters(since=90, until=120, brands=("A",)).previous() == Filters(since=60, until=90, brands=("A",))
    assert Filters(since=90, until=120, segments=("Lost",)).previous().segments == ("Lost",)
    assert Filters(since=90).previous() is None
    assert Filters(until=90).previous() is None


def test_filters_are_said_in_words():
    april, july = day_number(date(2026, 4, 1)), day_number(date(2026, 7, 1))
    assert Filters().words() == "All orders"
    assert Filters(since=april, until=july, channels=("online", "store"), regions=("North",)).words() == (
        "Orders from 1 Apr 2026 to 30 Jun 2026; channel online or store; region North"
    )
    assert Filters(since=april).words() == "Orders from 1 Apr 2026"
    assert Filters(until=july).words(lambda day: f"day {day}") == f"Orders up to day {july - 1}"


def test_a_segment_is_said_with_its_day_and_whom_it_leaves_out():
    assert Filters(regions=("North",), segments=("Champions", "Loyal")).words() == (
        "All orders; region North; customers in segment Champions or Loyal at the end of the data, "
        "without anonymous orders"
    )
