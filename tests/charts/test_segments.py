from crm_core import analytics, charts
from tests.charts.examples import CUSTOMERS, SCORED
from tests.charts.specs import layers, scale_domains


def test_all_segments_stand_in_their_order_with_both_shares():
    spec = charts.segment_bars(analytics.segment_sizes(SCORED)).to_dict()
    assert spec["layer"][0]["encoding"]["y"]["sort"] == list(analytics.SEGMENTS)
    rows = next(rows for _, rows in layers(spec))
    assert {row["measure"] for row in rows} == {"Customers", "Revenue"}
    assert len(rows) == 2 * len(analytics.SEGMENTS)


def test_every_cell_of_the_grid_names_its_segment_and_its_customers():
    spec = charts.rfm_heatmap(analytics.rfm_grid(SCORED)).to_dict()
    rows = next(rows for _, rows in layers(spec))
    assert {row["label"].replace("\n", " ") for row in rows} == set(analytics.SEGMENTS)
    assert sum(row["customers"] for row in rows) == len(CUSTOMERS)
    assert [layer["encoding"]["text"]["field"] for layer in spec["layer"][1:]] == ["label", "customers"]


def test_the_colour_of_a_cell_runs_from_no_customers_to_the_fullest():
    grid = analytics.rfm_grid(SCORED)
    assert scale_domains(charts.rfm_heatmap(grid).to_dict())["customers"] == [0, grid.customers.max()]


def test_classes_join_where_one_ends_and_the_next_begins():
    curve = analytics.abc_curve(CUSTOMERS.total_cents)
    spec = charts.abc_curve(curve).to_dict()
    line = next(rows for _, rows in layers(spec))
    ends = {name: [row["item_share"] for row in line if row["abc"] == name] for name in "ABC"}
    assert ends["A"][-1] == ends["B"][0]
    assert ends["B"][-1] == ends["C"][0]
    assert (ends["A"][0], ends["C"][-1]) == (0, 1)
    said = [tooltip["title"] for tooltip in spec["layer"][0]["encoding"]["tooltip"]]
    assert said == ["Class", "Customers", "Revenue"]
