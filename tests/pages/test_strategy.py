import pytest

from crm_core.store.tables import Audience, Customer
from tests.analytics.ledger import order_line
from tests.builders import sell
from tests.pages.shop import ago, captions, lists, table_with, texts, turn_to

BY_GROUP, CUSTOMERS = "strategy.section=By group", "strategy.section=Customers"
CLUB = "strategy.section=Club members"

#        last 12 months
# ann    margin 900.00, of 4 customers
LINES = [
    order_line("ann", ago(10), 100_000, cost_cents=10_000),
    order_line("bob", ago(20), 2_000, cost_cents=1_000),
    order_line("cay", ago(30), 2_000, cost_cents=1_000),
    order_line("dan", ago(40), 2_000, cost_cents=1_000),
]


@pytest.fixture
def of_analyst(signed_in, open_page):
    sell(signed_in("analyst").database, LINES)
    page = open_page("strategy")
    return page.segmented_control(key="strategy.by").set_value("abc").run()


def test_few_customers_with_a_high_margin_are_partners(of_analyst):
    for name, value in {"some": 30, "many": 60, "medium": 50, "high": 500}.items():
        of_analyst.number_input(key=f"strategy.abc.{name}").set_value(float(value))
    rows = table_with(turn_to(of_analyst, BY_GROUP), "Level").set_index("Group")
    assert rows.loc["A", ["Level", "Customers", "Margin each", "Why"]].tolist() == [
        "Partnership", "1", "€900.00", "few customers, high margin",
    ]  # fmt: skip


def test_every_level_shown_is_explained(of_analyst):
    said = "\n".join(captions(of_analyst))
    assert "**Active** (A): Be in touch from time to time" in said
    assert "**Accountable** (" in said or "**Reactive** (" in said


def test_the_customers_of_a_level_can_be_opened(of_analyst):
    level = turn_to(of_analyst, CUSTOMERS).selectbox(key="strategy.level")
    assert list(table_with(level.select(level.options[0]).run(), "reason").customer_id) == ["ann"]


def test_the_same_level_by_another_column_is_another_audience(signed_in, open_page):
    installation = signed_in("manager")
    sell(installation.database, LINES)
    page = open_page("strategy").segmented_control(key="strategy.by").set_value("abc").run()
    level = turn_to(page, CUSTOMERS).selectbox(key="strategy.level")
    page = level.select(level.options[0]).run()
    page.button(key="strategy.audience").click().run()
    with installation.database.read() as session:
        assert session.query(Audience).one().name == "Relationship level active by ABC class, 20 Jun 2026"


def test_thresholds_that_contradict_each_other_are_refused_in_words(of_analyst):
    page = of_analyst.number_input(key="strategy.abc.high").set_value(0.0).run()
    assert [error.value for error in page.error] == [
        "'High' must begin at or above 'medium'. Correct the thresholds of the margin."
    ]


def test_nobody_known_to_be_a_member_is_said(of_analyst):
    (said,) = turn_to(of_analyst, CLUB).info
    assert said.value.startswith("No record says who is a club member")


def test_too_few_members_tell_nothing(signed_in, open_page):
    installation = signed_in("analyst")
    sell(installation.database, [*LINES, order_line("eve", ago(200), 900), order_line("fay", ago(201), 900)])
    with installation.database.write() as session:
        session.add_all([Customer(customer_id="eve", club_member=True), Customer(customer_id="fay", club_member=False)])
    page = turn_to(open_page("strategy"), CLUB)
    assert "Club members and others: too few to tell" in [heading.value for heading in page.subheader]
    assert "1 members have 1 comparable others; from 30 on each side something can be told." in [
        info.value for info in page.info
    ]


def test_an_empty_installation_teaches(signed_in, open_page):
    signed_in("analyst")
    assert "worth a partnership" in texts(open_page("strategy"))


def test_a_group_opens_its_customers(of_analyst):
    of_analyst.session_state["strategy.groups.open"] = {"row": 0}
    page = turn_to(of_analyst, BY_GROUP)
    group = table_with(page, "Level")["Group"].iloc[0]
    assert "They are in this ABC class now. Data to 20 Jun 2026. Margin of the last 12 months" in texts(page)
    (opened,) = lists(page)
    assert (group, list(opened.customer_id)) == ("A", ["ann"])


#        the year before    last 12 months
# ann    margin 90.00       900.00
# bob    –                  10.00
TWO_YEARS = [
    order_line("zoe", ago(760), 100, cost_cents=100),
    order_line("ann", ago(500), 10_000, cost_cents=1_000),
    order_line("ann", ago(10), 100_000, cost_cents=10_000),
    order_line("bob", ago(20), 2_000, cost_cents=1_000),
]


@pytest.fixture
def of_two_years(signed_in, open_page):
    sell(signed_in("analyst").database, TWO_YEARS)
    return open_page("strategy").segmented_control(key="strategy.by").set_value("abc").run()


def test_levels_and_customers_of_12_months_before_stand_beside_those_of_now(of_two_years):
    # On 20 June 2025 Ann with 100.00 was class A and Zoe with 1.00 class C.
    rows = table_with(turn_to(of_two_years, BY_GROUP), "Level then").set_index("Group")
    assert rows.loc["A", ["Customers", "Customers then"]].tolist() == ["1", "1"]
    assert rows.loc["C", ["Customers", "Customers then"]].tolist() == ["2", "1"]
    assert "compared with 12 months before." in captions(of_two_years)[0]


def test_levels_can_be_taken_as_of_an_earlier_day(of_two_years):
    page = of_two_years.segmented_control(key="strategy.as_of").set_value("12 months earlier").run()
    rows = table_with(turn_to(page, BY_GROUP), "Level").set_index("Group")
    assert rows.loc["A", ["Customers", "Margin each"]].tolist() == ["1", "€90.00"]
    assert "Level then" not in rows
    assert captions(page)[0].startswith("As it was on 20 Jun 2025; data to 20 Jun 2026. Margin of the last 12 months")
    assert "not compared with 12 months before" in captions(page)[0]
