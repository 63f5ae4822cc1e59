from datetime import date

import pytest

from crm_core.analytics import Filters, day_number
from crm_core.reports.extent import Extent
from crm_core.ui.as_of import END, OWN_DATE, day_chosen, known_before, standing
from crm_core.ui.format import Notation

NOTATION = Notation()


def day(year, month, number=1):
    return day_number(date(year, month, number))


#          first line     as of       end of data
#          1 Jan 2024     1 Jan 2026  30 Jun 2026
EXTENT = Extent(first_day=day(2024, 1), last_day=day(2026, 6, 30), lines=9)


@pytest.mark.parametrize(
    ("chosen", "own", "as_of_day"),
    [
        (END, None, day(2026, 7)),
        ("3 months earlier", None, day(2026, 4)),
        ("12 months earlier", None, day(2025, 7)),
        # The date chosen is the last day seen.
        (OWN_DATE, date(2025, 12, 31), day(2026, 1)),
    ],
)
def test_a_day_by_name_counts_calendar_months_back_and_an_own_date_is_seen_to_its_end(chosen, own, as_of_day):
    assert day_chosen(chosen, own, EXTENT) == as_of_day


def test_from_a_past_day_nothing_later_is_seen_and_both_days_are_said():
    view = standing(EXTENT, day(2026, 1), "12 months before", NOTATION)
    assert (view.day, view.extent.last_day, view.before_day) == (day(2026, 1), day(2025, 12, 31), day(2025, 1))
    assert view.words == "As it was on 31 Dec 2025; data to 30 Jun 2026"
    assert view.comparison == "compared with 12 months before"
    assert view.suffix == "-2025-12-31"


def test_at_the_end_of_the_data_only_their_last_day_is_said():
    view = standing(EXTENT, day(2026, 7), "3 months before", NOTATION)
    assert (view.is_past, view.words, view.suffix) == (False, "Data to 30 Jun 2026", "")
    assert view.before_day == day(2026, 4)


@pytest.mark.parametrize(("as_of_day", "before_day"), [(day(2026, 1), day(2025, 1)), (day(2025, 12, 31), None)])
def test_the_day_compared_with_has_as_much_history_as_lies_between(as_of_day, before_day):
    view = standing(EXTENT, as_of_day, "12 months before", NOTATION)
    assert view.before_day == before_day
    if before_day is None:
        assert view.comparison == "not compared with 12 months before, because the data begin only on 1 Jan 2024"


def test_filters_of_a_past_day_leave_out_what_was_bought_later():
    past, now = (standing(EXTENT, to, "12 months before", NOTATION) for to in (day(2026, 1), day(2026, 7)))
    ruse = Filters(regions=("Ruse",))
    assert past.within(ruse) == Filters(until=day(2026, 1), regions=("Ruse",))
    assert now.within(ruse) == ruse


def test_filters_that_leave_nothing_out_stay_and_an_earlier_end_stays():
    assert known_before(Filters(), day(2026, 1)) == Filters()
    earlier = Filters(until=day(2025, 1), regions=("Ruse",))
    assert known_before(earlier, day(2026, 1)) == earlier
