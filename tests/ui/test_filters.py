from datetime import date

import pytest

from crm_core.analytics import Filters, date_of, day_number
from crm_core.reports.extent import Extent
from crm_core.ui.filters import bounds, compared


def day(month, number=1, year=2026):
    return day_number(date(year, month, number))


EXTENT = Extent(first_day=day(1, year=2023), last_day=day(6, 30), lines=1)


@pytest.mark.parametrize(
    ("period", "since"),
    [("3 months", day(4)), ("12 months", day(7, year=2025)), ("24 months", day(7, year=2024)), ("All", None)],
)
def test_a_period_by_name_ends_with_the_data_and_counts_calendar_months(period, since):
    assert bounds(period, None, EXTENT) == (since, day(7))


def test_both_dates_chosen_are_in_the_period():
    assert bounds("Own dates", (date(2026, 2, 1), date(2026, 2, 28)), EXTENT) == (day(2), day(3))


def test_the_period_before_has_as_many_calendar_months():
    quarter = Filters(since=day(4), until=day(7), regions=("Ruse",))
    # 91 days are compared with the 90 of the quarter before, not with 91 days that begin on 31 December.
    assert compared(quarter, months=3, with_year=False) == Filters(since=day(1), until=day(4), regions=("Ruse",))


def test_own_dates_are_compared_with_as_many_days_before():
    ten_days = Filters(since=day(2, 11), until=day(2, 21))
    assert compared(ten_days, months=None, with_year=False) == Filters(since=day(2, 1), until=day(2, 11))


def test_a_period_can_be_compared_with_the_same_one_a_year_before():
    quarter = Filters(since=day(4), until=day(7))
    assert compared(quarter, months=3, with_year=True) == Filters(since=day(4, year=2025), until=day(7, year=2025))


@pytest.mark.parametrize(
    ("period", "before"),
    [
        # The first and the last day, both in.
        ((date(2025, 2, 28), date(2025, 2, 28)), (date(2024, 2, 28), date(2024, 2, 28))),
        ((date(2025, 2, 22), date(2025, 2, 28)), (date(2024, 2, 22), date(2024, 2, 28))),
        ((date(2025, 2, 1), date(2025, 2, 28)), (date(2024, 2, 1), date(2024, 2, 29))),
        ((date(2024, 2, 15), date(2024, 2, 29)), (date(2023, 2, 15), date(2023, 2, 28))),
        ((date(2024, 2, 1), date(2024, 2, 29)), (date(2023, 2, 1), date(2023, 2, 28))),
        ((date(2025, 1, 15), date(2025, 3, 14)), (date(2024, 1, 15), date(2024, 3, 14))),
    ],
)
def test_the_same_days_a_year_before_are_as_many_but_for_a_29_february(period, before):
    filters = Filters(since=day_number(period[0]), until=day_number(period[1]) + 1)
    found = compared(filters, months=None, with_year=True)
    assert (date_of(found.since), date_of(found.until - 1)) == before


@pytest.mark.parametrize(
    ("last", "period", "days"), [(date(2024, 2, 28), "12 months", 365), (date(2026, 5, 30), "3 months", 91)]
)
def test_a_period_has_the_days_of_its_months_wherever_the_data_end(last, period, days):
    since, until = bounds(period, None, Extent(0, day_number(last), 1))
    assert until - since == days


@pytest.mark.parametrize("with_year", [True, False])
def test_a_period_without_a_beginning_has_none_before(with_year):
    assert compared(Filters(until=day(7)), months=None, with_year=with_year) is None
