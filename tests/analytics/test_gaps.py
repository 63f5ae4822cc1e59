import pandas as pd
import pytest

from crm_core.analytics import Filters, gap_counts, gap_quantile, silent
from crm_core.analytics.gaps import gap_customers
from tests.analytics.ledger import order_line

# day    1  4  8  11      gaps
# ann    x  x     x       3, 7     (two orders on day 4 are one purchase day; the return on day 8 is none)
# bob       x     x       7
# cay    x                none
ORDERS = [("ann", 1), ("ann", 4), ("ann", 4), ("ann", 11), ("bob", 4), ("bob", 11), ("cay", 1)]
LINES = [*[order_line(customer, day, 100) for customer, day in ORDERS], order_line("ann", 8, -100)]


def test_gaps_are_counted_between_purchase_days(warehouse):
    counts = warehouse(LINES).frame(gap_counts(until_day=20))
    assert dict(zip(counts.gap, counts.gaps, strict=True)) == {3: 1, 7: 2}


def test_filters_keep_customers_with_all_their_gaps(warehouse):
    lines = [order_line("ann", 1, 100, brand="Nord"), *[order_line("ann", day, 100, brand="Sud") for day in (4, 11)]]
    opened = warehouse([*lines, *[order_line("bob", day, 100, brand="Sud") for day in (4, 11)]])
    of_nord = Filters(brands=("Nord",))
    counts = opened.frame(gap_counts(until_day=20, customers=of_nord))
    assert dict(zip(counts.gap, counts.gaps, strict=True)) == {3: 1, 7: 1}
    assert list(opened.frame(gap_customers(until_day=20, at_least=7, customers=of_nord)).customer_id) == ["ann"]


def test_days_not_seen_yet_make_no_gap(warehouse):
    counts = warehouse(LINES).frame(gap_counts(until_day=11))
    assert dict(zip(counts.gap, counts.gaps, strict=True)) == {3: 1}


@pytest.mark.parametrize(("share", "days"), [(0.9, 91.0), (0.5, 55.0), (0.0, 10.0), (1.0, 100.0)])
def test_quantiles_lie_between_two_gaps(share, days):
    counts = pd.DataFrame({"gap": [100, *range(10, 100, 10)], "gaps": 1})
    assert gap_quantile(counts, share) == pytest.approx(days)


def test_a_quantile_of_repeated_gaps_is_that_of_all_of_them():
    counts = pd.DataFrame({"gap": [30, 10], "gaps": [1, 4]})
    assert gap_quantile(counts, 0.5) == 10
    assert gap_quantile(counts, 0.9) == pytest.approx(pd.Series([10, 10, 10, 10, 30]).quantile(0.9))


def test_nobody_who_bought_twice_gives_no_quantile():
    assert gap_quantile(pd.DataFrame({"gap": [], "gaps": []}), 0.9) is None


def test_silent_customers_are_those_beyond_the_limit_longest_first():
    customers = pd.DataFrame({"customer_id": ["ann", "bob", "cay", "dan"], "last_day": [9, 5, 1, 5]})
    rows = silent(customers, as_of_day=10, longer_than=4)
    assert list(zip(rows.customer_id, rows.days_since_last_order, strict=True)) == [("cay", 9), ("bob", 5), ("dan", 5)]
