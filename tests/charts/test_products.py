from crm_core.charts import affinity_lift
from tests.charts.examples import PAIRS
from tests.charts.specs import encodings, layers


def test_a_pair_that_may_be_chance_differs_in_colour_and_in_shape():
    spec = affinity_lift(PAIRS).to_dict()
    assert {channel for channel, one in encodings(spec) if one["field"] == "certainty"} == {"color", "shape"}
    *_, (_, rows) = layers(spec)
    assert [row["certainty"] for row in rows] == ["beyond chance", "may be chance"]


def test_the_interval_is_said_in_words():
    assert "pan + lid 1.5 (1.2 to 1.9)" in affinity_lift(PAIRS).to_dict()["description"]


def test_a_point_says_which_two_products_it_is_of_so_that_it_can_be_pressed():
    *_, (_, rows) = layers(affinity_lift(PAIRS).to_dict())
    assert [(row["bought"], row["also"]) for row in rows] == list(zip(PAIRS.bought, PAIRS.also, strict=True))
