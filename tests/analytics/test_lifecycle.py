import pandas as pd

from crm_core.analytics import Stage, lifecycle_stages

#             day 0      50      90  100 = today; unusual after 20 days, lapsed after 40
# new                             x
# active                      x   x          (80 and 90)
# won back          x             x          (a pause of 50, then back)
# at risk                   x                (75: silent for 25)
# lapsed            x
# edge                     x                 (80: silent for 20, not yet unusual)
CUSTOMERS = pd.DataFrame(
    {
        "new": [90, 90, 1],
        "active": [80, 90, 2],
        "won back": [40, 90, 2],
        "at risk": [70, 75, 3],
        "lapsed": [10, 50, 2],
        "edge": [80, 80, 1],
        "one-time, long ago": [10, 10, 1],
    },
    index=["previous_day", "last_day", "purchase_days"],
).T


def test_each_customer_stands_at_one_stage():
    assert lifecycle_stages(CUSTOMERS, as_of_day=100, quiet_after=20).to_dict() == {
        "new": Stage.NEW,
        "active": Stage.ACTIVE,
        "won back": Stage.WON_BACK,
        "at risk": Stage.AT_RISK,
        "lapsed": Stage.LAPSED,
        "edge": Stage.NEW,
        "one-time, long ago": Stage.LAPSED,
    }


def test_no_customers_have_no_stages():
    assert lifecycle_stages(CUSTOMERS.head(0), as_of_day=100, quiet_after=20).empty
