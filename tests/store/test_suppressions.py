import pytest

from crm_core.errors import StoreError
from crm_core.store.suppressions import (
    Reason,
    address_hash,
    is_suppressed,
    lift,
    lift_unsubscribed,
    listing,
    suppress,
    suppressed,
)


def add(database, now, address, reason):
    with database.write() as session:
        return suppress(session, address, reason, now=now, source="test")


def reasons(database, *addresses):
    with database.read() as session:
        return suppressed(session, addresses)


def test_every_spelling_of_a_suppressed_address_is_suppressed(database, now):
    assert add(database, now, " Ann@Example.com", Reason.MANUAL)
    with database.read() as session:
        assert is_suppressed(session, "ANN@example.COM ")
        assert not is_suppressed(session, "bob@example.com")


def test_the_stronger_reason_stays_whatever_comes_first(database, now):
    assert add(database, now, "ann@example.com", Reason.HARD_BOUNCE)
    assert add(database, now, "ann@example.com", Reason.UNSUBSCRIBED)
    assert not add(database, now, "ann@example.com", Reason.MANUAL)
    assert reasons(database, "ann@example.com", "bob@example.com") == {"ann@example.com": Reason.UNSUBSCRIBED}


def test_what_we_added_can_be_lifted_and_added_again(database, now):
    add(database, now, "ann@example.com", Reason.MANUAL)
    with database.write() as session:
        lift(session, address_hash("ann@example.com"), user="boss", now=now)
    assert reasons(database, "ann@example.com") == {}
    assert add(database, now, "ann@example.com", Reason.MANUAL)
    assert reasons(database, "ann@example.com") == {"ann@example.com": Reason.MANUAL}


@pytest.mark.parametrize("reason", [Reason.UNSUBSCRIBED, Reason.COMPLAINT])
def test_nobody_here_lifts_what_the_recipient_asked_for(database, now, reason):
    add(database, now, "ann@example.com", reason)
    with pytest.raises(StoreError, match="fresh consent"), database.write() as session:
        lift(session, address_hash("ann@example.com"), user="boss", now=now)
    assert reasons(database, "ann@example.com") == {"ann@example.com": reason}


def test_fresh_consent_lifts_an_unsubscribe_but_never_a_complaint(database, now):
    add(database, now, "ann@example.com", Reason.UNSUBSCRIBED)
    add(database, now, "bob@example.com", Reason.COMPLAINT)
    with database.write() as session:
        for address in ("ann@example.com", "bob@example.com", "nobody@example.com"):
            lift_unsubscribed(session, address, user="boss", now=now)
    assert reasons(database, "ann@example.com", "bob@example.com") == {"bob@example.com": Reason.COMPLAINT}


def test_what_is_no_address_is_refused(database, now):
    with pytest.raises(StoreError, match="'ann' is not an e-mail address"):
        add(database, now, "ann", Reason.MANUAL)


def test_the_list_is_searched_by_part_of_an_address_and_takes_signs_literally(database, now):
    for address in ("ann_lee@example.com", "annxlee@example.com", "bob@example.com"):
        add(database, now, address, Reason.MANUAL)
    with database.read() as session:
        assert [row.address for row in listing(session, search="n_LEE")] == ["ann_lee@example.com"]
        assert len(listing(session)) == 3


def test_an_erased_address_is_still_found_and_still_suppressed(database, now):
    add(database, now, "ann@example.com", Reason.COMPLAINT)
    with database.write() as session:
        listing(session)[0].address = None
    with database.read() as session:
        assert len(listing(session, search="Ann@example.com")) == 1
        assert is_suppressed(session, "ann@example.com")


def test_many_addresses_are_asked_at_once(database, now):
    add(database, now, "c70000@example.com", Reason.MANUAL)
    assert list(reasons(database, *(f"c{n}@example.com" for n in range(100_000)))) == ["c70000@example.com"]
