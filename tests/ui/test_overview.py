from datetime import UTC, datetime

import pandas as pd
import pytest

from crm_core.analytics import SEGMENTS, day_number
from crm_core.reports.extent import Extent
from crm_core.ui.format import Notation
from crm_core.ui.overview import attention, change_lines, freshness, status

EXTENT = Extent(first_day=0, last_day=day_number(datetime(2026, 6, 30, tzinfo=UTC).date()), lines=1)
NOW = datetime(2026, 7, 3, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("imported", "said"),
    [
        (datetime(2026, 7, 3, 1, tzinfo=UTC), ", imported today"),
        (datetime(2026, 7, 2, 23, tzinfo=UTC), ", imported yesterday"),
        (datetime(2026, 7, 1, 1, tzinfo=UTC), ", imported 2 days ago"),
        (None, ""),
    ],
)
def test_freshness_counts_days_of_the_calendar(imported, said):
    assert freshness(EXTENT, imported, now=NOW, notation=Notation()) == f"Data to 30 Jun 2026{said}"


@pytest.mark.parametrize(
    ("segment", "moved", "expected"),
    [
        ("Champions", 0.02, "Growing"),
        ("Champions", 0.005, "Stable"),
        ("Champions", -0.02, "Watch"),
        ("At risk", 0.0, "Act now"),
        ("At risk", -0.02, "Improving"),
        ("Lost", 0.02, "Watch"),
        ("Lost", 0.0, "Stable"),
    ],
)
def test_what_a_move_means_depends_on_the_segment(segment, moved, expected):
    assert status(segment, moved) == expected


def sizes(**customers):
    counts = [customers.get(name.replace(" ", "_"), 0) for name in SEGMENTS]
    shares = [count / sum(counts) for count in counts]
    return pd.DataFrame({"segment": SEGMENTS, "customers": counts, "customer_share": shares, "revenue_share": shares})


def test_the_most_urgent_segments_come_first_and_empty_ones_not_at_all():
    table = attention([sizes(Champions=50, At_risk=50), sizes(Champions=60, At_risk=40, Lost=10)])
    assert list(zip(table.segment, table.status, strict=True)) == [
        ("Lost", "Watch"),
        ("Champions", "Growing"),
        ("At risk", "Improving"),
    ]
    assert table.trend.tolist() == [[0, 10], [50, 60], [50, 40]]


def test_each_change_shows_its_direction_by_shape_and_colour():
    changes = pd.DataFrame({"difference_cents": [5, -5], "sentence": ["a", "b"]})
    up, down = change_lines(changes)
    assert up == ":green[:material/arrow_upward:] a"
    assert down == ":red[:material/arrow_downward:] b"
