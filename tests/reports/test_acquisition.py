from datetime import date

import pandas as pd
import pytest

from crm_core.analytics import Filters, day_number
from crm_core.reports.acquisition import acquired, electronic, electronic_share
from tests.analytics.ledger import order_line

JAN, MAY = day_number(date(2026, 1, 1)), day_number(date(2026, 5, 1))
#                  Jan   Feb   Mar   Apr
# ann  margin       60    25    20    20      the channel cost 120 for her alone: month 4
# bob  store       nothing is known of its costs
LINES = [
    *[
        order_line("ann", day_number(date(2026, month, 15)), margin * 200, cost_cents=margin * 100, channel="online")
        for month, margin in enumerate((60, 25, 20, 20), start=1)
    ],
    order_line("bob", JAN + 20, 5_000, cost_cents=2_000, channel="store"),
]
COSTS = [{"day": JAN, "channel": "online", "amount_cents": 120_00}, {"day": JAN, "amount_cents": 30_00}]


@pytest.fixture
def found(warehouse):
    return acquired(warehouse(LINES, COSTS), by="channel", since=JAN, as_of_day=MAY)


def test_the_cost_has_come_back_in_month_4(found):
    online = found.groups.set_index("channel").loc["online"]
    assert (online.cost_each_cents, online.payback, online.payback_customers) == (120_00, 4, 1)


def test_without_known_costs_no_payback_is_claimed(found):
    store = found.groups.set_index("channel").loc["store"]
    assert pd.isna(store.cost_each_cents)
    assert pd.isna(store.payback)


def test_costs_that_name_no_channel_are_told_apart(found):
    assert (found.marketing_cents, found.unplaced_cents) == (150_00, 30_00)


def test_cost_of_sales_is_marketing_by_revenue(found):
    assert found.revenue_cents == 250_00 + 50_00
    assert found.channels.set_index("channel").cost_of_sales["online"] == pytest.approx(120 / 250)


def test_the_share_of_electronic_channels(found):
    assert electronic(found.channels.channel) == ["online"]
    assert electronic_share(found.channels, ["online"]) == (pytest.approx(250 / 300), pytest.approx(4 / 5))


def test_no_costs_at_all_are_said_to_be_unknown(warehouse):
    found = acquired(warehouse(LINES), by="source", since=JAN, as_of_day=MAY)
    assert found.marketing_cents is None
    assert list(found.groups.source) == ["Not stated"]


def test_nothing_in_the_period(warehouse):
    found = acquired(warehouse(LINES, COSTS), by="channel", since=MAY, as_of_day=MAY + 1)
    assert found.groups.empty
    assert electronic_share(found.channels, []) == (None, None)


def test_costs_that_name_what_is_chosen_are_set_against_its_new_customers(warehouse):
    online = acquired(
        warehouse(LINES, COSTS), by="channel", since=JAN, as_of_day=MAY, within=Filters(channels=("online",))
    )
    assert list(online.groups.channel) == ["online"]
    assert (online.marketing_cents, online.unplaced_cents, online.revenue_cents) == (120_00, 0, 250_00)
    assert online.groups.payback.tolist() == [4]


def test_costs_are_not_known_by_product_so_none_are_shown_with_one_chosen(warehouse):
    lines = [{**LINES[0], "product": "lamp"}, *LINES[1:]]
    lamp = acquired(warehouse(lines, COSTS), by="channel", since=JAN, as_of_day=MAY, within=Filters(products=("lamp",)))
    assert (lamp.marketing_cents, lamp.costs_not_by) == (None, ("product",))
    assert lamp.groups[["channel", "customers"]].to_numpy().tolist() == [["online", 1]]
    assert pd.isna(lamp.groups.cost_each_cents[0])
    assert pd.isna(lamp.channels.marketing_cents[0])
    # Of her new customers all later margin counts; of the channel only what was sold of it.
    assert lamp.course.total_cents.tolist() == [60_00, 85_00, 105_00, 125_00]
    assert lamp.revenue_cents == 120_00


def test_costs_that_name_no_channel_are_not_those_of_customers_whose_channel_is_not_known(warehouse):
    found = acquired(
        warehouse([*LINES, order_line("zoe", JAN + 2, 900)], COSTS), by="channel", since=JAN, as_of_day=MAY
    )
    unknown = found.groups.set_index("channel").loc["Not stated"]
    assert unknown.customers == 1
    assert unknown[["marketing_cents", "cost_each_cents", "payback"]].isna().all()
    assert found.channels.set_index("channel").cost_of_sales.isna()["Not stated"]
    assert (found.marketing_cents, found.unplaced_cents) == (150_00, 30_00)
