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
    points = spec["layer"][1]["encoding"]
    assert points["shape"]["field"] == points["color"]["field"] == "what"
    assert len(next(rows for _, rows in layers(spec))) == 20


def test_what_is_to_come_is_dashed_inside_its_band():
    band, seen, to_come = charts.forecast_by_month(FORECAST, title="Sales per month, EUR").to_dict()["layer"]
    assert (band["encoding"]["y"]["field"], band["encoding"]["y2"]["field"]) == ("low", "high")
    assert "strokeDash" not in seen["mark"]
    assert to_come["mark"]["strokeDash"]
    assert to_come["encoding"]["y"]["field"] == "expected"


def test_the_forecast_is_told_in_words():
    description = charts.forecast_by_month(FORECAST, title="Sales per month, EUR").to_dict()["description"]
    assert description == "Sales per month, EUR: 352 expected in 3 months."


def test_a_small_group_has_a_hollow_point_and_no_range():
    spec = charts.forecast_by_group(EXPECTED_GROUPS, title="Sales in a year, EUR").to_dict()
    ranges, full, hollow = spec["layer"]
    assert (ranges["encoding"]["x"]["field"], ranges["encoding"]["x2"]["field"]) == ("low", "high")
    assert (full["mark"]["filled"], hollow["mark"]["filled"]) == (True, False)
    assert spec["description"] == "Sales in a year, EUR: North 91,000 (80,000 to 102,000), South 2,500."
