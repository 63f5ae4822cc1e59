from dataclasses import replace

import numpy as np
import pandas as pd

from crm_core.models.pareto_nbd import ParetoNbd, SecondOpinion
from crm_core.ui.format import Notation
from crm_core.ui.value_forecast import by_group, by_month, opinion

FOUND = SecondOpinion(
    customers=2_357,
    is_sample=False,
    model=ParetoNbd(0.5, 10.0, 0.6, 11.0, -9_594.0),
    purchases=1_665.0,
    purchases_here=1_653.0,
    active=1_052.0,
    active_here=1_100.0,
)
ROW = {"purchases": 30.0, "purchases_low": 20.0, "purchases_high": 40.0, "buyers": 12.0, "buyers_low": 9.0}
ROW |= {"buyers_high": 15.0, "value_cents": 120_000.0, "value_cents_low": 80_000.0, "value_cents_high": 160_000.0}
MISSING = {name: np.nan for name in ROW if name.endswith(("_low", "_high"))}


def test_months_are_told_with_their_ranges_and_filed_as_numbers():
    parts = by_month(
        pd.DataFrame([{"month": 24_310, "period": "Nov 2025", "is_whole": True, **ROW}]), notation=Notation()
    )
    assert parts.table.to_dict("records") == [
        {
            "Month": "Nov 2025",
            "Sales": "€1,200 (€800 to €1,600)",
            "Purchases": "30 (20 to 40)",
            "Buyers": "12 (9 to 15)",
        }
    ]
    assert parts.findings["Sales"] == "Expected sales: €1,200 in Nov 2025 (€800 to €1,600)"
    assert (parts.rows.value_cents[0], parts.rows.value_cents_high[0]) == (120_000, 160_000)
    assert {name: chart["description"] for name, chart in parts.charts.items()} == {
        "Sales": "Sales per month, EUR: 1,200 expected in 1 months.",
        "Purchases": "Purchases per month: 30 expected in 1 months.",
        "Buyers": "Buyers per month: 12 expected in 1 months.",
    }


def test_a_month_that_is_not_whole_is_said_to_be_a_part_as_its_chart_says():
    rows = [
        {"month": 24_310, "period": "Nov 2025", "is_whole": False, **ROW},
        {"month": 24_311, "period": "Dec 2025", "is_whole": True, **ROW},
    ]
    parts = by_month(pd.DataFrame(rows), notation=Notation())
    assert list(parts.table.Month) == ["Nov 2025 (part of a month)", "Dec 2025"]
    assert list(parts.rows.is_whole) == [False, True]


def test_a_small_group_stands_without_a_range():
    groups = pd.DataFrame(
        [
            {"group": "North", "customers": 900, "repeat_buyers": 400, **ROW},
            {"group": "South", "customers": 60, "repeat_buyers": 49, **ROW, **MISSING},
        ]
    )
    parts = by_group(groups, grouping="Region", period="365 days", notation=Notation())
    assert list(parts.table.Sales) == ["€1,200 (€800 to €1,600)", "€1,200"]
    assert list(parts.table) == ["Region", "Customers", "Repeat buyers", "Sales", "Purchases", "Buyers"]
    assert parts.findings["Buyers"] == "50% of the buyers are expected of the region North: 12 (9 to 15)"
    assert parts.has_small
    assert not by_group(groups.head(1), grouping="Region", period="365 days", notation=Notation()).has_small


def test_two_models_that_agree_are_said_to_and_standard_errors_are_not_shown():
    said = opinion(FOUND, Notation())
    assert said.startswith("The two agree: their purchases differ by less than 10%. For the same customers")
    assert "Pareto/NBD expects 1,665 purchases and 1,052 active customers" in said
    assert "this page's models 1,653 and 1,100" in said
    assert "none are shown" in said


def test_two_models_that_do_not_agree_are_said_not_to():
    said = opinion(replace(FOUND, purchases=2_000.0, is_sample=True), Notation())
    assert said.startswith("The two do not agree: their purchases differ by more than 10%.")
    assert "a random sample of 2,357 customers" in said
