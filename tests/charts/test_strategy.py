import pandas as pd

from crm_core import charts
from tests.charts.examples import LEVELS
from tests.charts.specs import layers

OPTIONS = {"numbers": (0.1, 0.4), "margins": (10_00, 40_00), "currency": "EUR"}


def drawn(groups):
    return charts.level_matrix(groups, **OPTIONS).to_dict()


def points(spec):
    return next((layer, rows) for layer, rows in layers(spec) if layer["mark"]["type"] == "point")


def places(groups, on):
    return {row["group"]: row[on] for row in points(drawn(groups))[1]}


def test_every_level_has_its_colour_and_shape_and_a_place_in_the_legend():
    layer, _ = points(drawn(LEVELS))
    for channel in ("color", "shape"):
        shown = layer["encoding"][channel]
        assert shown["scale"]["domain"] == ["partnership", "active", "accountable", "reactive", "basic"]
        assert shown["legend"]["values"] == ["partnership", "basic"]


def test_a_name_stands_right_of_its_point_unless_it_would_be_cut_off():
    assert places(LEVELS, "on_desk") == {"Champions": "right", "Lost": "right"}
    assert places(LEVELS.assign(group=["Champions", "Not to be lost at all"]), "on_phone") == {
        "Champions": "right",
        "Not to be lost at all": "left",
    }


def test_names_of_groups_side_by_side_do_not_cover_one_another():
    row = {"customers": 30, "share": 0.3, "margin_each_cents": 2_00.0, "level": "reactive"}
    crowd = pd.DataFrame([{"group": f"Group {number}", **row} for number in range(6)])
    found = places(crowd, "on_desk")
    assert sorted(found.values()) == ["", "", "above", "below", "left", "right"]
    assert "Group 5: reactive" in drawn(crowd)["description"]
