import math
import re
from html import unescape
from urllib.parse import unquote

import pytest
from streamlit.testing.v1 import AppTest

from crm_core.ui.format import Notation
from crm_core.ui.trend_line import html, in_words, is_trend, trend

MONTHS = ["Apr 2026", "May 2026", "Jun 2026"]


def points(*cents, periods=MONTHS):
    return trend(periods, cents, Notation().money)


def lines(*cents, periods=MONTHS):
    return re.findall(r'points="([^"]*)"', unquote(html(points(*cents, periods=periods), label="Revenue")))


def titles(shown):
    return [unescape(title) for title in re.findall(r'<i title="([^"]*)">', shown)]


def test_the_line_goes_from_the_most_at_the_top_to_the_least_at_the_bottom():
    assert lines(100, 300, 250) == ["0,100.0 1,0.0 2,25.0"]


def test_the_line_is_told_in_words():
    said = in_words(points(100, 300, 250), label="Revenue")
    assert said == (
        "Revenue from €1.00 in Apr 2026 to €2.50 in Jun 2026; least €1.00 in Apr 2026, most €3.00 in May 2026."
    )
    assert f'role="img" aria-label="{said}"' in html(points(100, 300, 250), label="Revenue")


def test_each_period_says_its_value_in_the_readers_notation():
    shown = html(points(100, 300, 250), label="Revenue")
    assert titles(shown) == ["Apr 2026: €1.00", "May 2026: €3.00", "Jun 2026: €2.50"]


def test_what_does_not_change_is_a_line_in_the_middle():
    assert lines(100, 100, 100) == ["0,50.0 1,50.0 2,50.0"]
    assert in_words(points(100, 100, 100), label="Mean") == "Mean from €1.00 in Apr 2026 to €1.00 in Jun 2026."


def test_the_line_has_a_gap_where_nothing_is_known():
    cents, periods = (100, 300, math.nan, 200), [*MONTHS, "Jul 2026"]
    assert lines(*cents, periods=periods) == ["0,100.0 1,0.0", "2.75,50.0 3.25,50.0"]
    shown = html(points(*cents, periods=periods), label="Revenue")
    assert titles(shown) == ["Apr 2026: €1.00", "May 2026: €3.00", "Jul 2026: €2.00"]
    assert shown.count("<i") == 4


@pytest.mark.parametrize(("values", "expected"), [((1, 2, 3), True), ((1, math.nan, 3), False), ((), False)])
def test_three_known_points_make_a_trend(values, expected):
    assert is_trend(trend([str(value) for value in values], values, str)) is expected


def test_words_of_the_data_stay_words():
    shown = html(points(1, 2, 3, periods=["<b>", '"', "&"]), label="<script>")
    assert titles(shown) == ["<b>: €0.01", '": €0.02', "&: €0.03"]
    assert "<b>" not in shown
    assert "<script>" not in shown


def _cards():
    from crm_core.ui.figures import Figure, cards
    from crm_core.ui.trend_line import trend

    line = trend(["a", "b", "c"], [1, 2, 3], str)
    cards([Figure("Sales", "3", trend=line, behind=("all",)), Figure("Mean", "1", trend=line[:2])])


def test_a_card_shows_the_line_of_three_points_and_none_of_two():
    page = AppTest.from_function(_cards).run()
    assert [metric.label for metric in page.metric] == ["Sales", "Mean"]
    (line,) = page.get("html")
    assert 'aria-label="Sales from 1' in line.proto.body
