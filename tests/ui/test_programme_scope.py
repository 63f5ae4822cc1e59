from dataclasses import replace
from datetime import date

import pytest

from crm_core.analytics import Filters, date_of, day_number
from crm_core.reports.extent import Extent
from crm_core.reports.readable import file_name
from crm_core.ui.as_of import standing
from crm_core.ui.format import Notation
from crm_core.ui.programme_scope import Scope, years_compared

NOTATION = Notation()
FIRST, END = (day_number(date(year, 7, 1)) for year in (2023, 2026))


def stand(span="12 months before", first=FIRST, end=END):
    return standing(Extent(first, END - 1, 10), end, span, NOTATION)


def scope(end=END, **within):
    return Scope(stand(end=end), Filters(**within), "")


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (stand(), "'What your data say' compares the 12 months to 30 Jun 2026 with the 12 months to 30 Jun 2025"),
        (
            stand("3 months before"),
            "'What your data say' compares the 12 months to 30 Jun 2026 with the 12 months to 31 Mar 2026; both hold "
            "the days from 1 Jul 2025 to 31 Mar 2026",
        ),
        (
            stand("6 months before", first=END - 500),
            "'What your data say' compares the 12 months to 30 Jun 2026 with the 12 months to 31 Dec 2025; both hold "
            "the days from 1 Jul 2025 to 31 Dec 2025; the data begin only on 16 Feb 2025",
        ),
        (
            stand(first=END - 500),
            "'What your data say' is not compared with 12 months before, because the data begin only on 16 Feb 2025",
        ),
    ],
)
def test_which_years_are_compared_and_what_they_share(view, said):
    assert years_compared(view, NOTATION) == said


def test_what_goes_with_the_export_says_nothing_of_a_comparison():
    assert replace(scope(regions=("Varna",)), compared="compared").words == (
        "Data to 30 Jun 2026. Only orders of region Varna"
    )


LONG = tuple(f"lamp number {place}" for place in range(30))


def test_groups_of_other_days_or_filters_have_other_names():
    scopes = [
        scope(),
        scope(END - 30),
        scope(channels=("online",)),
        scope(END - 30, channels=("online",)),
        scope(channels=("a or b",)),
        scope(channels=("a", "b")),
        scope(products=LONG),
        scope(products=LONG[:-1]),
    ]
    names = [each.audience_name(which, NOTATION) for each in scopes for which in ("kept", "not kept")]
    # Names are cut off at 120 characters.
    assert len({name[:120] for name in names}) == len(names)
    files = [
        file_name(each.file_subject(which), date_of(each.standing.extent.last_day))
        for each in scopes
        for which in ("kept", "not kept")
    ]
    assert len(set(files)) == len(files)


def test_a_name_says_day_and_filter():
    chosen = scope(channels=("online",), regions=("Stara Zagora",))
    assert chosen.audience_name("kept", NOTATION) == "kept, 30 Jun 2026, channel online, region Stara Zagora"
    assert chosen.file_subject("not kept") == "retention customers not kept channel online region Stara Zagora"
