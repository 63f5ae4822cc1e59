from datetime import date

import pytest
from babel import Locale

from crm_core.ingest import dates
from crm_core.ingest.cells import DateOrder
from crm_core.ingest.workspace import literal

DMY, MDY, YMD = DateOrder


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
        (DMY, "Tue, 03.04.2026", date(2026, 4, 3)),
        (DMY, "2026-06-30 10:00:00+00", date(2026, 6, 30)),
        (DMY, "2026-06-30T23:59:59-08:00", date(2026, 6, 30)),  # the day on the writer's calendar
        (DMY, "30/06/2026 25", None),
        (DMY, "30.06.2026x", None),
        (DMY, "1.2.3", None),
    ],
)
def test_a_date_is_read_in_the_order_given_and_never_turned_round(value, order, cell, day):
    assert value(dates.date("v", order, this_year=2026), cell) == day


@pytest.mark.parametrize(
    "cell",
    [
        "30 June 2026", "June 30, 2026", "30-Jun-26", "30JUN2026", "2026-Jun-30", "30th of June 2026", "JUN 30 2026",
        "Tue, 30 Jun 2026 14:05:00 +0300", "Tuesday, June 30, 2026 2:05 PM", "30/Jun/2026",
        "30 czerwca 2026 r.", "30 cze 2026", "wtorek, 30 czerwca 2026", "30 юни 2026 г.", "30 Юни 2026, 14:05 ч.",
        "30 червня 2026", "30 черв. 2026 р.", "вівторок, 30 червня 2026 року", "30 июня 2026 г.", "30 июн. 2026",
        "вт, 30 июня 2026", "30\u00a0июня 2026", "June 30 2026 14:05:00 GMT+0300 (EEST)",
    ],
)  # fmt: skip
@pytest.mark.parametrize("order", list(DateOrder))
def test_the_name_of_a_month_leaves_no_question_of_order(value, order, cell):
    assert value(dates.date("v", order, this_year=2026), cell) == date(2026, 6, 30)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("5 сер 2026", date(2026, 8, 5)),  # serpen, not Wednesday
        ("середа, 5 серпня 2026", date(2026, 8, 5)),
        ("5 września 2026", date(2026, 9, 5)),
        ("5 wrzesnia 2026", date(2026, 9, 5)),
        ("п'ятниця, 5 червня 2026", date(2026, 6, 5)),
        ("5 мая 2026", date(2026, 5, 5)),
        ("Dec 1 2031", date(2031, 12, 1)),
        ("1-Dec-31", date(1931, 12, 1)),
        ("Marketing 5, 2026", None),
        ("5 Sundae 2026", None),
        ("June 2026", None),
        ("31 June 2026", None),
        ("30 June", None),
    ],
)
def test_months_are_known_by_their_names_and_beginnings_only(value, cell, day):
    assert value(dates.date("v", DMY, this_year=2026), cell) == day


def test_every_month_is_known_in_every_language(workspace):
    names = [
        (f"9 {name} 2026", date(2026, month, 9))
        for language in dates.LANGUAGES
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for month, name in Locale(language).months[context][width].items()
    ]
    values = ", ".join(f"({literal(text)}, DATE '{day}')" for text, day in names)
    read = dates.date("v", YMD, this_year=2026)
    assert workspace.rows(f"SELECT v FROM (VALUES {values}) t(v, d) WHERE {read} IS DISTINCT FROM d") == []  # noqa: S608
    assert len(names) == 240


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("46203", date(2026, 6, 30)),
        ("46203.75", date(2026, 6, 30)),
        ("46203,75", date(2026, 6, 30)),
        ("45351", date(2024, 2, 29)),
        ("61", date(1900, 3, 1)),  # after the 29th of February that 1900 had in Excel only
    ],
)
def test_the_numbers_of_a_spreadsheet_count_from_the_last_days_of_1899(value, cell, day):
    assert value(dates.serial_date("v"), cell) == day


@pytest.mark.parametrize(
    ("cell", "may_be"),
    [("46203", True), ("46203.5", True), ("19999", False), ("80001", False), ("2026", False), ("4620x", False)],
)
def test_only_numbers_of_our_time_may_be_dates(value, cell, may_be):
    assert value(dates.is_serial("v"), cell) is may_be
