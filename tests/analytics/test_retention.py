import numpy as np
import pandas as pd
import pytest

from crm_core.analytics import (
    Filters,
    Grain,
    Variant,
    active_customers,
    customer_totals,
    first_day,
    period_counts,
    period_retention,
    repeat_rate,
    retention,
    weighted_mean,
    with_unfinished,
)
from crm_core.analytics.retention import Measure
from tests.analytics.four_months import JAN, LINES
from tests.analytics.ledger import order_line


def cells(warehouse, until, lines=LINES, customers=None, **options):
    grain = options.get("grain", Grain.MONTH)
    statement = active_customers(until_month=until, grain=grain, customers=customers)
    return retention(warehouse(lines).frame(statement), until_month=until, **options)


def shares(table):
    return {(c - JAN, a): s for c, a, s in zip(table.cohort, table.age, table.retained, strict=True)}


def test_a_cohort_is_retained_by_age_and_an_empty_month_counts_as_zero(warehouse):
    assert shares(cells(warehouse, JAN + 4)) == {
        (0, 0): 1.0, (0, 1): 0.5, (0, 2): 0.0, (0, 3): 0.5,
        (1, 0): 1.0, (1, 1): 1.0, (1, 2): 0.0,
        (2, 0): 1.0, (2, 1): 0.0,
    }  # fmt: skip


def test_a_month_still_running_is_left_out(warehouse):
    assert max(age for _, age in shares(cells(warehouse, JAN + 3))) == 2


def test_on_or_after_counts_everyone_who_came_back_later(warehouse):
    table = shares(cells(warehouse, JAN + 4, variant=Variant.ON_OR_AFTER))
    assert [table[0, age] for age in range(4)] == [1.0, 0.5, 0.5, 0.5]
    assert [table[1, age] for age in range(3)] == [1.0, 1.0, 0.0]


def test_versus_previous_takes_the_share_of_those_active_the_month_before(warehouse):
    table = cells(warehouse, JAN + 4, variant=Variant.VERSUS_PREVIOUS)
    january = table[table.cohort == JAN]
    assert january.base.tolist() == [2, 2, 1, 0]
    assert january.active.tolist() == [2, 1, 0, 0]
    assert january.retained.tolist()[:3] == [1.0, 0.5, 0.0]
    assert np.isnan(january.retained.tolist()[3])


def test_quarters_begin_in_january_and_an_unfinished_one_is_left_out(warehouse):
    assert shares(cells(warehouse, JAN + 6, grain=Grain.QUARTER)) == {(0, 0): 1.0, (0, 1): 0.25}
    assert shares(cells(warehouse, JAN + 5, grain=Grain.QUARTER)) == {(0, 0): 1.0}


def test_versus_previous_of_quarters_looks_one_quarter_back(warehouse):
    table = cells(warehouse, JAN + 6, grain=Grain.QUARTER, variant=Variant.VERSUS_PREVIOUS)
    assert table.active.tolist() == [4, 1]


def test_a_purchase_in_the_month_still_running_is_not_yet_a_return(warehouse):
    table = shares(cells(warehouse, JAN + 3, variant=Variant.ON_OR_AFTER))
    assert [table[0, age] for age in range(3)] == [1.0, 0.5, 0.0]


def test_filters_choose_customers_and_never_move_their_first_purchase(warehouse):
    north = cells(warehouse, JAN + 4, customers=Filters(regions=("North",)))
    assert shares(north) == {(0, 0): 1.0, (0, 1): 1.0, (0, 2): 0.0, (0, 3): 1.0}


def test_no_finished_period_gives_no_cells(warehouse):
    assert cells(warehouse, JAN).empty


# Published fixture: three users return in period 1, in period 5, and never.
PERIODS = [("one", 0), ("one", 1), ("five", 0), ("five", 5), ("never", 0)]


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        (Variant.EXACT, [100, 33, 0, 0, 0, 33, 0]),
        (Variant.ON_OR_AFTER, [100, 67, 33, 33, 33, 33, 0]),
    ],
)
def test_the_published_variants_come_out(warehouse, variant, expected):
    lines = [order_line(customer, first_day(JAN + month), 100) for customer, month in PERIODS]
    table = cells(warehouse, JAN + 7, lines, variant=variant)
    assert (table.retained * 100).round().tolist() == expected


#          Jan  Feb  Mar           Published fixture: Jan {3, 1, 2}, Feb {2, 1, running}
# a         x    x    x
# b         x         x
# c         x
# d              x    x
# e              x
COHORTS = [("a", 0), ("a", 1), ("a", 2), ("b", 0), ("b", 2), ("c", 0), ("d", 1), ("d", 2), ("e", 1)]


def test_the_mean_over_cohorts_weighs_every_customer_the_same(warehouse):
    lines = [order_line(customer, first_day(JAN + month), 100) for customer, month in COHORTS]
    table = cells(warehouse, JAN + 3, lines)
    assert weighted_mean(table).retained.tolist() == pytest.approx([1.0, 0.4, 2 / 3])
    # The mean of the cohorts' own rates would be 41.67%: the small cohort would count as much as the large one.
    assert table.groupby("age").retained.mean().tolist() == pytest.approx([1.0, 0.4167, 2 / 3], abs=5e-5)


def test_the_interval_of_the_mean_is_wilsons():
    mean = weighted_mean(pd.DataFrame({"age": [1, 1, 2], "base": [60, 40, 0], "active": [50, 25, 0]}))
    assert mean.loc[0, ["low", "high"]].tolist() == pytest.approx([0.6570, 0.8245], abs=5e-5)
    assert mean.loc[1, ["retained", "low", "high"]].isna().all()


def test_the_running_period_of_each_cohort_is_marked_and_never_zero(warehouse):
    lines = [order_line(customer, first_day(JAN + month), 100) for customer, month in COHORTS]
    marked = with_unfinished(cells(warehouse, JAN + 3, lines), until_month=JAN + 3)
    running = marked[~marked.finished]
    assert list(zip(running.cohort - JAN, running.age, strict=True)) == [(0, 3), (1, 2)]
    assert running.retained.isna().all()
    assert marked[marked.finished].retained.notna().all()


@pytest.mark.parametrize(
    ("grain", "seen_to", "ages"),
    [
        (Grain.MONTH, first_day(JAN + 3), []),
        (Grain.MONTH, first_day(JAN + 3) + 1, [3, 2]),
        (Grain.QUARTER, first_day(JAN + 3), []),
        (Grain.QUARTER, first_day(JAN + 3) + 1, [1]),
    ],
)
def test_a_period_of_which_no_day_was_seen_is_not_running(warehouse, grain, seen_to, ages):
    lines = [order_line(customer, first_day(JAN + month), 100) for customer, month in COHORTS]
    found = cells(warehouse, JAN + 3, lines, grain=grain)
    marked = with_unfinished(found, until_month=JAN + 3, grain=grain, as_of_day=seen_to)
    assert marked[~marked.finished].age.tolist() == ages
    assert marked.finished.dtype == bool


#          Jan        Feb        Mar
# ann      100 + 20   60         180   (a return of 30 in Feb is no purchase)
# bob      80         40
# cay                 50
PAID = [("ann", 0, 100), ("ann", 0, 20), ("ann", 1, 60), ("ann", 1, -30), ("ann", 2, 180), ("bob", 0, 80)]


def paid(warehouse, **options):
    rows = [*PAID, ("bob", 1, 40), ("cay", 1, 50)]
    lines = [order_line(customer, first_day(JAN + month), cents) for customer, month, cents in rows]
    return cells(warehouse, JAN + 3, lines, measure=Measure.REVENUE, **options)


def test_revenue_is_retained_as_a_share_of_the_first_periods_and_can_exceed_it(warehouse):
    table = paid(warehouse)
    assert shares(table) == {(0, 0): 1.0, (0, 1): 0.5, (0, 2): 0.9, (1, 0): 1.0, (1, 1): 0.0}
    mean = weighted_mean(table, measure=Measure.REVENUE)
    assert mean.retained.tolist() == pytest.approx([1, 100 / 250, 0.9])
    assert mean[["low", "high"]].isna().all(axis=None)


def test_more_revenue_than_at_first_is_no_error():
    grown = pd.DataFrame({"age": [0, 1], "base": [100, 100], "active": [100, 300]})
    assert weighted_mean(grown, measure=Measure.REVENUE).retained.tolist() == [1, 3]


def test_revenue_versus_previous_is_of_the_period_before(warehouse):
    table = paid(warehouse, variant=Variant.VERSUS_PREVIOUS)
    assert shares(table) == {(0, 0): 1.0, (0, 1): 0.5, (0, 2): 1.8, (1, 0): 1.0, (1, 1): 0.0}


def test_period_retention_is_end_less_gained_over_start():
    assert period_retention(start=200, end=220, gained=60) == 0.8
    assert period_retention(start=0, end=5, gained=5) is None


#        days 0-9   10-19   20-29
# ann       x         x       x
# bob       x                 x      (back after a pause: gained, so the rate stays within 1)
# cay                 x
def test_customers_back_after_a_pause_count_as_gained(warehouse):
    orders = [("ann", 0), ("ann", 10), ("ann", 29), ("bob", 9), ("bob", 20), ("cay", 19)]
    lines = [order_line(customer, day, 100) for customer, day in orders]
    row = warehouse(lines).frame(period_counts(Filters(since=20, until=30), before=Filters(since=10, until=20)))
    assert row.iloc[0].to_dict() == {"start": 2, "end": 2, "gained": 1}


def test_two_orders_on_one_day_are_no_repeat_purchase(warehouse):
    lines = [order_line("ann", 1, 100), order_line("ann", 1, 100), order_line("bob", 1, 100), order_line("bob", 2, 100)]
    assert repeat_rate(warehouse(lines).frame(customer_totals(until_day=9))) == 0.5
    assert repeat_rate(pd.DataFrame({"purchase_days": []})) is None


def test_the_published_repeat_rate_of_the_cdnow_sample(shared, warehouse):
    file = shared / "data" / "cdnow" / "transactions_sample_1in10.csv"
    if not file.exists():
        pytest.skip("the CDNOW sample is not here")
    sales = pd.read_csv(file, dtype={"master_id": "str"}, parse_dates=["transaction_date"])
    days = (sales.transaction_date - pd.Timestamp("1970-01-01")).dt.days
    lines = [order_line(customer, day, 100) for customer, day in zip(sales.master_id, days, strict=True)]
    until = int((pd.Timestamp("1997-10-01") - pd.Timestamp("1970-01-01")).days)
    customers = warehouse(lines).frame(customer_totals(until_day=until))
    assert (len(customers), repeat_rate(customers)) == (2357, 946 / 2357)
