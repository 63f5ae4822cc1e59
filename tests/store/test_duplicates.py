import pytest

from crm_core.store.duplicates import CROWD, distinguish, likely_pairs, undecided
from crm_core.store.merges import merge
from crm_core.store.tables import Customer


def add(database, *people):
    with database.write() as session:
        for number, fields in enumerate(people, start=1):
            session.add(Customer(**{"customer_id": str(number), "extra": {}, **fields}))


def found(database):
    with database.read() as session:
        pairs = likely_pairs(session)
        assert list(pairs.columns) == ["first_id", "second_id", "score", "reasons"]
        return [tuple(row) for row in pairs.itertuples(index=False)]


def named(first, last, **more):
    return {"first_name": first, "last_name": last, **more}


@pytest.mark.parametrize(
    ("one", "other", "reason", "score"),
    [
        ({"email_normalised": "a@x.test"}, {"email_normalised": "a@x.test"}, "same e-mail", 60),
        ({"phone_normalised": "0888123456"}, {"phone_normalised": "0888123456"}, "same phone", 40),
        ({"phone_normalised": "0888123456"}, {"phone_normalised": "+359888123456"}, "phones with the same ending", 25),
        (named("Ann", "Lee", birthday=1), named("LEE", "Ánn", birthday=1), "same name and birthday", 50),
        (named("Ann", "Lee", address="Main 1", city="Ruse"), named("Ann", "Lee", address="MAIN, 1", city="Ruse"),
         "same name and address", 40),
        (named("Ann", "Lee", postal_code="70 00"), named("Ann", "Lee", postal_code="7000"),
         "same name and postal code", 30),
        (named("Ann", "Lee", city="Ruse"), named("Ann", "Lee", city="ruse"), "same name and city", 15),
    ],
)  # fmt: skip
def test_a_pair_is_listed_with_its_reason_in_words(database, one, other, reason, score):
    add(database, one, other)
    assert found(database) == [("1", "2", score, reason)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"phone_normalised": ""}, {"phone_normalised": ""}),
        ({"email_normalised": None}, {"email_normalised": None}),
        (named("Ann", "Lee"), named("Ann", "Lee")),
        (named("Ann", "Lee", birthday=1, city="Ruse"), named("Ann", "Lee", birthday=2, city="Ruse")),
        (named("Ann", "", birthday=1), named("Ann", "", birthday=1)),
        (named("Ann", "Lee", birthday=1), named("Bob", "Lee", birthday=1)),
    ],
)
def test_what_says_too_little_makes_no_pair(database, one, other):
    add(database, one, other)
    assert found(database) == []


def test_reasons_add_up_and_the_likeliest_comes_first(database):
    ann = named("Ann", "Lee", email_normalised="a@x.test", birthday=1, address="Main 1")
    add(database, ann, ann, named("Ann", "Lee", address="main 1", birthday=None))
    assert found(database) == [
        ("1", "2", 150, "same e-mail, same name and birthday, same name and address"),
        ("1", "3", 40, "same name and address"),
        ("2", "3", 40, "same name and address"),
    ]


def test_a_name_that_many_have_says_nothing_with_the_city_alone(database):
    add(database, *[named("Ann", "Lee", city="Ruse")] * 2, named("Ann", "Lee", city="Varna"))
    assert found(database) == []


def test_what_a_crowd_shares_says_nothing(database):
    add(database, *[{"email_normalised": "till@x.test"}] * CROWD)
    assert len(found(database)) == CROWD * (CROWD - 1) // 2
    with database.write() as session:
        session.add(Customer(customer_id="one more", email_normalised="till@x.test", extra={}))
    assert found(database) == []


def test_pairs_said_to_be_different_people_are_not_listed_again_not_even_after_a_merge(database, now):
    same = {"email_normalised": "a@x.test"}
    add(database, same, same, same)
    with database.write() as session:
        distinguish(session, "3", "2", user="ann", now=now)
        distinguish(session, "2", "3", user="ann", now=now)
    with database.read() as session:
        left = undecided(session, likely_pairs(session))
        assert list(zip(left.first_id, left.second_id, strict=True)) == [("1", "2"), ("1", "3")]
    with database.write() as session:
        merge(session, "1", "2", choices={}, user="ann", now=now)
    with database.read() as session:
        assert undecided(session, likely_pairs(session)).empty
