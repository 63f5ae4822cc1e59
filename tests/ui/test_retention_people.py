import pandas as pd
import pytest

from crm_core.ui.retention_people import of_wait

# First day 0 each, seen to day 99; cay was new on day 80.
ROWS = pd.DataFrame(
    {
        "customer_id": ["ann", "bob", "cay", "dan"],
        "first_day": [0, 0, 80, 0],
        "second_day": pd.array([30, 31, None, None], dtype="Int64"),
    }
)


@pytest.mark.parametrize(
    ("days", "came_back", "who"),
    [
        (30, True, ["ann"]),
        (31, True, ["ann", "bob"]),
        (30, False, ["bob", "dan"]),
        (19, False, ["ann", "bob", "cay", "dan"]),
        (99, False, ["dan"]),
        (100, False, []),
    ],
)
def test_who_came_back_in_time_and_who_was_seen_long_enough_and_did_not(days, came_back, who):
    assert list(of_wait(ROWS, days, 100, came_back=came_back).customer_ids) == who
