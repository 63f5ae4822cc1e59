import pytest

from crm_core.analytics import Condition, Fact, Operator, from_json
from crm_core.store.tables import Audience
from tests.analytics.ledger import order_line
from tests.builders import sell
from tests.pages.shop import ago, deltas, metrics, open_shop, table_with, texts


@pytest.fixture
def page(signed_in, open_page):
    open_shop(signed_in("agent"))
    return open_page("retention")


def test_each_figure_says_which_definition_it_is(page):
    assert metrics(page) == {
        # Ann alone bought on two days or more.
        "Repeat rate": "33.3%",
        # Of the year before only Ann bought, and she came back.
        "Kept over a year": "100.0%",
        "Back after one month": "50.0%",
        # Ann's gaps: 13 of 30 days, one of 70.
        "Nine of ten gaps": "30 days",
        "Silent for longer": "1",
    }
    meanings = {metric.label: metric.help for metric in page.metric}
    assert "two days or more" in meanings["Repeat rate"]
    assert "customers at the start" in meanings["Kept over a year"]
    assert deltas(page)["Nine of ten gaps"] == "or shorter"


def test_a_segment_keeps_its_customers_and_no_others(page):
    page.multiselect(key="retention.segments").set_value(["Loyal", "Hibernating"]).run()
    # Of Ann and Bob, Ann came back; Cay is lost, so nobody has been silent for long.
    assert (metrics(page)["Repeat rate"], metrics(page)["Silent for longer"]) == ("50.0%", "0")
    assert "customers in segment Loyal or Hibernating at the end of the data" in texts(page)


def test_who_has_been_silent_for_longer_is_listed_with_the_reason(page):
    table = table_with(page, "reason")
    assert list(table.customer_id) == ["cay"]
    assert table.reason.iloc[0].startswith("bought on one day only; last order 801 days ago")


def test_the_silent_become_an_audience_that_goes_on_selecting(signed_in, open_page):
    installation = signed_in("manager")
    open_shop(installation)
    open_page("retention").button(key="retention.audience").click().run()
    with installation.database.read() as session:
        rule = from_json(session.query(Audience).one().rule)
    assert rule == Condition(Fact.DAYS_SINCE_LAST_ORDER, Operator.MORE_THAN, (30,))


@pytest.mark.parametrize("variant", ["on or after", "versus previous"])
def test_another_variant_says_what_it_counts(page, variant):
    page.segmented_control(key="retention.variant").set_value(variant).run()
    said = {
        "on or after": "or in any later finished one",
        "versus previous": "Of those who bought in the period before",
    }
    assert said[variant] in texts(page)


def test_quarters_have_a_figure_of_their_own(page):
    page.segmented_control(key="retention.grain").set_value("quarter").run()
    assert "Back after one quarter" in metrics(page)


def test_a_filter_keeps_the_customers_who_bought_within_it(page):
    page.multiselect(key="retention.regions").set_value(["Ruse"]).run()
    assert metrics(page)["Repeat rate"] == "100.0%"
    assert metrics(page)["Silent for longer"] == "0"


def test_where_no_period_has_ended_no_rate_is_made_up(signed_in, open_page):
    sell(signed_in("viewer").database, [order_line("ann", ago(2), 100), order_line("bob", ago(1), 100)])
    page = open_page("retention")
    assert metrics(page)["Back after one month"] == "–"
    assert metrics(page)["Nine of ten gaps"] == "–"
    assert [info.value[:45] for info in page.info] == ["No month has ended since a first purchase. Im"]


def test_a_viewer_sees_neither_names_nor_ids(signed_in, open_page):
    open_shop(signed_in("viewer"))
    table = table_with(open_page("retention"), "reason")
    assert not {"name", "customer_id"} & set(table.columns)


def test_an_empty_installation_teaches(signed_in, open_page):
    signed_in("viewer")
    assert "Nothing to show yet" in [heading.value for heading in open_page("retention").subheader]


def test_revenue_is_looked_at_in_its_own_variants(page):
    page = page.segmented_control(key="retention.measure").set_value("revenue").run()
    assert not page.exception
    assert "What the cohort paid in that very period" in texts(page)
    assert "Revenue after one month" in metrics(page)
    assert page.segmented_control(key="retention.revenue_variant").options == ["Exact", "Versus previous"]


def test_the_time_to_the_second_purchase_is_said_with_who_was_counted(page):
    # Ann alone came back, after 30 days; Bob had been seen for 20 days only, Cay for 800.
    assert "Within 30 days of the first purchase 50.0%" in texts(page)
    assert "half after 30 days; 3 customers" in texts(page)


def test_the_repeat_rate_says_of_how_many_and_its_interval(page):
    assert deltas(page)["Repeat rate"] == "6% to 79% of 3"
