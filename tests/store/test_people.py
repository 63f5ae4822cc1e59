import pytest

from crm_core.store.people import addresses_of, everybody, people, profile_values, with_profile
from crm_core.store.tables import Customer


@pytest.fixture(autouse=True)
def _customers(database):
    with database.write() as session:
        session.add_all(
            [
                Customer(customer_id="bob", email="bob@example.com", region="South", club_member=False),
                Customer(
                    customer_id="ann", email="Ann@example.com", region="North", club_member=True, first_name="Ann"
                ),
                Customer(customer_id="cay", region="North"),
            ]
        )


def test_everybody_with_a_record_is_known(database):
    with database.read() as session:
        assert everybody(session) == {"ann", "bob", "cay"}


def test_addresses_are_those_of_the_customers_asked_for_who_have_one(database):
    with database.read() as session:
        assert addresses_of(session, ["ann", "cay", "stranger"]) == {"ann": "Ann@example.com"}


def test_people_come_by_id_with_the_columns_that_mails_use(database):
    with database.read() as session:
        rows = people(session, ["bob", "ann", "stranger"])
    assert [(row.customer_id, row.first_name, row.language) for row in rows] == [
        ("ann", "Ann", None),
        ("bob", None, None),
    ]


def test_a_field_of_the_record_selects_and_lists_its_values(database):
    with database.read() as session:
        assert with_profile(session, "region", ["North", "West"]) == {"ann", "cay"}
        assert with_profile(session, "club_member", ["false"]) == {"bob"}
        assert profile_values(session, "region") == ["North", "South"]
        assert profile_values(session, "city") == []
