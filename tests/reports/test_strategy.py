from datetime import date

import pandas as pd
import pytest

from crm_core.analytics import day_number
from crm_core.reports.strategy import margins
from tests.analytics.ledger import order_line

END = day_number(date(2026, 7, 1))
LINES = [
    order_line("ann", END - 10, 10_000, cost_cents=4_000),
    order_line("ann", END - 400, 90_000, cost_cents=1),
    order_line("bob", END - 20, 3_000),
    order_line("bob", END - 20, 1_000, cost_cents=400),
    order_line(None, END - 20, 7_000, cost_cents=0),
]
CUSTOMERS = pd.DataFrame({"customer_id": ["ann", "bob", "cay"], "segment": ["Best", "Rest", "Rest"]})


def test_margin_is_that_of_the_last_12_months_and_those_who_bought_nothing_count(warehouse):
    table = margins(warehouse(LINES), CUSTOMERS, by="segment", as_of_day=END).set_index("group")
    assert table.loc["Best", ["customers", "cents", "margin_cents", "known_cost_share"]].tolist() == [
        1,
        10_000,
        6_000,
        1,
    ]
    assert table.loc["Rest", ["customers", "margin_cents"]].tolist() == [2, 600]
    assert table.known_cost_share["Rest"] == pytest.approx(0.25)


def test_a_group_that_bought_nothing_in_the_year_has_no_margin(warehouse):
    table = margins(warehouse(LINES), CUSTOMERS.assign(segment=["a", "b", "c"]), by="segment", as_of_day=END)
    assert table.set_index("group").margin_cents["c"] == 0
