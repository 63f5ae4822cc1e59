import pytest

from crm_core.store.segmentations import segmentations
from crm_core.store.tables import Audience
from tests.analytics.ledger import order_line
from tests.builders import sell
from tests.cards import deltas, metrics
from tests.pages.shop import ago, table_with, texts, turn_to

CUSTOMERS = "clusters.section=Customers"

# often    6 customers buy every 10 days for about 10.00
# seldom   4 customers bought once for about 500.00, long ago
LINES = [
    *[order_line(f"often {n}", ago(10 * turn + n), 1000 + n, region="Ruse") for n in range(6) for turn in range(10)],
    *[order_line(f"seldom {n}", ago(600 + n), 50_000 + n, region="Varna") for n in range(4)],
]


@pytest.fixture
def page(signed_in, open_page):
    sell(signed_in("analyst").database, LINES)
    return open_page("clusters")


def named(page):
    return list(table_with(page, "Of customers").Group)


def test_the_suggested_groups_are_shown_with_what_is_special_about_them(page):
    assert not page.exception
    shown = metrics(page)
    assert (shown["Customers"], shown["Groups"]) == ("10", "2")
    assert (shown["Told apart"], shown["Found again"]) == ("Very clearly", "Stable")
    table = table_with(page, "Of customers")
    assert list(table.Customers) == ["6", "4"]
    assert list(zip(table.Group, table["What is special"], strict=True)) == [
        ("Buys often, small orders", "bought lately"),
        ("Buys seldom, large orders", "silent for long"),
    ]
    assert any("of the customers bring 77% of the revenue" in heading.value for heading in page.subheader)
    assert "2 groups are suggested" in texts(turn_to(page, "clusters.section=How they were made"))


def test_what_is_special_is_not_said_again_where_the_names_say_it_all(page):
    page.multiselect(key="clusters.features").set_value(["purchase_days", "mean_order_cents"]).run()
    table = table_with(page, "Of customers")
    assert list(table.Group) == ["Buys often, small orders", "Buys seldom, large orders"]
    assert "What is special" not in table.columns


def test_each_group_opens_its_customers(page):
    second = named(page)[1]
    turn_to(page, CUSTOMERS).selectbox(key="clusters.group").select(second).run()
    assert sorted(table_with(page, "reason").customer_id) == [f"seldom {n}" for n in range(4)]


def test_a_group_becomes_an_audience(page, installation):
    turn_to(page, CUSTOMERS).button(key="clusters.audience").click().run()
    with installation.database.read() as session:
        audience = session.query(Audience).one()
    assert audience.name == "Buys often, small orders (Data to 30 Jun 2026. All orders)"
    assert sorted(audience.rule["values"]) == [f"often {n}" for n in range(6)]


def test_named_groups_are_kept_and_take_the_customers_of_later_data(page, installation):
    fields = [field for field in page.text_input if ".view." not in field.key]
    for field, name in zip(fields, ["Regulars", "Once", "By rhythm"], strict=True):
        field.set_value(name)
    next(button for button in page.button if button.label == "Keep").click().run()
    assert "kept as By rhythm" in page.success[0].value
    assert page.selectbox(key="clusters.saved").value == "By rhythm"
    assert named(page) == ["Regulars", "Once"]
    with installation.database.read() as session:
        assert segmentations(session)["By rhythm"]["names"] == ["Regulars", "Once"]
    sell(installation.database, [order_line("late", ago(590), 40_000)])
    page.run()
    assert list(table_with(page, "Of customers").Customers) == ["6", "5"]


def test_the_number_of_groups_can_be_chosen(page):
    page.selectbox(key="clusters.count").select("3").run()
    assert metrics(page)["Groups"] == "3"
    assert len(named(page)) == 3


def test_customers_who_cannot_be_grouped_are_told_so(page):
    page.multiselect(key="clusters.regions").set_value(["Varna"]).run()
    page.multiselect(key="clusters.features").set_value(["purchase_days"]).run()
    assert [info.value for info in page.info] == ["All customers are alike in the chosen features. Choose others."]
    page.multiselect(key="clusters.features").set_value([]).run()
    assert [info.value for info in page.info] == ["Choose at least one feature to group by."]


def test_a_viewer_sees_the_groups_and_nobody_by_name(signed_in, open_page):
    sell(signed_in("viewer").database, LINES)
    page = open_page("clusters")
    assert len(named(page)) == 2
    assert not [button for button in page.button if button.label == "Keep"]
    assert not {"name", "customer_id"} & set(table_with(turn_to(page, CUSTOMERS), "reason").columns)


def test_groups_are_compared_with_the_customers_of_an_earlier_day(page):
    assert "not compared with 12 months before, because the data begin only on 4 Nov 2024." in texts(page)
    page.segmented_control(key="clusters.before").set_value("6 months before").run()
    table = table_with(page, "Of customers")
    # Those who buy often began 95 days ago.
    assert list(zip(table.Customers, table["Customers then"], table.Change, strict=True)) == [
        ("6", "0", "+6"),
        ("4", "4", "0"),
    ]
    assert deltas(page)["Customers"] == "+6"
    assert "All orders, compared with 6 months before." in texts(page)


def test_groups_can_be_made_as_of_an_earlier_day(page, installation):
    page.segmented_control(key="clusters.as_of").set_value("Own date").run()
    # One of those who buy often, who began 95 days before the end, is not there yet.
    page.date_input(key="clusters.as_of_day").set_value(ago(95)).run()
    page.selectbox(key="clusters.count").select("2").run()
    assert metrics(page)["Customers"] == "5"
    assert "As it was on 27 Mar 2026; data to 30 Jun 2026. All orders" in texts(page)
    turn_to(page, CUSTOMERS).button(key="clusters.audience").click().run()
    with installation.database.read() as session:
        assert (
            session.query(Audience).one().name.endswith(" (As it was on 27 Mar 2026; data to 30 Jun 2026. All orders)")
        )
