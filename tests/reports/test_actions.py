from datetime import date

import pytest

from crm_core.analytics import day_number, months_before
from crm_core.reports.actions import Concern, decline_actions, lapsing, lapsing_action, loss_actions
from crm_core.reports.segments import customer_segments
from tests.analytics.ledger import order_line

END = day_number(date(2026, 7, 1))


def money(cents):
    return f"{cents / 100:.0f}"


def every(days, *, last, count, customer_id, cents=20_000):
    """``count`` purchases, ``days`` apart, the last one ``last`` days ago."""
    return [order_line(customer_id, END - last - days * place, cents) for place in range(count)]


# Each used to buy every 30 days; silent for this many days:
SILENT = {"too early": 70, "due": 80, "still due": 130, "gone": 140}


@pytest.fixture
def shop(warehouse):
    lines = [line for who, last in SILENT.items() for line in every(30, last=last, count=6, customer_id=who)]
    few = every(30, last=80, count=4, customer_id="no rhythm yet")
    weekly = every(4, last=13, count=6, customer_id="on holiday")
    small = [line for n in range(24) for line in every(30, last=80, count=6, customer_id=f"small {n}", cents=100)]
    return warehouse([*lines, *few, *weekly, *small])


def test_regular_valuable_customers_whose_rhythm_is_broken_are_due(shop):
    due = lapsing(customer_segments(shop, as_of_day=END))
    assert sorted(due.customer_id) == ["due", "still due"]
    assert list(due.rhythm_days) == [30, 30]


def test_the_action_says_how_many_and_what_they_are_worth(shop):
    (action,) = lapsing_action(customer_segments(shop, as_of_day=END))
    assert action.concern is Concern.LAPSING
    assert action.title == "2 valuable customers are about to lapse"
    assert action.detail.startswith("They brought 35% of all revenue and used to buy every 30 days;")
    assert set(action.customer_ids) == {"due", "still due"}


def test_numbers_in_the_action_are_written_as_the_reader_writes_them(shop):
    (action,) = lapsing_action(customer_segments(shop, as_of_day=END), number="<{}>".format)
    assert action.title == "<2> valuable customers are about to lapse"


def test_nothing_is_due_where_everyone_keeps_the_rhythm(warehouse):
    shop = warehouse(every(30, last=5, count=6, customer_id="ann"))
    assert lapsing_action(customer_segments(shop, as_of_day=END)) == []


def sold(cents, *, region, months_ago):
    return order_line("ann", months_before(END, months_ago) + 5, cents, region=region)


def test_a_region_that_lost_more_than_the_whole_is_declining(warehouse):
    shop = warehouse(
        [
            sold(10_000, region="Varna", months_ago=15),
            sold(4_000, region="Varna", months_ago=3),
            sold(30_000, region="Ruse", months_ago=15),
            sold(31_000, region="Ruse", months_ago=3),
        ]
    )
    (action,) = decline_actions(shop, from_day=0, as_of_day=END, money=money)
    assert (action.concern, action.title) == (Concern.DECLINE, "Region Varna is declining")
    assert action.detail == "40 in the last 3 months, after 100 a year before (-60%)."
    assert action.narrowed == ("region", "Varna")


def test_when_everything_falls_alike_no_group_is_singled_out(warehouse):
    lines = [
        sold(cents, region=region, months_ago=ago)
        for region in ("Varna", "Ruse")
        for cents, ago in ((10_000, 15), (4_000, 3))
    ]
    assert decline_actions(warehouse(lines), from_day=0, as_of_day=END) == []


def test_a_region_that_stopped_selling_is_named_however_much_the_whole_fell(warehouse):
    lines = [
        sold(10_000, region="Varna", months_ago=15),
        sold(90_000, region="Ruse", months_ago=15),
        sold(5_000, region="Ruse", months_ago=3),
    ]
    (action,) = decline_actions(warehouse(lines), from_day=0, as_of_day=END, money=money)
    assert action.title == "Region Varna stopped selling"
    assert action.detail == "0 in the last 3 months, after 100 a year before (-100%)."


def test_where_lines_state_no_region_any_more_no_region_is_said_to_have_stopped(warehouse):
    lines = [sold(10_000, region="Varna", months_ago=15), sold(10_000, region=None, months_ago=3)]
    assert decline_actions(warehouse(lines), from_day=0, as_of_day=END) == []


def test_without_a_year_of_history_a_season_is_not_called_a_decline(warehouse):
    lines = [sold(10_000, region="Varna", months_ago=15), sold(90_000, region="Ruse", months_ago=3)]
    assert decline_actions(warehouse(lines), from_day=months_before(END, 15) + 1, as_of_day=END) == []
    assert len(decline_actions(warehouse(lines), from_day=months_before(END, 15), as_of_day=END)) == 1


def test_a_channel_that_costs_more_than_its_margin_loses_money(warehouse):
    lines = [
        order_line("ann", END - 10, 10_000, channel="partner", source="marketplace", cost_cents=7_000),
        order_line("ann", END - 10, 10_000, channel="store", cost_cents=7_000),
        order_line("ann", END - 10, 10_000, channel="phone"),
    ]
    costs = [
        {"day": END - 5, "channel": "partner", "source": "marketplace", "amount_cents": 4_000},
        {"day": END - 5, "channel": "store", "amount_cents": 1_000},
        {"day": END - 5, "channel": "phone", "amount_cents": 50_000},
        {"day": END - 5, "channel": "only costs", "amount_cents": 50_000},
        {"day": END - 5, "channel": None, "amount_cents": 50_000},
    ]
    actions = loss_actions(warehouse(lines, costs), as_of_day=END, money=money)
    assert [action.title for action in actions] == ["Channel partner loses money"]
    assert actions[0].detail == "100 of sales in the last 12 months left 30 of margin, and marketing took 40."


def test_a_region_is_judged_by_what_all_its_channels_left(warehouse):
    lines = [
        order_line("ann", END - 10, 10_000, channel="store", region="Ruse", cost_cents=7_000),
        order_line("bob", END - 10, 20_000, channel="phone", region="Ruse", cost_cents=15_000),
        order_line("bob", END - 10, 90_000, channel="phone", region="Varna", cost_cents=15_000),
    ]
    costs = [
        {"day": END - 5, "channel": "store", "region": "Ruse", "amount_cents": 2_000},
        {"day": END - 5, "channel": "phone", "region": "Ruse", "amount_cents": 9_000},
    ]
    actions = loss_actions(warehouse(lines, costs), as_of_day=END, money=money)
    assert [action.title for action in actions] == ["Region Ruse loses money"]
    assert actions[0].detail == "300 of sales in the last 12 months left 80 of margin, and marketing took 110."
