import pandas as pd
import pytest

from crm_core.analytics.returns import linked_counts, linked_returns
from tests.analytics.ledger import order_line


def line(order_id, day, cents, *, customer="ann", product="pot", quantity=None, **more):
    sign = -1 if cents < 0 else 1
    return order_line(customer, day, cents, order_id=order_id, product=product, quantity=sign * (quantity or 1), **more)


@pytest.fixture
def links(warehouse):
    """``links(*lines)``: the sale and the way it was found, by the order number of the return."""

    def found(*rows, **arguments):
        frame = warehouse(list(rows)).frame(linked_returns(**arguments)).astype(object)
        frame = frame.where(frame.notna(), None)
        assert len(frame) == len(frame[["order_id", "line"]].drop_duplicates())
        return {
            row.order_id: (row.sale_order_id, row.sale_day and int(row.sale_day), row.linked_by)
            for row in frame.itertuples()
        }

    return found


def test_a_return_belongs_to_the_order_that_it_names(links):
    rows = [line("A", 1, 500), line("B", 2, 500), line("R", 3, -500, return_of="A")]
    assert links(*rows) == {"R": ("A", 1, "number")}


def test_a_named_order_may_be_an_anonymous_one_but_not_that_of_somebody_else(links):
    rows = [line("A", 1, 500, customer=None), line("B", 1, 500, customer="bob", product="pan")]
    rows += [line("R", 3, -500, return_of="A"), line("S", 3, -500, return_of="B")]
    assert links(*rows) == {"R": ("A", 1, "number"), "S": (None, None, None)}


def test_a_negative_line_of_an_order_takes_back_what_the_order_sold(links):
    rows = [line("A", 1, 500), line("B", 2, 500), line("A", 9, -500)]
    assert links(*rows) == {"A": ("A", 1, "number")}


def test_a_return_at_the_till_with_another_purchase_belongs_to_the_earlier_sale(links):
    rows = [line("A", 1, 500, product="pot"), line("B", 9, 700, product="pan"), line("B", 9, -500, product="pot")]
    assert links(*rows) == {"B": ("A", 1, "product")}


def test_a_number_with_a_c_before_it_is_the_cancellation_of_that_order_of_the_same_customer(links):
    rows = [line("536379", 1, 500, product="pan"), line("536380", 2, 500, customer="bob", product="pan")]
    rows += [line("C536379", 3, -300), line("C536380", 3, -300), line("CAT", 3, -300), line("AT", 1, 300, product="x")]
    assert links(*rows) == {
        "C536379": ("536379", 1, "number"),
        "C536380": (None, None, None),
        "CAT": (None, None, None),
    }


def test_the_newest_equal_sale_is_taken_back_and_each_sale_once(links):
    #  A 500   B 500   R -500   C 500   S -500   T -500   U -500
    rows = [line("A", 1, 500), line("B", 2, 500), line("R", 3, -500), line("C", 4, 500)]
    rows += [line("S", 5, -500), line("T", 6, -500), line("U", 7, -500)]
    assert links(*rows) == {
        "R": ("B", 2, "product"),
        "S": ("C", 4, "product"),
        "T": ("A", 1, "product"),
        "U": (None, None, None),
    }


def test_a_sale_after_the_return_is_not_taken_back_but_one_of_the_same_day_is(links):
    rows = [line("R", 3, -500), line("A", 4, 500), line("S", 4, -500)]
    assert links(*rows) == {"R": (None, None, None), "S": ("A", 4, "product")}


def test_a_part_goes_back_to_the_newest_sale_that_was_large_enough_until_nothing_is_left(links):
    rows = [line("A", 1, 1000, quantity=10), line("B", 2, 200, quantity=2)]
    rows += [line("R", 3, -600, quantity=6), line("S", 4, -400, quantity=4), line("T", 5, -300, quantity=3)]
    rows += [line("U", 6, -100, quantity=1)]
    assert links(*rows) == {
        "R": ("A", 1, "product"),
        "S": ("A", 1, "product"),
        "T": (None, None, None),
        "U": ("B", 2, "product"),
    }


def test_neither_another_customer_nor_another_product_nor_nobody_is_linked_by_product(links):
    rows = [line("A", 1, 500, customer="bob"), line("B", 1, 500, product="pan"), line("C", 1, 500, product=None)]
    rows += [line("D", 1, 500, customer=None), line("R", 2, -500), line("S", 2, -500, product=None)]
    rows += [line("T", 2, -500, customer=None)]
    assert links(*rows) == dict.fromkeys("RST", (None, None, None))


def test_a_sale_that_a_number_names_is_not_given_to_another_return(links):
    rows = [line("A", 1, 500), line("R", 2, -500, return_of="A"), line("S", 3, -500)]
    assert links(*rows) == {"R": ("A", 1, "number"), "S": (None, None, None)}


def test_cancelled_lines_neither_take_back_nor_are_taken_back(links):
    rows = [line("A", 1, 500, status="cancelled"), line("R", 2, -500), line("S", 3, -500, status="cancelled")]
    assert links(*rows) == {"R": (None, None, None)}


def test_one_customer_alone_gives_the_same_links(links):
    rows = [line("A", 1, 500), line("R", 2, -500), line("B", 1, 500, customer="bob")]
    rows += [line("S", 2, -500, customer="bob"), line("D", 1, 500, customer=None), line("T", 3, -500, return_of="D")]
    assert links(*rows, customer_id="ann") == {"R": ("A", 1, "product"), "T": ("D", 1, "number")}


def test_returns_are_counted_by_how_they_were_linked(warehouse):
    rows = [line("A", 1, 500), line("R", 2, -500), line("S", 3, -500), line("T", 3, -500, return_of="A")]
    counts = warehouse([*rows, line("U", 4, -100)]).frame(linked_counts(linked_returns()))
    assert dict(zip(counts.linked_by.fillna("none"), counts["returns"], strict=True)) == {"number": 1, "none": 3}
    assert isinstance(counts, pd.DataFrame)


def test_parts_are_counted_by_amount_where_quantities_are_not_known(links):
    rows = [order_line("ann", 1, 1000, order_id="A", product="pot")]
    rows += [order_line("ann", day, -600, order_id=f"R{day}", product="pot") for day in (2, 3)]
    assert links(*rows) == {"R2": ("A", 1, "product"), "R3": (None, None, None)}


def test_a_negative_line_before_the_sale_of_its_order_does_not_take_it_back(links):
    assert links(line("A", 5, 500), line("A", 4, -500)) == {"A": (None, None, None)}
