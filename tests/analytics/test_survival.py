import numpy as np
import pandas as pd
import pytest
import scipy.stats

from crm_core.analytics import Filters
from crm_core.analytics.survival import at, last_day_seen, median_days, second_purchases, survival
from tests.analytics.ledger import order_line

# day    0   3   5   9   10 (not seen)
# ann    x   x   x           again after 3
# bob    x   x               again after 3
# cay    x                   not yet, seen for 9 days
# dan        x       x       again after 6, in Ruse
# eve            x           not yet, seen for 4
# fay                x       not yet, seen for 0; what she buys on day 10 is not seen
ORDERS = [("ann", 0), ("ann", 3), ("ann", 5), ("bob", 0), ("bob", 3), ("cay", 0), ("dan", 3), ("eve", 5), ("fay", 9)]
LINES = [
    *[order_line(customer, day, 100) for customer, day in ORDERS],
    order_line("dan", 9, 100, region="Ruse"),
    order_line("fay", 10, 100),
    order_line("eve", 8, -100),
    order_line("cay", 0, 100),
]


def waits(warehouse, **options):
    table = warehouse(LINES).frame(second_purchases(until_day=10, **options)).sort_values("days")
    return list(zip(table.days, table.events, table.censored, strict=True))


def test_each_customer_waits_once_and_whoever_has_not_come_back_is_not_lost(warehouse):
    assert waits(warehouse) == [(0, 0, 1), (3, 2, 0), (4, 0, 1), (6, 1, 0), (9, 0, 1)]


def test_filters_choose_customers_and_keep_all_their_purchases(warehouse):
    assert waits(warehouse, customers=Filters(regions=("Ruse",))) == [(6, 1, 0)]


#  of 6: one seen for 0 days; 5 at risk on day 3, 2 come back: 3/5; one leaves on 4; of 2 on day 6 one: 3/5 x 1/2
WAITS = pd.DataFrame([(0, 0, 1), (3, 2, 0), (4, 0, 1), (6, 1, 0), (9, 0, 1)], columns=["days", "events", "censored"])


def test_the_curve_drawn_by_hand():
    table = survival(WAITS)
    assert table.days.tolist() == [0, 3, 6]
    assert table.at_risk.tolist() == [6, 5, 2]
    assert table.survival.tolist() == pytest.approx([1, 0.6, 0.3])
    assert table.again.tolist() == pytest.approx([0, 0.4, 0.7])
    assert at(table, 5).survival == pytest.approx(0.6)
    assert median_days(table) == 6
    assert last_day_seen(WAITS) == 9


def test_the_curve_and_its_interval_are_those_of_scipy():
    rng = np.random.default_rng(5)
    times, ends = rng.geometric(0.02, 300), rng.integers(1, 120, 300)
    days, is_event = np.minimum(times, ends), times <= ends
    counts = pd.DataFrame({"days": days, "events": is_event.astype(int), "censored": (~is_event).astype(int)})
    table = survival(counts).iloc[1:]
    oracle = scipy.stats.ecdf(scipy.stats.CensoredData(uncensored=days[is_event], right=days[~is_event])).sf
    low, high = oracle.confidence_interval(method="log-log").low, oracle.confidence_interval(method="log-log").high
    place = np.searchsorted(oracle.quantiles, table.days)
    assert table.survival.to_numpy() == pytest.approx(oracle.probabilities[place])
    assert table.low.to_numpy() == pytest.approx(low.probabilities[place])
    assert table.high.to_numpy() == pytest.approx(high.probabilities[place])


def test_a_curve_that_reaches_nobody_left_has_no_interval_there():
    table = survival(pd.DataFrame({"days": [2, 5], "events": [1, 1], "censored": [0, 0]}))
    assert table.survival.tolist() == [1, 0.5, 0]
    assert table.low.isna().tolist() == [True, False, True]


def test_nobody_gives_a_curve_of_one_point():
    table = survival(WAITS.head(0))
    assert (table.days.tolist(), table.survival.tolist(), table.at_risk.tolist()) == ([0], [1.0], [0])
    assert median_days(table) is None
    assert last_day_seen(WAITS.head(0)) == 0
