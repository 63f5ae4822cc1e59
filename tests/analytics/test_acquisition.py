from datetime import date

import numpy as np
import pandas as pd
import pytest

from crm_core.analytics import Filters, day_number, marketing_costs, month_number
from crm_core.analytics.acquisition import (
    acquisition,
    margin_by_month,
    margin_course,
    new_customers,
    payback_month,
)
from tests.analytics.ledger import order_line

JAN, MAY = day_number(date(2026, 1, 1)), day_number(date(2026, 5, 1))
UNTIL_MONTH = month_number(date(2026, 5, 1))
#          before   Jan            Feb     Mar    Apr
# ann               10 Jan online  20 Feb         (margins 60, 25)
# bob               11 Jan online                 (margin 40)
# cay               12 Jan store          15 Mar
# dan      2025     13 Jan online
# eve                                             20 Apr online
LINES = [
    order_line("ann", JAN + 9, 100_00, cost_cents=40_00, channel="online", source="search"),
    order_line("ann", JAN + 50, 50_00, cost_cents=25_00, channel="store"),
    order_line("bob", JAN + 10, 90_00, cost_cents=50_00, channel="online", source="social"),
    order_line("cay", JAN + 11, 30_00, channel="store"),
    order_line("cay", JAN + 73, 30_00, channel="store"),
    order_line("dan", JAN - 90, 10_00, channel="phone"),
    order_line("dan", JAN + 12, 10_00, channel="online"),
    order_line("eve", MAY - 11, 20_00, cost_cents=10_00, channel="online", source="search"),
    order_line("fay", MAY, 20_00, channel="online"),
]
COSTS = [
    {"day": JAN, "channel": "online", "amount_cents": 90_00},
    {"day": JAN + 5, "channel": "fair", "amount_cents": 5_00},
    {"day": JAN - 5, "channel": "store", "amount_cents": 7_00},
]


@pytest.fixture
def table(warehouse):
    engine = warehouse(LINES, COSTS)
    rows = engine.frame(new_customers(since=JAN, until=MAY, as_of_day=MAY))
    marketing = engine.frame(marketing_costs("channel", filters=Filters(since=JAN, until=MAY)))
    return acquisition(rows, marketing, by="channel", as_of_day=MAY).set_index("channel")


def test_the_first_purchase_is_taken_over_all_history(warehouse):
    rows = warehouse(LINES).frame(new_customers(since=JAN, until=MAY, as_of_day=MAY)).set_index("customer_id")
    assert sorted(rows.index) == ["ann", "bob", "cay", "eve"]
    assert rows.loc["ann", ["first_day", "channel", "source", "cents", "margin_cents", "second_day"]].tolist() == [
        JAN + 9, "online", "search", 100_00, 60_00, JAN + 50,
    ]  # fmt: skip
    assert rows.second_day.isna().to_dict() == {"ann": False, "bob": True, "cay": False, "eve": True}


@pytest.mark.parametrize(
    ("within", "who"),
    [
        (Filters(channels=("store",)), ["cay"]),
        (Filters(channels=("store", "online"), sources=("search",)), ["ann", "eve"]),
        (Filters(channels=("phone",)), []),
    ],
)
def test_within_filters_it_is_the_first_order_that_counts(warehouse, within, who):
    engine = warehouse(LINES)
    rows = engine.frame(new_customers(since=JAN, until=MAY, as_of_day=MAY, within=within))
    assert sorted(rows.customer_id) == who


@pytest.mark.parametrize(
    ("within", "place"),
    [
        (Filters(channels=("store",)), ("store", None)),
        (Filters(channels=("online",)), ("online", "search")),
        (Filters(channels=("store",), regions=("Sofia",)), ("store", None)),
        (Filters(regions=("Sofia",)), ("online", "search")),
        (Filters(products=("none",)), None),
    ],
)
def test_who_bought_in_two_channels_on_the_first_day_belongs_to_the_one_that_is_chosen(warehouse, within, place):
    ways = (("online", "search"), ("store", None))
    lines = [
        order_line("ann", JAN, 100, channel=way[0], source=way[1], region="Sofia", order_id=way[0]) for way in ways
    ]
    rows = warehouse(lines).frame(new_customers(since=JAN, until=MAY, as_of_day=MAY, within=within)).astype(object)
    found = [(row.channel, None if pd.isna(row.source) else row.source, row.cents) for row in rows.itertuples()]
    assert found == ([] if place is None else [(*place, 200)])


def test_within_filters_all_later_margin_of_the_new_customers_counts(warehouse):
    statement = margin_by_month(since=JAN, until=MAY, until_month=UNTIL_MONTH, within=Filters(sources=("search",)))
    rows = warehouse(LINES).frame(statement)
    # Ann's order in the store, of no source, included.
    assert sorted(rows.margin_cents) == [10_00, 25_00, 60_00]


def test_an_order_after_the_data_end_is_not_seen(warehouse):
    rows = warehouse(LINES).frame(new_customers(since=JAN, until=MAY, as_of_day=JAN + 50)).set_index("customer_id")
    assert rows.second_day.isna().all()


def test_costs_fall_on_the_new_customers_of_the_channel(table):
    assert table.customers.to_dict() == {"online": 3, "store": 1, "fair": 0}
    assert table.cost_each_cents["online"] == 30_00
    # The store had costs only before the period: not known is not nothing.
    assert np.isnan(table.marketing_cents["store"])
    assert np.isnan(table.cost_each_cents["store"])
    assert np.isnan(table.cost_each_cents["fair"])


def test_the_margin_of_the_first_order_says_how_much_of_it_is_known(table):
    assert table.first_margin_cents["online"] == pytest.approx((60_00 + 40_00 + 10_00) / 3)
    assert table.known_cost_share["online"] == 1.0
    assert np.isnan(table.first_margin_cents["store"])


def test_who_was_not_watched_long_enough_counts_neither_as_back_nor_as_gone(table):
    assert table.loc["online", ["customers", "watched", "again", "again_share"]].tolist() == [3, 2, 1, 0.5]
    assert (table.again_low["online"], table.again_high["online"]) == pytest.approx((0.0945, 0.9055), abs=1e-4)
    assert table.again_share["store"] == 1.0
    assert np.isnan(table.again_share["fair"])


def test_each_month_is_a_mean_over_those_seen_to_its_end(warehouse):
    engine = warehouse(LINES)
    rows = engine.frame(new_customers(since=JAN, until=MAY, as_of_day=MAY))
    margins = engine.frame(margin_by_month(since=JAN, until=MAY, until_month=UNTIL_MONTH))
    course = margin_course(rows, margins, by="channel", until_month=UNTIL_MONTH)
    online = course[course.channel == "online"]
    assert list(online.month) == [1, 2, 3, 4]
    assert list(online.customers) == [3, 2, 2, 2]
    assert list(online.margin_cents) == pytest.approx([110_00 / 3, 25_00 / 2, 0, 0])
    assert online.total_cents.iloc[-1] == pytest.approx(110_00 / 3 + 12_50)


def test_a_month_still_running_is_left_out(warehouse):
    engine = warehouse(LINES)
    rows = engine.frame(new_customers(since=JAN, until=MAY, as_of_day=MAY - 5))
    margins = engine.frame(margin_by_month(since=JAN, until=MAY, until_month=UNTIL_MONTH - 1))
    course = margin_course(rows, margins, by="source", until_month=UNTIL_MONTH - 1)
    search = course[course.source == "search"]
    assert (list(search.month), list(search.customers)) == ([1, 2, 3], [1, 1, 1])


@pytest.mark.parametrize(
    ("cost", "margins", "month"),
    [(300, [100, 100, 100], 3), (120, [60, 25, 20, 20], 4), (60, [60, 1], 1), (500, [60, 25], None), (0, [], None)],
)
def test_the_month_in_which_the_cost_has_come_back(cost, margins, month):
    assert payback_month(cost, pd.Series(margins, dtype="float64").cumsum()) == month


def test_nobody_new(warehouse):
    engine = warehouse([order_line("ann", JAN, 1)], COSTS)
    rows = engine.frame(new_customers(since=JAN + 1, until=MAY, as_of_day=MAY))
    margins = engine.frame(margin_by_month(since=JAN + 1, until=MAY, until_month=UNTIL_MONTH))
    assert acquisition(rows, engine.frame(marketing_costs("channel")), by="channel", as_of_day=MAY).customers.sum() == 0
    assert margin_course(rows, margins, by="channel", until_month=UNTIL_MONTH).empty
