from dataclasses import replace
from datetime import date

import pytest

from crm_core.analytics import Filters, Grain, Variant, active_customers, day_number, month_number
from crm_core.analytics.retention import Measure
from crm_core.reports.cohorts import Cell, cohorts, cohorts_of, gaps, kept, members, paused, time_to_second
from tests.analytics.ledger import order_line

#        Jan  Feb  Mar
# ann     x    x
# bob     x         x
# cay          x
LINES = [
    order_line(who, date(2026, month, 10), 100, region="Ruse" if who == "bob" else "Varna")
    for who, month in [("ann", 1), ("ann", 2), ("bob", 1), ("bob", 3), ("cay", 2)]
]
END = day_number(date(2026, 4, 1))


@pytest.fixture
def shop(warehouse):
    return warehouse(LINES)


def rates(table):
    return {(row.name, row.age): row.retained for row in table.cells.itertuples(index=False) if row.finished}


def test_cohorts_have_names_and_the_running_month_is_marked(shop):
    table = cohorts(shop, until_month=month_number(date(2026, 3, 1)))
    shown = table.cells
    cells = list(zip(shown.name, shown.age, shown.finished, strict=True))
    assert cells == [
        ("Jan 2026", 0, True),
        ("Jan 2026", 1, True),
        ("Jan 2026", 2, False),
        ("Feb 2026", 0, True),
        ("Feb 2026", 1, False),
    ]


def test_the_mean_weighs_each_customer_alike(shop):
    mean = cohorts(shop, until_month=month_number(date(2026, 4, 1))).mean
    assert list(mean.retained) == [1.0, pytest.approx(1 / 3), 0.5]


@pytest.mark.parametrize(
    ("variant", "measure"),
    [
        (Variant.EXACT, Measure.CUSTOMERS),
        (Variant.VERSUS_PREVIOUS, Measure.CUSTOMERS),
        (Variant.EXACT, Measure.REVENUE),
        (Variant.VERSUS_PREVIOUS, Measure.REVENUE),
    ],
)
def test_cohorts_of_an_earlier_month_are_those_known_later_but_for_who_came_back_since(shop, variant, measure):
    march, april = (month_number(date(2026, month, 1)) for month in (3, 4))
    later = shop.frame(active_customers(until_month=april))
    found = cohorts_of(later, until_month=march, variant=variant, measure=measure)
    asked = cohorts(shop, until_month=march, variant=variant, measure=measure)
    assert found.cells.equals(asked.cells)
    assert found.mean.equals(asked.mean)


def test_a_narrowed_view_keeps_the_whole_life_of_its_customers(shop):
    table = cohorts(shop, until_month=month_number(date(2026, 4, 1)), customers=Filters(regions=("Ruse",)))
    assert [share for _, share in sorted(rates(table).items())] == [1.0, 0.0, 1.0]


def test_quarters_are_named_as_quarters(shop):
    table = cohorts(shop, until_month=month_number(date(2026, 4, 1)), grain=Grain.QUARTER)
    assert set(table.cells.name) == {"Q1 2026"}


def test_nine_of_ten_gaps_are_usual(shop):
    found = gaps(shop, as_of_day=END, bars=4)
    # Gaps of 31 and 59 days: nine of ten are at most 56.2 days long, and gaps are of whole days.
    assert found.usual_days == 56
    assert found.bars.to_dict("list") == {"start": [0, 29, 58, 87], "end": [29, 58, 87, 116], "gaps": [0, 1, 1, 0]}


def test_the_last_bar_takes_all_longer_gaps(warehouse):
    lines = [order_line("ann", day, 100) for day in (0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 400)]
    assert list(gaps(warehouse(lines), as_of_day=500, bars=2).bars.gaps) == [0, 11]


def test_where_nobody_bought_twice_no_gap_is_usual(warehouse):
    found = gaps(warehouse([order_line("ann", 0, 1)]), as_of_day=1000)
    assert found.usual_days is None
    assert found.bars.empty


def test_the_share_that_has_bought_again_grows_with_the_days(shop):
    table = time_to_second(shop, as_of_day=END)
    # Ann came back after 31 days, Bob after 59; Cay had been seen for 49 days without doing so.
    assert table.days.tolist() == [0, 31, 59]
    assert table.again.tolist() == pytest.approx([0, 1 / 3, 1])
    narrowed = time_to_second(shop, as_of_day=END, customers=Filters(regions=("Ruse",)))
    assert narrowed.again.tolist() == [0, 1]


def test_cohorts_by_revenue_have_no_interval(shop):
    mean = cohorts(shop, until_month=month_number(date(2026, 4, 1)), measure=Measure.REVENUE).mean
    assert list(mean.retained) == [1.0, pytest.approx(1 / 3), 0.5]
    assert mean.low.isna().all()


def test_a_number_of_the_cohorts_opens_its_customers(shop):
    until, way = month_number(date(2026, 4, 1)), (Grain.MONTH, Variant.EXACT)
    january = members(shop, Cell(1, month_number(date(2026, 1, 1))), until_month=until, way=way)
    assert dict(zip(january.customer_id, january.retained, strict=True)) == {"ann": True, "bob": False}
    everybody = members(shop, Cell(1), until_month=until, way=way)
    assert dict(zip(everybody.customer_id, everybody.retained, strict=True)) == {
        "ann": True,
        "bob": False,
        "cay": False,
    }


def test_the_customers_of_the_period_before_were_kept_or_not(shop):
    february = Filters(since=day_number(date(2026, 2, 1)), until=day_number(date(2026, 3, 1)))
    rows = kept(shop, february, before=replace(february, since=february.since - 28, until=february.since))
    assert dict(zip(rows.customer_id, rows.kept, strict=True)) == {"ann": True, "bob": False}


def test_a_gap_opens_those_who_paused_so_long(shop):
    assert list(paused(shop, as_of_day=END, at_least=31, below=32)) == ["ann"]
    assert list(paused(shop, as_of_day=END, at_least=32)) == ["bob"]
