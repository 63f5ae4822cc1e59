from datetime import UTC, datetime

import pytest

from crm_core.columns import FIELDS, Kind
from crm_core.store import consents
from crm_core.store.directory import customer_records
from crm_core.store.tables import Consent, Customer

AT = datetime(2026, 3, 4, 12, tzinfo=UTC)


def evidence(customer_id, status, **more):
    return Consent(
        customer_id=customer_id, status=status, at=AT, recorded_at=AT, source="shop", wording="Yes, please", **more
    )


@pytest.fixture
def people(database):
    with database.write() as session:
        session.add_all(
            [
                Customer(
                    customer_id="2", first_name="Анна", birthday=-365, club_member=True, extra={"shoe size": "38"}
                ),
                Customer(customer_id="1", email="a@example.com", created=20_000),
                Customer(customer_id="3"),
            ]
        )
        session.add_all([evidence("2", "confirmed"), evidence("3", "confirmed"), evidence("3", "unsubscribed")])
    with database.read() as session:
        yield customer_records(session).set_index("customer_id", drop=False)


def test_every_customer_has_a_row_in_the_columns_of_the_import(people):
    assert list(people.customer_id) == ["1", "2", "3"]
    assert {field.name for field in FIELDS[Kind.CUSTOMERS]} | {"shoe size"} == set(people.columns)


def test_dates_are_written_and_values_of_unknown_columns_kept(people):
    assert people.loc["2", "birthday"] == "1969-01-01"
    assert people.loc["1", "created"] == "2024-10-04"
    assert people.loc["2", "shoe size"] == "38"
    assert people.loc["1", ["birthday", "shoe size"]].isna().all()


def test_consent_is_told_only_where_it_is_proved(people):
    assert people.loc["2", ["consent", "consent_date", "consent_source", "consent_wording"]].tolist() == [
        "yes",
        "2026-03-04",
        "shop",
        "Yes, please",
    ]
    assert people.loc["3", "consent"] == "no"
    assert people.loc["1", "consent":"consent_wording"].isna().all()
    assert people.loc["3", ["consent_date", "consent_source"]].isna().all()


def test_an_empty_list_still_has_its_columns(database):
    with database.read() as session:
        table = customer_records(session)
    assert table.empty
    assert {"customer_id", "email", "consent"} <= set(table.columns)


def test_who_unsubscribed_is_not_told_as_consenting(database, now):
    with database.write() as session:
        session.add_all([Customer(customer_id="1"), evidence("1", "confirmed")])
        consents.unsubscribe(session, "1", "a@example.com", now=now, source="link")
    with database.read() as session:
        assert customer_records(session).consent.tolist() == ["no"]
