import pytest

from crm_core import charts
from tests.charts.examples import ANSWERS, BY_SEGMENT, QUARTERS, SHARES
from tests.charts.specs import layers, scale_domains


@pytest.mark.parametrize(
    ("chart", "domain"), [(charts.nps_trend(QUARTERS), [-100, 100]), (charts.csat_trend(SHARES), [0, 1])]
)
def test_a_trend_has_its_whole_scale_its_interval_and_the_number_of_answers(chart, domain):
    spec = chart.to_dict()
    assert scale_domains(spec) == {"low": domain, "value": domain}
    assert spec["layer"][0]["encoding"]["y2"]["field"] == "high"
    assert spec["layer"][0]["encoding"]["x"]["sort"][2] == "2026 Q1|n = 1,204"


def test_the_trend_is_told_in_words():
    description = charts.nps_trend(QUARTERS).to_dict()["description"]
    assert description.startswith("NPS, points from -100 to 100, with 95% interval: 2025 Q3 21 (10 to 32, n 180); ")


def test_a_segment_of_few_answers_is_hollow():
    spec = charts.nps_by_segment(BY_SEGMENT).to_dict()
    rows = next(rows for _, rows in layers(spec))
    assert [row["segment"] for row in rows if row["reading"] == "indicative"] == ["East"]
    intervals, full, hollow = spec["layer"]
    assert intervals["encoding"]["x2"]["field"] == "high"
    assert full["mark"]["filled"]
    assert "filled" not in hollow["mark"]
    assert full["transform"] != hollow["transform"]


def test_answers_stack_from_poor_to_good_in_colours_the_colour_blind_tell_apart():
    spec = charts.satisfaction_distribution(ANSWERS).to_dict()
    rows = next(rows for _, rows in layers(spec))
    assert [row["place"] for row in rows[:3]] == [0, 1, 2]
    assert scale_domains(spec)["answer"] == ["poor", "middling", "good"]
    assert spec["description"] == "Answers by question: Quality 70% good, Delivery 40% good."
