import numpy as np

from crm_core.analytics import Filters
from crm_core.analytics.product import buyers_of, product_ranking, product_sales, repeat_buyers
from tests.analytics.ledger import order_line

#         pan                  lid        P9 (no name)
# ann     2 x, then 1 back     day 9
# bob     1 x
# nobody  1 x                             1 x
LINES = [
    order_line("ann", 1, 1000, product="pan", quantity=1.0, cost_cents=600),
    order_line("ann", 2, 1000, product="pan", quantity=1.0, cost_cents=600),
    order_line("ann", 3, -1000, product="pan", quantity=-1.0, cost_cents=-600),
    order_line("ann", 9, 300, product="lid"),
    order_line("bob", 2, 2000, product="pan", quantity=2.0, cost_cents=1200),
    order_line(None, 2, 1000, product="pan", quantity=1.0, cost_cents=600),
    order_line(None, 2, 50, product_id="P9"),
    order_line("cay", 2, 70),
    order_line("cay", 2, 900, product="pan", status="cancelled"),
]


def ranked(engine, filters=None):
    rows = product_ranking(engine.frame(product_sales(filters)), engine.frame(repeat_buyers(filters)))
    return rows.set_index("product")


def test_products_are_ranked_by_what_they_brought(warehouse):
    rows = ranked(warehouse(LINES))
    assert rows.cents.to_dict() == {"pan": 4000, "lid": 300, "P9": 50}
    pan = rows.loc["pan"]
    assert (pan.quantity, pan.orders, pan.buyers) == (4.0, 4, 2)
    assert (pan.returns_share, pan.margin_cents, pan.margin_share, pan.known_cost_share) == (0.2, 1600, 0.4, 1.0)
    assert np.isnan(rows.margin_share["lid"])


def test_a_share_of_fewer_than_ten_buyers_is_not_told(warehouse):
    assert np.isnan(ranked(warehouse(LINES)).repeat_share["pan"])
    more = [order_line(f"c{n}", 4, 10, product="pan") for n in range(8)]
    assert ranked(warehouse([*LINES, *more])).repeat_share["pan"] == 0.1


def test_who_bought_one_but_never_the_other(warehouse):
    engine = warehouse(LINES)
    assert engine.frame(buyers_of("pan", Filters(), without="lid")).customer_id.tolist() == ["bob"]
    # On day 9 the lid had not been bought yet.
    early = engine.frame(buyers_of("pan", Filters(until=9), without="lid")).set_index("customer_id")
    assert early.loc["ann"].tolist() == [2, 2000, 2]
    assert sorted(early.index) == ["ann", "bob"]


def test_a_purchase_before_the_period_counts_as_one_of_the_other_product(warehouse):
    lines = [order_line("ann", 1, 10, product="lid"), order_line("ann", 5, 10, product="pan")]
    assert warehouse(lines).frame(buyers_of("pan", Filters(since=4), without="lid")).empty


def test_without_another_product_all_buyers_are_listed(warehouse):
    found = warehouse(LINES).frame(buyers_of("pan", Filters()))
    assert sorted(found.customer_id) == ["ann", "bob"]
