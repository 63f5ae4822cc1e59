from datetime import timedelta

import pytest

from crm_core.columns import Kind
from crm_core.ingest.merging import merge_customers, undo_merge
from crm_core.ingest.undoing import undo
from crm_core.store import consents, suppressions
from tests.builders import ANN

HEADER = "id,email,consent,consent_date,consent_source,consent_wording\n"
YES = "1,ann@x.com,yes,2026-02-01,web form,I agree to mails\n"
NO = "1,ann@x.com,no,,,\n"


@pytest.fixture
def status(installation):
    def of(customer_id="1"):
        with installation.database.read() as session:
            return consents.current(session, [customer_id]).get(customer_id)

    return of


def test_fresh_consent_is_recorded_with_its_evidence(importing, status):
    importing.load(Kind.CUSTOMERS, HEADER + YES)
    assert status() == "confirmed"
    ((at, source, wording, import_id),) = importing.sql("SELECT at, source, wording, import_id FROM consents")
    assert (str(at)[:10], source, wording, import_id) == ("2026-02-01", "web form", "I agree to mails", 1)


@pytest.mark.parametrize("missing", ["2026-02-01", "web form", "I agree to mails"])
def test_a_yes_without_date_source_or_wording_is_not_recorded_and_says_so(importing, status, told, missing):
    content = HEADER + YES.replace(missing, "")
    assert "is a yes without its date, source and wording" in told(importing.check(Kind.CUSTOMERS, content))[0]
    importing.load(Kind.CUSTOMERS, content)
    assert status() is None


def test_a_missing_column_is_one_warning_for_the_file_with_the_number_of_rows(importing, status, told):
    content = "id,email,consent,consent_date\n1,a@x.com,yes,2026-02-01\n2,b@x.com,yes,\n3,c@x.com,no,\n"
    assert told(importing.check(Kind.CUSTOMERS, content)) == [
        "Row 1, column 'consent': 'yes' stands in 2 rows and is not recorded: the file has no consent source, "
        "consent wording. Add what is missing, or record consent on the customers' pages."
    ]
    assert [each.rows for each in importing.check(Kind.CUSTOMERS, content).tallies] == [2]
    importing.load(Kind.CUSTOMERS, content)
    assert (status("1"), status("3")) == (None, "unsubscribed")


def test_a_no_is_always_recorded(importing, status):
    importing.load(Kind.CUSTOMERS, HEADER + YES)
    assert importing.load(Kind.CUSTOMERS, HEADER + NO).record.counts["changed"] == 1
    assert status() == "unsubscribed"


def test_a_no_in_a_file_is_never_turned_into_a_yes_by_a_later_file(importing, status, told):
    importing.load(Kind.CUSTOMERS, HEADER + NO)
    later = HEADER + YES.replace("2026-02-01", "2026-06-30")
    assert "the customer opted out earlier" in told(importing.check(Kind.CUSTOMERS, later))[0]
    importing.load(Kind.CUSTOMERS, later)
    assert status() == "unsubscribed"
    assert importing.sql("SELECT count(*) FROM consents") == [(1,)]


def test_an_unsubscribe_by_link_outlives_every_import(importing, installation, status, now):
    importing.load(Kind.CUSTOMERS, HEADER + YES)
    with installation.database.write() as session:
        consents.unsubscribe(session, "1", "ann@x.com", now=now + timedelta(days=1), source="link in a mail")
    importing.load(Kind.CUSTOMERS, HEADER + YES.replace("2026-02-01", "2026-06-30"))
    assert status() == "unsubscribed"


def test_an_address_on_the_suppression_list_gets_no_consent_under_a_new_id(importing, installation, status, now):
    with installation.database.write() as session:
        suppressions.suppress(session, "ann@x.com", suppressions.Reason.UNSUBSCRIBED, now=now)
    importing.load(Kind.CUSTOMERS, HEADER + YES.replace("1,ann@", "7,Ann@"))
    assert status("7") is None


def test_evidence_known_already_is_not_recorded_twice(importing):
    importing.load(Kind.CUSTOMERS, HEADER + YES)
    again = importing.load(Kind.CUSTOMERS, HEADER + YES + "2,,,,,\n")
    assert again.record.counts["unchanged"] == 1
    assert importing.sql("SELECT count(*) FROM consents") == [(1,)]


def test_undo_takes_a_yes_back_but_an_opt_out_stays(importing, installation, status, now):
    first = importing.load(Kind.CUSTOMERS, HEADER + YES)
    undo(installation, first.record.id, actor=ANN, now=now)
    assert status() is None
    second = importing.load(Kind.CUSTOMERS, HEADER + NO)
    undo(installation, second.record.id, actor=ANN, now=now)
    assert status() == "unsubscribed"


def test_a_no_said_while_the_no_of_a_merge_counts_outlives_the_merge(importing, now):
    header = "id,email,consent,consent_date,consent_source,consent_wording\n"
    importing.load(Kind.CUSTOMERS, header + "1,a@x.com,,,,\n2,b@x.com,no,,,\n")
    past = merge_customers(importing.installation.database, ANN, "1", "2", choices={}, now=now)
    importing.load(Kind.CUSTOMERS, header + "1,a@x.com,no,2026-06-01,,\n")
    importing.load(Kind.CUSTOMERS, header + "1,a@x.com,no,2026-06-02,,\n")  # said already
    assert len(importing.sql("SELECT 1 FROM consents WHERE import_id IN (2, 3)")) == 1
    undo_merge(importing.installation.database, ANN, past.id, now=now)
    importing.load(Kind.CUSTOMERS, header + "1,a@x.com,yes,2026-06-03,form,I agree\n")
    with importing.installation.database.read() as session:
        assert consents.current(session, ["1", "2"]) == {"1": "unsubscribed", "2": "unsubscribed"}


@pytest.mark.parametrize("word", ["unsubscribed", "Opted-out", "opt_out", "not_subscribed"])
def test_what_programs_for_mail_write_is_a_no(importing, word):
    importing.load(Kind.CUSTOMERS, f"id,email,consent\n1,a@x.com,{word}\n")
    assert importing.sql("SELECT status FROM consents") == [("unsubscribed",)]
