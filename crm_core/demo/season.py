"""The shop's calendar: day numbers, and a clock that runs a little faster in busy months."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from crm_core.demo.stories import FIRST_DAY, LAST_DAY, SEASON

Days = NDArray[np.int64]
Floats = NDArray[np.float64]

EPOCH = date(1970, 1, 1).toordinal()


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - EPOCH


FIRST = day_number(FIRST_DAY)
LAST = day_number(LAST_DAY)
LENGTH = LAST - FIRST + 1


def month_starts(days: Days) -> Days:
    """The first day of the month of each day."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def quarter_names(days: Days) -> NDArray[np.str_]:
    """The quarter of each day, such as ``2026Q1``."""
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    names = [f"{1970 + month // 12}Q{month % 12 // 3 + 1}" for month in months.tolist()]
    return np.array(names, dtype=np.str_)


def quarter_bounds(quarter: str) -> tuple[int, int]:
    """First day of a quarter, and first day after it."""
    year, number = int(quarter[:4]), int(quarter[5])
    start = date(year, 3 * number - 2, 1)
    end = date(year + number // 4, 3 * number % 12 + 1, 1)
    return day_number(start), day_number(end)


def _elapsed() -> Floats:
    months = np.arange(FIRST, LAST + 1).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    pace = np.array(SEASON)[months]
    return np.concatenate([[0.0], np.cumsum(pace / pace.mean())])


def calendar_days(shop_time: Floats) -> Days:
    """The day on which the shop's clock shows ``shop_time`` (days since opening, 0 to `LENGTH`)."""
    offset = np.interp(shop_time, _elapsed(), np.arange(LENGTH + 1))
    return FIRST + np.minimum(offset.astype(np.int64), LENGTH - 1)
