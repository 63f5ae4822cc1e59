import numpy as np
import pandas as pd
import pytest

from crm_core.analytics.customer_value import customer_totals
from crm_core.analytics.features import FEATURES, PREDICTED, basket_totals, features
from tests.analytics.ledger import order_line

# day    10                          20                30         40 (not seen)
# ann    100 shoes, cost 60          50 hats           -30
#        discount 25                                   (returned)
# bob    80 shoes
LINES = [
    order_line("ann", 10, 100, category="shoes", cost_cents=60, discount_cents=25),
    order_line("ann", 20, 50, category="hats"),
    order_line("ann", 30, -30, category="gloves"),
    order_line("bob", 20, 80, category="shoes"),
    order_line("bob", 20, 99, category="hats", status="cancelled"),
    order_line("bob", 40, 500, category="coats"),
    order_line(None, 20, 70),
]


def found(warehouse, **more):
    data = warehouse(LINES)
    totals, baskets = data.frame(customer_totals(until_day=40)), data.frame(basket_totals(until_day=40))
    return features(totals, baskets, as_of_day=40, **more)


def test_each_feature_is_what_its_name_says(warehouse):
    ann = found(warehouse).loc["ann"]
    assert ann.to_dict() == pytest.approx(
        {
            "days_since_last_order": 20,
            "purchase_days": 2,
            "total_cents": 120,
            "mean_order_cents": 75,
            "tenure": 30,
            "gap": 10,
            "margin_share": 0.4,
            "returns_share": 0.2,
            "categories": 2,
            "discount_share": 0.2,
        }
    )


def test_what_is_not_known_is_missing_and_never_a_zero(warehouse):
    bob = found(warehouse).loc["bob"]
    assert list(bob[bob.isna()].index) == ["gap", "margin_share", "discount_share"]
    assert bob.returns_share == 0


def test_predictions_join_where_there_are_some(warehouse):
    predicted = pd.DataFrame({"customer_id": ["bob", "ann"], "p_alive_shown": [0.5, 0.9], "expected_value": [7.0, 9.0]})
    table = found(warehouse, predicted=predicted)
    assert table.loc["ann", list(PREDICTED)].tolist() == [0.9, 9.0]
    assert list(table) == list(FEATURES)


def test_whoever_bought_for_nothing_has_no_share_of_it(warehouse):
    data = warehouse([order_line("ann", 1, 0)])
    totals, baskets = data.frame(customer_totals(until_day=9)), data.frame(basket_totals(until_day=9))
    ann = features(totals, baskets, as_of_day=9).loc["ann"]
    assert np.isnan(ann.returns_share)
    assert ann.mean_order_cents == 0
