from datetime import date

import numpy as np
import pandas as pd
import pytest

from crm_core.analytics import day_number
from crm_core.analytics.loyalty import comparison, difference, prepared

END = day_number(date(2026, 7, 1))
YEAR_AGO = END - 1 - 365


def person(number, *, member, spend=0, region="North", channel="online", cents=1000, first=YEAR_AGO, days=1):
    return {
        "customer_id": f"c{number}", "first_day": first, "region": region, "channel": channel, "cents": cents,
        "repeat_cents": spend, "purchase_days": days, "club_member": member,
    }  # fmt: skip


def people(*rows):
    return prepared(pd.DataFrame(rows).astype({"club_member": "boolean"}), as_of_day=END)


#           members        others              difference
# North     300            100, 200            300 - 150
# South     500, 700       400                 600 - 400
# West      900                                nobody to compare with
DRAWN = [
    person(1, member=True, spend=300),
    person(2, member=False, spend=100),
    person(3, member=False, spend=200),
    person(4, member=True, spend=500, region="South"),
    person(5, member=True, spend=700, region="South"),
    person(6, member=False, spend=400, region="South"),
    person(7, member=True, spend=900, region="West"),
]


def test_members_are_compared_with_others_of_the_same_stratum_only():
    found = comparison(people(*DRAWN))
    assert (found.members, found.others, found.members_left_out, found.others_left_out) == (3, 3, 1, 0)
    a_year = 365.25 / 365
    means = found.means / a_year
    assert means.spend_cents["members"] == pytest.approx(500)
    # A third of the members is like those of the North, two thirds like those of the South.
    assert means.spend_cents["others"] == pytest.approx(150 / 3 + 400 * 2 / 3)


def test_the_interval_is_neymans_over_the_strata():
    members = pd.DataFrame({"stratum": [0, 0, 1, 1], "spend": [10.0, 14.0, 20.0, 26.0]})
    others = pd.DataFrame({"stratum": [0, 0, 1, 1], "spend": [5.0, 7.0, 10.0, 10.0], "weight": [0.25] * 4})
    found = difference(members, others, "spend")
    # 0.5² * (8/2 + 18/2) for the members and 0.5² * (2/2 + 0/2) for the others
    assert found.estimate == pytest.approx(17.5 - 8)
    assert found.high - found.estimate == pytest.approx(1.959964 * np.sqrt(3.25 + 0.25), abs=1e-4)


def test_few_matches_tell_nothing():
    found = comparison(people(*DRAWN))
    assert found.spend_cents is None
    assert found.orders is None


def test_a_planted_difference_is_found_and_a_confounder_is_not_mistaken_for_one():
    """Members live mostly in the dear region; within a region they spend 50 more."""
    rng = np.random.default_rng(7)
    rows = [
        person(number, member=bool(rng.random() < (0.8 if dear else 0.2)), region="Dear" if dear else "Cheap", spend=0)
        for number, dear in enumerate(rng.random(2000) < 0.5)
    ]
    for row in rows:
        row["repeat_cents"] = (
            (1000 if row["region"] == "Dear" else 100) + 50 * row["club_member"] + int(rng.normal(0, 30))
        )
    found = comparison(people(*rows))
    assert found.spend_cents.low < 50.03 < found.spend_cents.high
    assert found.spend_cents.high - found.spend_cents.low < 10
    balance = found.balance.set_index("what")
    assert abs(balance.before["Region, the most unlike"]) > 1
    assert abs(balance.after["Region, the most unlike"]) == pytest.approx(0, abs=1e-9)


def test_those_seen_too_briefly_or_of_unknown_membership_are_left_out():
    rows = people(person(1, member=True, first=END - 90), person(2, member=None), person(3, member=False))
    assert list(rows.customer_id) == ["c3"]


def test_rates_are_a_year_and_leave_the_first_purchase_out():
    rows = people(person(1, member=True, spend=500, days=4, first=END - 1 - 730))
    assert rows.spend.iloc[0] == pytest.approx(500 / 730 * 365.25)
    assert rows.orders.iloc[0] == pytest.approx(3 / 730 * 365.25)


def test_nobody():
    found = comparison(people(person(1, member=None)))
    assert (found.members, found.others) == (0, 0)
    assert found.balance.after.abs().max() == 0
