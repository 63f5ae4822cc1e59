import numpy as np
import pandas as pd
import pytest

from crm_core.reports.response import counted, response
from tests.analytics.ledger import order_line

#         first purchase   in the window 1000-1007
# old     day 100          bought
# edge    day 909          -        (91 days before: existing)
# fresh   day 910          bought
# never   -                bought for the first time: new
LINES = [
    order_line("old", 100, 1), order_line("edge", 909, 1), order_line("fresh", 910, 1),
    order_line("old", 1000, 1), order_line("fresh", 1006, 1), order_line("never", 1003, 1), order_line("edge", 1007, 1),
]  # fmt: skip


def test_new_is_who_bought_first_in_the_90_days_before_or_never_before(warehouse):
    people = pd.DataFrame({"customer_id": ["old", "edge", "fresh", "never"], "arm": ["treated"] * 3 + ["control"]})
    table = counted(warehouse(LINES), people, window=(1000, 1007)).set_index(["group", "arm"])
    assert table.customers.to_dict() == {("existing", "treated"): 2, ("new", "control"): 1, ("new", "treated"): 1}
    assert table.buyers.to_dict() == {("existing", "treated"): 1, ("new", "control"): 1, ("new", "treated"): 1}


def arms(*rows):
    return pd.DataFrame(rows, columns=["campaign", "group", "arm", "customers", "buyers"])


def test_each_campaign_is_compared_with_its_own_control_group():
    #  campaign 1: 20% against 10%, campaign 2: 60% against 50%. Thrown together it would be 24% against 42%.
    table = response(
        arms(
            (1, "new", "treated", 900, 180), (1, "new", "control", 100, 10),
            (2, "new", "treated", 100, 60), (2, "new", "control", 400, 200),
        )
    ).set_index("group")  # fmt: skip
    new = table.loc["new"]
    assert (new.campaigns, new.treated, new.control) == (2, 1000, 500)
    assert new.difference == pytest.approx(0.1)
    half = 1.959964 * np.sqrt(90**2 * (0.16 / 900 + 0.09 / 100) + 80**2 * (0.24 / 100 + 0.25 / 400)) / 170
    assert new.high - new.difference == pytest.approx(half, abs=1e-6)


def test_too_small_campaigns_tell_nothing():
    table = response(arms((1, "existing", "treated", 900, 180), (1, "existing", "control", 29, 3)))
    assert table.campaigns.tolist() == [0, 0]
    assert table.difference.isna().all()


def test_no_campaigns():
    assert response(arms()).difference.isna().all()
