import numpy as np
import pandas as pd
import pytest

from crm_core.demo.baskets import order_heads, order_lines
from crm_core.demo.catalogue import products
from crm_core.demo.season import FIRST
from crm_core.demo.stories import UNPROFITABLE


@pytest.fixture(scope="module")
def shop():
    """200 people with 20 orders each; every second one buys through the partner."""
    buyers = pd.DataFrame(
        {
            "customer_id": [f"C{n}" for n in range(200)],
            "region": "Ireland",
            "channel": [UNPROFITABLE.channel, "online"] * 100,
            "mean_order": 120.0,
            "liked": 3,
            "also_liked": 5,
        }
    )
    purchases = pd.DataFrame({"buyer": np.repeat(range(200), 20), "day": FIRST + np.tile(range(20), 200) * 30})
    heads = order_heads(buyers, purchases.assign(campaign=None))
    return heads, order_lines(heads, buyers, products())


def test_orders_are_numbered_by_day(shop):
    heads, _ = shop
    assert heads.order_id.is_monotonic_increasing
    assert heads.day.is_monotonic_increasing


def test_the_lines_of_an_order_add_up_to_about_what_was_meant_to_be_spent(shop):
    heads, lines = shop
    paid = lines[lines.amount > 0].groupby("order_id").amount.sum()
    ratio = paid / heads.set_index("order_id").total
    assert ratio.mean() == pytest.approx(1.0, abs=0.02)
    assert ratio.std() < 0.1


def test_the_partner_grants_deeper_discounts(shop):
    _, lines = shop
    sold = lines[lines.amount > 0]
    rate = sold.discount.groupby(sold.channel).sum() / (sold.discount + sold.amount).groupby(sold.channel).sum()
    assert rate[UNPROFITABLE.channel] > 0.2
    assert rate["online"] < 0.1


def test_people_buy_what_they_like(shop):
    _, lines = shop
    known = lines[lines.customer_id.notna()]
    assert known.category.isin(["Tableware", "Storage"]).mean() > 0.25
