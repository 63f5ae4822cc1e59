import numpy as np
import pandas as pd

from crm_core.analytics import Filters, marketing_costs, profit, revenue, spread
from tests.analytics.ledger import order_line

COSTS = [
    {"day": 1, "channel": "online", "region": "North", "campaign": "spring", "amount_cents": 300},
    {"day": 2, "channel": "online", "region": "South", "amount_cents": 200},
    {"day": 3, "channel": "fair", "amount_cents": 50},
    {"day": 9, "channel": "online", "amount_cents": 7000},
    {"day": 3, "amount_cents": 10},
]
EARLY = Filters(until=9)
#            revenue      cost
# online     10.00        6.00      marketing 5.00: a loss of 1.00
# store       8.00        5.00
# phone       9.00 + 1.00 4.00 + ?  10% of the revenue has no known cost
LINES = [
    order_line("ann", 1, 1000, channel="online", cost_cents=600),
    order_line("ann", 2, 800, channel="store", cost_cents=500),
    order_line("bob", 3, 900, channel="phone", cost_cents=400),
    order_line("bob", 3, 100, channel="phone"),
]


def by_channel(warehouse):
    engine = warehouse(LINES, COSTS)
    marketing = engine.frame(marketing_costs("channel", filters=EARLY))
    return profit(engine.frame(revenue("channel", filters=EARLY)), marketing, by="channel").set_index("channel")


def test_marketing_costs_keep_to_dates_and_places_but_know_no_product(warehouse):
    north = Filters(until=9, regions=("North",), brands=("any",))
    assert warehouse([], COSTS).frame(marketing_costs(filters=north)).marketing_cents[0] == 300
    groups = warehouse([], COSTS).frame(marketing_costs("channel", filters=EARLY))
    assert sorted(groups.marketing_cents) == [10, 50, 500]


def test_a_group_that_costs_more_than_its_margin_is_unprofitable(warehouse):
    online = by_channel(warehouse).loc["online"]
    assert online[["margin_cents", "marketing_cents", "profit_cents", "verdict"]].tolist() == [
        400, 500, -100, "unprofitable",
    ]  # fmt: skip
    assert by_channel(warehouse).verdict["store"] == "profitable"


def test_costs_without_any_sale_are_a_loss_too(warehouse):
    rows = by_channel(warehouse)
    assert rows.loc["fair", ["profit_cents", "verdict"]].tolist() == [-50, "unprofitable"]
    assert np.isnan(rows.known_cost_share["fair"])
    assert rows.profit_cents["Not stated"] == -10


def test_no_verdict_where_too_little_cost_is_known(warehouse):
    phone = by_channel(warehouse).loc["phone"]
    assert (phone.known_cost_share, phone.verdict) == (0.9, "cost unknown")


def test_the_greatest_loss_comes_first(warehouse):
    assert by_channel(warehouse).index.tolist()[:2] == ["online", "fair"]


#           online   store
# Loyal      20.00   10.00
# New        10.00   -5.00
# marketing   1.00    0.50   fair 0.30
def test_costs_of_channels_are_spread_in_proportion_and_no_cent_is_lost():
    sales = pd.DataFrame(
        {
            "segment": ["Loyal", "New", "Loyal", "New"],
            "channel": ["online", "online", "store", "store"],
            "cents": [2000, 1000, 1000, -500],
        }
    )
    marketing = pd.DataFrame({"channel": ["online", "store", "fair"], "marketing_cents": [100, 50, 30]})
    spent = spread(marketing, sales, by="segment", over="channel").set_index("segment").marketing_cents
    assert spent.to_dict() == {"Loyal": 117, "New": 33, "Not stated": 30}
    assert spent.sum() == 180
