import pandas as pd
import pytest

from crm_core.reports.effects import campaign_effect
from tests.analytics.ledger import order_line

#  window: days 10 to 16        t0..t9 mailed: t0 spends 30, t1 20, t2 returns 5 of an order before
#                               c0..c9 control: c0 spends 10
LINES = [
    order_line("t0", 10, 3000),
    order_line("t1", 16, 2000),
    order_line("t2", 9, 1000),
    order_line("t2", 12, -500),
    order_line("t3", 17, 9999),
    order_line("c0", 12, 1000),
    order_line(None, 12, 5000),
]
ASSIGNED = pd.DataFrame(
    [(f"t{n}", "treated") for n in range(10)] + [(f"c{n}", "control") for n in range(10)],
    columns=["customer_id", "arm"],
)


def test_both_arms_count_everyone_assigned_and_only_the_days_of_the_window(warehouse):
    found = campaign_effect(warehouse(LINES), ASSIGNED, window=(10, 17))
    table = found.arms.set_index("arm")
    assert table.loc["Chosen for the mail", ["customers", "mean", "buyers"]].tolist() == [10, 4.5, 2]
    assert table.loc["Control group", ["customers", "mean", "buyers"]].tolist() == [10, 1.0, 1]
    assert found.spending.uplift.estimate == 3.5
    assert found.spending.incremental.estimate == 35.0
    assert found.buying.uplift.estimate == pytest.approx(0.1)
    assert found.spending.verdict == "not distinguishable from zero"


def test_without_a_control_group_there_is_no_effect_to_tell(warehouse):
    found = campaign_effect(warehouse(LINES), ASSIGNED[ASSIGNED.arm == "treated"], window=(10, 17))
    assert found.spending is None
    assert found.buying is None
    assert list(found.arms.customers) == [10, 0]
