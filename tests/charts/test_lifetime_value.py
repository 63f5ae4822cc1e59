from crm_core import charts
from tests.charts.examples import ALIVE, BARS, DECILES, EXPECTED_GROUPS, FORECAST
from tests.charts.specs import layers, scale_domains


def test_values_stand_in_whole_units_and_probabilities_from_0_to_1():
    spec = charts.value_histogram(BARS.assign(start=BARS.start * 100, end=BARS.end * 100), currency="EUR").to_dict()
    assert next(rows for _, rows in layers(spec))[1]["start"] == 7
    assert scale_domains(charts.p_alive_histogram(ALIVE).to_dict())["start"] == [0, 1]


def test_the_fullest_bar_is_told_in_words():
    assert charts.p_alive_histogram(ALIVE).to_dict()["description"] == (
        "Probability of being active: 100 customers. Most, 60, from 0.5 to 1."
    )


def test_expected_and_real_purchases_differ_in_shape_not_only_in_colour():
    spec = charts.decile_calibration(DECILES).to_dict()
    ranges, _, *points = (layer["encoding"] for layer in spec["layer"])
    assert all(each["shape"]["field"] == each["color"]["field"] == "what" for each in points)
    # Only what has an interval speaks of one.
    known, others = ([said["title"] for said in each["tooltip"]] for each in points)
    assert set(known) - set(others) == {"95% interval from", "to"}
    rows = next(rows for _, rows in layers(spec))
    assert len(rows) == 20
    assert (ranges["y"]["field"], ranges["y2"]["field"]) == ("low", "high")


def test_what_was_really_bought_has_an_interval_and_what_was_expected_has_none():
    rows = next(rows for _, rows in layers(charts.decile_calibration(DECILES.head(1)).to_dict()))
    known = {row["what"]: (row["low"] and round(row["low"], 3), row["high"] and round(row["high"], 3)) for row in rows}
    assert known == {"Really bought": (3.204, 3.596), "Expected": (None, None)}


def test_a_backtest_of_before_that_kept_no_error_is_drawn_without_intervals():
    rows = next(rows for _, rows in layers(charts.decile_calibration(DECILES.drop(columns="actual_error")).to_dict()))
    assert {row["low"] for row in rows} == {None}


def test_what_is_to_come_is_dashed_inside_its_band():
    band, seen, to_come, *_ = charts.forecast_by_month(FORECAST, title="Sales per month, EUR").to_dict()["layer"]
    assert (band["encoding"]["y"]["field"], band["encoding"]["y2"]["field"]) == ("low", "high")
    assert "strokeDash" not in seen["mark"]
    assert to_come["mark"]["strokeDash"]
    assert to_come["encoding"]["y"]["field"] == "expected"


def test_the_forecast_is_told_in_words():
    description = charts.forecast_by_month(FORECAST, title="Sales per month, EUR").to_dict()["description"]
    assert description == "Sales per month, EUR: 352 expected in 3 months. Not whole: Apr 2026."


def test_a_month_that_is_not_whole_has_a_hollow_point_and_says_so():
    *_, full, hollow = charts.forecast_by_month(FORECAST, title="Sales").to_dict()["layer"]
    assert (full["mark"]["filled"], hollow["mark"]["filled"]) == (True, False)
    assert hollow["encoding"]["x"]["title"] == "hollow: a month that is not whole"
    states = {row["period"]: row["state"] for row in _rows(charts.forecast_by_month(FORECAST, title="Sales"))}
    assert [name for name, state in states.items() if state == "part of a month"] == ["Apr 2026"]
    whole = charts.forecast_by_month(FORECAST.assign(is_whole=True), title="Sales").to_dict()
    assert whole["layer"][-1]["encoding"]["x"]["title"] is None


def _rows(chart):
    return next(rows for _, rows in layers(chart.to_dict()))


def test_a_small_group_has_a_hollow_point_and_no_range():
    spec = charts.forecast_by_group(EXPECTED_GROUPS, title="Sales in a year, EUR").to_dict()
    ranges, full, hollow = spec["layer"]
    assert (ranges["encoding"]["x"]["field"], ranges["encoding"]["x2"]["field"]) == ("low", "high")
    assert (full["mark"]["filled"], hollow["mark"]["filled"]) == (True, False)
    assert spec["description"] == "Sales in a year, EUR: North 91,000 (80,000 to 102,000), South 2,500."
