import numpy as np
import pandas as pd

from crm_core import charts
from tests.charts.examples import BARS, CELLS, MEAN, NAMES
from tests.charts.specs import layers, scale_domains


def test_a_period_still_running_is_an_empty_frame_and_never_a_zero():
    spec = charts.retention_heatmap(CELLS).to_dict()
    rows = next(rows for _, rows in layers(spec))
    running = [(row["name"], row["age"], row["retained"]) for row in rows if row["state"] == "still running"]
    assert running == [(name, 5 - place, None) for place, name in enumerate(NAMES[:5])]
    frames = spec["layer"][1]
    assert frames["transform"] == [{"filter": "(datum.state === 'still running')"}]
    assert frames["mark"]["fillOpacity"] == 0


def test_cohorts_stand_in_order_of_time_and_age_0_is_left_out():
    spec = charts.retention_heatmap(CELLS).to_dict()
    assert spec["layer"][0]["encoding"]["y"]["sort"] == NAMES[:5]
    assert min(row["age"] for _, rows in layers(spec) for row in rows) == 1


def test_a_heatmap_of_many_ages_has_colours_and_no_numbers():
    wide = pd.concat([CELLS.assign(age=CELLS.age + shift) for shift in range(0, 45, 5)])
    marks = [layer["mark"]["type"] for layer in charts.retention_heatmap(wide).to_dict()["layer"]]
    assert marks == ["rect", "rect"]


def test_the_heatmap_is_told_in_words():
    assert charts.retention_heatmap(CELLS).to_dict()["description"] == (
        "Retention of 5 cohorts. Back after one period: from 70% (Jan 2026) to 70% (Apr 2026)."
    )


def test_the_curve_has_its_interval_on_the_same_scale():
    spec = charts.retention_curve(MEAN).to_dict()
    assert scale_domains(spec) == {"retained": [0, 1], "low": [0, 1]}
    assert spec["layer"][0]["encoding"]["y2"]["field"] == "high"


def test_the_usual_gap_is_marked_only_when_there_is_one():
    assert len(charts.gaps_histogram(BARS, usual_days=16.4).to_dict()["layer"]) == 2
    without = charts.gaps_histogram(BARS.head(0), usual_days=None).to_dict()
    assert len(without["layer"]) == 1
    assert without["description"].endswith("nobody has bought twice.")


def said(layer):
    return [tooltip["title"] for tooltip in layer["encoding"]["tooltip"]]


def test_the_curve_of_revenue_says_what_it_counts_and_no_interval():
    spec = charts.retention_curve(
        MEAN.assign(low=np.nan, high=np.nan), counted="Revenue counted, EUR", period="month"
    ).to_dict()
    assert said(spec["layer"][0]) == ["Months since the first order", "Retained", "Revenue counted, EUR"]
    assert "95% interval from" in said(charts.retention_curve(MEAN).to_dict()["layer"][0])


def test_a_period_still_running_says_no_share_and_the_axis_what_the_others_are_of():
    spec = charts.retention_heatmap(CELLS, of="the period before").to_dict()
    finished, running = spec["layer"][:2]
    assert set(said(finished)) - set(said(running)) == {"Retained"}
    assert running["encoding"]["x"]["title"][1] == "in each cell: % of the period before"


def test_ages_are_counted_in_months_or_quarters():
    spec = charts.retention_heatmap(CELLS, period="quarter").to_dict()
    assert spec["layer"][0]["encoding"]["x"]["title"][0] == "Quarters since the first order"
    assert {"Quarters since then", "Quarter"} <= set(said(spec["layer"][1]))
    assert "Back after one quarter" in spec["description"]


def test_the_last_bar_of_gaps_says_that_it_takes_all_longer_ones():
    rows = next(rows for _, rows in layers(charts.gaps_histogram(BARS, usual_days=16.4).to_dict()))
    assert rows[-1]["days"] == f"{BARS.start.iloc[-1]:,.0f} or more"
    assert rows[0]["days"] == f"{BARS.start.iloc[0]:,.0f} to {BARS.end.iloc[0] - 1:,.0f}"
