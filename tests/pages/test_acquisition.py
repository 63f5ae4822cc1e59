from datetime import date

import pytest

from tests.analytics.ledger import order_line
from tests.builders import sell, spend
from tests.pages.shop import metrics, table_with, texts

#                  Mar   Apr   May   Jun
# ann  margin       60    25    20    20     online, which cost 120
# bob  store, nothing known of costs; his second order came after 20 days
LINES = [
    *[
        order_line("ann", date(2026, month, 15), margin * 200, cost_cents=margin * 100, channel="online")
        for month, margin in enumerate((60, 25, 20, 20), start=3)
    ],
    order_line("bob", date(2026, 3, 1), 5_000, channel="store"),
    order_line("bob", date(2026, 3, 21), 5_000, channel="store"),
    order_line("cay", date(2026, 6, 30), 1_000, channel="store"),
]


@pytest.fixture
def of_analyst(signed_in, open_page):
    installation = signed_in("analyst")
    sell(installation.database, LINES)
    spend(installation.database, [{"day": 20_510, "channel": "online", "amount_cents": 120_00}])
    return open_page("acquisition")


def test_cost_each_and_the_month_of_payback(of_analyst):
    rows = table_with(of_analyst, "Paid back").set_index("First channel")
    assert rows.loc["online", ["New customers", "Cost each", "Paid back"]].tolist() == [
        "1",
        "€120.00",
        "month 4 (n = 1)",
    ]
    assert rows.loc["store", ["Marketing", "Cost each", "Paid back"]].tolist() == ["not known"] * 3


def test_those_not_seen_for_90_days_are_said_not_counted_as_lost(of_analyst):
    rows = table_with(of_analyst, "Paid back").set_index("First channel")
    assert rows["Again in 90 days"]["store"] == "100.0% (21%–100%, n = 1; 1 not seen so long yet)"
    assert metrics(of_analyst)["Again in 90 days"] == "100.0%"


def test_cost_of_sales_and_electronic_channels(of_analyst):
    assert metrics(of_analyst)["Cost of sales"] == "33.3%"
    assert metrics(of_analyst)["Electronic channels"] == "69.4%"
    page = of_analyst.multiselect(key="acquisition.electronic").set_value(["online", "store"]).run()
    assert metrics(page)["Electronic channels"] == "100.0%"


def test_a_group_opens_its_customers(of_analyst):
    page = of_analyst.selectbox(key="acquisition.group.channel").select("store").run()
    rows = table_with(page, "reason").set_index("customer_id")
    assert rows.reason["bob"] == "first order 2026-03-01 by channel store; second one 20 days later"
    assert rows.reason["cay"].endswith("no second one yet")


def test_by_source_nothing_is_stated(of_analyst):
    page = of_analyst.segmented_control(key="acquisition.by").set_value("source").run()
    assert list(table_with(page, "Paid back")["First source"]) == ["Not stated"]
    assert not page.exception


def test_an_empty_installation_teaches(signed_in, open_page):
    signed_in("analyst")
    assert "where new customers come from" in texts(open_page("acquisition"))
