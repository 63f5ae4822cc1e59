from datetime import date

import pandas as pd
import pytest

from crm_core.analytics import day_number
from crm_core.reports.loyalty import members_against_others, membership
from crm_core.store.tables import Customer
from tests.analytics.ledger import order_line

END = day_number(date(2026, 7, 1))
FIRST = END - 366


@pytest.fixture
def lines():
    """Sixty customers alike at first: members come back for 10.00, half of the others for 4.00."""
    rows = []
    for number in range(62):
        rows.append(order_line(f"m{number}", FIRST, 1000, channel="store", region="North"))
        rows.append(order_line(f"o{number}", FIRST, 1000, channel="store", region="North"))
        rows.append(order_line(f"m{number}", FIRST + 50, 1000 + 10 * (number % 3), channel="online"))
        if number % 2:
            rows.append(order_line(f"o{number}", FIRST + 60, 400))
    return [*rows, order_line("new", END - 5, 1), order_line("unknown", FIRST, 1)]


MEMBERS = pd.DataFrame(
    [(f"{kind}{number}", kind == "m") for kind in "mo" for number in range(62)], columns=["customer_id", "club_member"]
).astype({"club_member": "boolean"})


def test_members_against_others_who_began_alike(warehouse, lines):
    found = members_against_others(warehouse(lines), MEMBERS, as_of_day=END)
    assert (found.members, found.others, found.too_short) == (62, 62, 2)
    a_year = 365.25 / 365
    assert found.orders.estimate == pytest.approx((1 - 0.5) * a_year)
    assert found.spend_cents.estimate == pytest.approx((1009.84 - 200) * a_year, abs=0.1)
    assert found.spend_cents.low > 0
    assert found.balance.after.abs().max() == 0


def test_without_members_there_is_nothing_to_compare(warehouse, lines):
    nobody = MEMBERS.assign(club_member=False).astype({"club_member": "boolean"})
    assert members_against_others(warehouse(lines), nobody, as_of_day=END) is None


def test_membership_is_read_from_the_records(tmp_path):
    from crm_core.settings import Settings
    from crm_core.store.installation import Installation

    database = Installation.open(Settings.from_environ({"CRM_HOME": str(tmp_path)})).database
    with database.write() as session:
        session.add_all([Customer(customer_id="b"), Customer(customer_id="a", club_member=True)])
    with database.read() as session:
        rows = membership(session)
    database.close()
    assert list(rows.customer_id) == ["a", "b"]
    assert rows.club_member.isna().tolist() == [False, True]
