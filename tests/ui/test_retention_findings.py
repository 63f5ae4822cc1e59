import numpy as np
import pandas as pd
import pytest

from crm_core.analytics import Grain, Variant
from crm_core.analytics.retention import Measure
from crm_core.analytics.survival import survival
from crm_core.reports.cohorts import Gaps
from crm_core.ui.format import Notation
from crm_core.ui.retention_findings import cohorts, curve, gaps, second_purchase

ENGLISH = Notation()
MONTHLY = (Grain.MONTH, Variant.EXACT, Measure.CUSTOMERS)
LATER = (Grain.MONTH, Variant.ON_OR_AFTER, Measure.CUSTOMERS)
REVENUE = (Grain.QUARTER, Variant.EXACT, Measure.REVENUE)
PREVIOUS = (Grain.MONTH, Variant.VERSUS_PREVIOUS, Measure.CUSTOMERS)


def cells(*first, running=("Dec 2025", 9)):
    """Cohorts with their size and their share at age 1, and one whose first period is still running."""
    rows = [
        (place, name, age, size, 1.0 if age == 0 else share, True)
        for place, (name, size, share) in enumerate(first)
        for age in (0, 1)
    ]
    rows.append((99, running[0], 1, running[1], np.nan, False))
    columns = ["cohort", "name", "age", "customers", "retained", "finished"]
    return pd.DataFrame(rows, columns=columns)


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        (
            (0.3, 0.1),
            "20.0% of new customers come back in the next month (n = 400); the newer half of the cohorts less often, "
            "10.0% after 30.0%",
        ),
        (
            (0.1, 0.3),
            "20.0% of new customers come back in the next month (n = 400); the newer half of the cohorts more often, "
            "30.0% after 10.0%",
        ),
        (
            (0.2, 0.21),
            "20.5% of new customers come back in the next month (n = 400); no detectable difference between the newer "
            "and the older half of the cohorts",
        ),
        (
            (0.0, 0.0),
            "0.0% of new customers come back in the next month (n = 400); no detectable difference between the newer "
            "and the older half of the cohorts",
        ),
    ],
)
def test_newer_cohorts_are_compared_with_older_ones_by_a_test(shares, said):
    older, newer = shares
    assert cohorts(cells(("Jan 2025", 200, older), ("Feb 2025", 200, newer)), MONTHLY, ENGLISH) == said


def test_few_customers_are_not_compared():
    said = cohorts(cells(("Jan 2025", 29, 0.9), ("Feb 2025", 200, 0.1)), MONTHLY, ENGLISH)
    assert said == (
        "20.1% of new customers come back in the next month (n = 229); too few to compare newer with older cohorts"
    )


def test_of_an_odd_number_of_cohorts_the_middle_one_is_newer():
    # Two of three are newer: 40 of 400, after 60 of 200.
    said = cohorts(cells(("Jan", 200, 0.3), ("Feb", 200, 0.1), ("Mar", 200, 0.1)), MONTHLY, ENGLISH)
    assert said.endswith("less often, 10.0% after 30.0%")


def test_one_cohort_is_compared_with_nothing():
    assert cohorts(cells(("Jan 2025", 200, 0.5)), MONTHLY, ENGLISH) == (
        "50.0% of new customers come back in the next month (n = 200)"
    )


def test_cohorts_that_had_less_time_to_come_back_are_not_compared():
    said = cohorts(cells(("Jan 2025", 200, 0.5), ("Feb 2025", 200, 0.1)), LATER, ENGLISH)
    assert said == "30.0% of new customers came back in a later month (n = 400)"


def test_of_revenue_the_span_of_the_cohorts_is_told():
    two = cells(("Q1 2025", 200, 1.2), ("Q2 2025", 200, 0.45))
    assert cohorts(two, REVENUE, ENGLISH) == (
        "In the next quarter cohorts paid from 45% to 120% of what they had paid first (2 cohorts)"
    )
    assert cohorts(two.head(2), REVENUE, ENGLISH) == (
        "In the next quarter the cohort of Q1 2025 paid 120% of what it had paid first"
    )


def test_a_running_period_is_no_finding():
    assert cohorts(cells(), MONTHLY, ENGLISH) == "No month has ended since a first purchase"


def mean(*rows):
    table = pd.DataFrame(rows, columns=["age", "base", "retained"])
    return table.assign(active=table.base * table.retained)


FALLING = [(0, 900, 1.0), (1, 800, 0.145), (2, 700, 0.12), (12, 80, 0.09), (13, 7, 0.5)]


@pytest.mark.parametrize(
    ("rows", "way", "said"),
    [
        (FALLING, MONTHLY, "Retained: 14.5% of customers after 1 month, 9.0% after 12 months (n = 800 and 80)"),
        (
            FALLING[:3],
            PREVIOUS,
            "Retained of the month before: 14.5% of customers after 1 month, 12.0% after 2 months (n = 800 and 700)",
        ),
        (FALLING[:3], REVENUE, "Retained: 14.5% of revenue after 1 quarter, 12.0% after 2 quarters"),
        (FALLING[:2], MONTHLY, "Retained: 14.5% of customers after 1 month (n = 800)"),
        ([(0, 900, 1.0), (1, 0, np.nan)], MONTHLY, "No month has ended since a first purchase"),
    ],
)
def test_the_curve_tells_the_first_age_and_the_last_within_a_year(rows, way, said):
    assert curve(mean(*rows), way, ENGLISH) == said


def test_the_gaps_say_how_long_nine_of_ten_are_at_most():
    bars = pd.DataFrame({"start": [0, 10], "end": [10, 20], "gaps": [1500, 80]})
    assert gaps(Gaps(bars, 94.0), ENGLISH) == "Nine of ten gaps are at most 94 days long (n = 1,580)"
    assert gaps(Gaps(bars.head(0), None), ENGLISH) == "Nobody has bought twice, so there are no gaps yet"


def waits(*rows):
    return survival(pd.DataFrame(rows, columns=["days", "events", "censored"]))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([(94, 5, 0), (400, 0, 5)], "Half of new customers come back within 94 days"),
        ([(1, 1, 0)], "Half of new customers come back within 1 day"),
        ([(30, 2, 0), (400, 1, 7)], "20% of new customers come back within 365 days, fewer than half in all"),
        ([(30, 2, 8)], "20% of new customers come back within 30 days, fewer than half in all"),
        ([(30, 0, 8)], "Nobody has bought a second time yet"),
        ([], "Nobody has bought a second time yet"),
    ],
)
def test_the_second_purchase_is_told_by_its_median_where_half_come_back(rows, said):
    assert second_purchase(waits(*rows), ENGLISH) == said
