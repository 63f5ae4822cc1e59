from datetime import timedelta

import pytest

from crm_core.errors import StoreError
from crm_core.store.consents import Status, current, history, renew, unsubscribe
from crm_core.store.suppressions import Reason, is_suppressed, suppress
from crm_core.store.tables import Consent, Import


@pytest.fixture
def say(database, now):
    """Adds a piece of evidence: say("ann", "confirmed"); as an import brings it: say("ann", "confirmed", file=1)."""
    with database.write() as session:
        session.add(Import(kind="customers", file_name="a.csv", sha256="0", imported_at=now, imported_by="boss"))

    def add(customer_id, status, *, file=None, purpose="marketing"):
        with database.write() as session:
            session.add(
                Consent(
                    customer_id=customer_id, status=status, at=now, recorded_at=now, source="form",
                    import_id=file, purpose=purpose,
                )
            )  # fmt: skip

    return add


@pytest.fixture
def status(database):
    def of(customer_id, purpose="marketing"):
        with database.read() as session:
            return current(session, [customer_id], purpose=purpose).get(customer_id)

    return of


@pytest.fixture
def leave(database, now):
    def ask(customer_id="ann", purpose="marketing"):
        with database.write() as session:
            return unsubscribe(session, customer_id, "ann@example.com", now=now, source="link", purpose=purpose)

    return ask


def test_the_newest_evidence_of_a_customer_and_purpose_counts(say, status):
    say("ann", "unconfirmed")
    say("ann", "confirmed")
    say("ann", "unconfirmed", purpose="surveys")
    assert status("ann") is Status.CONFIRMED
    assert status("ann", "surveys") is Status.UNCONFIRMED
    assert status("bob") is None


def test_unsubscribing_leaves_a_no_and_a_suppressed_address(database, say, status, leave):
    say("ann", "confirmed")
    assert leave()
    assert status("ann") is Status.UNSUBSCRIBED
    with database.read() as session:
        assert is_suppressed(session, "ann@example.com")
        assert [row.status for row in history(session, "ann")] == ["unsubscribed", "confirmed"]


def test_unsubscribing_twice_adds_nothing(database, leave):
    assert leave()
    assert not leave()
    with database.read() as session:
        assert len(history(session, "ann")) == 1


def test_an_address_suppressed_before_still_gets_its_no_on_record(database, now, status, leave):
    with database.write() as session:
        suppress(session, "ann@example.com", Reason.COMPLAINT, now=now)
    assert leave()
    assert status("ann") is Status.UNSUBSCRIBED


def test_no_import_turns_a_no_into_a_yes(say, status, leave):
    leave()
    say("ann", "confirmed", file=1)
    say("ann", "unconfirmed", file=1)
    assert status("ann") is Status.UNSUBSCRIBED


def test_an_import_may_bring_a_no(say, status):
    say("ann", "confirmed", file=1)
    say("ann", "unsubscribed", file=1)
    assert status("ann") is Status.UNSUBSCRIBED


def test_leaving_one_purpose_says_nothing_about_another(say, status, leave):
    say("ann", "confirmed", purpose="surveys")
    leave(purpose="marketing")
    assert status("ann", "surveys") is Status.CONFIRMED


def test_only_fresh_consent_with_its_evidence_turns_a_no_into_a_yes(database, now, say, status, leave):
    leave()
    fresh = {"at": now + timedelta(days=1), "now": now + timedelta(days=1), "user": "boss"}
    with pytest.raises(StoreError, match="wording"), database.write() as session:
        renew(session, "ann", "ann@example.com", source="phone", wording=" ", **fresh)
    assert status("ann") is Status.UNSUBSCRIBED
    with database.write() as session:
        renew(session, "ann", "ann@example.com", source="phone", wording="Yes, mail me.", **fresh)
    assert status("ann") is Status.CONFIRMED
    with database.read() as session:
        assert not is_suppressed(session, "ann@example.com")
    say("ann", "unsubscribed", file=1)
    assert status("ann") is Status.UNSUBSCRIBED
