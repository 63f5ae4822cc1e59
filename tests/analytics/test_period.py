from datetime import date

import pytest

from crm_core.analytics import (
    Grain,
    date_of,
    day_name,
    day_number,
    first_day,
    month_number,
    month_of_day,
    months_before,
    period_name,
)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2025, 3, 31), 3, date(2024, 12, 31)),
        (date(2025, 5, 31), 3, date(2025, 3, 1)),
        (date(2024, 5, 31), 3, date(2024, 3, 1)),
        (date(2024, 2, 29), 12, date(2023, 3, 1)),
        (date(2025, 7, 1), 3, date(2025, 4, 1)),
        (date(2025, 1, 15), 12, date(2024, 1, 15)),
        (date(2025, 6, 30), 0, date(2025, 6, 30)),
    ],
)
def test_months_back_are_calendar_months_and_end_where_a_short_month_ends(day, months, expected):
    assert date_of(months_before(day_number(day), months)) == expected


def test_months_are_numbered_from_the_year_0():
    assert month_number(date(2026, 1, 31)) == 12 * 2026
    assert date_of(first_day(12 * 2026 + 11)) == date(2026, 12, 1)
    assert month_of_day(day_number(date(2026, 12, 31))) == 12 * 2026 + 11


def test_days_and_periods_have_names():
    assert day_name(day_number(date(2026, 1, 5))) == "5 Jan 2026"
    assert [period_name(12 * 2026 + month) for month in (0, 11)] == ["Jan 2026", "Dec 2026"]
    assert [period_name(12 * 2026 + month, Grain.QUARTER) for month in (0, 3, 6, 9)] == [
        "Q1 2026", "Q2 2026", "Q3 2026", "Q4 2026",
    ]  # fmt: skip
