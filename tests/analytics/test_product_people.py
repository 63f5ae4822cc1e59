import pytest

from crm_core.analytics import Filters
from crm_core.analytics.product_people import bought_again, bought_both, product_buyers, product_returners
from tests.analytics.ledger import order_line

# ann    pan and lid in one order, pan again
# bob    pan, then lid
# cay    pan, and gives it back
# dan    something without a product, and back; a lid whose order was cancelled
# nobody pan and lid in one order
LINES = [
    order_line("ann", 1, 100, order_id="a1", product="pan"),
    order_line("ann", 1, 100, order_id="a1", product="lid"),
    order_line("ann", 9, 100, order_id="a2", product="pan", region="Ruse"),
    order_line("bob", 2, 100, order_id="b1", product="pan"),
    order_line("bob", 3, 100, order_id="b2", product="lid"),
    order_line("cay", 4, 100, order_id="c1", product="pan"),
    order_line("cay", 5, -100, order_id="c2", product="pan"),
    order_line("dan", 4, 100, order_id="d1"),
    order_line("dan", 5, -100, order_id="d2"),
    order_line("dan", 6, 100, order_id="d3", product="lid", status="cancelled"),
    order_line(None, 1, 100, order_id="n1", product="pan"),
    order_line(None, 1, 100, order_id="n1", product="lid"),
]
# Ten buyers are enough to speak of a share.
MANY = [*LINES, *[order_line(f"p{n}", 1, 100, order_id=f"p{n}", product="pan") for n in range(7)]]


def who(warehouse, statement):
    return sorted(warehouse.frame(statement).customer_id)


def test_buyers_and_returners_are_those_of_lines_with_a_product(warehouse):
    opened = warehouse(LINES)
    assert who(opened, product_buyers(Filters())) == ["ann", "bob", "cay"]
    assert who(opened, product_returners(Filters())) == ["cay"]
    assert who(opened, product_buyers(Filters(regions=("Ruse",)))) == ["ann"]


def test_again_is_told_only_of_products_with_enough_buyers(warehouse):
    assert who(warehouse(LINES), bought_again(Filters())) == []


def test_again_is_the_same_product_in_another_order(warehouse):
    assert who(warehouse(MANY), bought_again(Filters())) == ["ann"]


@pytest.mark.parametrize(("per", "customers"), [("order", ["ann"]), ("customer", ["ann", "bob"])])
def test_both_products_were_bought_in_one_order_or_at_any_time(warehouse, per, customers):
    assert who(warehouse(LINES), bought_both("lid", "pan", Filters(), per=per)) == customers


def test_a_filter_holds_for_both_products(warehouse):
    assert who(warehouse(LINES), bought_both("lid", "pan", Filters(until=3), per="customer")) == ["ann"]
