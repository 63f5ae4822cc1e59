from datetime import date

import pandas as pd
import pytest

from crm_core.analytics import day_number
from crm_core.reports.exports import What, export
from tests.builders import sell
from tests.cards import behind, deltas, metrics, press
from tests.pages.shop import captions, open_shop, table_with, tables, texts, turn_to
from tests.reports.cdnow import cdnow_lines


def early_lines():
    """CDNOW up to 30 September 1997."""
    lines = cdnow_lines()
    return lines[lines.day < day_number(date(1997, 10, 1))]


BY_MONTH, BY_GROUP = "lifetime_value.section=Forecast by month", "lifetime_value.section=Forecast by group"
TESTED, ACTIVE = "lifetime_value.section=Was it right?", "lifetime_value.section=Still active?"
BEST = "lifetime_value.section=Most valuable customers"


def figures(page, section, column):
    """The table behind the chart of a section, which is drawn once somebody opens it."""
    page.session_state["lifetime_value.figures"] = True
    return table_with(turn_to(page, section), column)


@pytest.fixture
def page(signed_in, open_page):
    """The page over CDNOW up to 30 September 1997."""
    sell(signed_in("analyst").database, early_lines())
    return open_page("lifetime_value")


@pytest.fixture
def towns(signed_in, open_page):
    """Each eighth customer buys in Ruse, the next in Sofia, and twelve of them in Varna."""
    lines = early_lines()
    number = lines.customer_id.astype(int)
    towns = (number % 8).map({0: "Ruse", 1: "Sofia"}).where(number % 2000 != 1, "Varna")
    sell(signed_in("analyst").database, lines.assign(region=towns)[towns.notna()])
    return open_page("lifetime_value")


def test_totals_have_a_range_and_stand_beside_their_backtest(page):
    found, ranges = metrics(page), deltas(page)
    assert list(found) == [
        "Expected purchases",
        "Expected buyers",
        "Expected sales",
        "Customer equity",
        "Likely active",
        "Off in the backtest",
    ]
    expected = float(found["Expected purchases"].replace(",", ""))
    low, high = (float(part.replace(",", "")) for part in ranges["Expected purchases"].split(" to "))
    assert expected == pytest.approx(21_420, abs=60)
    assert low < 0.92 * expected
    assert high > 1.08 * expected
    assert found["Off in the backtest"] == "+4.8%"
    assert ranges["Off in the backtest"] == "7,195 bought"
    assert "Tested on the last 91 days, the model expected" in texts(page)


def test_the_model_is_shown_beside_simple_forecasts(page):
    rivals = table_with(turn_to(page, TESTED), "Forecast")
    assert list(rivals.Forecast) == ["Model", "Same rate as before", "Nobody buys"]
    assert list(rivals.Expected) == ["7,537", "11,349", "0"]
    assert set(rivals.Bought) == {"7,195"}
    assert "Fitted without the last 91 days" in texts(page)
    assert "BG/NBD for purchases, Gamma-Gamma for amounts" in texts(turn_to(page, ACTIVE))


def test_guardrails_speak_in_plain_words(page):
    (warning,) = page.warning
    assert "less than two years" in warning.value


def test_the_best_customers_have_reasons_and_nobody_who_bought_once_is_sure(page):
    table = table_with(turn_to(page, BEST), "reason")
    assert len(table) == 100
    assert table.customer_id[0] == "07592"
    assert table.reason[0].startswith("bought again 80 times, every 3 days;")
    assert "in BG/NBD nobody leaves before the second purchase" in texts(turn_to(page, ACTIVE))


def test_a_shorter_horizon_brings_less(page):
    page.segmented_control(key="lifetime_value.horizon").set_value("3 months").run()
    expected = float(metrics(page)["Expected purchases"].replace(",", ""))
    assert expected == pytest.approx(6_350, abs=50)


def test_equity_says_its_terms_and_a_discount_lowers_it(page):
    assert "Revenue, because no costs are known, of the next 365 days, discounted at 10% a year." in texts(page)
    assert "Not in it: customers you do not have yet" in texts(page)
    discounted = whole(metrics(page)["Customer equity"])
    page.number_input(key="lifetime_value.discount").set_value(0).run()
    assert "not discounted" in texts(page)
    assert discounted < whole(metrics(page)["Customer equity"]) == whole(metrics(page)["Expected sales"])


def test_buyers_are_fewer_than_purchases_and_stand_with_them_in_the_table_of_months(page):
    found = metrics(page)
    assert whole(found["Expected buyers"]) < whole(found["Expected purchases"])
    months = figures(page, BY_MONTH, "Month")
    assert list(months) == ["Month", "Sales", "Purchases", "Buyers"]
    assert (len(months), months.Month[0]) == (12, "Oct 1997")
    assert " to " in months.Buyers[0]


def test_the_command_line_exports_the_months_that_the_page_shows(page, installation, tmp_path):
    filed = pd.read_csv(export(installation, What.FORECAST, tmp_path / "f.csv"))
    sales = [
        f"€{value:,.0f} (€{low:,.0f} to €{high:,.0f})"
        for value, low, high in filed[["value", "value_low", "value_high"]].itertuples(index=False)
    ]
    assert list(figures(page, BY_MONTH, "Month").Sales) == sales


def test_groups_of_customers_have_ranges_and_those_without_a_region_are_said_so(page):
    by_segment = figures(page, BY_GROUP, "Segment")
    assert len(by_segment) > 3
    assert by_segment.Sales.str.contains(" to ").any()
    page.segmented_control(key="lifetime_value.grouping").set_value("Region").run()
    (row,) = figures(page, BY_GROUP, "Region").itertuples()
    assert (row.Region, row.Customers) == ("not stated", "23,570")


def test_a_customers_reason_says_how_likely_they_are_active_and_how_often_they_will_buy(page):
    said = r"bought again \d+ times, .*; \d+% likely to be active; \d+ (to \d+ )?purchases in the next 365 days \(90%\)"
    assert table_with(turn_to(page, BEST), "reason").reason.str.fullmatch(said).all()


def test_a_second_model_is_asked_on_demand_only(page):
    assert "Pareto/NBD expects" not in texts(turn_to(page, ACTIVE))
    page.toggle(key="lifetime_value.second").set_value(True).run()
    assert "The two agree: their purchases differ by less than 10%" in texts(page)
    assert "a random sample of 5,000 customers" in texts(page)


def whole(money):
    return float(money.replace(",", "").lstrip("€"))


def test_with_too_little_data_the_gate_is_closed_and_the_history_shown(signed_in, open_page):
    open_shop(signed_in("viewer"))
    page = open_page("lifetime_value")
    assert [warning.value for warning in page.warning] == [
        "Only 1 customers bought more than once; a forecast from fewer than 50 can be wrong by half. "
        "Look at the history only, or import a longer one."
    ]
    assert not metrics(page)
    past = table_with(page, "reason")
    assert list(past.total_cents) == [1500, 50, 40]
    assert "customer_id" not in past


def test_an_empty_installation_teaches(signed_in, open_page):
    signed_in("viewer")
    assert "Nothing to show yet" in [heading.value for heading in open_page("lifetime_value").subheader]


def test_groups_and_likely_customers_open_who_they_are(page):
    segment = turn_to(page, BY_GROUP).selectbox(key="lifetime_value.group.Segment").options[0]
    page = page.button(key="lifetime_value.group.open").click().run()
    opened = [frame.value for frame in page.dataframe if "reason" in frame.value]
    assert set(opened[-1].segment if "segment" in opened[-1] else [segment]) == {segment}
    assert "By the segment that each customer was in on the last day known." in texts(page)
    page = press(page, "likely-active.likely").run()
    assert "more likely active than not" in texts(page)
    page = press(page, "off-in-the-backtest.tested").run()
    # All of CDNOW's customers first bought in the first quarter of 1997, before the days held out.
    assert "of 23,570 customers" in texts(page)
    assert "Everybody whose purchases in the days held out" in texts(page)
    page = turn_to(page, ACTIVE).button(key="lifetime_value.alive.open").click().run()
    assert "By the probability of being active at the end of the data." in texts(page)


def test_filters_leave_the_customers_who_match_and_the_model_of_all(towns):
    whole_shop = metrics(towns)
    towns.multiselect(key="lifetime_value.regions").set_value(["Ruse"]).run()
    ruse, ranges = metrics(towns), deltas(towns)
    assert "Customers with an order of region Ruse, the 365 days after. The model is fitted on all customers" in texts(
        towns
    )
    towns.multiselect(key="lifetime_value.regions").set_value(["Sofia", "Varna"]).run()
    others = metrics(towns)
    for name in ("Expected purchases", "Expected buyers", "Expected sales", "Customer equity", "Likely active"):
        assert whole(ruse[name]) + whole(others[name]) == pytest.approx(whole(whole_shop[name]), abs=1)
    low, high = (whole(part) for part in ranges["Expected purchases"].split(" to "))
    assert low < whole(ruse["Expected purchases"]) < high
    assert whole_shop["Off in the backtest"] != ruse["Off in the backtest"] != others["Off in the backtest"]


def test_a_few_customers_are_forecast_without_a_range_and_the_page_says_why(towns):
    towns.multiselect(key="lifetime_value.regions").set_value(["Varna"]).run()
    assert deltas(towns)["Expected sales"] == "too few for a range"
    assert metrics(towns)["Off in the backtest"] == "–"
    assert "tested" not in {name for _, name in behind(towns)}
    assert "the model could not be tested on them, so no range is known" in texts(towns)
    listed = table_with(turn_to(towns, BEST), "reason")
    assert set(listed.customer_id.astype(int) % 2000) == {1}
    assert not figures(towns, BY_MONTH, "Month").Sales.str.contains(" to ").any()
    untested = turn_to(towns, TESTED)
    assert not untested.exception
    assert not [table for table in tables(untested) if "Forecast" in table]


def test_lists_behind_the_numbers_hold_only_customers_within_the_filters(towns):
    towns.multiselect(key="lifetime_value.regions").set_value(["Varna"]).run()
    opened = press(towns, "expected-sales.everybody").run()
    rows = [frame.value for frame in opened.dataframe if "reason" in frame.value][-1]
    assert set(rows.customer_id.astype(int) % 2000) == {1}
    assert len(rows) == 12


def test_a_segment_is_the_one_of_the_day_and_the_test_is_on_those_who_were_in_it_then(towns):
    towns.multiselect(key="lifetime_value.segments").set_value(["Champions"]).run()
    assert "Customers in segment Champions on that day" in texts(towns)
    assert set(figures(towns, BY_GROUP, "Segment").Segment) == {"Champions"}
    # Champions of the last day were chosen by what they bought lately: tested on them, any model would expect too few.
    assert abs(float(metrics(towns)["Off in the backtest"].rstrip("%"))) < 15
    said = captions(turn_to(towns, TESTED).button(key="lifetime_value.tenth.open").click().run())
    whose = [caption for caption in said if "By the purchases that the model expected of them" in caption]
    assert [caption.partition("had not seen. ")[2] for caption in whose] == [
        "Data to 30 Sept 1997. Customers in segment Champions before the days held out, tested for 365 days."
    ]


def test_an_earlier_day_shows_what_was_expected_then_and_a_tenth_of_its_backtest_opens_its_customers(towns):
    towns.segmented_control(key="lifetime_value.as_of").set_value("3 months earlier").run()
    assert "As it was on 30 Jun 1997; data to 30 Sept 1997. All customers, the 365 days after" in texts(towns)
    assert figures(towns, BY_MONTH, "Month").Month[0] == "Jul 1997"
    then = metrics(towns)
    towns.segmented_control(key="lifetime_value.as_of").set_value("end of data")
    towns.segmented_control(key="lifetime_value.before").set_value("3 months before").run()
    assert "the 365 days after, compared with 3 months before by the model of that day." in texts(towns)
    for name in ("Expected purchases", "Expected sales", "Customer equity", "Likely active"):
        change = whole(metrics(towns)[name]) / whole(then[name]) - 1
        assert float(deltas(towns)[name].rstrip("%")) == pytest.approx(100 * change, abs=0.1)
    turn_to(towns, TESTED).button(key="lifetime_value.tenth.open").click().run()
    assert "590 customers. By the purchases that the model expected of them in the days held out" in texts(towns)


@pytest.mark.parametrize(("kept", "tenth"), [(4, 4), (None, 1), (11, 1), ("4", 1)])
def test_the_button_names_the_tenth_that_was_chosen_last_in_the_menu_or_by_a_view(page, kept, tenth):
    opens = turn_to(page, TESTED).button(key="lifetime_value.tenth.open")
    assert opens.label == "Customers of tenth 1"
    page.button(key="lifetime_value.tenth.10").click().run()
    assert page.button(key="lifetime_value.tenth.open").label == "Customers of tenth 10"
    assert page.session_state["state.left.lifetime_value"]["lifetime_value.tenth"] == 10
    page.session_state["lifetime_value.tenth"] = kept
    assert page.run().button(key="lifetime_value.tenth.open").label == f"Customers of tenth {tenth}"


def test_the_figures_behind_the_charts_are_drawn_when_they_are_opened(page):
    assert not page.dataframe
    assert len(figures(page, BY_MONTH, "Month")) == 12


@pytest.mark.parametrize("section", ["segments.section=Customers", "retention.section=Silent customers"])
def test_lists_say_how_likely_each_is_active_once_the_model_is_fitted_also_those_shown_before(
    section, signed_in, open_page
):
    sell(signed_in("analyst").database, early_lines())
    name = section.partition(".")[0]
    before = first_reason(turn_to(open_page(name), section))
    open_page("lifetime_value")
    assert "P(alive)" not in before
    assert "P(alive) 0." in first_reason(turn_to(open_page(name), section))


def first_reason(page):
    return table_with(page, "reason").reason.iloc[0]
