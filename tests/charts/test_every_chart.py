"""Rules that hold for every chart, new ones included."""

import json

import pytest

from crm_core import charts
from tests.charts.examples import EXAMPLES, SECRET
from tests.charts.specs import encodings, fields, layers, scale_domains


def test_every_chart_has_an_example():
    drawn = {name.split()[0] for name in EXAMPLES}
    assert drawn == set(charts.__all__) - {"localized"}


@pytest.fixture(params=EXAMPLES, scope="module")
def spec(request):
    draw, frame, options = EXAMPLES[request.param]
    return draw(frame, **options).to_dict()


def test_every_encoded_field_is_a_column_of_the_data_sent(spec):
    for layer, rows in layers(spec):
        assert rows, "an example without rows shows nothing"
        assert fields({key: layer.get(key, []) for key in ("encoding", "transform")}) <= set(rows[0])


def test_no_column_is_sent_that_is_not_drawn(spec):
    drawn = fields({key: value for key, value in spec.items() if key != "datasets"})
    sent = {name for rows in spec["datasets"].values() for name in rows[0]}
    assert sent <= drawn
    assert SECRET not in sent


def test_every_encoding_says_its_type(spec):
    assert all("type" in one or channel in {"x2", "y2"} for channel, one in encodings(spec))


def test_a_legend_of_names_takes_as_many_columns_as_fit(spec):
    legends = [one["legend"] for channel, one in encodings(spec) if channel in {"color", "shape"} and one.get("legend")]
    assert all("width" in legend["columns"]["expr"] for legend in legends if "values" in legend)
    assert not [legend for legend in legends if legend.get("orient") == "top" and "values" not in legend]


def test_shares_have_the_domain_0_to_1(spec):
    shares = {"share", "retained", "item_share", "value_share"}
    drawn = {one["field"] for channel, one in encodings(spec) if channel in {"x", "y", "color"}} & shares
    domains = scale_domains(spec)
    assert all(domains[field] == [0, 1] for field in drawn)


def test_no_date_is_left_to_the_browsers_time_zone(spec):
    assert "temporal" not in {one.get("type") for _, one in encodings(spec)}


def test_it_stands_on_the_page_whatever_its_colour(spec):
    assert spec["config"]["background"] == "transparent"
    for layer, _ in layers(spec):
        assert layer["mark"].get("type") not in {"text", "rule"} or _has_a_colour(layer)


def _has_a_colour(layer):
    # Texts and rules without a colour are black: unseen on a dark page.
    return "color" in layer["mark"] or "color" in layer["encoding"]


def test_it_says_in_words_what_it_shows(spec):
    assert len(spec["description"]) > 30
    assert "nan" not in spec["description"].lower()


def test_it_can_be_kept_as_text(spec):
    assert json.loads(json.dumps(spec)) == spec


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_rows_are_no_error(name):
    draw, frame, options = EXAMPLES[name]
    assert draw(frame.head(0), **options).to_dict()["description"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_frame_is_left_as_it_was(name):
    draw, frame, options = EXAMPLES[name]
    before = frame.copy(deep=True)
    draw(frame, **options)
    assert frame.equals(before)
