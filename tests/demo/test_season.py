from datetime import date

import numpy as np
import pytest

from crm_core.demo.season import FIRST, LAST, LENGTH, calendar_days, day_number, month_starts, quarter_bounds
from crm_core.demo.season import quarter_names as names


def test_the_clock_starts_and_ends_with_the_observation():
    assert calendar_days(np.array([0.0, LENGTH - 1e-9, float(LENGTH)])).tolist() == [FIRST, LAST, LAST]


def test_equal_shop_time_takes_fewer_days_in_may_than_in_february():
    starts = [day_number(date(2025, 2, 1)), day_number(date(2025, 5, 1))]
    reached = calendar_days(np.linspace(0, LENGTH, 100_001))
    february, may = (((reached >= start) & (reached < start + 28)).sum() for start in starts)
    assert may / february == pytest.approx(1.13 / 0.89, rel=0.01)


@pytest.mark.parametrize(
    ("quarter", "first", "after"),
    [("2025Q4", date(2025, 10, 1), date(2026, 1, 1)), ("2026Q1", date(2026, 1, 1), date(2026, 4, 1))],
)
def test_a_quarter_ends_where_the_next_begins(quarter, first, after):
    assert quarter_bounds(quarter) == (day_number(first), day_number(after))
    days = np.array([day_number(first), day_number(after) - 1, day_number(after)])
    assert (names(days) == quarter).tolist() == [True, True, False]


def test_the_first_of_the_month_is_found_before_1970_too():
    days = np.array([day_number(date(1969, 12, 31)), day_number(date(2024, 2, 29))])
    assert month_starts(days).tolist() == [day_number(date(1969, 12, 1)), day_number(date(2024, 2, 1))]
