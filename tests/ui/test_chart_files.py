import pandas as pd

from crm_core import charts
from crm_core.ui.chart_files import rows
from crm_core.ui.figures import spec
from crm_core.ui.format import Notation


def test_the_rows_of_a_chart_are_in_the_words_of_its_labels():
    bars = charts.revenue_by(
        pd.DataFrame({"product": ["Vase", "Pan"], "cents": [1250, -300]}), by="product", currency="BGN"
    )
    table = rows(spec(bars, Notation()))
    assert table.to_dict("list") == {"Product": ["Vase", "Pan"], "Revenue, BGN": [12.5, -3.0]}


def test_what_only_places_the_marks_of_a_chart_is_not_in_its_rows():
    answers = pd.DataFrame(
        {"period": ["2026 Q1"], "quarter": [8105], "nps": [20.0], "low": [10.0], "high": [30.0], "n": [40]}
    )
    table = rows(spec(charts.nps_trend(answers), Notation()))
    assert table.to_dict("list") == {
        "Quarter": ["2026 Q1"],
        "NPS, points from -100 to 100": [20.0],
        "95% interval from": [10.0],
        "to": [30.0],
        "Answers": [40],
    }
