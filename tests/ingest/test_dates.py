from datetime import date

import pytest

from crm_core.ingest import dates
from crm_core.ingest.cells import DateOrder

DMY, MDY, YMD = DateOrder


@pytest.fixture
def value(workspace):
    """The value of one SQL expression over the cell ``v``."""

    def of(sql, cell):
        query = f"SELECT {sql} FROM (SELECT ?::VARCHAR AS v)"  # noqa: S608
        return workspace.connection.execute(query, [cell]).fetchall()[0][0]

    return of


@pytest.mark.parametrize(
    ("order", "cell", "day"),
    [
        (DMY, "2026-06-30", date(2026, 6, 30)),
        (MDY, "2026-06-30", date(2026, 6, 30)),
        (MDY, "20260630", date(2026, 6, 30)),
        (DMY, "2026/6/3", date(2026, 6, 3)),
        (DMY, "03.04.2026", date(2026, 4, 3)),
        (MDY, "03/04/2026", date(2026, 3, 4)),
        (DMY, "3-4-26", date(2026, 4, 3)),
        (YMD, "26-04-03", date(2026, 4, 3)),
        (DMY, "3/4/31", date(1931, 4, 3)),  # two digits: not further than next year
        (DMY, "30.06.2026 г.", date(2026, 6, 30)),
        (DMY, "30/06/2026 23:59", date(2026, 6, 30)),
        (DMY, "2026-06-30T23:59:59Z", date(2026, 6, 30)),
        (DMY, "2026-06-30 23:59:59.123+03:00", date(2026, 6, 30)),
        (MDY, "6/30/2026 2:05 PM", date(2026, 6, 30)),
        (DMY, "0001-01-01", date(1, 1, 1)),
        (MDY, "30/06/2026", None),
        (DMY, "31.06.2026", None),
        (DMY, "2026-02-29", None),
        (DMY, "45000", None),
        (DMY, "yesterday", None),
        (DMY, "1.2.3", None),
    ],
)
def test_a_date_is_read_in_the_order_given_and_never_turned_round(value, order, cell, day):
    assert value(dates.date("v", order, this_year=2026), cell) == day
