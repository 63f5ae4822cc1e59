import pandas as pd
import pytest

from crm_core.analytics import NOT_STATED, Filters
from crm_core.reports.overview import figures
from crm_core.reports.profit import compared, customer_profit, profit_by, sold_by_customer
from tests.analytics.ledger import order_line

BREAKDOWNS = ["segment", "product", "brand", "category", "region", "channel", "source", "salesperson"]
#         channel  brand  paid    cost    marketing: online 10.00, store 5.00, fair 2.00
# ann     online   Nord   60.00   20.00   of online 6.00
# bob     online   Sud    40.00   45.00   of online 4.00: a loss of 9.00
# nobody  store    Nord   50.00   30.00   all of store
LINES = [
    order_line("ann", 1, 6000, channel="online", brand="Nord", product="pan", cost_cents=2000, salesperson="Iva"),
    order_line("bob", 2, 4000, channel="online", brand="Sud", product="lid", cost_cents=4500, discount_cents=100),
    order_line(None, 3, 5000, channel="store", brand="Nord", product="pan", cost_cents=3000, region="Ruse"),
    order_line("ann", 9, 100, channel="online", cost_cents=10),
]
COSTS = [
    {"day": 1, "channel": "online", "amount_cents": 1000},
    {"day": 2, "channel": "store", "region": "Ruse", "amount_cents": 500},
    {"day": 2, "channel": "fair", "amount_cents": 200},
]
EARLY = Filters(until=9)
SEGMENTS = pd.Series({"ann": "Loyal", "bob": "Lost"})


@pytest.fixture
def shop(warehouse):
    return warehouse(LINES, COSTS)


def by(shop, breakdown, filters=EARLY):
    return profit_by(shop, filters, by=breakdown, segments=SEGMENTS)


def money(rows, *names):
    return {row["group"]: tuple(row[name] for name in names) for row in rows.to_dict("records")}


@pytest.mark.parametrize("breakdown", BREAKDOWNS)
def test_the_groups_of_every_breakdown_add_up_to_the_overview(shop, breakdown):
    overview, found = figures(shop, EARLY), by(shop, breakdown)
    assert found.groups.cents.sum() == found.total.cents == overview.revenue_cents == 15000
    assert found.groups.margin_cents.sum() == found.total.margin_cents == overview.margin_cents
    assert found.total.customers == overview.active_customers
    assert found.total.known_cost_share == overview.known_cost_share
    assert found.groups.marketing_cents.sum() == found.total.marketing_cents == 1700


def test_costs_that_are_known_of_a_channel_stay_with_it(shop):
    found = by(shop, "channel")
    assert money(found.groups, "margin_cents", "marketing_cents", "profit_cents") == {
        "online": (3500, 1000, 2500),
        "store": (2000, 500, 1500),
        "fair": (0, 200, -200),
    }
    assert found.over is None


def test_other_groups_bear_costs_in_proportion_to_what_was_bought(shop):
    found = by(shop, "brand")
    assert money(found.groups, "marketing_cents", "profit_cents") == {
        "Nord": (600 + 500, 4900),
        "Sud": (400, -900),
        NOT_STATED: (200, -200),
    }
    assert found.over == "channel"


def test_segments_are_of_customers_and_anonymous_sales_are_in_none(shop):
    assert money(by(shop, "segment").groups, "cents", "marketing_cents", "customers") == {
        "Loyal": (6000, 600, 1),
        "Lost": (4000, 400, 1),
        NOT_STATED: (5000, 700, 0),
    }


def test_chosen_goods_bear_only_their_part_of_the_costs(shop):
    nord = Filters(until=9, brands=("Nord",))
    assert money(by(shop, "channel", nord).groups, "cents", "marketing_cents") == {
        "online": (6000, 600),
        "store": (5000, 500),
        # 2.00 of the fair, where nobody bought: Nord has 110.00 of the 150.00 of all sales.
        NOT_STATED: (0, 147),
    }


@pytest.mark.parametrize("breakdown", BREAKDOWNS)
def test_what_chosen_goods_cost_does_not_depend_on_how_they_are_split(warehouse, breakdown):
    back = order_line("cay", 3, -2000, channel="online", brand="Nord", product="pot", region="Varna")
    costs = [*COSTS, {"day": 1, "channel": "online", "region": "Varna", "source": "search", "amount_cents": 0}]
    found = by(warehouse([*LINES, back], costs), breakdown, Filters(until=9, brands=("Nord",)))
    # 40.00 of 80.00 online, all of the store, and 90.00 of 130.00 of what nobody bought by.
    assert found.total.marketing_cents == 500 + 500 + 138


@pytest.mark.parametrize("breakdown", ["channel", "source", "region"])
def test_the_parts_of_all_goods_are_the_costs_once(shop, breakdown):
    each = [by(shop, breakdown, Filters(until=9, brands=(brand,))).total.marketing_cents for brand in ("Nord", "Sud")]
    assert sum(each) == pytest.approx(1700, abs=1)


def test_without_costs_there_is_nothing_to_spread(warehouse):
    found = by(warehouse(LINES), "brand")
    assert (found.total.marketing_cents, found.over) == (0, None)


def test_a_customer_who_costs_more_than_he_brings_comes_first(shop):
    rows = customer_profit(shop, EARLY, segments=SEGMENTS)
    shown = rows[["customer_id", "margin_cents", "marketing_cents", "profit_cents", "verdict", "segment", "orders"]]
    assert shown.to_numpy().tolist() == [
        ["bob", -500, 400, -900, "unprofitable", "Lost", 1],
        ["ann", 4000, 600, 3400, "profitable", "Loyal", 1],
    ]


@pytest.mark.parametrize(
    ("breakdown", "group", "behind"),
    [
        ("brand", "Nord", {"ann": (6000, 600)}),
        ("segment", "Lost", {"bob": (4000, 400)}),
        ("channel", "online", {"ann": (6000, 600), "bob": (4000, 400)}),
        ("salesperson", NOT_STATED, {"bob": (4000, 400)}),
        ("region", "Ruse", {}),
    ],
)
def test_every_group_opens_the_customers_behind_it(shop, breakdown, group, behind):
    rows = customer_profit(shop, EARLY, segments=SEGMENTS, by=breakdown, group=group)
    assert {row.customer_id: (row.cents, row.marketing_cents) for row in rows.itertuples()} == behind


@pytest.mark.parametrize("breakdown", ["segment", "brand"])
def test_sales_at_hand_give_the_same_profit(shop, breakdown):
    sold, asked = sold_by_customer(shop, EARLY, SEGMENTS), by(shop, breakdown)
    found = profit_by(shop, EARLY, by=breakdown, segments=SEGMENTS, sold=sold)
    pd.testing.assert_frame_equal(found.groups, asked.groups)
    assert found.total.customers == asked.total.customers == 2
    for group in (None, "Lost", "Nord"):
        pd.testing.assert_frame_equal(
            customer_profit(shop, EARLY, segments=SEGMENTS, by=breakdown, group=group, sold=sold),
            customer_profit(shop, EARLY, segments=SEGMENTS, by=breakdown, group=group),
        )


def test_customers_with_the_same_profit_stand_by_their_ids(warehouse):
    lines = [order_line(name, 1, cents, cost_cents=0) for name, cents in (("d", 5), ("b", 5), ("c", 9), ("a", 5))]
    rows = customer_profit(warehouse(lines), EARLY, segments=SEGMENTS.head(0))
    assert rows.customer_id.tolist() == ["a", "b", "d", "c"]
    assert set(rows.segment) == {NOT_STATED}


def test_groups_stand_beside_the_period_before():
    now = pd.DataFrame({"group": ["a", "b"], "cents": [5, 6], "profit_cents": [3, 4]})
    before = pd.DataFrame({"group": ["a", "gone"], "cents": [2, 1], "profit_cents": [7, 1]})
    both = compared(now, before)
    assert both[["before_cents", "before_profit_cents", "profit_change_cents"]].to_numpy().tolist() == [
        [2, 7, -4],
        [0, 0, 4],
    ]
    assert compared(now, None).profit_change_cents.isna().all()
