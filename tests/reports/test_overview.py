from datetime import date

import pytest

from crm_core.analytics import Filters, customer_totals, day_number, month_number
from crm_core.reports.overview import changes, compared, figures, is_covered, known_channels, months, revenue_by_channel
from tests.analytics.ledger import order_line

#        Jan       Feb              Mar
# ann    10 store  20 store
# bob              30 online        40 online
# cay                               50 store


LINES = [
    order_line("ann", date(2026, 1, 10), 1000, channel="store"),
    order_line("ann", date(2026, 2, 10), 2000, channel="store"),
    order_line("bob", date(2026, 2, 11), 3000, channel="online"),
    order_line("bob", date(2026, 3, 11), 4000, channel="online"),
    order_line("cay", date(2026, 3, 12), 5000, channel="store"),
]
JAN, FEB, MAR, APR = (day_number(date(2026, month, 1)) for month in (1, 2, 3, 4))


@pytest.fixture
def shop(warehouse):
    return warehouse(LINES)


def test_the_figures_of_a_period(shop):
    march = figures(shop, Filters(since=MAR, until=APR))
    assert (march.revenue_cents, march.active_customers, march.new_customers) == (9000, 2, 1)
    assert (march.repeat_share, march.mean_order_cents) == (0.5, 4500.0)


@pytest.mark.parametrize("since", [JAN, FEB, MAR, None])
def test_customers_at_hand_give_the_same_figures(shop, since):
    period = Filters(since=since, until=APR)
    people = shop.frame(customer_totals(until_day=APR))
    assert figures(shop, period, people) == figures(shop, period)


@pytest.mark.parametrize("since", [JAN, FEB, MAR, None])
def test_customers_at_hand_give_the_same_figures_of_a_part_of_the_lines(shop, since):
    online, people = Filters(since=since, until=APR, channels=("online",)), shop.frame(customer_totals(until_day=APR))
    assert figures(shop, online, people) == figures(shop, online)
    assert figures(shop, online, people).active_customers == 1


@pytest.mark.parametrize(("first", "covered"), [(JAN, True), (JAN + 7, True), (JAN + 8, False)])
def test_a_comparison_needs_data_over_the_whole_period_before(first, covered):
    assert is_covered(Filters(since=FEB, until=MAR), from_day=JAN)
    assert is_covered(Filters(since=JAN, until=FEB), from_day=first) is covered
    assert not is_covered(None, from_day=JAN)


def test_months_hold_the_shares_of_returning_customers(shop):
    table = months(shop, Filters(until=APR))
    assert list(table.month) == [month_number(date(2026, month, 1)) for month in (1, 2, 3)]
    assert list(table.cents) == [1000, 5000, 9000]
    assert list(table.mean_order_cents) == [1000, 2500, 4500]
    assert list(table.returning) == [0, 0.5, 0.5]


def test_a_month_still_running_is_no_point_of_the_trend(shop):
    assert list(months(shop, Filters(until=APR - 1)).cents) == [1000, 5000]


def test_a_month_without_sales_is_a_zero_and_its_mean_is_missing(shop):
    table = months(shop, Filters(until=APR, channels=("store",)))
    assert list(table.cents) == [1000, 2000, 5000]
    online = months(shop, Filters(until=day_number(date(2026, 6, 1)), channels=("online",)))
    assert list(online.cents) == [3000, 4000, 0, 0]
    assert online.mean_order_cents.isna().tolist() == [False, False, True, True]


def test_returning_customers_are_not_counted_over_part_of_the_lines(shop):
    assert months(shop, Filters(until=APR, channels=("store",))).returning.isna().all()


def test_months_without_any_line_are_none(shop):
    assert months(shop, Filters(until=APR, channels=("phone",))).empty


def test_what_changed_names_the_largest_difference_first(shop):
    table = changes(
        compared(shop, Filters(since=MAR, until=APR), Filters(since=FEB, until=MAR)),
        money=lambda c: f"{c / 100:.0f}",
    )
    assert list(zip(table.value, table.difference_cents, strict=True)) == [("store", 3000), ("online", 1000)]
    assert table.sentence[0] == "Channel store brought 30 more than in the period before: 50 after 20 (+150%)."


def test_a_column_that_says_the_same_everywhere_explains_nothing(warehouse):
    everywhere = warehouse([order_line("ann", FEB, 100, region="Ruse"), order_line("ann", MAR, 900, region="Ruse")])
    pairs = compared(everywhere, Filters(since=MAR, until=APR), Filters(since=FEB, until=MAR))
    assert not pairs
    assert changes(pairs).empty


def test_revenue_of_each_channel_has_every_month(shop):
    table = revenue_by_channel(shop, Filters(), until_month=month_number(date(2026, 3, 1)))
    assert list(zip(table.channel, table.period, table.cents, table.finished, strict=True)) == [
        ("store", "Jan 2026", 1000, True),
        ("store", "Feb 2026", 2000, True),
        ("store", "Mar 2026", 5000, False),
        ("online", "Jan 2026", 0, True),
        ("online", "Feb 2026", 3000, True),
        ("online", "Mar 2026", 4000, False),
    ]


def test_a_month_that_the_period_covers_only_in_part_is_not_finished(shop):
    table = revenue_by_channel(shop, Filters(since=JAN + 5, until=MAR), until_month=month_number(date(2026, 3, 1)))
    assert dict(zip(table.period, table.finished, strict=True)) == {"Jan 2026": False, "Feb 2026": True}
    table = revenue_by_channel(shop, Filters(since=JAN, until=MAR), until_month=month_number(date(2026, 3, 1)))
    assert table.finished.all()


def test_more_channels_than_can_be_told_apart_become_one(warehouse):
    lines = [order_line("ann", JAN, 100 * n, channel=f"c{n}") for n in range(1, 10)]
    table = revenue_by_channel(warehouse([*lines, order_line(None, JAN, 50)]), Filters(), until_month=0)
    assert list(table.channel) == ["c9", "c8", "c7", "c6", "c5", "c4", "Other"]
    assert table.cents.sum() == 4550


def test_the_known_channels_are_those_of_all_history_the_largest_first(warehouse):
    lines = [order_line("ann", JAN, 100 * n, channel=f"c{n}") for n in range(1, 8)]
    shop = warehouse([*lines, order_line(None, JAN, 650)])
    assert known_channels(shop) == ["c7", "Not stated", "c6", "c5", "c4", "c3", "Other", "c2", "c1"]


def test_a_shop_without_lines_in_view_has_an_empty_table(shop):
    assert revenue_by_channel(shop, Filters(channels=("phone",)), until_month=0).empty
