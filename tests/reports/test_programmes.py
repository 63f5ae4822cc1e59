from datetime import date

import pytest

from crm_core.analytics import Filters, day_number
from crm_core.reports.audiences import selected_customers
from crm_core.reports.programmes import kept_and_lost, year_facts
from crm_core.ui.programmes import rule
from tests.analytics.ledger import order_line

END = day_number(date(2026, 7, 1))
FIRST = day_number(date(2024, 7, 1))
#            the year before    the last 12 months
# ann        x                  100.00 (cost 60.00), 50.00 back (cost 30.00)
# bob        x
# cay                           30.00, cost not known
# nobody                        999.00
LINES = [
    order_line("ann", FIRST, 5000),
    order_line("bob", FIRST + 364, 5000),
    order_line("ann", END - 10, 10_000, cost_cents=6_000),
    order_line("ann", END - 5, -5_000, cost_cents=-3_000),
    order_line("cay", END - 1, 3_000),
    order_line(None, END - 1, 99_900, cost_cents=1),
]
COSTS = [{"day": END - 20, "channel": "online", "amount_cents": 800}, {"day": FIRST, "amount_cents": 9_999}]


@pytest.fixture
def facts(warehouse):
    return year_facts(warehouse(LINES, COSTS), first_day=FIRST, as_of_day=END)


def test_retention_is_of_the_customers_of_the_year_before(facts):
    assert (facts.before, facts.kept, facts.customers, facts.new) == (2, 1, 2, 1)
    assert facts.retention.estimate == 0.5
    assert (facts.retention.low, facts.retention.high) == pytest.approx((0.0945, 0.9055), abs=1e-4)


def test_spending_is_of_known_customers_less_their_returns(facts):
    assert facts.spend_cents == 4_000
    assert facts.margin_rate == pytest.approx(2_000 / 5_000)
    assert facts.known_cost_share == pytest.approx(10_000 / 13_000)


def test_marketing_is_that_of_the_year(facts):
    assert facts.marketing_cents == 800
    assert (facts.marketing_per_customer, facts.marketing_per_new) == (400, 800)


def test_without_two_years_no_retention_is_claimed(warehouse):
    found = year_facts(warehouse(LINES[1:]), first_day=FIRST + 364, as_of_day=END)
    assert found.retention is None
    assert found.marketing_cents is None
    assert found.marketing_per_customer is None
    assert found.whole
    assert not year_facts(warehouse(LINES[2:]), first_day=END - 10, as_of_day=END).whole


def test_nobody_bought_in_the_last_year(warehouse):
    found = year_facts(warehouse(LINES[:1]), first_day=FIRST, as_of_day=END)
    assert (found.customers, found.spend_cents, found.margin_rate, found.known_cost_share) == (0, None, None, None)


def test_those_kept_and_those_lost(warehouse):
    rows = kept_and_lost(warehouse(LINES), as_of_day=END)
    assert dict(zip(rows.customer_id, rows.kept, strict=True)) == {"ann": True, "bob": False}


def test_within_filters_only_orders_and_costs_that_state_what_is_chosen_count(warehouse):
    online = [{**line, "channel": "online"} for line in (LINES[0], LINES[2])]
    engine = warehouse([*online, LINES[1], *LINES[3:]], COSTS)
    within = Filters(channels=("online",))
    found = year_facts(engine, first_day=FIRST, as_of_day=END, within=within)
    assert (found.before, found.kept, found.customers, found.spend_cents) == (1, 1, 1, 10_000)
    assert found.marketing_cents == 800
    assert list(kept_and_lost(engine, as_of_day=END, within=within).customer_id) == ["ann"]


def test_marketing_costs_are_not_known_by_product(warehouse):
    lines = [{**line, "product": "lamp"} for line in LINES]
    found = year_facts(warehouse(lines, COSTS), first_day=FIRST, as_of_day=END, within=Filters(products=("lamp",)))
    assert (found.customers, found.marketing_cents) == (2, None)


#            two years ago     the last 12 months
# ann        online            online
# bob        online            in a shop
# cay        in a shop         online
# dan        online            nothing
# eve        in a shop         in a shop
# fay        online            online, brought back
# gus        online, the day before the first
TWO_CHANNELS = [
    *[order_line(name, FIRST, 5_000, channel="online") for name in ("ann", "bob", "dan", "fay")],
    *[order_line(name, FIRST, 5_000, channel="shop") for name in ("cay", "eve")],
    *[order_line(name, END - 365, 5_000, channel="online") for name in ("ann", "cay")],
    *[order_line(name, END - 1, 5_000, channel="shop") for name in ("bob", "eve")],
    order_line("fay", END - 1, -5_000, channel="online"),
    order_line("gus", FIRST - 1, 5_000, channel="online"),
]


@pytest.mark.parametrize(
    ("within", "kept", "lost"),
    [
        (Filters(), {"ann", "bob", "cay", "eve"}, {"dan", "fay"}),
        (Filters(channels=("online",)), {"ann"}, {"bob", "dan", "fay"}),
    ],
)
def test_the_audience_is_the_list(warehouse, database, within, kept, lost):
    engine = warehouse(TWO_CHANNELS)
    found = year_facts(engine, first_day=FIRST - 1, as_of_day=END, within=within)
    rows = kept_and_lost(engine, as_of_day=END, within=within)
    assert (set(rows.customer_id[rows.kept]), set(rows.customer_id[~rows.kept])) == (kept, lost)
    segments = dict.fromkeys(("ann", "bob", "cay", "dan", "eve", "fay", "gus"), "Loyal")
    for which, people in (("kept", kept), ("not kept", lost)):
        with database.read() as session:
            # Asked a year later it still takes the same: its dates are fixed.
            taken = selected_customers(
                session, engine, rule(found, which, within), as_of_day=END + 365, segments=segments
            )
        assert taken == people
