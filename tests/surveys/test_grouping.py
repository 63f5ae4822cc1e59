import pandas as pd
import pytest

from crm_core.columns import order_lines
from crm_core.store.warehouse import DuckWarehouse
from crm_core.surveys.grouping import Grouping, by_profile, last_channels

PEOPLE = pd.DataFrame(
    {
        "customer_id": ["ann", "bob", "cay"],
        "region": ["North", None, "South"],
        "language": ["pl", "bg", None],
        "club_member": pd.array([True, False, None], dtype="boolean"),
    }
)


@pytest.mark.parametrize(
    ("grouping", "groups"),
    [
        (Grouping.REGION, {"ann": "North", "cay": "South"}),
        (Grouping.LANGUAGE, {"ann": "pl", "bob": "bg"}),
        (Grouping.CLUB, {"ann": "Club members", "bob": "Not in the club"}),
    ],
)
def test_customers_are_grouped_by_what_is_stated_about_them(grouping, groups):
    assert by_profile(PEOPLE, grouping).to_dict() == groups


#        day 1    day 2           day 3
# ann    online   store
# bob    store    phone, online   (returned: store)
# cay    online   (no channel)    online, cancelled: phone
LINES = [
    ("ann", 1, "online", 100, None),
    ("ann", 2, "store", 100, "paid"),
    ("bob", 1, "store", 100, None),
    ("bob", 2, "phone", 100, None),
    ("bob", 2, "online", 100, None),
    ("bob", 3, "store", -100, "returned"),
    ("cay", 1, "online", 100, None),
    ("cay", 2, None, 100, None),
    ("cay", 3, "phone", 100, "cancelled"),
    (None, 3, "store", 100, None),
]


@pytest.fixture
def warehouse(tmp_path):
    drawn = pd.DataFrame(LINES, columns=["customer_id", "day", "channel", "amount_cents", "status"])
    drawn.reindex(columns=[column.name for column in order_lines.columns]).to_parquet(tmp_path / "lines.parquet")
    warehouse = DuckWarehouse({"order_lines": [str(tmp_path / "lines.parquet")]})
    yield warehouse
    warehouse.close()


def test_the_channel_of_a_customer_is_that_of_the_last_purchase(warehouse):
    found = warehouse.frame(last_channels(until_day=4))
    assert found.set_index("customer_id").channel.to_dict() == {"ann": "store", "bob": "phone", "cay": "online"}


def test_purchases_that_were_not_seen_yet_do_not_count(warehouse):
    found = warehouse.frame(last_channels(until_day=2))
    assert found.set_index("customer_id").channel.to_dict() == {"ann": "online", "bob": "store", "cay": "online"}
