import numpy as np
import pandas as pd
import pytest

from crm_core.analytics import Filters
from crm_core.analytics.affinity import (
    affinity,
    basket_count,
    basket_sizes,
    frequent,
    largest_size,
    pair_counts,
    product_baskets,
)
from tests.analytics.ledger import order_line


def order(order_id, customer_id, *products, **more):
    return [order_line(customer_id, 1, 100, order_id=order_id, product=name, **more) for name in products]


#  12 orders of pan and lid, 8 of pan, 4 of lid, 16 of cup; 40 in all, each of a customer of its own
# pan 20, lid 16, both 12: support 12/40, confidence 12/20 and 12/16, lift 12 * 40 / (20 * 16) = 1.5
ORDERS = [
    *[line for n in range(12) for line in order(f"b{n}", f"b{n}", "pan", "lid")],
    *[line for n in range(8) for line in order(f"p{n}", f"p{n}", "pan")],
    *[line for n in range(4) for line in order(f"l{n}", f"l{n}", "lid")],
    *[line for n in range(16) for line in order(f"c{n}", None, "cup")],
]


def found(engine, per="order", filters=None, largest=50):
    products = frequent(engine.frame(product_baskets(per, filters)))
    counts = engine.frame(pair_counts(per, products, filters, largest=largest))
    baskets = int(engine.frame(basket_count(per, filters)).baskets[0])
    return affinity(counts, baskets=baskets, looked_at=3)


def test_support_confidence_and_lift_of_a_pair_both_ways(warehouse):
    rows = found(warehouse(ORDERS)).set_index("bought")
    assert rows.also.to_dict() == {"lid": "pan", "pan": "lid"}
    assert rows.together.tolist() == [12, 12]
    assert rows.support.tolist() == [0.3, 0.3]
    assert rows.confidence.to_dict() == {"lid": 0.75, "pan": 0.6}
    assert rows.base.to_dict() == {"lid": 0.5, "pan": 0.4}
    assert rows.lift.tolist() == pytest.approx([1.5, 1.5])
    # 1/12 - 1/20 - 1/16 + (2 * 1.5 - 1) / 40 = 0.0208..; 1.5 * exp(+- 1.96 * 0.1443)
    assert rows.lift_low.iloc[0] == pytest.approx(1.1304, abs=1e-4)
    assert rows.lift_high.iloc[0] == pytest.approx(1.9905, abs=1e-4)


def test_customers_are_baskets_of_all_they_bought_and_anonymous_sales_are_none(warehouse):
    lines = [line for n in range(12) for line in [*order(f"a{n}", f"k{n}", "pan"), *order(f"z{n}", f"k{n}", "lid")]]
    engine = warehouse([*lines, *[line for n in range(16) for line in order(f"c{n}", None, "cup")]])
    assert found(engine, "order").empty
    (row, _) = found(engine, "customer").itertuples()
    assert (row.together, row.support, row.lift) == (12, 1.0, 1.0)


def test_a_pair_seen_nine_times_is_not_shown(warehouse):
    assert found(warehouse(ORDERS[2 * 3 :])).empty
    assert len(found(warehouse(ORDERS[2 * 2 :]))) == 2


def test_a_product_bought_twice_in_an_order_counts_once_and_returns_and_cancelled_lines_never(warehouse):
    more = [
        *order("b0", "b0", "pan"),
        *[{**line, "amount_cents": -100} for n in range(8) for line in order(f"p{n}", f"p{n}", "lid")],
        *[line for n in range(8) for line in order(f"p{n}", f"p{n}", "lid", status="cancelled")],
    ]
    assert found(warehouse([*ORDERS, *more])).together.tolist() == [12, 12]


def test_filters_bound_the_lines(warehouse):
    assert found(warehouse(ORDERS), filters=Filters(products=("pan",))).empty


def test_baskets_that_are_too_large_are_left_out_of_every_count(warehouse):
    engine = warehouse([*ORDERS, *order("huge", "huge", "pan", "lid", "cup")])
    sizes = engine.frame(basket_sizes("order", ["pan", "lid", "cup"]))
    assert dict(zip(sizes["size"], sizes.baskets, strict=True)) == {1: 28, 2: 12, 3: 1}
    counts = engine.frame(pair_counts("order", ["pan", "lid", "cup"], largest=2))
    assert {(row.one, row.other): row.baskets for row in counts.itertuples() if row.one == row.other} == {
        ("cup", "cup"): 16, ("lid", "lid"): 16, ("pan", "pan"): 20,
    }  # fmt: skip


@pytest.mark.parametrize(("most", "largest"), [(15, 3), (14, 2), (11, 2)])
def test_baskets_are_let_in_until_they_make_too_many_pairs(most, largest):
    sizes = pd.DataFrame({"size": [3, 1, 2], "baskets": [1, 28, 12]})
    assert largest_size(sizes, most_pairs=most) == largest


def test_lift_is_the_same_both_ways_and_confidence_is_lift_times_base():
    rng = np.random.default_rng(7)
    both = pd.DataFrame({"one": [f"a{n}" for n in range(50)], "other": [f"b{n}" for n in range(50)]})
    both["baskets"] = rng.integers(10, 60, 50)
    alone = [
        pd.DataFrame({"one": both[name], "other": both[name], "baskets": both.baskets + rng.integers(0, 90, 50)})
        for name in ("one", "other")
    ]
    rows = affinity(pd.concat([both, *alone], ignore_index=True), baskets=500, looked_at=50)
    back = rows.merge(rows, left_on=["bought", "also"], right_on=["also", "bought"])
    assert len(back) == 100
    assert np.allclose(back.lift_x, back.lift_y)
    assert np.allclose(rows.confidence, rows.lift * rows.base)
    assert ((rows.lift_low <= rows.lift) & (rows.lift <= rows.lift_high)).all()


#           together   of 1,000 baskets, each of the two in 200: chance would be 40
@pytest.mark.parametrize(("together", "verdict"), [(80, "together"), (40, "chance"), (48, "chance"), (12, "apart")])
def test_a_pair_is_told_from_chance(together, verdict):
    counts = pd.DataFrame({"one": ["a", "b", "a"], "other": ["a", "b", "b"], "baskets": [200, 200, together]})
    assert affinity(counts, baskets=1000, looked_at=1000).verdict.tolist() == [verdict] * 2
