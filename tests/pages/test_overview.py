import json
from datetime import date

import pytest

from crm_core.analytics.limits import Limits
from crm_core.reports.segments import keep_segment_limits
from crm_core.store.tables import Audience
from crm_core.ui.format import Notation
from tests.analytics.ledger import order_line
from tests.builders import ANN, IMPORTED, sell
from tests.cards import cards, deltas, metrics, press
from tests.pages.shop import LAST, LINES, ago, captions, open_shop, table_with, texts


def test_key_figures_stand_beside_the_period_before(signed_in, open_page):
    open_shop(signed_in("viewer"))
    page = open_page("overview")
    assert metrics(page) == {
        "Revenue": "€1,250",
        "Active customers": "2",
        "Returning customers": "50.0%",
        "Average order": "€96.15",
        "About to lapse": "0",
    }
    # A year before: three orders of Ann.
    assert deltas(page) == {
        "Revenue": "+316.7%",
        "Active customers": "+100.0%",
        "Returning customers": "+50 pt",
        "Average order": "-3.8%",
        "About to lapse": "unchanged",
    }


def test_the_page_says_how_fresh_it_is_and_what_it_looks_at(signed_in, open_page):
    open_shop(signed_in("viewer"))
    fresh, *_ = captions(open_page("overview"))
    assert fresh.startswith("Data to 30 Jun 2026, imported ")
    assert fresh.endswith("Orders from 1 Jul 2025 to 30 Jun 2026, compared with the period before.")


def test_a_period_that_reaches_behind_the_data_is_compared_with_nothing(signed_in, open_page):
    sell(signed_in("viewer").database, [order_line("ann", ago(days), 10_000) for days in (0, 100)])
    page = open_page("overview")
    assert metrics(page)["Revenue"] == "€200"
    assert set(deltas(page).values()) == {""}
    assert "There is no earlier period in the data to compare with." in texts(page)


def test_another_period_changes_the_figures(signed_in, open_page):
    open_shop(signed_in("viewer"))
    page = open_page("overview")
    page.segmented_control(key="overview.period").set_value("3 months").run()
    assert metrics(page)["Revenue"] == "€450"
    assert "Orders from 1 Apr 2026 to 30 Jun 2026" in captions(page)[0]


def test_a_filter_narrows_every_figure_and_is_said_in_words(signed_in, open_page):
    open_shop(signed_in("viewer"))
    page = open_page("overview")
    page.multiselect(key="overview.regions").set_value(["Varna"]).run()
    assert metrics(page)["Revenue"] == "€50"
    assert "region Varna" in captions(page)[0]


def test_a_channel_keeps_its_colour_when_a_filter_leaves_it_alone(signed_in, open_page):
    open_shop(signed_in("viewer"))
    page = open_page("overview")
    everything = channel_colours(page)
    page.multiselect(key="overview.regions").set_value(["Varna"]).run()
    assert everything == ["online", "store", "Other"]
    assert channel_colours(page) == everything


def test_the_line_under_a_figure_says_its_finished_months_in_words(signed_in, open_page):
    open_shop(signed_in("viewer"))
    (revenue,) = [card["trend"] for card in cards(open_page("overview")) if card["label"] == "Revenue"]
    assert revenue["words"].startswith("Revenue from €")
    # Aug 2025 is the first month of the shop.
    assert len([place for place in revenue["places"] if place]) == 11
    assert revenue["places"][-1].startswith("Jun 2026: €")


@pytest.mark.parametrize(
    ("number", "customers"),
    [
        ("revenue.active", ["ann", "bob"]),
        ("returning-customers.returning", ["ann"]),
        ("returning-customers.new", ["bob"]),
    ],
)
def test_a_number_opens_the_customers_behind_it(signed_in, open_page, number, customers):
    open_shop(signed_in("analyst"))
    page = open_page("overview")
    press(page, number).run()
    assert list(table_with(page, "customer_id").customer_id) == customers
    assert f"{Notation().customers(len(customers))}. " in texts(page)
    assert "Orders from 1 Jul 2025 to 30 Jun 2026" in texts(page)


def test_a_viewer_sees_how_many_are_behind_a_number_but_not_who(signed_in, open_page):
    open_shop(signed_in("viewer"))
    page = open_page("overview")
    press(page, "active-customers.active").run()
    assert set(table_with(page, "reason")).isdisjoint({"name", "customer_id"})


def test_a_saved_view_shows_the_page_as_it_was(signed_in, open_page):
    open_shop(signed_in("viewer"))
    page = open_page("overview")
    page.segmented_control(key="overview.period").set_value("3 months").run()
    page.multiselect(key="overview.regions").set_value(["Varna"]).run()
    page.text_input(key="overview.view.name.0").set_value("Varna lately").run()
    page.button(key="overview.view.save").click().run()
    assert [said.value for said in page.success] == ["The view 'Varna lately' is saved."]
    page.segmented_control(key="overview.period").set_value("All").run()
    page.multiselect(key="overview.regions").set_value([]).run()
    (view,) = [button for button in page.button if button.label == "Varna lately"]
    view.click().run()
    assert "Orders from 1 Apr 2026 to 30 Jun 2026; region Varna" in captions(page)[0]


def test_a_segment_takes_the_orders_of_its_customers_alone(signed_in, open_page):
    # Bob hibernates, Ann is loyal, Cay is lost; 70.00 were sold to nobody in particular.
    sell(signed_in("viewer").database, [*LINES, order_line(None, ago(3), 7_000)])
    page = open_page("overview")
    assert metrics(page)["Revenue"] == "€1,320"
    page.multiselect(key="overview.segments").set_value(["Hibernating"]).run()
    assert metrics(page)["Revenue"] == "€50"
    assert metrics(page)["Active customers"] == "1"
    page.multiselect(key="overview.segments").set_value(["Hibernating", "Loyal"]).run()
    assert metrics(page)["Revenue"] == "€1,250"
    assert captions(page)[0].endswith(
        "customers in segment Hibernating or Loyal at the end of the data, without anonymous orders, "
        "compared with the period before (both times those who are in the segment now)."
    )


def test_other_limits_sort_customers_anew(signed_in, open_page):
    installation = signed_in("admin")
    open_shop(installation)
    page = open_page("overview")
    page.multiselect(key="overview.segments").set_value(["Potential loyalists"]).run()
    assert metrics(page)["Revenue"] == "€0"
    with installation.database.write() as session:
        # Bob bought lately and, by these, for much; only his frequency is low.
        own = Limits(recency_days=(10, 30, 60, 90), money_cents=(1000, 2000, 3000, 4000))
        keep_segment_limits(session, ANN, own, now=IMPORTED)
    assert metrics(page.run())["Revenue"] == "€50"


def test_a_saved_view_keeps_the_segment(signed_in, open_page):
    open_shop(signed_in("viewer"))
    page = open_page("overview")
    page.multiselect(key="overview.segments").set_value(["Hibernating"]).run()
    page.text_input(key="overview.view.name.0").set_value("Sleepers").run()
    page.button(key="overview.view.save").click().run()
    page.multiselect(key="overview.segments").set_value([]).run()
    assert metrics(page)["Revenue"] == "€1,250"
    (view,) = [button for button in page.button if button.label == "Sleepers"]
    view.click().run()
    assert metrics(page)["Revenue"] == "€50"


def test_a_segment_stands_in_the_address(signed_in, open_page):
    open_shop(signed_in("viewer"))
    page = open_page("retention").switch_page("pages/overview.py")
    page.query_params["overview.segments"] = ["Hibernating"]
    assert metrics(page.run())["Revenue"] == "€50"


def test_a_viewer_is_not_asked_whether_to_share(signed_in, open_page):
    open_shop(signed_in("viewer"))
    assert not open_page("overview").checkbox


def channel_colours(page):
    (chart,) = page.get("vega_lite_chart")
    return json.loads(chart.proto.spec)["encoding"]["color"]["scale"]["domain"]


def test_what_changed_is_said_in_sentences_that_cannot_carry_markup(signed_in, open_page):
    lines = [
        order_line("ann", ago(500), 10_000, region="[x](http://evil.example)"),
        order_line("ann", ago(9), 90_000, region="[x](http://evil.example)"),
        order_line("ann", ago(1000), 10_000, region="Ruse"),
        order_line("ann", ago(9), 5_000, region="Ruse"),
    ]
    sell(signed_in("viewer").database, lines)
    said = texts(open_page("overview"))
    assert "brought €800 more than in the period before" in said
    assert "[x](http" not in said


def lapsing(installation):
    late = [order_line("ann", ago(80 + 30 * place), 90_000) for place in range(6)]
    others = [order_line(f"c{n}", LAST, 100) for n in range(5)]
    sell(installation.database, [*late, *others])


def test_valuable_customers_about_to_lapse_can_become_an_audience(signed_in, open_page):
    installation = signed_in("manager")
    lapsing(installation)
    page = open_page("overview")
    assert metrics(page)["About to lapse"] == "1"
    assert "1 valuable customer is about to lapse" in texts(page)
    page.button(key="overview.audience.0").click().run()
    with installation.database.read() as session:
        audience = session.query(Audience).one()
    assert audience.name == "About to lapse, 30 Jun 2026"
    assert audience.rule["values"] == ["ann"]


@pytest.mark.parametrize(("brand", "count"), [("Sud", "1"), ("Nord", "0")])
def test_a_past_period_knows_nothing_of_what_was_bought_after_it(signed_in, open_page, brand, count):
    # On 30 June 2025 Ann was about to lapse; only this year did she buy a thing of Nord.
    then = [order_line("ann", ago(365 + 80 + 30 * place), 90_000, brand="Sud") for place in range(6)]
    others = [order_line(f"c{n}", ago(380), 100, brand=brand) for n in range(5) for brand in ("Nord", "Sud")]
    sell(signed_in("analyst").database, [*then, *others, order_line("ann", ago(3), 100, brand="Nord")])
    page = open_page("overview").segmented_control(key="overview.period").set_value("Own dates").run()
    page = page.date_input(key="overview.dates").set_value((date(2025, 1, 1), date(2025, 6, 30))).run()
    page = page.multiselect(key="overview.brands").set_value([brand]).run()
    assert metrics(page)["About to lapse"] == count


def test_a_viewer_makes_no_audience(signed_in, open_page):
    lapsing(signed_in("viewer"))
    assert not [button for button in open_page("overview").button if "audience" in (button.key or "")]


def test_an_empty_installation_teaches(signed_in, open_page):
    signed_in("admin")
    page = open_page("overview")
    assert "Nothing to show yet" in [heading.value for heading in page.subheader]
    assert {button.label for button in page.button} == {"Load the demonstration"}


def test_who_may_not_load_or_import_is_told_whom_to_ask(signed_in, open_page):
    signed_in("viewer")
    page = open_page("overview")
    assert not page.button
    assert "Ask a manager of this installation to import a file." in captions(page)
