"""What the files of pages hold, by the small shop that the tests of pages open."""

from datetime import date

import pandas as pd
import pytest

from crm_core.analytics import Filters, Grain, Variant
from crm_core.analytics.retention import Measure
from crm_core.models.scenario import Scenario
from crm_core.reports.readable import headed
from crm_core.ui import acquisition, filters, load, products
from crm_core.ui.acquired import Acquired
from crm_core.ui.format import Notation
from crm_core.ui.programmes import programmes
from tests.analytics.ledger import order_line
from tests.builders import sell
from tests.pages.shop import LAST, ago, open_shop


@pytest.fixture
def shop(signed_in):
    installation = signed_in("viewer")
    open_shop(installation)
    return installation


def in_words(tables):
    return {title: headed(table, "EUR") for title, table in tables.items()}


@pytest.fixture
def pages(shop):
    extent = load.extent()
    period, before = filters.usual(extent)
    way, everybody = (Grain.MONTH, Variant.EXACT, Measure.REVENUE), Acquired(Filters(), None, None, "")
    found = {
        "overview": load.overview(period, before).tables,
        "segments": load.segments(extent.as_of_day, Filters()).tables,
        "profit": load.profit(period, before, "Region").tables,
        "products": load.products(period, before).tables,
        "retention": load.retention(extent, way, everybody).tables,
        "acquisition": load.acquisition_view("channel", period, before, ("online",)).tables,
    }
    return {page: in_words(tables) for page, tables in found.items()}


@pytest.mark.parametrize("page", ["overview", "segments", "profit", "products", "retention", "acquisition"])
def test_each_heading_is_words_and_stands_once(pages, page):
    for table in pages[page].values():
        headings = list(table)
        assert len(set(headings)) == len(headings)
        assert [heading for heading in headings if "_" in heading or heading[0].islower()] == []


def test_the_key_figures_say_which_of_them_are_money(pages):
    figures = pages["overview"]["Key figures"].set_index("Figure").Period
    assert figures["Revenue (EUR)"] == 1250.0
    assert figures["Orders"] == 13
    assert figures["Average order (EUR)"] == pytest.approx(1250 / 13)


def test_profit_has_net_revenue_in_units_of_currency_by_what_it_is_broken_down_by(pages):
    regions = pages["profit"]["By region"].set_index("Region")
    assert regions["Net revenue (EUR)"].to_dict() == {"Ruse": 1200.0, "Varna": 50.0}
    assert pages["profit"]["Total"]["Net revenue (EUR)"].tolist() == [1250.0]


def test_the_groups_of_segments_have_their_revenue_and_shares_in_words(pages):
    sizes = pages["segments"]["Segments"]
    assert sizes["Revenue (EUR)"].sum() == 1590.0
    assert sizes["Share of customers"].sum() == pytest.approx(1)


def test_new_customers_come_with_real_dates(shop):
    extent = load.extent()
    found = load.acquisition("channel", filters.usual(extent)[0])
    rows = acquisition.members(found, load.customers(extent.as_of_day), "channel", acquisition.ALL)
    listed = headed(acquisition.as_list(found, rows, "channel"), "EUR").set_index("Customer number")
    assert listed.loc["bob", ["First order", "Last order"]].tolist() == [ago(20), ago(20)]
    assert listed.loc["bob", "Total to date (EUR)"] == 50.0


def test_buyers_of_a_product_come_with_real_dates_and_what_they_paid_for_it(signed_in):
    sell(signed_in("viewer").database, [order_line("ann", LAST, 1_250, product="Pan")])
    rows = load.product_buyers(Filters(until=load.extent().as_of_day), "Pan", products.ANYTHING)
    (row,) = headed(products.as_file(rows, "Pan", products.ANYTHING, Notation())(), "EUR").to_dict("records")
    assert (row["Last bought"], row["Paid for it (EUR)"], row["Orders of it"]) == (date(2026, 6, 30), 12.5, 1)


def test_the_years_of_a_programme_name_their_currency():
    now = Scenario(buyers=10, retention=0.5, sales=100.0, margin_rate=0.5, years=2)
    origins = pd.DataFrame({"assumption": ["Buyers"]})
    years = in_words(programmes(now, now, origins=origins, notation=Notation(currency="BGN")).tables)["Years"]
    first = years.iloc[0]
    assert first[["Sales (BGN)", "Margin (BGN)", "Profit of the year (BGN)"]].tolist() == [1000.0, 500.0, 500.0]
    assert first["Value so far per customer, discounted (BGN)"] == 50.0
