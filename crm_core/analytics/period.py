"""Days, months and quarters as the ledger counts them."""

from datetime import date, timedelta
from enum import StrEnum

EPOCH = date(1970, 1, 1)


class Grain(StrEnum):
    """The length of a period."""

    MONTH = "month"
    QUARTER = "quarter"

    @property
    def months(self) -> int:
        """Months in one period."""
        return 3 if self is Grain.QUARTER else 1


def day_number(value: date) -> int:
    """Days since 1970-01-01."""
    return (value - EPOCH).days


def date_of(day: int) -> date:
    """The date of a day number."""
    return EPOCH + timedelta(days=int(day))


def month_number(value: date) -> int:
    """12 * year + month - 1; of an ``as_of`` it is the first month that is not finished."""
    return 12 * value.year + value.month - 1


def month_of_day(day: int) -> int:
    """The month in which a day lies."""
    return month_number(date_of(day))


def first_day(month: int) -> int:
    """Day number of the first day of a month."""
    return day_number(date(int(month) // 12, int(month) % 12 + 1, 1))


def months_before(day: int, months: int) -> int:
    """The same day of the month, ``months`` calendar months earlier; where a month is too short, the day after it.

    For first days in, and first days out. Three months before 31 March is 31 December, before 31 May it is 1 March:
    the three months to 30 May begin on 1 March as well as those to 31 May.
    """
    value = date_of(day)
    month = month_number(value) - months
    return min(first_day(month) + value.day - 1, first_day(month + 1))


def day_name(day: int) -> str:
    """``5 Jan 2026``."""
    value = date_of(day)
    return f"{value.day} {value:%b %Y}"


def period_name(month: int, grain: Grain = Grain.MONTH) -> str:
    """``Jan 2026``, or ``Q1 2026`` for the quarter that begins with this month."""
    value = date_of(first_day(month))
    return f"Q{(value.month + 2) // 3} {value.year}" if grain is Grain.QUARTER else f"{value:%b %Y}"
