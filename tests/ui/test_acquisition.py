import numpy as np
import pandas as pd

from crm_core.ui.acquisition import answers, finding
from crm_core.ui.format import Notation

COLUMNS = ["group", "campaigns", "treated", "control", "difference", "low", "high"]


def test_a_response_whose_range_spans_zero_is_no_detectable_change():
    rows = pd.DataFrame(
        [("new", 2, 1000, 500, 0.1, 0.06, 0.14), ("existing", 3, 900, 400, 0.01, -0.02, 0.04)], columns=COLUMNS
    )
    title, table = answers(rows, Notation())
    assert title == "Campaigns moved new customers"
    assert list(table["In words"]) == ["more bought", "no detectable change"]
    assert table["More buyers, 95 % range"][0] == "+10 pt (+6 pt to +14 pt)"


def test_groups_without_campaigns_are_not_listed():
    title, table = answers(pd.DataFrame([("new", 0, 0, 0, np.nan, np.nan, np.nan)], columns=COLUMNS), Notation())
    assert (title, len(table)) == ("No detectable response", 0)


def test_the_title_leaves_out_groups_too_small_to_tell():
    groups = pd.DataFrame(
        {
            "channel": ["online", "fair", "tiny"],
            "customers": [100, 50, 5],
            "payback": pd.array([2, None, 1], dtype="Int64"),
            "cost_each_cents": [500.0, 900.0, 1.0],
        }
    )
    assert finding(groups, "channel") == "The channel online pays back in month 2; fair has not paid back yet"
    assert finding(groups.tail(1), "channel").startswith("Too little is known")
