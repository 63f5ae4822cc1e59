from crm_core.charts import profit_bars, profit_steps
from tests.charts.examples import PROFITS, STEPS
from tests.charts.specs import layers


def test_each_step_begins_where_the_one_before_ended():
    _, rows = next(layers(profit_steps(STEPS, currency="EUR").to_dict()))
    assert [(row["step"], row["start"], row["end"]) for row in rows] == [
        ("Before discount", 0.0, 100.0),
        ("Discounts", 100.0, 90.0),
        ("Net revenue", 0.0, 90.0),
        ("Cost of goods", 90.0, 40.0),
        ("Profit", 0.0, 40.0),
    ]


def test_a_loss_is_told_by_its_side_its_colour_and_its_word():
    spec = profit_bars(PROFITS, currency="EUR").to_dict()
    bars, rows = next(layers(spec))
    assert bars["encoding"]["color"]["scale"]["domain"] == ["profitable", "unprofitable", "cost unknown"]
    assert (rows[0]["amount"], rows[0]["verdict"]) == (-1200.0, "unprofitable")
    assert "North -1,200 (unprofitable)" in spec["description"]
