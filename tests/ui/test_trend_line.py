import math

import pytest

from crm_core.ui.format import Notation
from crm_core.ui.trend_line import drawn, in_words, is_trend, trend

MONTHS = ["Apr 2026", "May 2026", "Jun 2026"]


def points(*cents, periods=MONTHS):
    return trend(periods, cents, Notation().money)


def shown(*cents, periods=MONTHS):
    return drawn(points(*cents, periods=periods), label="Revenue")


def test_the_line_goes_from_the_most_at_the_top_to_the_least_at_the_bottom():
    line = shown(100, 300, 250)
    assert line["lines"] == ["0,100.0 1,0.0 2,25.0"]
    # Half a period and the width of the line are left around it.
    assert line["box"] == "-0.5 -6 3 112"


def test_the_line_is_told_in_words():
    said = in_words(points(100, 300, 250), label="Revenue")
    assert said == (
        "Revenue from €1.00 in Apr 2026 to €2.50 in Jun 2026; least €1.00 in Apr 2026, most €3.00 in May 2026."
    )
    assert shown(100, 300, 250)["words"] == said


def test_each_period_says_its_value_in_the_readers_notation():
    assert shown(100, 300, 250)["places"] == ["Apr 2026: €1.00", "May 2026: €3.00", "Jun 2026: €2.50"]


def test_what_does_not_change_is_a_line_in_the_middle():
    assert shown(100, 100, 100)["lines"] == ["0,50.0 1,50.0 2,50.0"]
    assert in_words(points(100, 100, 100), label="Mean") == "Mean from €1.00 in Apr 2026 to €1.00 in Jun 2026."


def test_the_line_has_a_gap_where_nothing_is_known():
    cents, periods = (100, 300, math.nan, 200), [*MONTHS, "Jul 2026"]
    line = shown(*cents, periods=periods)
    assert line["lines"] == ["0,100.0 1,0.0", "2.75,50.0 3.25,50.0"]
    assert line["places"] == ["Apr 2026: €1.00", "May 2026: €3.00", "", "Jul 2026: €2.00"]


@pytest.mark.parametrize(("values", "expected"), [((1, 2, 3), True), ((1, math.nan, 3), False), ((), False)])
def test_three_known_points_make_a_trend(values, expected):
    assert is_trend(trend([str(value) for value in values], values, str)) is expected
