from datetime import UTC, date, datetime

import pytest

from crm_core.analytics import Condition, Fact, Operator, from_json, words
from crm_core.analytics.limits import Limits
from crm_core.errors import SettingsError
from crm_core.permissions import PERMISSIONS, Role, Somebody
from crm_core.reports.segments import keep_segment_limits, segment_limits
from crm_core.store.audit import entries
from crm_core.store.tables import Audience
from crm_core.ui import load
from crm_core.ui.format import Notation
from tests.analytics.ledger import order_line
from tests.builders import sell
from tests.cards import deltas, metrics, press
from tests.pages.shop import LINES, ago, captions, lists, open_shop, texts, turn_to

CUSTOMERS = "segments.section=Customers"
MOVES, MOVERS = "segments.section=Moves", "segments.section=Who moved"


def listed(page):
    """The customers of the group that is shown."""
    (rows,) = lists(turn_to(page, CUSTOMERS))
    return rows


@pytest.fixture
def of_analyst(signed_in, open_page):
    open_shop(signed_in("analyst"))
    return open_page("segments")


def test_sizes_and_shares_stand_at_the_top(of_analyst):
    assert metrics(of_analyst) == {
        "Customers": "3",
        # Ann: recency 4, value 4. Bob hibernates, Cay is lost.
        "Champions and loyal": "1",
        "At risk or cannot lose": "0",
        "Class A": "1",
    }


def test_every_group_opens_its_customers_with_the_reason(of_analyst):
    page = turn_to(of_analyst, CUSTOMERS).segmented_control(key="segments.by").set_value("abc").run()
    assert page.selectbox(key="segments.abc").options == ["A", "B", "C"]
    ann = listed(page).iloc[0]
    assert (ann["name"], ann.customer_id, ann.total_cents, ann.orders) == ("Ann Archer", "ann", 1500.0, 15)
    assert ann.reason.startswith("usually buys every 33 days; last order 1 day ago; spent 30 times the median")
    page = page.selectbox(key="segments.abc").select("C").run()
    assert list(listed(page).customer_id) == ["cay"]
    assert any(caption.startswith("1 customer.") for caption in captions(page))


def test_a_viewer_sees_neither_names_nor_ids(signed_in, open_page):
    open_shop(signed_in("viewer"))
    page = open_page("segments")
    assert not {"name", "customer_id"} & set(listed(page).columns)
    assert not [button for button in page.button if button.key == "segments.audience"]
    assert not page.get("download_button") or all(
        "list" not in button.proto.id for button in page.get("download_button")
    )


def test_a_filter_keeps_the_scores_of_those_who_remain(of_analyst):
    page = of_analyst.multiselect(key="segments.regions").set_value(["Ruse"]).run()
    assert metrics(page)["Customers"] == "1"
    assert list(listed(page).customer_id) == ["ann"]
    assert "region Ruse" in captions(page)[0]


def test_a_filter_that_takes_nobody_is_said_plainly(of_analyst):
    page = of_analyst.multiselect(key="segments.regions").set_value(["Ruse"]).run()
    page = page.multiselect(key="segments.channels").set_value(["store"]).run()
    assert [info.value for info in page.info] == ["Nobody bought within these filters. Choose fewer of them."]


def test_a_segment_becomes_an_audience_that_goes_on_selecting(signed_in, open_page):
    installation = signed_in("manager")
    open_shop(installation)
    turn_to(open_page("segments"), CUSTOMERS).button(key="segments.audience").click().run()
    with installation.database.read() as session:
        audience = session.query(Audience).one()
    assert from_json(audience.rule) == Condition(Fact.SEGMENT, Operator.ONE_OF, (audience.name,))


def test_an_audience_of_filtered_customers_asks_for_their_segment_and_for_their_orders(signed_in, open_page):
    installation = signed_in("manager")
    open_shop(installation)
    page = open_page("segments")
    page.multiselect(key="segments.segments").set_value(["Hibernating", "Lost"]).run()
    assert metrics(page)["Customers"] == "2"
    page.multiselect(key="segments.channels").set_value(["store"]).run()
    turn_to(page, CUSTOMERS).button(key="segments.audience").click().run()
    with installation.database.read() as session:
        rule = from_json(session.query(Audience).one().rule)
    assert words(rule) == (
        "are in segment Hibernating and are in segment Hibernating or Lost and placed at least 1 orders (channel store)"
    )


def test_an_empty_installation_teaches(signed_in, open_page):
    signed_in("analyst")
    page = open_page("segments")
    assert "Nothing to show yet" in [heading.value for heading in page.subheader]
    assert "named segments" in texts(page)


def test_moves_between_two_dates_open_their_customers(of_analyst):
    page = turn_to(of_analyst, MOVES).segmented_control(key="segments.by").set_value("abc").run()
    # A year ago Ann had brought 300.00 and Cay 40.00; Bob had not come yet.
    assert any(
        "Of 2 customers at both dates 50% stayed where they were, 0% moved up, 50% moved down; 1 are new" in each.value
        for each in page.subheader
    )
    assert "1 of 1 B became C." in texts(page)
    page = turn_to(page, MOVERS)
    assert page.selectbox(key="segments.move").options == ["A (stayed)", "B → C", "Not yet a customer → B"]
    page = page.selectbox(key="segments.move").select("B → C").run()
    (moved,) = lists(page)
    assert list(moved.customer_id) == ["cay"]


def test_those_who_moved_are_named_after_both_dates_and_the_filters(signed_in, open_page):
    installation = signed_in("manager")
    open_shop(installation)
    page = turn_to(open_page("segments"), MOVERS).segmented_control(key="segments.by").set_value("abc").run()
    page = page.multiselect(key="segments.channels").set_value(["store"]).run()
    page = page.selectbox(key="segments.move").select("B → C").run()
    page.button(key="segments.moves_audience").click().run()
    with installation.database.read() as session:
        assert session.query(Audience).one().name == "B → C, 30 Jun 2025 to 30 Jun 2026; channel store"


def test_the_earlier_date_can_be_any(of_analyst):
    page = turn_to(of_analyst, MOVES).segmented_control(key="segments.since").set_value("Own date").run()
    assert "The data begin on" not in [info.value for info in page.info]
    page = page.segmented_control(key="segments.since").set_value("24 months").run()
    assert not page.exception


def test_own_limits_are_said_and_hold_for_everybody_until_they_are_taken_back(signed_in, open_page):
    installation = signed_in("manager")
    open_shop(installation)
    page = open_page("segments")
    page.text_input(key="segments.limits.recency_days").set_value("10, 30, 60, 90")
    page.text_input(key="segments.limits.money").set_value("10, 20, 30, 40")
    page.number_input(key="segments.limits.a").set_value(50)
    page.button(key="segments.limits.save").click().run()
    assert "sorted by these limits" in page.success[0].value
    assert "recency 5 is at most 10 days" in texts(turn_to(page, CUSTOMERS)).lower()
    assert "A brings the first 50%" in texts(turn_to(page, "segments.section=Concentration"))
    with installation.database.read() as session:
        assert segment_limits(session).money_cents == (1000, 2000, 3000, 4000)
        assert entries(session)[0].action == "segment_limits.changed"
    # Bob: recency 4 by own limits, 5 for his money, 1 for frequency.
    grid = open_page("segments")
    assert metrics(grid)["Champions and loyal"] == "1"


def test_limits_that_cannot_be_are_refused_in_words(signed_in, open_page):
    open_shop(signed_in("manager"))
    page = open_page("segments")
    page.text_input(key="segments.limits.recency_days").set_value("10, x")
    page.button(key="segments.limits.save").click().run()
    assert "'10, x' is not a list of whole numbers" in page.error[0].value


def test_an_analyst_cannot_change_the_limits(of_analyst):
    assert not [field for field in of_analyst.text_input if "limits" in field.key]
    with load.installation().database.write() as session, pytest.raises(SettingsError, match="may not change"):
        keep_segment_limits(session, Somebody("ana", PERMISSIONS[Role.ANALYST]), Limits(), now=datetime.now(UTC))


@pytest.mark.parametrize(
    ("number", "customers", "who"),
    [
        ("customers.everybody", ["ann", "bob", "cay"], "Everybody known who bought at least once."),
        ("champions-and-loyal.best", ["ann"], "They bought lately, often and for much."),
        ("class-a.top", ["ann"], "The fewest of all customers who together bring most of the revenue."),
    ],
)
def test_a_figure_opens_the_customers_behind_it(of_analyst, number, customers, who):
    page = press(of_analyst, number).run()
    assert [list(rows.customer_id) for rows in lists(page)] == [customers]
    assert f"{Notation().customers(len(customers))}. {who} Data to 30 Jun 2026. All orders." in texts(page)


def test_a_class_is_that_among_everybody_whatever_the_filters(of_analyst):
    page = of_analyst.multiselect(key="segments.regions").set_value(["Varna"]).run()
    # Of everybody Ann alone is class A: of Varna nobody is, on the card as in the list of the group.
    assert metrics(page)["Class A"] == "0"
    assert "Scores and classes compare each customer with all others." in texts(page)
    page = turn_to(page, CUSTOMERS).segmented_control(key="segments.by").set_value("abc").run()
    assert set(listed(page).customer_id) <= {"bob", "cay"}
    assert page.selectbox(key="segments.abc").options == ["B", "C"]
    page = turn_to(page, "segments.section=Concentration")
    assert "Here these customers are ranked among themselves, not among everybody." in texts(page)


def test_moves_within_filters_begin_with_those_who_had_bought_there_by_then(signed_in, open_page):
    sell(signed_in("analyst").database, [*LINES, order_line("ann", ago(5), 100, channel="store", region="Ruse")])
    page = open_page("segments").multiselect(key="segments.channels").set_value(["store"]).run()
    # Ann was a customer a year before, and Bob was not; in the store of the three only Cay had bought by then.
    assert (metrics(page)["Customers"], deltas(page)["Customers"]) == ("3", "+2")
    page = turn_to(page, MOVES).segmented_control(key="segments.by").set_value("abc").run()
    assert any("Of 1 customers at both dates" in each.value for each in page.subheader)
    page = turn_to(page, MOVERS)
    assert page.selectbox(key="segments.move").options == [
        "B → C",
        "Not yet a customer → A",
        "Not yet a customer → B",
    ]


def test_key_figures_are_compared_with_those_of_12_months_before(of_analyst):
    # On 30 June 2025 there were Ann with 300.00, of recency 3 and value 3, and Cay with 40.00.
    assert deltas(of_analyst) == {
        "Customers": "+1",
        "Champions and loyal": "+1",
        "At risk or cannot lose": "unchanged",
        "Class A": "unchanged",
    }
    assert "Data to 30 Jun 2026. All orders, compared with 12 months before." in captions(of_analyst)[0]


def test_customers_can_be_sorted_as_of_an_earlier_day(of_analyst):
    page = of_analyst.segmented_control(key="segments.as_of").set_value("12 months earlier").run()
    assert metrics(page)["Customers"] == "2"
    assert captions(page)[0].startswith("As it was on 30 Jun 2025; data to 30 Jun 2026. All orders, not compared with")
    # The data begin on 21 April 2024: 12 months before there was nothing, 6 months before only Cay.
    assert deltas(page)["Customers"] == "€340 so far"
    page = page.segmented_control(key="segments.before").set_value("6 months before").run()
    assert deltas(page)["Customers"] == "+1"
    assert "compared with 6 months before" in captions(page)[0]


def test_what_was_bought_after_the_day_chosen_counts_for_nothing(of_analyst):
    page = of_analyst.segmented_control(key="segments.as_of").set_value("Own date").run()
    page = page.date_input(key="segments.as_of_day").set_value(date(2025, 4, 10)).run()
    page = turn_to(page, CUSTOMERS).segmented_control(key="segments.by").set_value("abc").run()
    # Ann had bought on 27 March only; with her 100.00 and Cay's 40.00 both are class A.
    assert list(zip(listed(page).customer_id, listed(page).orders, strict=True)) == [("ann", 1), ("cay", 1)]
    page = page.multiselect(key="segments.channels").set_value(["store"]).run()
    assert list(listed(page).customer_id) == ["cay"]
    assert "Orders up to 10 Apr 2025; channel store" in captions(page)[0]


def test_an_audience_of_a_past_day_is_of_the_customers_shown(signed_in, open_page):
    installation = signed_in("manager")
    open_shop(installation)
    page = open_page("segments")
    page = page.segmented_control(key="segments.as_of").set_value("3 months earlier").run()
    turn_to(page, CUSTOMERS).button(key="segments.audience").click().run()
    with installation.database.read() as session:
        audience = session.query(Audience).one()
    assert from_json(audience.rule) == Condition(Fact.PROFILE, Operator.ONE_OF, ("ann",), field="customer_id")
    assert audience.name.endswith(", 31 Mar 2026")
