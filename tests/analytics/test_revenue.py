from datetime import date

import pandas as pd
import pytest

from crm_core.analytics import Filters, amounts, ranked, revenue, revenue_by_group, revenue_by_month, what_changed
from crm_core.analytics.revenue import amounts_compared, in_both
from tests.analytics.ledger import order_line

JAN, APR = 12 * 2026, 12 * 2026 + 3
#          5 Jan                      9 Jan                7 Apr
# ann      North 10.00 + 5.00         North return -4.00   South 8.00
# bob      South 20.00
# nobody   North 3.00
LINES = [
    order_line("ann", date(2026, 1, 5), 1000, order_id="1", region="North", cost_cents=600, discount_cents=100),
    order_line("ann", date(2026, 1, 5), 500, order_id="1", region="North"),
    order_line("ann", date(2026, 1, 9), -400, order_id="2", region="North", cost_cents=-240),
    order_line("bob", date(2026, 1, 5), 2000, order_id="3", region="South", cost_cents=2500),
    order_line("bob", date(2026, 1, 5), 9000, order_id="4", region="South", status="cancelled"),
    order_line(None, date(2026, 1, 6), 300, order_id="5", region="North"),
    order_line("ann", date(2026, 4, 7), 800, order_id="6", region="South"),
]


def test_revenue_counts_orders_customers_returns_and_known_margin_and_no_cancelled_order(warehouse):
    rows = warehouse(LINES).frame(revenue("month", "region")).set_index(["month", "region"])
    assert rows.loc[(JAN, "North")].to_dict() == {
        "cents": 1400, "orders": 2, "customers": 1, "lines": 4, "returns_cents": 400, "discount_cents": 100,
        "margin_cents": 400 - 160, "known_cost_cents": 360, "covered_cents": 1000,
    }  # fmt: skip
    assert rows.loc[(JAN, "South"), ["cents", "orders", "margin_cents", "covered_cents"]].tolist() == [
        2000,
        1,
        -500,
        2000,
    ]
    assert len(rows) == 3


def test_revenue_without_groups_is_one_row_even_of_no_lines(warehouse):
    rows = warehouse(LINES).frame(revenue(filters=Filters(regions=("West",))))
    assert rows.iloc[0].to_dict() == dict.fromkeys(rows.columns, 0)


def test_a_month_without_sales_is_a_zero_and_the_running_month_is_not_finished(warehouse):
    months = revenue_by_month(warehouse(LINES).frame(revenue("month")), until_month=APR)
    assert months.period.tolist() == ["Jan 2026", "Feb 2026", "Mar 2026", "Apr 2026"]
    assert months.cents.tolist() == [3400, 0, 0, 800]
    assert months.finished.tolist() == [True, True, True, False]


def test_no_sales_give_no_months(warehouse):
    none = warehouse(LINES).frame(revenue("month", filters=Filters(until=0)))
    assert {"period", "finished"} <= set(revenue_by_month(none, until_month=APR).columns)


def test_the_best_groups_come_first_and_an_unstated_one_has_a_name(warehouse):
    lines = [order_line("ann", 1, 5, brand="B"), order_line("ann", 1, 7), order_line("ann", 1, 5, brand="A")]
    rows = ranked(warehouse(lines).frame(revenue("brand")), by="brand", top=2)
    assert list(zip(rows.brand, rows.cents, strict=True)) == [("Not stated", 7), ("A", 5)]


def test_revenue_of_groups_of_customers_adds_up_to_all_revenue(warehouse):
    customers = warehouse(LINES).frame(revenue("customer_id"))
    groups = revenue_by_group(customers, pd.Series({"ann": "Loyal"}), name="segment")
    assert dict(zip(groups.segment, groups.cents, strict=True)) == {"Loyal": 1900, "Not stated": 2300}
    assert dict(zip(groups.segment, groups.customers, strict=True)) == {"Loyal": 1, "Not stated": 1}


#            North   South   West    none
# before      50.00   10.00    -      2.00
# now         40.00   10.00   3.00    -
BEFORE = pd.DataFrame({"region": ["North", "South", None], "cents": [5000, 1000, 200]})
NOW = pd.DataFrame({"region": ["South", "North", "West"], "cents": [1000, 4000, 300]})


def test_what_changed_names_the_largest_changes_whatever_their_sign():
    changes = what_changed({"region": (NOW, BEFORE)})
    assert list(zip(changes.value, changes.difference_cents, strict=True)) == [
        ("North", -1000), ("West", 300), ("Not stated", -200),
    ]  # fmt: skip
    assert changes.sentence.tolist() == [
        "Region North brought 10.00 less than in the period before: 40.00 after 50.00 (-20%).",
        "Region West brought 3.00, after 0.00 in the period before.",
        "Region Not stated brought 2.00 less than in the period before: 0.00 after 2.00 (-100%).",
    ]


def test_what_changed_ranks_dimensions_together_and_writes_money_as_told():
    channels = (
        pd.DataFrame({"channel": ["online"], "cents": [9000]}),
        pd.DataFrame({"channel": ["online"], "cents": [100]}),
    )
    changes = what_changed(
        {"region": (NOW, BEFORE), "channel": channels}, top=1, money=lambda cents: f"EUR {cents:.0f}"
    )
    assert changes.dimension.tolist() == ["channel"]
    assert changes.sentence[0].startswith("Channel online brought EUR 8900 more")


def test_nothing_changed_gives_no_rows():
    assert what_changed({"region": (NOW, NOW)}).empty


@pytest.mark.parametrize(
    "by", ["day", "channel", "source", "brand", "category", "product", "salesperson", "customer_id"]
)
def test_every_grouping_adds_up_to_the_same_revenue(warehouse, by):
    shop = warehouse(LINES)
    rows = shop.frame(revenue(by)).sort_values(by, ignore_index=True)
    assert rows.cents.sum() == 4200
    pd.testing.assert_frame_equal(shop.frame(amounts(by)).sort_values(by, ignore_index=True), rows[[by, "cents"]])


def test_a_customer_who_only_sends_back_bought_nothing(warehouse):
    lines = [*LINES, order_line("cay", date(2026, 1, 7), -100, order_id="7")]
    rows = warehouse(lines).frame(revenue("customer_id"))
    assert rows.set_index(rows.customer_id.fillna("nobody")).customers.to_dict() == {
        "ann": 1, "bob": 1, "cay": 0, "nobody": 0,
    }  # fmt: skip


def test_a_sale_told_as_returned_by_its_status_is_no_revenue_but_a_negative_line_takes_revenue_back(warehouse):
    lines = [
        order_line("ann", 1, 1000, status="delivered"),
        order_line("ann", 2, 700, status="returned"),
        order_line("ann", 3, -300, status="returned"),
    ]
    (row,) = warehouse(lines).frame(revenue()).to_dict("records")
    assert (row["cents"], row["returns_cents"], row["orders"]) == (700, 300, 1)


#              day  1       5     9       12
# region North      10.00   1.00          4.00
# region South              2.00  -3.00
# not stated        5.00          7.00
@pytest.mark.parametrize("channels", [(), ("store",)])
@pytest.mark.parametrize("name", ["region", "channel"])
def test_two_periods_in_one_reading_are_those_of_two(warehouse, name, channels):
    shop = warehouse(
        [
            order_line("ann", 1, 1000, region="North", channel="store"),
            order_line("ann", 1, 500, channel="online"),
            order_line("bob", 5, 100, region="North", channel="store"),
            order_line("bob", 5, 200, region="South", channel="phone"),
            order_line("bob", 9, -300, region="South", channel="store"),
            order_line("cay", 9, 700),
            order_line("cay", 12, 400, region="North", channel="online"),
        ]
    )
    now, before = Filters(since=9, channels=channels), Filters(since=1, until=5, channels=channels)
    found = in_both(shop.frame(amounts_compared(("region", "channel"), now, before)), name)
    for rows, period in zip(found, (now, before), strict=True):
        alone = shop.frame(amounts(name, filters=period))
        assert sorted(map(str, rows.to_numpy().tolist())) == sorted(map(str, alone.to_numpy().tolist()))
