from datetime import date

import pytest

from crm_core.analytics import Condition, Fact, Filters, Grain, Operator, Variant, from_json
from crm_core.analytics.retention import Measure
from crm_core.store.tables import Audience
from crm_core.ui import load
from crm_core.ui.acquired import Acquired
from crm_core.ui.format import Notation
from tests.analytics.ledger import order_line
from tests.builders import sell
from tests.cards import behind, cards, deltas, metrics, press
from tests.pages.shop import ago, lists, open_shop, table_with, texts, turn_to

TOGETHER, SECOND = "retention.section=All together", "retention.section=Second purchase"
SILENT = "retention.section=Silent customers"


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
    meanings = {card["label"]: card["meaning"] for card in cards(page)}
    assert "two days or more" in meanings["Repeat rate"]
    assert "customers at the start" in meanings["Kept over a year"]
    assert meanings["Nine of ten gaps"].endswith("are this long or shorter.")
    assert deltas(page)["Nine of ten gaps"] == "unchanged"


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (date(2026, 4, 30), "The export has all."),
        (date(2026, 5, 1), "The export has all; a dashed frame is a month still running."),
    ],
)
def test_a_month_is_called_running_only_once_a_day_of_it_was_seen(signed_in, open_page, last, said):
    days = [date(2026, 2, 28), date(2026, 3, 28), last]
    sell(signed_in("agent").database, [order_line("ann", day, 100) for day in days])
    assert said in texts(open_page("retention"))


def test_a_segment_keeps_its_customers_and_no_others(page):
    page.multiselect(key="retention.segments").set_value(["Loyal", "Hibernating"]).run()
    # Of Ann and Bob, Ann came back; Cay is lost, so nobody has been silent for long.
    assert (metrics(page)["Repeat rate"], metrics(page)["Silent for longer"]) == ("50.0%", "0")
    assert "customers in segment Loyal or Hibernating at the end of the data" in texts(page)
    assert "12 months before (both times those who are in the segment now)" in texts(page)


def test_gaps_are_those_of_the_customers_looked_at_and_what_is_unusual_that_of_everybody(page):
    page.multiselect(key="retention.regions").set_value(["Varna"]).run()
    # Bob and Cay bought once: they have no gaps. Cay is silent for longer than nine of ten of Ann's.
    assert (metrics(page)["Nine of ten gaps"], metrics(page)["Silent for longer"]) == ("–", "1")
    assert "region Varna, compared with such customers as they were 12 months before." in texts(page)
    assert "nine of ten pauses of all customers who came back were shorter" in texts(turn_to(page, SILENT))


def test_who_has_been_silent_for_longer_is_listed_with_the_reason(page):
    table = table_with(turn_to(page, SILENT), "reason")
    assert list(table.customer_id) == ["cay"]
    assert table.reason.iloc[0].startswith("bought on one day only; last order 801 days ago")


def test_the_silent_become_an_audience_that_goes_on_selecting(signed_in, open_page):
    installation = signed_in("manager")
    open_shop(installation)
    turn_to(open_page("retention"), SILENT).button(key="retention.audience").click().run()
    with installation.database.read() as session:
        audience = session.query(Audience).one()
    assert audience.name == "Silent for longer than usual"
    assert from_json(audience.rule) == Condition(Fact.DAYS_SINCE_LAST_ORDER, Operator.MORE_THAN, (30,))


@pytest.mark.parametrize(("variant", "how"), [("exact", ""), ("on or after", " (on or after)")])
def test_those_who_came_back_by_another_way_to_count_have_another_name(signed_in, open_page, variant, how):
    installation = signed_in("manager")
    open_shop(installation)
    page = open_page("retention").segmented_control(key="retention.variant").set_value(variant).run()
    shows = "back-after-one-month.came back"
    opened = press(page, shows).run()
    # AppTest runs the whole page for a button of a window: it stays open only while what opened it is pressed.
    press(opened, shows)
    opened.button(key="retention.list.came back.audience").click().run()
    with installation.database.read() as session:
        name = session.query(Audience).one().name
    assert name == f"All cohorts, back after 1 month{how} (Data to 30 Jun 2026. All orders)"


def test_the_silent_within_filters_have_another_name_than_all_of_them(signed_in, open_page):
    installation = signed_in("manager")
    open_shop(installation)
    page = open_page("retention").multiselect(key="retention.channels").set_value(["store"]).run()
    turn_to(page, SILENT).button(key="retention.audience").click().run()
    with installation.database.read() as session:
        assert session.query(Audience).one().name == "Silent for longer than usual (channel store)"


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


def test_the_cohorts_of_a_year_are_drawn_and_older_ones_by_choice(signed_in, open_page):
    # One customer more each month from May 2025 on; those of June 2026 had no month after it yet.
    first = [date(2026 - (n > 5), (5 - n) % 12 + 1, 15) for n in range(14)]
    sell(signed_in("viewer").database, [order_line(f"c{n}", day, 100) for n, day in enumerate([*first, ago(0)])])
    page = open_page("retention")
    assert len(page.selectbox(key="retention.cell.name").options) == 11
    page = page.segmented_control(key="retention.cohorts").set_value("Last 36").run()
    assert len(page.selectbox(key="retention.cell.name").options) == 13


def test_where_there_are_few_cohorts_none_has_to_be_chosen(page):
    assert "retention.cohorts" not in {chooser.key for chooser in page.segmented_control}


def test_where_no_period_has_ended_no_rate_is_made_up(signed_in, open_page):
    sell(signed_in("viewer").database, [order_line("ann", ago(2), 100), order_line("bob", ago(1), 100)])
    page = open_page("retention")
    assert metrics(page)["Back after one month"] == "–"
    assert metrics(page)["Nine of ten gaps"] == "–"
    assert [info.value[:45] for info in page.info] == ["No month has ended since a first purchase. Im"]


def test_a_viewer_sees_neither_names_nor_ids(signed_in, open_page):
    open_shop(signed_in("viewer"))
    table = table_with(turn_to(open_page("retention"), SILENT), "reason")
    assert not {"name", "customer_id"} & set(table.columns)


def test_an_empty_installation_teaches(signed_in, open_page):
    signed_in("viewer")
    assert "Nothing to show yet" in [heading.value for heading in open_page("retention").subheader]


def test_revenue_is_looked_at_in_its_own_variants(page):
    page = page.segmented_control(key="retention.measure").set_value("revenue").run()
    assert not page.exception
    assert "What the cohort paid in that very period" in texts(page)
    assert "Revenue after one month" in metrics(page)
    assert page.segmented_control(key="retention.variant").options == ["Exact", "Versus previous"]


def test_what_counts_as_retained_stays_when_revenue_is_looked_at_and_back(page):
    page = page.segmented_control(key="retention.measure").set_value("revenue").run()
    page = page.segmented_control(key="retention.variant").set_value("versus previous").run()
    page = page.segmented_control(key="retention.measure").set_value("customers").run()
    assert page.segmented_control(key="retention.variant").value == "versus previous"
    # Of revenue there is no such variant: the usual one stands in for it.
    page = page.segmented_control(key="retention.variant").set_value("on or after").run()
    page = page.segmented_control(key="retention.measure").set_value("revenue").run()
    assert page.segmented_control(key="retention.variant").value == "exact"
    assert "What the cohort paid in that very period" in texts(page)


def test_the_time_to_the_second_purchase_is_said_with_who_was_counted(page):
    # Ann alone came back, after 30 days; Bob had been seen for 20 days only, Cay for 800.
    page = turn_to(page, SECOND)
    assert "Within 30 days of the first purchase 50.0%" in texts(page)
    assert "half after 30 days; 3 customers" in texts(page)


def test_the_repeat_rate_says_of_how_many_and_its_interval(page):
    (figure,) = [card for card in cards(page) if card["label"] == "Repeat rate"]
    assert figure["note"] == "6% to 79% of 3"


def test_figures_are_compared_with_those_of_12_months_before(page):
    # On 30 June 2025 Ann had bought three times, lately 36 days ago, and Cay once; their gaps were 30 days.
    assert deltas(page) == {
        "Repeat rate": "-16.7 pt",
        # Of the year before that nothing is known.
        "Kept over a year": "",
        "Back after one month": "unchanged",
        "Nine of ten gaps": "unchanged",
        "Silent for longer": "-1",
    }
    assert "All orders, compared with all customers as they were 12 months before." in texts(page)


def test_customers_of_a_period_are_compared_with_those_of_the_period_before_seen_for_as_long(page):
    page = page.segmented_control(key="retention.acquired").set_value("12 months").run()
    # Bob began this year and bought once. Ann began the year before; after as long she had bought three times.
    assert metrics(page)["Repeat rate"] == "0.0%"
    assert deltas(page)["Repeat rate"] == "-100 pt"
    assert (metrics(page)["Silent for longer"], deltas(page)["Silent for longer"]) == ("0", "-1")
    said = "customers who first bought from 1 Jul 2025 to 30 Jun 2026, compared with those of the period before, seen"
    assert said in texts(page)


def test_any_dates_of_the_first_purchase_can_be_chosen_and_too_little_history_is_said(page):
    page = page.segmented_control(key="retention.acquired").set_value("Own dates").run()
    page = page.date_input(key="retention.dates").set_value((date(2024, 4, 21), date(2024, 4, 21))).run()
    assert metrics(page)["Repeat rate"] == "0.0%"
    assert "not compared with any before, because the data begin only on 21 Apr 2024" in texts(page)
    assert list(table_with(turn_to(page, SILENT), "reason").customer_id) == ["cay"]


def opened(page, key):
    """The customers in the window that a button opens."""
    return customers_in(page.button(key=key).click().run())


def customers_in(page):
    return [customer for rows in lists(page) for customer in rows.customer_id]


@pytest.mark.parametrize(
    ("number", "customers"),
    [
        ("repeat-rate.again", ["ann"]),
        ("repeat-rate.once", ["bob", "cay"]),
        ("kept-over-a-year.kept", ["ann"]),
        ("kept-over-a-year.lost", []),
        # Bob's second month has not ended.
        ("back-after-one-month.came back", ["ann"]),
        ("back-after-one-month.did not", ["cay"]),
        ("nine-of-ten-gaps.longer", ["ann"]),
        ("silent-for-longer.silent", ["cay"]),
    ],
)
def test_a_figure_opens_the_customers_behind_it(page, number, customers):
    assert customers_in(press(page, number).run()) == customers
    assert f"{Notation().customers(len(customers))}. " in texts(page)
    assert "Data to 30 Jun 2026. All orders." in texts(page)


def test_a_cell_opens_who_came_back_and_who_did_not(page):
    # Ann began in March 2025 and bought in each of the next two months, then not before August.
    assert page.selectbox(key="retention.cell.name").options == ["Mar 2025", "Apr 2024"]
    assert opened(page, "retention.cell.came back") == ["ann"]
    page.selectbox(key="retention.cell.age").select(3).run()
    assert opened(page, "retention.cell.came back") == []
    assert opened(page, "retention.cell.did not") == ["ann"]
    assert "Did not buy 3 months after the period of the first purchase." in texts(page)


def test_a_bar_of_gaps_opens_who_paused_so_long(page):
    turn_to(page, "retention.section=Gaps").selectbox(key="retention.gap").select(30).run()
    assert opened(page, "retention.gap.open") == ["ann"]
    assert "They once paused so long between two purchases." in texts(page)


def test_a_filter_holds_for_the_customers_behind_a_figure(page):
    page.multiselect(key="retention.regions").set_value(["Varna"]).run()
    assert customers_in(press(page, "repeat-rate.once").run()) == ["bob", "cay"]
    assert "region Varna." in texts(page)
    assert ("Kept over a year", "kept") not in behind(page)


def test_a_point_of_the_curve_opens_who_came_back_and_who_did_not(page):
    assert turn_to(page, TOGETHER).selectbox(key="retention.curve.age").value == 1
    page.button(key="retention.point.came back").click().run()
    assert "1 customer. Bought 1 month after the period of the first purchase." in texts(page)
    page.button(key="retention.point.did not").click().run()
    assert "1 customer. Did not buy 1 month after the period of the first purchase." in texts(page)


def test_the_time_to_the_second_purchase_opens_who_bought_again_in_time_and_who_did_not(page):
    opened = turn_to(page, SECOND).button(key="retention.wait.open.came back").click().run()
    assert "1 customer. Their second purchase came within 90 days of the first." in texts(opened)
    # Bob has been seen for 20 days only.
    opened = page.button(key="retention.wait.open.did not").click().run()
    assert list(lists(opened)[-1].customer_id) == ["cay"]


def test_the_export_has_revenue_in_units_of_currency_and_no_end_of_the_last_bar_of_gaps(signed_in):
    open_shop(signed_in("viewer"))
    way = (Grain.MONTH, Variant.EXACT, Measure.REVENUE)
    tables = load.retention(load.extent(), way, Acquired(Filters(), None, None, "")).tables
    first = tables["All cohorts"].iloc[0]
    assert (first.base, first.active, first.counts) == (190.0, 190.0, "Revenue counted, EUR")
    assert tables["Gaps"].end.isna().tolist() == [False] * 29 + [True]


def test_a_customer_of_the_first_day_of_two_years_with_a_29_february_was_kept(signed_in, open_page):
    # The 12 months before those to 28 Feb 2025 hold 366 days.
    days = [date(2023, 2, 28), date(2023, 3, 1), date(2024, 3, 5), date(2025, 2, 28)]
    sell(signed_in("viewer").database, [order_line("ann", day, 100) for day in days])
    assert metrics(open_page("retention"))["Kept over a year"] == "100.0%"
