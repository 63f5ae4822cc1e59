from datetime import date

import pytest

from crm_core.analytics import Condition, Fact, Filters, Operator, day_number, matching
from tests.analytics.ledger import order_line

AS_OF = day_number(date(2025, 3, 31))
# "over 50 in the last 3 months": from 31 December, 30 March is the last day seen
#          30 Dec    31 Dec   10 Feb         30 Mar        31 Mar
# a                           50.00
# b                  60.00
# c        99.00              10.00
# d                           30.00 N        25.00 S
# e                                          70.00 -30.00
# f                                                        80.00
LINES = [
    order_line("a", date(2025, 2, 10), 5000),
    order_line("b", date(2024, 12, 31), 6000, brand="Nord"),
    order_line("c", date(2024, 12, 30), 9900),
    order_line("c", date(2025, 2, 10), 1000),
    order_line("d", date(2025, 2, 10), 3000, brand="Nord", region="N"),
    order_line("d", date(2025, 3, 30), 2500, brand="Sud", region="S"),
    order_line("e", date(2025, 3, 30), 7000, order_id="e1"),
    order_line("e", date(2025, 3, 30), -3000, order_id="e2"),
    order_line("f", date(2025, 3, 31), 8000),
    order_line(None, date(2025, 2, 10), 9999),
    order_line("g", date(2025, 2, 10), 9999, status="cancelled"),
]


def ids(warehouse, fact, operator, *values, **more):
    condition = Condition(fact, operator, values, **more)
    return "".join(sorted(warehouse(LINES).frame(matching(condition, as_of_day=AS_OF)).customer_id))


def test_over_50_in_the_last_3_months_leaves_exactly_50_and_the_day_before_out(warehouse):
    assert ids(warehouse, Fact.SPENT, Operator.MORE_THAN, 5000, last_months=3) == "bd"


def test_at_least_50_takes_exactly_50(warehouse):
    assert ids(warehouse, Fact.SPENT, Operator.AT_LEAST, 5000, last_months=3) == "abd"


def test_a_single_purchase_over_50_is_one_order(warehouse):
    assert ids(warehouse, Fact.LARGEST_ORDER, Operator.MORE_THAN, 5000, last_months=3) == "be"


def test_who_only_returned_something_in_the_window_satisfies_no_condition_on_what_was_spent(warehouse):
    lines = [*LINES, order_line("b", date(2025, 2, 1), -2000), order_line("h", date(2025, 2, 1), -100)]
    for fact in (Fact.SPENT, Fact.LARGEST_ORDER):
        few = Condition(fact, Operator.AT_MOST, (2000,), last_months=3)
        assert list(warehouse(lines).frame(matching(few, as_of_day=AS_OF)).customer_id) == ["c"]


def test_without_a_window_all_history_counts_up_to_the_day_of_asking(warehouse):
    assert ids(warehouse, Fact.SPENT, Operator.MORE_THAN, 5000) == "bcd"


def test_a_window_narrowed_to_a_brand_or_a_region(warehouse):
    nord = Filters(brands=("Nord",))
    assert ids(warehouse, Fact.ORDERS, Operator.AT_LEAST, 1, within=nord) == "bd"
    assert ids(warehouse, Fact.SPENT, Operator.MORE_THAN, 5000, within=nord) == "b"
    assert ids(warehouse, Fact.ORDERS, Operator.AT_LEAST, 1, within=Filters(regions=("S",))) == "d"


def test_a_fixed_first_day_and_a_window_hold_together(warehouse):
    since = Filters(since=day_number(date(2025, 2, 10)))
    assert ids(warehouse, Fact.SPENT, Operator.MORE_THAN, 5000, within=since) == "d"
    assert ids(warehouse, Fact.SPENT, Operator.MORE_THAN, 2000, within=since, last_days=1) == "de"


def test_orders_are_counted_once_each(warehouse):
    assert ids(warehouse, Fact.ORDERS, Operator.MORE_THAN, 1) == "cd"
    assert ids(warehouse, Fact.ORDERS, Operator.AT_MOST, 1) == "abe"


def test_days_since_the_last_order_count_up_to_the_day_of_asking(warehouse):
    assert ids(warehouse, Fact.DAYS_SINCE_LAST_ORDER, Operator.AT_MOST, 1) == "de"
    assert ids(warehouse, Fact.DAYS_SINCE_LAST_ORDER, Operator.BETWEEN, 49, 90) == "abc"
    assert ids(warehouse, Fact.DAYS_SINCE_FIRST_ORDER, Operator.MORE_THAN, 90) == "c"


def test_the_statement_may_be_asked_of_no_lines(warehouse):
    condition = Condition(Fact.SPENT, Operator.MORE_THAN, (0,))
    assert warehouse([]).frame(matching(condition, as_of_day=AS_OF)).empty


@pytest.mark.parametrize("fact", [Fact.SEGMENT, Fact.PROFILE])
def test_what_order_lines_cannot_answer_is_left_to_the_caller(fact):
    assert not Condition(fact, Operator.ONE_OF, ("x",), field="city" if fact is Fact.PROFILE else "").in_engine
