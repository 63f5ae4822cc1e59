import json

import pytest

from crm_core.analytics import from_json
from crm_core.analytics.rule_words import words
from crm_core.store.tables import Audience
from tests.analytics.ledger import order_line
from tests.builders import sell
from tests.cards import metrics
from tests.pages.shop import ago, captions, open_shop, table_with, tables, texts, turn_to
from tests.sheet import cells, enter
from tests.sheet import texts as fields

YEARS, FACTS = "programmes.section=Year by year", "programmes.section=What your data say"

STORE = {
    "now.buyers": 20_000, "now.retention": 40, "now.sales": 1_250, "now.margin_rate": 30,
    "now.yearly_cost": 20, "now.acquisition_cost": 100, "with.retention": 50, "with.yearly_cost": 35,
}  # fmt: skip


@pytest.fixture
def of_analyst(signed_in, open_page):
    open_shop(signed_in("analyst"))
    return open_page("programmes")


def fill(page, values):
    return enter(page, {f"programmes.{name}": float(value) for name, value in values.items()})


def origins(page):
    """What stands beside the fields: where their values come from."""
    return [cell["said"] for cell in cells(page).values()]


def test_as_now_begins_with_what_the_data_say(of_analyst):
    # Ann and Bob bought in the year; of Ann in the year before, Ann bought again.
    held = {name: fields(of_analyst)[f"programmes.now.{name}"] for name in ("buyers", "retention", "sales")}
    assert held == {"buyers": "2", "retention": "100.0", "sales": "625.00"}
    assert any(
        text.startswith("From your data: 1 of 1 customers of the year to 30 Jun 2025") for text in origins(of_analyst)
    )
    assert "Assumption. Why: no cost of goods is known." in origins(of_analyst)


def test_the_department_store(of_analyst):
    page = fill(of_analyst, STORE)
    assert metrics(page) == {
        "Each, as now": "€431.03",
        "Each, programme": "€464.79",
        "Difference each": "+€33.76",
        "Difference in all": "+€675,207",
        "Break-even retention": "44.11%",
    }
    said = [heading.value for heading in page.subheader]
    assert "The programme adds €675,207 over 3 years, €33.76 per customer." in said[0]
    assert "Assumption. Your data: " in " ".join(origins(page))
    years = [table for table in tables(turn_to(page, YEARS)) if "Buyers" in table]
    assert list(years[0].Buyers) == ["20,000", "8,000", "3,200"]
    assert list(years[0]["The same per customer"]) == ["€255.00", "€384.09", "€431.03"]
    assert list(years[1]["The same per customer"]) == ["€240.00", "€394.55", "€464.79"]


def test_an_empty_field_of_the_programme_follows_the_one_of_now(of_analyst):
    page = fill(of_analyst, STORE | {"now.sales": 2_000})
    # A margin of 565 a year, kept by half, discounted by a tenth, less 100 for winning.
    assert metrics(page)["Each, programme"] == "€838.55"


def test_an_emptied_field_of_the_programme_is_as_now(of_analyst):
    page = enter(fill(of_analyst, STORE), {"programmes.with.retention": None, "programmes.with.yearly_cost": None})
    assert metrics(page)["Difference in all"] == "+€0.00"


def test_a_customer_kept_for_ever_without_discount_is_refused_in_words(of_analyst):
    page = fill(of_analyst, STORE | {"now.retention": 100, "discount": 0})
    rows = table_with(turn_to(page, YEARS), "First margin now").set_index("Programme")
    assert "grows without end" in rows["First margin now"]["As now"]
    assert not page.exception


def test_the_year_in_which_the_first_margin_falls_is_named(of_analyst):
    page = turn_to(fill(of_analyst, STORE), YEARS)
    rows = table_with(page, "First margin now").set_index("Programme").loc["As now"]
    # 355 a year: 355 * 1.1 / 0.7 and 355 * 0.4 / 0.7
    assert (rows["First margin now"], rows["First margin after a year"]) == ("€557.86", "€202.86")


def test_those_behind_the_retention_can_be_opened_and_become_an_audience(signed_in, open_page):
    installation = signed_in("manager")
    open_shop(installation)
    page = turn_to(open_page("programmes"), FACTS)
    page = page.segmented_control(key="programmes.people").set_value("kept").run()
    assert list(table_with(page, "reason").customer_id) == ["ann"]
    page.button(key="programmes.audience").click().run()
    with installation.database.read() as session:
        audience = session.query(Audience).one()
    assert words(from_json(audience.rule)).count("placed at least 1 orders") == 2
    assert audience.name == "kept, 30 Jun 2026"


def test_an_empty_installation_teaches(signed_in, open_page):
    signed_in("analyst")
    assert "loyalty programme" in texts(open_page("programmes"))


def test_an_earlier_year_fills_the_fields_anew_and_stands_beside_the_one_before(of_analyst):
    facts = table_with(turn_to(of_analyst, FACTS), "From your data").set_index("From your data")
    assert list(facts) == ["12 months to 30 Jun 2026", "12 months to 30 Jun 2025", "Change"]
    assert facts.loc["Customers"].tolist() == ["2", "1", "+100.0%"]
    assert facts.loc["Spend a year"].tolist() == ["€625.00", "€300.00", "+108.3%"]
    assert facts.loc["Kept a year, 95% range"].tolist() == ["100.0% (21% to 100%)", "–", ""]
    page = of_analyst.segmented_control(key="programmes.as_of").set_value("12 months earlier").run()
    assert fields(page)["programmes.now.sales"] == "300.00"
    said = "As it was on 30 Jun 2025; data to 30 Jun 2026. All customers. 'What your data say' is not compared with"
    assert said in texts(page)
    assert list(table_with(page, "From your data")) == ["From your data", "12 months to 30 Jun 2025"]


#        the year before    the last 12 months
# ann    Varna              Varna 50.00
# bob    Varna              Ruse  70.00
# cay    Ruse               Ruse  70.00
# dan                       Varna 50.00
TWO_REGIONS = [
    *[order_line(name, ago(500), 4_000, region=region) for name, region in (("ann", "Varna"), ("bob", "Varna"))],
    order_line("cay", ago(500), 4_000, region="Ruse"),
    *[order_line(name, ago(50), 5_000, region="Varna") for name in ("ann", "dan")],
    *[order_line(name, ago(50), 7_000, region="Ruse") for name in ("bob", "cay")],
    order_line("cay", ago(800), 4_000, region="Ruse"),
]


@pytest.fixture
def of_varna(signed_in, open_page):
    sell(signed_in("manager").database, TWO_REGIONS)
    return turn_to(open_page("programmes"), FACTS).multiselect(key="programmes.regions").set_value(["Varna"]).run()


def test_a_region_leaves_its_orders_in_fields_list_and_words(of_varna):
    assert "Only orders of region Varna. 'What your data say' compares the 12 months to 11 May 2026 with" in texts(
        of_varna
    )
    assert table_with(of_varna, "From your data").set_index("From your data").iloc[0, 0] == "2"
    (spend,) = [text for key, text in fields(of_varna).items() if key.startswith("programmes.now.sales")]
    assert spend == "50.00"
    assert "From your data: 2 bought in the 12 months to 11 May 2026; only orders of region Varna count." in origins(
        of_varna
    )
    # Bob came back, but to Ruse.
    assert list(table_with(of_varna, "reason").customer_id) == ["bob"]
    assert (
        "1 customer. They placed an order of region Varna in the 12 months to 11 May 2025 and no such order in the "
        "12 months to 11 May 2026; other orders do not count."
    ) in captions(of_varna)
    kept = of_varna.segmented_control(key="programmes.people").set_value("kept").run()
    assert list(table_with(kept, "reason").customer_id) == ["ann"]
    assert not kept.exception


def test_the_audience_of_a_region_does_not_take_the_place_of_that_of_all_orders(of_varna, installation):
    of_varna.button(key="programmes.audience").click().run()
    with installation.database.read() as session:
        audience = session.query(Audience).one()
    assert audience.name == "not kept, 11 May 2026, region Varna"
    assert words(from_json(audience.rule)).count("Varna") == 2


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("Value over the years", "by programme and year"),
        ("By retention and cost", "What the programme adds in all"),
        ("What decides", "one at a time"),
    ],
)
def test_each_section_has_its_chart(of_analyst, section, said):
    page = turn_to(fill(of_analyst, STORE), f"programmes.section={section}")
    (chart,) = page.get("vega_lite_chart")
    assert said in json.loads(chart.proto.spec)["description"] + texts(page)
