from crm_core import charts
from crm_core.charts.theme import BAD, GOOD
from tests.charts.examples import GAINS, PROGRAMMES, SWINGS
from tests.charts.specs import layers


def test_symbols_of_the_legend_look_like_the_cells():
    rects, _ = next(layers(charts.gain_heatmap(GAINS, currency="EUR").to_dict()))
    assert rects["encoding"]["color"]["scale"] == {"domain": ["gain", "loss"], "range": [GOOD, BAD]}
    assert rects["encoding"]["color"]["legend"]["values"] == ["gain", "loss"]
    assert "stroke" not in rects["mark"], "drawn around a symbol it hides the colour"


def test_symbols_of_dashed_lines_are_not_torn():
    spec = charts.programme_value(PROGRAMMES, currency="EUR").to_dict()
    assert spec["encoding"]["color"]["legend"]["symbolStrokeWidth"] == 0


def test_every_column_and_row_of_the_grid_has_its_label_beside_its_middle():
    rects, _ = next(layers(charts.gain_heatmap(GAINS, currency="EUR").to_dict()))
    for axis in (rects["encoding"][place]["axis"] for place in "xy"):
        assert (axis["labelFlush"], axis["labelOverlap"]) == (False, False)


def test_a_bar_says_whether_the_assumption_is_lower_or_higher():
    bars, rows = next(layers(charts.gain_tornado(SWINGS, gain=675_207.0, currency="EUR").to_dict()))
    assert [row["end"] for row in rows] == ["10% lower", "10% higher"] * 2
    assert {"field": "end", "title": "If it is", "type": "nominal"} in bars["encoding"]["tooltip"]
