import pytest

from crm_core.analytics import from_json
from crm_core.store.preferences import keep_preference
from crm_core.store.tables import Audience, Customer
from crm_core.ui.format import Notation
from tests.analytics.ledger import order_line
from tests.builders import sell, spend
from tests.cards import deltas, metrics, press
from tests.pages.shop import ago, captions, lists, open_shop, table_with, texts, turn_to

TABLE, CUSTOMERS = "profit.section=Profit and loss", "profit.section=Customers"

#         this year                       a year before
# ann     100.00 online, goods 40.00      50.00, goods 20.00
# bob      20.00 store, goods 30.00       nothing
# nobody   30.00 store, goods 10.00       nothing
LINES = [
    order_line("ann", ago(10), 10_000, channel="online", cost_cents=4_000, discount_cents=2_500),
    order_line("ann", ago(400), 5_000, channel="online", cost_cents=2_000),
    order_line("bob", ago(20), 2_000, channel="store", cost_cents=3_000),
    order_line(None, ago(30), 3_000, channel="store", cost_cents=1_000),
    order_line("cay", ago(0), 0, channel="online"),
    order_line("cay", ago(900), 0, channel="online"),
]
COSTS = [{"day": order_line("", ago(5), 0)["day"], "channel": "online", "amount_cents": 1_000}]


@pytest.fixture
def shop(signed_in):
    installation = signed_in("manager")
    sell(installation.database, LINES)
    spend(installation.database, COSTS)
    with installation.database.write() as session:
        session.add(Customer(customer_id="bob", first_name="Bob", last_name="Baker"))
    return installation


@pytest.fixture
def of_manager(shop, open_page):
    return open_page("profit")


def groups(page):
    rows = table_with(turn_to(page, TABLE), "profit_cents")
    return {row["group"]: (row["profit_cents"], row["verdict"][0]) for row in rows.to_dict("records")}


def listed(page):
    return table_with(turn_to(page, CUSTOMERS), "reason")


def test_customers_of_other_segments_bear_their_own_part_of_the_costs(shop, open_page):
    spend(shop.database, [{**COSTS[0], "channel": "store", "amount_cents": 500}])
    page = open_page("profit").multiselect(key="profit.segments").set_value(["At risk"]).run()
    # Ann alone bought online, Bob for 20.00 of the 50.00 in the store.
    assert (metrics(page)["Net revenue"], metrics(page)["Marketing"]) == ("€100", "€10")
    page = page.multiselect(key="profit.segments").set_value(["Lost"]).run()
    assert (metrics(page)["Net revenue"], metrics(page)["Marketing"]) == ("€20", "€2")
    assert "Goods and customers outside the filters bear their own part." in texts(turn_to(page, TABLE))


def test_what_remains_of_the_revenue_stands_beside_the_period_before(of_manager):
    assert metrics(of_manager) == {
        "Net revenue": "€150",
        "Margin": "€70",
        "Marketing": "€10",
        "Profit": "€60",
        "Discounts": "14.3%",
        "Returns": "0.0%",
        "Loss-makers": "1",
    }
    assert deltas(of_manager)["Net revenue"] == "+200.0%"
    assert deltas(of_manager)["Loss-makers"] == "cost €10"


def test_the_revenue_is_that_of_the_overview(of_manager, open_page):
    assert metrics(of_manager)["Net revenue"] == metrics(open_page("overview"))["Revenue"]


def test_groups_are_told_from_the_greatest_loss_on(of_manager):
    page = of_manager.selectbox(key="profit.by").select("Channel").run()
    assert "By channel: each is profitable" in [heading.value for heading in page.subheader]
    assert groups(page) == {"store": (10.0, "Profitable"), "online": (50.0, "Profitable")}
    assert "Marketing costs are those recorded for each channel." in captions(page)


def test_dollars_are_no_formulas(shop, open_page):
    with shop.database.write() as session:
        keep_preference(session, "notation", {"locale": "en_US", "currency": "USD"})
    page = turn_to(open_page("profit"), "profit.section=From revenue to profit")
    assert "\\$60 of \\$175 remain" in [heading.value for heading in page.subheader]


def test_an_assumption_is_said_as_one(of_manager):
    assert any(
        caption.startswith("An assumption: marketing costs, recorded by channel,")
        for caption in captions(turn_to(of_manager, TABLE))
    )


def test_customers_at_a_loss_are_listed_with_the_reason(of_manager):
    (bob,) = listed(of_manager).to_dict("records")
    assert (bob["name"], bob["total_cents"], bob["reason"]) == ("Bob Baker", 20.0, "loss of €10: goods cost €30")
    assert any("1 customer, net revenue €20; together they cost €10." in caption for caption in captions(of_manager))


def test_every_group_opens_the_customers_behind_it(of_manager):
    page = of_manager.selectbox(key="profit.by").select("Channel").run()
    page = turn_to(page, CUSTOMERS).segmented_control(key="profit.who").set_value("Everybody").run()
    page = page.selectbox(key="profit.group.Channel").select("online").run()
    assert list(listed(page).customer_id) == ["ann", "cay"]


def test_customers_at_a_loss_become_an_audience(of_manager, shop):
    turn_to(of_manager, CUSTOMERS).button(key="profit.audience").click().run()
    with shop.database.read() as session:
        audience = session.query(Audience).one()
    assert audience.name == "At a loss (Orders from 1 Jul 2025 to 30 Jun 2026)"
    assert from_json(audience.rule).values == ("bob",)


def test_a_filter_narrows_every_figure_and_is_said(of_manager):
    page = of_manager.multiselect(key="profit.channels").set_value(["store"]).run()
    assert metrics(page)["Net revenue"] == "€50"
    assert "channel store" in captions(page)[0]
    assert "No marketing costs are known for this period" in page.warning[0].value


def test_a_shop_without_costs_gets_no_verdict(signed_in, open_page):
    open_shop(signed_in("viewer"))
    page = open_page("profit")
    assert {verdict for _, verdict in groups(page).values()} == {"Cost unknown"}
    assert "known for 0% of the sales only" in page.warning[0].value
    assert metrics(page)["Loss-makers"] == "0"


def test_a_filter_that_takes_nothing_is_said_plainly(shop, open_page):
    sell(shop.database, [order_line("dan", ago(1200), 100, channel="fair", region="Ruse")])
    page = open_page("profit").multiselect(key="profit.channels").set_value(["fair"]).run()
    assert [info.value[:28] for info in page.info] == ["Nothing was sold within thes"]


def test_an_empty_installation_teaches(signed_in, open_page):
    signed_in("analyst")
    assert "what remains of the revenue" in texts(open_page("profit"))


@pytest.mark.parametrize(
    ("figure", "customers"),
    [
        ("net-revenue.everybody", ["ann", "bob", "cay"]),
        ("discounts.discount", ["ann"]),
        ("returns.returns", []),
        ("marketing.marketing", ["ann"]),
        ("loss-makers.loss-makers", ["bob"]),
    ],
)
def test_a_figure_opens_the_customers_behind_it(of_manager, figure, customers):
    page = press(of_manager, figure).run()
    assert [list(rows.customer_id) for rows in lists(page)] == ([customers] if customers else [])
    assert f"{Notation().customers(len(customers))}. " in texts(page)
    assert "Orders from 1 Jul 2025 to 30 Jun 2026." in texts(page)


def test_who_only_returned_stands_below_those_who_bought(signed_in, open_page):
    returns = [order_line(who, ago(4), -500, channel="store") for who in ("zoe", "bob")]
    sell(signed_in("manager").database, [*LINES, *returns])
    page = press(open_page("profit"), "returns.returns").run()
    (rows,) = lists(page)
    # Zoe never bought, so she has no place among customers; what went back counts all the same.
    assert "2 customers. They returned goods." in texts(page)
    assert list(rows.customer_id) == ["bob", "zoe"]
    assert rows.reason.iloc[1] == "never bought anything, only returned"
    assert rows.last_day.isna().tolist() == [False, True]
