import pytest

from crm_core.analytics import Filters
from crm_core.reports.products import amounts_of, behind, both, bought_together, buyers, ranking
from tests.analytics.ledger import order_line

#        12 orders of pan and lid, 8 of pan, 20 of cup, 1 of all three and 2 of a rare knife
LINES = [
    *[order_line(f"b{n}", 1, 100, order_id=f"b{n}", product=name) for n in range(12) for name in ("pan", "lid")],
    *[order_line(f"p{n}", 1, 200 + n, order_id=f"p{n}", product="pan") for n in range(8)],
    *[order_line(f"c{n}", 1, 50, order_id=f"c{n}", product="cup") for n in range(20)],
    *[order_line("huge", 1, 100, order_id="huge", product=name) for name in ("pan", "lid", "cup")],
    *[order_line(f"k{n}", 1, 10, order_id=f"k{n}", product="knife") for n in range(2)],
]


@pytest.fixture
def shop(warehouse):
    return warehouse(LINES)


def test_pairs_come_with_what_was_looked_at(shop):
    found = bought_together(shop, Filters(), per="order")
    assert (found.baskets, found.left_out, found.products, found.all_products) == (43, 0, 3, 4)
    pair = found.pairs.iloc[0]
    assert (pair.together, pair.support, pair.lift) == (13, 13 / 43, pytest.approx(13 * 43 / (21 * 13)))


def test_orders_that_make_too_many_pairs_are_left_out_and_counted(shop):
    found = bought_together(shop, Filters(), per="order", most_pairs=12)
    assert (found.baskets, found.left_out, found.largest) == (42, 1, 2)
    assert found.pairs.lift.tolist() == pytest.approx([12 * 42 / (20 * 12)] * 2)


def test_without_frequent_products_there_is_no_pair(shop):
    found = bought_together(shop, Filters(products=("knife",)), per="customer")
    assert (len(found.pairs), found.baskets, found.products, found.all_products) == (0, 2, 0, 1)


def test_whom_to_offer_the_lid(shop):
    rows = buyers(shop, Filters(), product="pan", without="lid")
    assert rows.customer_id.tolist() == [f"p{n}" for n in range(7, -1, -1)]
    assert len(buyers(shop, Filters(), product="pan", without=None)) == 21


def test_the_ranking_adds_up_to_the_lines_that_state_a_product(shop):
    assert ranking(shop, Filters()).cents.to_dict() == {0: 12 * 100 + 8 * 200 + 28 + 100, 1: 1300, 2: 1100, 3: 20}


def test_a_comparison_has_the_same_amounts_and_products(warehouse):
    back = [order_line("p1", 3, -40, product="pan"), order_line("p1", 3, -5, product="gone"), order_line("p1", 3, 7)]
    shop = warehouse([*LINES, *back])
    whole, less = ranking(shop, Filters()).set_index("product"), amounts_of(shop, Filters()).set_index("product")
    assert less.cents.to_dict() == whole.cents.to_dict()
    assert (less.sold > 0).to_dict() == (whole.orders > 0).to_dict()
    assert less.sold["gone"] == 0


def test_a_pair_opens_who_bought_both_and_a_figure_its_customers(shop):
    assert sorted(both(shop, Filters(), ("pan", "lid"), per="order")) == sorted([*(f"b{n}" for n in range(12)), "huge"])
    assert len(behind(shop, Filters(), "buyers")) == 43
    assert list(behind(shop, Filters(), "again")) == []
    assert list(behind(shop, Filters(), "returns")) == []
