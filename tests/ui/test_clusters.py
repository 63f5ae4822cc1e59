import pandas as pd
import pytest

from crm_core.reports.clusters import grouped
from crm_core.reports.readable import headed
from crm_core.ui.clusters import shown
from crm_core.ui.format import Notation

# Six customers of 10.00 an order and four of 500.00, each with one of every two half as much again.
TABLE = pd.DataFrame(
    {
        "mean_order_cents": [1000.0, 1500.0] * 3 + [50_000.0, 75_000.0] * 2,
        "expected_value": [2000.0] * 6 + [90_000.0] * 4,
        "margin_share": [0.25] * 6 + [0.75] * 4,
    },
    index=pd.Index([f"c{n}" for n in range(10)], name="customer_id"),
)
TOTALS = TABLE.mean_order_cents.astype("int64")


@pytest.fixture
def tables():
    found = grouped(TABLE, TOTALS, chosen=list(TABLE), count=2)
    made = shown(found, names=["Small", "Large"], before=[3, 4], notation=Notation(currency="BGN"))
    return {title: headed(table, "BGN") for title, table in made.tables.items()}


def test_the_export_has_the_means_of_profiles_in_units_of_currency_and_says_so(tables):
    rows = tables["Profiles"].set_index(["Group", "Feature"])[["Mean", "Mean of all customers"]]
    assert {place: tuple(means) for place, *means in rows.itertuples()} == {
        ("Small", "Mean order (BGN)"): (12.5, 257.5),
        ("Small", "Expected value (BGN)"): (20.0, 372.0),
        ("Small", "Margin (share)"): (0.25, 0.45),
        ("Large", "Mean order (BGN)"): (625.0, 257.5),
        ("Large", "Expected value (BGN)"): (900.0, 372.0),
        ("Large", "Margin (share)"): (0.75, 0.45),
    }


def test_the_export_has_the_groups_by_name_with_their_revenue_in_units_of_currency(tables):
    rows = tables["Groups"][["Group", "Customers", "Customers before", "Revenue (BGN)"]]
    assert rows.to_numpy().tolist() == [["Small", 6, 3, 75.0], ["Large", 4, 4, 2500.0]]
