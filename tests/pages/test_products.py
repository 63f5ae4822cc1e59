import pytest

from crm_core.analytics import from_json
from crm_core.store.tables import Audience
from crm_core.ui.format import Notation
from tests.analytics.ledger import order_line
from tests.builders import sell
from tests.cards import metrics, press
from tests.pages.shop import ago, captions, lists, open_shop, table_with, texts, turn_to

TOGETHER, PAIRS = "products.section=Bought together", "products.section=All pairs"
BUYERS = "products.section=Who bought what"

#       30 customers bought pan and lid in one order, 5 bought the pan alone, 40 a cup
LINES = [
    *[
        order_line(f"b{n}", ago(9), 1_000, order_id=f"b{n}", product=name, cost_cents=600, quantity=1.0)
        for n in range(30)
        for name in ("pan", "lid")
    ],
    *[order_line(f"p{n}", ago(0), 2_000, order_id=f"p{n}", product="pan", cost_cents=600) for n in range(5)],
    *[order_line(f"c{n}", ago(5), 500, order_id=f"c{n}", product="cup", cost_cents=600) for n in range(40)],
    order_line("p0", ago(0), -2_000, product="pan", cost_cents=-600),
]


@pytest.fixture
def shop(signed_in):
    installation = signed_in("manager")
    sell(installation.database, LINES)
    return installation


@pytest.fixture
def of_manager(shop, open_page):
    return open_page("products")


def test_products_are_ranked_with_buyers_returns_and_margin(of_manager):
    assert metrics(of_manager) == {
        "Revenue of products": "€880",
        "Products sold": "3",
        "Bought again": "0.0%",
        "Returned": "2.2%",
    }
    rows = table_with(turn_to(of_manager, "products.section=All products"), "margin_share").set_index("product")
    assert rows.cents.to_dict() == {"pan": 380.0, "lid": 300.0, "cup": 200.0}
    assert rows.margin_cents["cup"] == -40.0
    assert rows.buyers.to_dict() == {"pan": 35, "lid": 30, "cup": 40}


def test_pairs_are_told_from_chance_and_say_what_was_looked_at(of_manager):
    first = table_with(turn_to(of_manager, PAIRS), "lift").iloc[0]
    assert (first.bought, first.also, first.confidence) == ("lid", "pan", 100.0)
    assert first.lift == pytest.approx(75 / 35)
    assert first.verdict == ["Beyond chance"]
    page = turn_to(of_manager, TOGETHER)
    assert "1 pair is bought together beyond chance" in page.subheader[0].value
    assert any(
        caption.startswith("**Bought together.** 75 orders; 3 of 3 products are in at least 10")
        for caption in captions(page)
    )


def test_who_bought_one_but_never_the_other_becomes_an_audience(of_manager, shop):
    page = turn_to(of_manager, BUYERS).selectbox(key="products.bought").select("pan").run()
    page = page.selectbox(key="products.without").select("lid").run()
    rows = table_with(page, "reason")
    assert list(rows.customer_id) == [f"p{n}" for n in range(5)]
    assert rows.reason[0] == "bought pan in 1 order for €20; never lid"
    page.button(key="products.audience").click().run()
    with shop.database.read() as session:
        audience = session.query(Audience).one()
    assert audience.name == "Bought pan, never lid (Orders from 1 Jul 2025 to 30 Jun 2026)"
    assert from_json(audience.rule).values == tuple(f"p{n}" for n in range(5))


def test_the_surest_pair_is_offered_first(of_manager):
    page = turn_to(of_manager, BUYERS)
    assert page.selectbox(key="products.bought").value == "lid"
    assert page.selectbox(key="products.without").value == "pan"
    assert any(caption == "Bought lid, never pan: 0 known customers." for caption in captions(page))


def test_too_few_pairs_are_said_plainly(signed_in, open_page):
    sell(signed_in("viewer").database, [order_line("ann", ago(0), 100, product="pan")])
    page = turn_to(open_page("products"), TOGETHER)
    assert page.info[0].value.startswith("No two products were bought together often enough")


def test_lines_without_products_have_nothing_to_rank(signed_in, open_page):
    open_shop(signed_in("viewer"))
    assert open_page("products").info[0].value.startswith("No line within these filters states a product.")


def test_an_empty_installation_teaches(signed_in, open_page):
    signed_in("analyst")
    assert "bought one but not yet the other" in texts(open_page("products"))


@pytest.mark.parametrize(
    ("figure", "number", "first"),
    [("revenue-of-products.buyers", 75, "b0"), ("bought-again.again", 0, ""), ("returned.returns", 1, "p0")],
)
def test_a_figure_opens_the_customers_behind_it(of_manager, figure, number, first):
    page = press(of_manager, figure).run()
    assert f"{Notation().customers(number)}. " in texts(page)
    assert [rows.customer_id.iloc[0] for rows in lists(page)] == ([first] if first else [])


def test_a_pair_opens_those_who_bought_both(of_manager):
    page = turn_to(of_manager, PAIRS)
    page.session_state["products.pairs.table.both"] = {"row": 0}
    page = page.run()
    assert "30 customers. Known customers who bought both in one order. Data to 30 Jun 2026." in texts(page)
