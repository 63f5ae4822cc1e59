from datetime import date

import pytest

from crm_core.analytics import Filters, day_number
from crm_core.reports.extent import Extent
from crm_core.ui.acquired import compared
from crm_core.ui.format import Notation

RUSE = Filters(regions=("Ruse",))


def day(year, month, number=1):
    return day_number(date(year, month, number))


#          first line     end of data
#          1 Jan 2024     30 Jun 2026
EXTENT = Extent(first_day=day(2024, 1), last_day=day(2026, 6, 30), lines=9)


def whom(period, *, months=None, with_year=False, extent=EXTENT):
    return compared(RUSE, period, extent, months=months, with_year=with_year, notation=Notation())


def test_customers_of_a_year_are_compared_with_those_of_the_year_before_seen_for_as_long():
    found = whom((day(2025, 7), day(2026, 7)), months=12)
    assert found.within == Filters(regions=("Ruse",), acquired=(day(2025, 7), day(2026, 7)))
    assert found.before_day == day(2025, 7)
    assert found.before == Filters(regions=("Ruse",), acquired=(day(2024, 7), day(2025, 7)), until=day(2025, 7))
    assert found.comparison == "compared with those of the period before, seen for as long"


@pytest.mark.parametrize(
    ("with_year", "acquired", "before_day", "who"),
    [
        # 31 days of October against the 31 before them; the data end 242 days after either.
        (False, (day(2025, 8, 31), day(2025, 10)), day(2026, 7) - 31, "the period before"),
        (True, (day(2024, 10), day(2024, 11)), day(2025, 7), "the same period a year before"),
    ],
)
def test_own_dates_move_the_day_of_looking_as_far_as_the_first_purchases(with_year, acquired, before_day, who):
    found = whom((day(2025, 10), day(2025, 11)), with_year=with_year)
    assert (found.before.acquired, found.before_day) == (acquired, before_day)
    assert found.comparison == f"compared with those of {who}, seen for as long"


def test_whoever_bought_at_any_time_is_compared_with_those_there_were_a_year_before():
    found = whom((None, day(2026, 7)))
    assert found.within == RUSE
    assert (found.before, found.before_day) == (Filters(regions=("Ruse",), until=day(2025, 7)), day(2025, 7))
    assert found.comparison == "compared with such customers as they were 12 months before"


@pytest.mark.parametrize("period", [(None, day(2026, 7)), (day(2025, 7), day(2026, 7))])
def test_too_little_history_is_said_and_nothing_compared(period):
    late = Extent(first_day=day(2024, 7, 2), last_day=day(2026, 6, 30), lines=9)
    found = whom(period, months=None if period[0] is None else 12, extent=late)
    assert (found.before, found.before_day) == (None, None)
    assert found.comparison == "not compared with any before, because the data begin only on 2 Jul 2024"
