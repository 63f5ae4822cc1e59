import pytest

from crm_core.analytics import Filters, KeyFigures, key_figures, period_figures, relative_change
from crm_core.analytics.key_figures import channel_buyers
from tests.analytics.ledger import order_line

#         before (0-9)    period (10-19)
# ann     store           online 10.00 (cost 4.00), store return -2.00
# bob                     online 30.00 (cost not known)
# nobody                  online 5.00
LINES = [
    order_line("ann", 3, 700, channel="store"),
    order_line("ann", 12, 1000, channel="online", cost_cents=400),
    order_line("ann", 13, -200, channel="store", order_id="back"),
    order_line("bob", 15, 3000, channel="online"),
    order_line(None, 19, 500, channel="online"),
    order_line("cay", 20, 100),
]
PERIOD = Filters(since=10, until=20)


def figures(warehouse, filters, lines=LINES):
    return key_figures(warehouse(lines).frame(period_figures(filters)))


def test_the_figures_of_a_period(warehouse):
    assert figures(warehouse, PERIOD) == KeyFigures(
        revenue_cents=4300,
        orders=3,
        active_customers=2,
        new_customers=1,
        repeat_share=0.5,
        mean_order_cents=pytest.approx(4300 / 3),
        margin_cents=600,
        known_cost_share=pytest.approx(1000 / 4500),
    )


def test_a_customer_first_seen_in_another_channel_is_not_new_to_this_one(warehouse):
    online = Filters(since=10, until=20, channels=("online",))
    assert figures(warehouse, online).new_customers == 1


def test_the_period_before_is_asked_for_apart(warehouse):
    before = figures(warehouse, PERIOD.previous())
    assert (before.revenue_cents, before.active_customers, before.new_customers) == (700, 1, 1)


def test_without_a_first_day_everyone_is_new(warehouse):
    assert figures(warehouse, Filters()).repeat_share == 0


def test_of_nothing_there_is_no_mean_and_no_share(warehouse):
    assert figures(warehouse, Filters(regions=("none",))) == KeyFigures(0, 0, 0, 0, None, None, None, None)


def test_a_change_needs_something_before():
    assert relative_change(110, 100) == pytest.approx(0.1)
    assert relative_change(110, 0) is None
    assert relative_change(None, 100) is None
    assert relative_change(110, None) is None


def test_buyers_of_channels_are_told_and_those_of_none_too(warehouse):
    lines = [
        order_line("ann", 1, 100, channel="online"),
        order_line("bob", 2, 100, channel="store"),
        order_line("cay", 3, 100),
        order_line("cay", 4, -100, channel="online"),
    ]
    opened = warehouse(lines)
    found = {
        channels: sorted(opened.frame(channel_buyers(Filters(), channels)).customer_id)
        for channels in [("online",), ("online", "store"), ("Not stated",), ()]
    }
    assert found == {("online",): ["ann"], ("online", "store"): ["ann", "bob"], ("Not stated",): ["cay"], (): []}
