"""One ledger, every statement there is, each engine: the same rows, down to the last cent."""

import importlib
import inspect
import os
import pkgutil
from contextlib import ExitStack
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
import sqlalchemy as sa

from crm_core import analytics
from crm_core.analytics import Condition, Fact, Filters, Operator, day_number, month_number
from crm_core.analytics.acquisition import first_days, margin_by_month, new_customers
from crm_core.analytics.affinity import basket_count, basket_sizes, pair_counts, product_baskets
from crm_core.analytics.audience import matching
from crm_core.analytics.cohort_members import cohort_members
from crm_core.analytics.customer_value import customer_totals, purchase_totals, value_totals
from crm_core.analytics.features import basket_totals
from crm_core.analytics.gaps import gap_counts, gap_customers
from crm_core.analytics.key_figures import (
    buyer_count,
    buyers,
    channel_buyers,
    new_by_month,
    period_figures,
    period_sales,
)
from crm_core.analytics.last_order import last_order_products
from crm_core.analytics.main_value import main_values
from crm_core.analytics.period import Grain
from crm_core.analytics.product import buyers_of, product_amounts, product_sales, repeat_buyers
from crm_core.analytics.product_people import bought_again, bought_both, product_buyers, product_returners
from crm_core.analytics.profit import marketing_costs
from crm_core.analytics.profit_and_loss import amounts_by, customer_sales, sales
from crm_core.analytics.programme import known_sales
from crm_core.analytics.retention import active_customers, period_counts
from crm_core.analytics.returns import linked_counts, linked_returns
from crm_core.analytics.revenue import NOT_STATED, amounts, amounts_compared, margins, revenue
from crm_core.analytics.standing import standings
from crm_core.analytics.survival import second_purchases
from crm_core.columns import customer_segments
from crm_core.reports import extent, value
from crm_core.store.customers import figures
from crm_core.surveys.grouping import last_channels
from tests import postgres
from tests.analytics.engines import opened
from tests.analytics.ledger import order_line

START = day_number(date(2025, 1, 1))
END, MONTH = START + 200, month_number(date(2025, 7, 1))
TEA = {"product": "Чай", "product_id": "t", "brand": "Nord", "category": "drinks"}
CUP = {"product": "Cup", "product_id": "c", "brand": "sud", "category": "Dishes"}
NAMELESS = {"product_id": "n"}


def line(customer, day, cents, **more):
    return order_line(customer, START + day, cents, **more)


LINES = [
    # ann: three days, two orders on one of them, costs known of some, a return by number and one by product
    line("ann", 0, 1999, **TEA, order_id="A1", channel="store", source="search", region="Ruse", cost_cents=1200,
         discount_cents=100, quantity=2.0, salesperson="Eva"),
    line("ann", 0, 501, **CUP, order_id="A1", channel="store", region="Ruse", quantity=1.0, salesperson="Eva"),
    line("ann", 0, 250, **CUP, order_id="A2", channel="online", cost_cents=300, quantity=0.5),
    line("ann", 40, 3000, **TEA, order_id="A3", channel="online", cost_cents=1801, quantity=3.0),
    line("ann", 41, -1000, **TEA, order_id="A4", return_of="A3", cost_cents=-600, quantity=-1.0, channel="online"),
    line("ann", 130, 700, **NAMELESS, order_id="A5", status="delivered", source="Search"),
    line("ann", 131, -501, **CUP, order_id="A6", quantity=-1.0),
    # bob: buys once, and again on the first day not seen; a free item; a cancelled and a taken back order
    line("bob", 59, 0, **CUP, order_id="B1", region="Варна", quantity=1.0, discount_cents=501),
    line("bob", 60, 9999, **TEA, order_id="B2", status="cancelled"),
    line("bob", 61, 9999, **TEA, order_id="B3", status="returned"),
    line("bob", 200, 5000, **TEA, order_id="B4", channel="store"),
    # cay: only ever sends back; dan: months apart, other customers' products; nobody: anonymous sales
    line("cay", 10, -333, **TEA, order_id="C1", quantity=-1.0),
    *[line("dan", 31 * n, 100 + n, **(TEA if n % 2 else CUP), channel="online", source="mail", model=f"m{n}",
           cost_cents=60) for n in range(7)],
    line(None, 90, 1234, **TEA, order_id="N1", channel="store"),
    line(None, 90, 66, order_id="N1", channel="store"),
    # eve 0 to 11: tea and a cup each, so that a pair is frequent; two days apart, then n days
    *[line(f"eve {n}", 100 + day, 10 * n + day, **what, order_id=f"E{n}-{day}", region="Ruse", cost_cents=7)
      for n in range(12) for day in (0, 2, 2 + n) for what in (TEA, CUP)],
]  # fmt: skip
MARKETING = [
    {"day": START, "channel": "online", "source": "search", "amount_cents": 5001},
    {"day": START + 40, "channel": "online", "region": "Ruse", "amount_cents": 999, "campaign": "spring"},
    {"day": START + 41, "amount_cents": 1},
]
SPRING = Filters(since=START + 30, until=START + 110)
RUSE = Filters(until=END, regions=("Ruse", "Варна"))
GOODS = Filters(brands=("Nord",), categories=("drinks",), products=("Чай",), models=("m1", "m3"))
SEGMENTS = pd.DataFrame(
    [("ann", "Champions"), ("dan", "Loyal"), ("eve 3", "Loyal"), ("bob", "New")], columns=["customer_id", "segment"]
)
LOYAL = Filters(until=END, segments=("Loyal", "Champions"), acquired=(START, START + 101))
PAIRED = ("Чай", "Cup", "n")
COLUMNS = ("day", "month", "customer_id", "region", "channel", "source", "salesperson", "brand", "model", "category",
           "product", "product_id")  # fmt: skip


def asked(fact, operator, *values, **more):
    return matching(Condition(fact, operator, values, **more), as_of_day=END)


STATEMENTS: dict[object, list[sa.Select]] = {
    new_customers: [
        new_customers(since=None, until=END, as_of_day=END),
        new_customers(since=START + 10, until=START + 90, as_of_day=START + 95),
        new_customers(since=None, until=END, as_of_day=END, within=Filters(regions=RUSE.regions)),
    ],
    margin_by_month: [
        margin_by_month(since=None, until=END, until_month=MONTH),
        margin_by_month(since=None, until=END, until_month=MONTH, within=Filters(segments=LOYAL.segments)),
    ],
    first_days: [first_days(None, END), first_days(START + 10, START + 102)],
    product_baskets: [product_baskets("order"), product_baskets("customer", RUSE)],
    basket_count: [basket_count("order"), basket_count("customer", RUSE)],
    basket_sizes: [basket_sizes(per, PAIRED) for per in ("order", "customer")],
    pair_counts: [pair_counts(per, PAIRED, largest=size) for per in ("order", "customer") for size in (2, 3)],
    matching: [
        asked(Fact.SPENT, Operator.MORE_THAN, 5000),
        asked(Fact.SPENT, Operator.BETWEEN, 0, 333, last_months=5),
        asked(Fact.LARGEST_ORDER, Operator.AT_LEAST, 3000),
        asked(Fact.ORDERS, Operator.AT_MOST, 3, within=GOODS),
        asked(Fact.DAYS_SINCE_LAST_ORDER, Operator.AT_MOST, 95),
        asked(Fact.DAYS_SINCE_FIRST_ORDER, Operator.MORE_THAN, 100, last_days=150),
    ],
    customer_totals: [customer_totals(until_day=day) for day in (START, START + 61, END)],
    purchase_totals: [purchase_totals(until_day=day) for day in (START, START + 61, END)],
    value_totals: [value_totals(until_day=day) for day in (START, START + 61, END)],
    basket_totals: [basket_totals(until_day=END)],
    gap_counts: [gap_counts(until_day=END), gap_counts(until_day=END, customers=RUSE)],
    buyers: [buyers(SPRING), buyers(GOODS), buyers(LOYAL)],
    buyer_count: [buyer_count(SPRING), buyer_count(LOYAL)],
    channel_buyers: [channel_buyers(RUSE, ("online", NOT_STATED))],
    period_figures: [period_figures(Filters()), period_figures(SPRING), period_figures(LOYAL), period_figures(GOODS)],
    new_by_month: [new_by_month(until_month=MONTH)],
    period_sales: [period_sales(SPRING), period_sales(LOYAL)],
    last_order_products: [last_order_products(as_of_day=day) for day in (START + 1, END)],
    main_values: [main_values(column, until_day=END) for column in ("channel", "region")],
    buyers_of: [buyers_of("Чай", SPRING), buyers_of("Cup", RUSE, without="Чай")],
    product_buyers: [product_buyers(SPRING)],
    product_returners: [product_returners(Filters())],
    bought_again: [bought_again(LOYAL), bought_again(Filters())],
    bought_both: [bought_both("Чай", "Cup", Filters(), per=per) for per in ("order", "customer")],
    product_amounts: [product_amounts(Filters()), product_amounts(SPRING)],
    product_sales: [product_sales(), product_sales(SPRING)],
    repeat_buyers: [repeat_buyers(), repeat_buyers(RUSE)],
    marketing_costs: [marketing_costs(), marketing_costs("channel", "month"), marketing_costs(filters=SPRING)],
    amounts_by: [amounts_by("product", "channel", filters=RUSE), amounts_by("brand", narrowed={"region": NOT_STATED})],
    customer_sales: [customer_sales(Filters()), customer_sales(SPRING, {"product": "Cup"})],
    sales: [sales(), sales("product"), sales("salesperson", narrowed={"product": "Cup"})],
    known_sales: [known_sales(Filters()), known_sales(SPRING)],
    active_customers: [
        active_customers(until_month=MONTH),
        active_customers(until_month=MONTH, grain=Grain.QUARTER),
        active_customers(until_month=MONTH, customers=RUSE),
    ],
    cohort_members: [
        cohort_members(until_month=MONTH, age=2, grain=Grain.QUARTER),
        cohort_members(until_month=MONTH, age=1, cohort=MONTH - 6),
        cohort_members(until_month=MONTH, age=1, customers=RUSE),
    ],
    gap_customers: [
        gap_customers(until_day=END, at_least=31),
        gap_customers(until_day=END, at_least=2, below=9),
        gap_customers(until_day=END, at_least=2, customers=RUSE),
    ],
    period_counts: [period_counts(SPRING, before=Filters(until=START + 30))],
    linked_returns: [linked_returns(), linked_returns(customer_id="ann")],
    linked_counts: [linked_counts(linked_returns())],
    amounts_compared: [
        amounts_compared(("region", "brand"), SPRING, Filters(until=START + 30)),
        amounts_compared(("channel",), replace(LOYAL, since=START + 50), replace(LOYAL, since=START, until=START + 40)),
    ],
    amounts: [amounts(), amounts("channel"), amounts("channel", "month", filters=GOODS)],
    revenue: [revenue(), *(revenue(name) for name in COLUMNS), revenue("channel", "month", filters=GOODS)],
    margins: [margins(), margins("region", filters=SPRING)],
    standings: [standings((START, START + 61, END))],
    second_purchases: [second_purchases(until_day=END), second_purchases(until_day=END, customers=RUSE)],
    last_channels: [last_channels(until_day=END)],
}


@pytest.fixture(scope="module")
def engines(tmp_path_factory):
    """DuckDB first, then every database at hand: PostgreSQL where it is installed, on a server of its own."""
    folder, url = tmp_path_factory.mktemp("engines"), os.environ.get("CRM_DATABASE_URL", "")
    with ExitStack() as stack:
        addresses = ["duckdb", "sqlite://"]
        if url.startswith("postgresql"):
            addresses.append(url)
        elif (binaries := postgres.binaries()) is not None:
            addresses.append(stack.enter_context(postgres.cluster(binaries)))
        built = [opened(address, folder, LINES, MARKETING) for address in addresses]
        for one in built:
            one.derive(customer_segments, lambda: SEGMENTS)
            stack.callback(one.close)
        yield built


def plain(frame: pd.DataFrame) -> tuple[list[str], list[tuple[object, ...]]]:
    """Columns and rows, in an order that no engine chose; a number is a number, whatever its type."""
    rows = [tuple(map(_cell, row)) for row in frame.itertuples(index=False, name=None)]
    return list(frame), sorted(rows, key=lambda row: [(cell is not None, str(cell)) for cell in row])


def _cell(cell):
    if pd.isna(cell) or isinstance(cell, str):
        return None if pd.isna(cell) else cell
    assert type(cell).__name__ in {"int", "float", "int64", "int32", "float64"}, f"no number of pandas: {cell!r}"
    return float(cell)


@pytest.mark.parametrize("question", STATEMENTS, ids=lambda question: question.__name__)
def test_a_statement_gives_the_same_rows_on_every_engine(engines, question):
    for statement in STATEMENTS[question]:
        first, *others = [plain(engine.frame(statement)) for engine in engines]
        for other in others:
            assert other == first


def test_the_ledger_says_something_to_every_statement(engines):
    silent = [question.__name__ for question, asked in STATEMENTS.items() if engines[0].frame(asked[-1]).empty]
    assert silent == []


def test_rows_that_differ_are_told_apart():
    one = pd.DataFrame({"name": ["a", None], "cents": [1, 2]})
    assert plain(one) == plain(one.iloc[::-1].astype({"cents": "float64"}))
    assert plain(one) != plain(one.assign(cents=[1, 3]))
    assert plain(one) != plain(one.rename(columns={"cents": "orders"}))


def test_reports_do_not_depend_on_the_engine(engines):
    def said(engine):
        seen = value.fitted(engine, as_of_day=END)
        found = figures(engine, ["ann", "bob", "cay"]).sort_values("customer_id")
        return [extent.extent(engine), extent.choices(engine), plain(found), plain(seen.summary), seen.closed]

    first, *others = map(said, engines)
    assert all(other == first for other in others)


def test_no_statement_of_the_package_is_left_out():
    modules = [
        importlib.import_module(f"{analytics.__name__}.{found.name}")
        for found in pkgutil.iter_modules(analytics.__path__)
    ]
    written = {
        function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_") and _gives_a_statement(function)
    }
    assert {function.__qualname__ for function in written - set(STATEMENTS)} == set(), "ask it in STATEMENTS"


def _gives_a_statement(function) -> bool:
    return "Select" in str(inspect.signature(function).return_annotation)
