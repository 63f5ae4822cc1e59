from datetime import date

import pytest

from crm_core.analytics import day_number, from_json
from crm_core.store.tables import Audience
from crm_core.ui import acquisition, filters, load
from crm_core.ui.format import Notation
from tests.analytics.ledger import order_line
from tests.builders import sell, spend
from tests.cards import deltas, metrics, press
from tests.pages.shop import captions, lists, table_with, texts, turn_to

PAYBACK, CHANNELS = "acquisition.section=Payback", "acquisition.section=Channels"
RESPONSE, CUSTOMERS = "acquisition.section=Response to campaigns", "acquisition.section=Customers"

#                  Mar   Apr   May   Jun
# ann  margin       60    25    20    20     online, which cost 120
# bob  store, nothing known of costs; his second order came after 20 days
LINES = [
    *[
        order_line("ann", date(2026, month, 15), margin * 200, cost_cents=margin * 100, channel="online")
        for month, margin in enumerate((60, 25, 20, 20), start=3)
    ],
    order_line("bob", date(2026, 3, 1), 5_000, channel="store", brand="Nord"),
    order_line("bob", date(2026, 3, 21), 5_000, channel="store"),
    order_line("cay", date(2026, 6, 30), 1_000, channel="store", brand="Sud"),
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
    page = turn_to(of_analyst, CUSTOMERS).selectbox(key="acquisition.group.channel").select("store").run()
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


#        January                        February
# new    zoe on the 1st; ann, bob       cay, dan, eve      each bought once for 100.00
# costs  20.00                          60.00
TWO_MONTHS = [
    order_line("zoe", date(2026, 1, 1), 10_000, channel="store"),
    order_line("ann", date(2026, 1, 10), 10_000, channel="online"),
    order_line("bob", date(2026, 1, 20), 10_000, channel="store"),
    *[order_line(name, date(2026, 2, 28), 10_000, channel="online") for name in ("cay", "dan", "eve")],
]


@pytest.fixture
def of_february(signed_in, open_page):
    installation = signed_in("analyst")
    sell(installation.database, TWO_MONTHS)
    days = [(day_number(date(2026, 1, 10)), 20_00), (day_number(date(2026, 2, 10)), 60_00)]
    spend(installation.database, [{"day": day, "channel": "online", "amount_cents": cents} for day, cents in days])
    page = open_page("acquisition").segmented_control(key="acquisition.period").set_value("Own dates").run()
    return page.date_input(key="acquisition.dates").set_value((date(2026, 2, 1), date(2026, 2, 28))).run()


def test_a_period_of_any_dates_is_compared_with_as_many_days_before(of_february):
    # The 28 days before begin on 4 January: without Zoe.
    assert metrics(of_february)["New customers"] == "3"
    assert deltas(of_february) == {
        "New customers": "+50.0%",
        # 20.00 each after 10.00 each.
        "Cost per new one": "+100.0%",
        # Nobody has been seen for so long.
        "Again in 90 days": "of 0 seen so long",
        # 60.00 of 300.00 after 20.00 of 200.00.
        "Cost of sales": "+10 pt",
        "Electronic channels": "+50 pt",
    }
    assert "New customers, 1 Feb 2026 to 28 Feb 2026, by the first channel, compared with the period before." in texts(
        of_february
    )


def test_without_a_period_before_nothing_is_compared_and_why_is_said(of_february):
    page = of_february.segmented_control(key="acquisition.period").set_value("3 months").run()
    assert deltas(page)["Cost of sales"] == "of €600"
    assert "not compared, because the data begin only on 1 Jan 2026." in texts(page)


@pytest.mark.parametrize(
    ("figure", "customers"),
    [
        ("new-customers.new", ["ann", "bob", "cay"]),
        ("again-in-90-days.again", ["ann", "bob"]),
        ("again-in-90-days.not again", []),
        ("cost-of-sales.buyers", ["ann", "bob", "cay"]),
        ("electronic-channels.electronic", ["ann"]),
    ],
)
def test_a_figure_opens_the_customers_behind_it(of_analyst, figure, customers):
    page = press(of_analyst, figure).run()
    assert f"{Notation().customers(len(customers))}. " in texts(page)
    assert [sorted(rows.customer_id) for rows in lists(page)] == ([customers] if customers else [])


def test_a_row_of_the_groups_opens_its_new_customers(of_analyst):
    place = list(table_with(of_analyst, "Paid back")["First channel"]).index("store")
    of_analyst.session_state["acquisition.groups.open"] = {"row": place}
    page = of_analyst.run()
    assert [sorted(rows.customer_id) for rows in lists(page)] == [["bob", "cay"]]
    assert "2 customers. Their first purchase over all history lies in the period. New customers, 1 Jul 2025" in texts(
        page
    )


def test_a_row_of_the_channels_opens_all_its_customers(of_analyst):
    place = list(table_with(turn_to(of_analyst, CHANNELS), "Cost of sales").Channel).index("store")
    of_analyst.session_state["acquisition.channels.open"] = {"row": place}
    page = of_analyst.run()
    assert "2 customers. Known customers, old and new, who bought by this channel in the period." in texts(page)


def test_a_brand_leaves_those_whose_first_order_holds_it_and_says_that_costs_do_not_know_it(of_analyst):
    page = of_analyst.multiselect(key="acquisition.brands").set_value(["Nord"]).run()
    assert metrics(page)["New customers"] == "1"
    assert metrics(page)["Cost per new one"] == "not known"
    assert "New customers, 1 Jul 2025 to 30 Jun 2026, by the first channel, first order of brand Nord" in texts(page)
    assert "Marketing costs are not known by brand" in page.warning[0].value
    assert list(table_with(turn_to(page, CUSTOMERS), "reason").customer_id) == ["bob"]


def test_a_channel_keeps_its_costs_and_opens_only_its_customers(of_analyst):
    page = of_analyst.multiselect(key="acquisition.channels").set_value(["online"]).run()
    assert metrics(page)["Cost per new one"] == "€120.00"
    assert "Of marketing costs those that name it." in texts(page)
    page = press(page, "cost-of-sales.buyers").run()
    assert "1 customer. They bought in the period. Orders from 1 Jul 2025 to 30 Jun 2026; channel online." in captions(
        page
    )
    page = press(page, "electronic-channels.electronic").run()
    assert (
        "1 customer. They bought in the period by a channel counted as electronic. "
        "Orders from 1 Jul 2025 to 30 Jun 2026; channel online; electronic: online." in captions(page)
    )
    page = press(page, "new-customers.new").run()
    assert (
        "1 customer. Their first purchase over all history lies in the period. New customers, 1 Jul 2025 to "
        "30 Jun 2026, by the first channel, first order of channel online." in captions(page)
    )


def test_the_audience_of_a_group_is_named_after_period_and_filters(signed_in, open_page):
    installation = signed_in("manager")
    sell(installation.database, LINES)
    page = open_page("acquisition").segmented_control(key="acquisition.period").set_value("Own dates").run()
    page.date_input(key="acquisition.dates").set_value((date(2026, 3, 1), date(2026, 3, 31))).run()
    page.multiselect(key="acquisition.brands").set_value(["Nord"]).run()
    turn_to(page, CUSTOMERS).selectbox(key="acquisition.group.channel").select("store").run()
    page.button(key="acquisition.audience").click().run()
    with installation.database.read() as session:
        audience = session.query(Audience).one()
    assert audience.name == "New by channel store, 1 Mar 2026 to 31 Mar 2026, first order of brand Nord"
    assert from_json(audience.rule).values == ("bob",)


def test_the_audience_behind_a_figure_is_named_after_period_and_filters(signed_in, open_page):
    installation = signed_in("manager")
    sell(installation.database, LINES)
    page = open_page("acquisition").multiselect(key="acquisition.channels").set_value(["online"]).run()
    opened = press(page, "electronic-channels.electronic").run()
    # AppTest runs the whole page for a button of a window: it stays open only while what opened it is pressed.
    press(opened, "electronic-channels.electronic")
    opened.button(key="acquisition.behind.list.audience").click().run()
    with installation.database.read() as session:
        (audience,) = session.query(Audience)
    assert audience.name == (
        "Buyers by electronic channels (Orders from 1 Jul 2025 to 30 Jun 2026; channel online; electronic: online)"
    )


def test_what_is_left_month_by_month_is_drawn(of_analyst):
    (chart,) = turn_to(of_analyst, PAYBACK).get("vega_lite_chart")
    assert "online" in chart.proto.spec


def test_without_costs_there_is_no_payback_to_draw_and_why_is_said(signed_in, open_page):
    sell(signed_in("analyst").database, LINES)
    page = turn_to(open_page("acquisition"), PAYBACK)
    assert not page.get("vega_lite_chart")
    assert "known costs" in page.info[0].value


def test_without_a_finished_campaign_its_response_is_promised(of_analyst):
    assert "No campaign with a control group is over yet." in turn_to(of_analyst, RESPONSE).info[0].value


def test_the_file_of_the_list_says_of_everybody_how_they_came(of_analyst):
    extent = load.extent()
    found = load.acquisition("channel", filters.usual(extent)[0])
    rows = acquisition.members(found, load.customers(extent.as_of_day), "channel", acquisition.ALL)
    file = acquisition.as_file(found, rows, "channel")().set_index("customer_id")
    assert set(file.index) == {"ann", "bob", "cay"}
    assert file.reason["bob"] == "first order 2026-03-01 by channel store; second one 20 days later"
