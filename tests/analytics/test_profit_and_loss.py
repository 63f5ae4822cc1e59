import numpy as np
import pandas as pd
import pytest

from crm_core.analytics import NOT_STATED, marketing_costs, revenue, spread
from crm_core.analytics.profit import ELSEWHERE
from crm_core.analytics.profit_and_loss import (
    all_groups,
    amounts_by,
    profit_and_loss,
    sales,
    with_elsewhere,
)
from tests.analytics.ledger import order_line

#               list    discount  paid    returned  cost
# pan   ann     100.00  10.00     90.00   -30.00    50.00 - 20.00
# pan   nobody   40.00   0.00     40.00             15.00
# lid   bob      20.00   5.00     15.00             25.00   sold below cost
# P9    bob      10.00   0.00     10.00             unknown, and no name
LINES = [
    order_line("ann", 1, 9000, product="pan", discount_cents=1000, cost_cents=5000, channel="online"),
    order_line("ann", 2, -3000, product="pan", cost_cents=-2000, channel="online"),
    order_line(None, 2, 4000, product="pan", discount_cents=0, cost_cents=1500, channel="store"),
    order_line("bob", 3, 1500, product="lid", discount_cents=500, cost_cents=2500, channel="store"),
    order_line("bob", 3, 1000, product_id="P9", channel="store"),
    order_line("bob", 4, 7700, product="pan", cost_cents=1, channel="store", status="cancelled"),
]
COSTS = [{"day": 1, "channel": "online", "amount_cents": 600}, {"day": 2, "channel": "store", "amount_cents": 650}]


def by_product(warehouse):
    marketing = pd.DataFrame({"product": ["pan", "lid"], "marketing_cents": [900, 100]})
    rows = profit_and_loss(warehouse(LINES).frame(sales("product")), marketing, by="product")
    return rows.set_index("product")


def test_every_step_from_revenue_before_discount_to_profit(warehouse):
    pan = by_product(warehouse).loc["pan"]
    assert pan[["gross_cents", "discount_cents", "returns_cents", "cents"]].tolist() == [14000, 1000, 3000, 10000]
    assert pan[["cost_cents", "unknown_cents", "margin_cents", "marketing_cents", "profit_cents"]].tolist() == [
        4500, 0, 5500, 900, 4600,
    ]  # fmt: skip
    shares = pan[["discount_share", "returns_share", "margin_share", "known_cost_share"]].astype(float)
    assert shares.tolist() == pytest.approx([1 / 14, 3 / 13, 0.55, 1.0])


def test_the_published_contribution_margin_of_36_percent(warehouse):
    spent = [{"day": 1, "channel": "online", "amount_cents": cents} for cents in (1500, 500)]
    engine = warehouse([order_line("ann", 1, 25000, channel="online", cost_cents=14000)], spent)
    (row,) = profit_and_loss(
        engine.frame(sales("channel")), engine.frame(marketing_costs("channel")), by="channel"
    ).itertuples()
    assert (row.cents, row.margin_cents, row.profit_cents) == (25000, 11000, 9000)
    assert row.profit_cents / row.cents == 0.36


def test_the_greatest_loss_comes_first_and_has_a_verdict(warehouse):
    rows = by_product(warehouse)
    assert rows.index.tolist() == ["lid", "P9", "pan"]
    assert rows.verdict.tolist() == ["unprofitable", "cost unknown", "profitable"]
    assert rows.profit_cents.tolist() == [-1100, 0, 4600]


def test_a_product_without_a_name_is_told_by_its_id_and_its_revenue_is_in_no_margin(warehouse):
    unnamed = by_product(warehouse).loc["P9"]
    assert unnamed[["cents", "unknown_cents", "margin_cents", "known_cost_share"]].tolist() == [1000, 1000, 0, 0.0]
    assert np.isnan(unnamed.margin_share)


def test_money_adds_up_over_groups_to_the_revenue_of_all(warehouse):
    everything = warehouse(LINES).frame(revenue()).iloc[0]
    whole = all_groups(by_product(warehouse).reset_index(), customers=2).iloc[0]
    assert (whole.cents, whole.margin_cents, whole.customers) == (12500, 4500, 2)
    assert (whole.cents, whole.margin_cents) == (everything.cents, everything.margin_cents)
    assert whole.known_cost_share == everything.covered_cents / (everything.cents + everything.returns_cents)
    assert whole.gross_cents - whole.discount_cents - whole.returns_cents == whole.cents
    assert whole.cents - whole.cost_cents - whole.unknown_cents == whole.margin_cents


#        paid                 returned               known of sales   known of sales and returns
# pan    100.00 at 50.00      -20.00 without a cost  100%             100 of 120
def test_returns_without_a_cost_leave_no_verdict(warehouse):
    lines = [
        order_line("ann", 1, 10000, product="pan", cost_cents=5000),
        order_line("ann", 2, -2000, product="pan"),
    ]
    (row,) = profit_and_loss(
        warehouse(lines).frame(sales("product")),
        pd.DataFrame({"product": [], "marketing_cents": []}),
        by="product",
    ).itertuples()
    assert (row.known_cost_share, row.unknown_cents, row.verdict) == (1.0, -2000, "cost unknown")


def test_costs_where_nothing_was_sold_are_a_loss(warehouse):
    engine = warehouse(LINES, [{"day": 1, "channel": "fair", "amount_cents": 70}])
    rows = profit_and_loss(engine.frame(sales("channel")), engine.frame(marketing_costs("channel")), by="channel")
    fair = rows.set_index("channel").loc["fair"]
    assert (fair.profit_cents, fair.verdict, fair.customers) == (-70, "unprofitable", 0)
    assert np.isnan(fair.discount_share)


@pytest.mark.parametrize(("value", "cents"), [("pan", 10000), ("P9", 1000)])
def test_sales_are_narrowed_to_one_value(warehouse, value, cents):
    assert warehouse(LINES).frame(sales(narrowed={"product": value})).cents[0] == cents


def test_lines_without_a_value_can_be_asked_for(warehouse):
    found = warehouse(LINES).frame(sales("product", narrowed={"brand": NOT_STATED}))
    assert found.cents.sum() == 12500


#         within brand   all goods   costs   part of the costs
# online  60.00          60.00       6.00    6.00
# store   15.00          65.00       6.50    1.50
def test_goods_outside_the_filters_bear_their_part_of_the_costs(warehouse):
    engine = warehouse(LINES, COSTS)
    within = engine.frame(amounts_by("product", "channel", narrowed={"product": "lid"}))
    bought = with_elsewhere(within, engine.frame(amounts_by("channel")), by="product", over="channel")
    spent = spread(engine.frame(marketing_costs("channel")), bought, by="product", over="channel")
    assert dict(zip(spent["product"], spent.marketing_cents, strict=True)) == {"lid": 150, ELSEWHERE: 1100}


def test_a_return_that_repeats_the_discount_of_its_sale_takes_nothing_off_twice(warehouse):
    lines = [order_line("ann", 1, 7500, discount_cents=2500), order_line("ann", 2, -7500, discount_cents=2500)]
    (row,) = warehouse(lines).frame(sales("product")).to_dict("records")
    assert (row["discount_cents"], row["returns_cents"], row["cents"]) == (2500, 7500, 0)
