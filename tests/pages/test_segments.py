import pytest

from crm_core.analytics import Condition, Fact, Operator, from_json
from crm_core.store.tables import Audience
from tests.pages.shop import captions, metrics, open_shop, texts


def listed(page, place=0):
    """The customers behind the groups; those behind the moves at place 1."""
    return [frame.value for frame in page.dataframe if "reason" in frame.value][place]


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
    page = of_analyst.segmented_control(key="segments.by").set_value("abc").run()
    assert page.selectbox(key="segments.abc").options == ["A", "B", "C"]
    ann = listed(page).iloc[0]
    assert (ann["name"], ann.customer_id, ann.total_cents, ann.orders) == ("Ann Archer", "ann", 1500.0, 15)
    assert ann.reason.startswith("usually buys every 33 days; last order 1 day ago; spent 30 times the median")
    page = page.selectbox(key="segments.abc").select("C").run()
    assert list(listed(page).customer_id) == ["cay"]
    assert any(caption.startswith("1 customers.") for caption in captions(page))


def test_a_viewer_sees_neither_names_nor_ids(signed_in, open_page):
    open_shop(signed_in("viewer"))
    page = open_page("segments")
    assert not {"name", "customer_id"} & set(listed(page).columns)
    assert "reason" in listed(page)
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
    open_page("segments").button(key="segments.audience").click().run()
    with installation.database.read() as session:
        audience = session.query(Audience).one()
    assert from_json(audience.rule) == Condition(Fact.SEGMENT, Operator.ONE_OF, (audience.name,))


def test_an_empty_installation_teaches(signed_in, open_page):
    signed_in("analyst")
    page = open_page("segments")
    assert "Nothing to show yet" in [heading.value for heading in page.subheader]
    assert "named segments" in texts(page)


def test_moves_between_two_dates_open_their_customers(of_analyst):
    page = of_analyst.segmented_control(key="segments.by").set_value("abc").run()
    # A year ago Ann had brought 300.00 and Cay 40.00; Bob had not come yet.
    assert page.selectbox(key="segments.move").options == ["A (stayed)", "B → C", "Not yet a customer → B"]
    assert any(
        "Of 2 customers at both dates 50% stayed where they were, 0% moved up, 50% moved down; 1 are new" in caption
        for caption in captions(page)
    )
    assert "1 of 1 B became C." in texts(page)
    page = page.selectbox(key="segments.move").select("B → C").run()
    assert list(listed(page, 1).customer_id) == ["cay"]


def test_the_earlier_date_can_be_any(of_analyst):
    page = of_analyst.segmented_control(key="segments.since").set_value("Own date").run()
    assert "The data begin on" not in [info.value for info in page.info]
    page = page.segmented_control(key="segments.since").set_value("24 months").run()
    assert not page.exception
