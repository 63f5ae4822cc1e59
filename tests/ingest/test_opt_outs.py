import pytest

from crm_core.columns import Kind
from crm_core.errors import IngestError
from crm_core.ingest.merging import merge_customers
from crm_core.ingest.policy import Policy
from crm_core.ingest.undoing import redo, undo
from crm_core.store import consents
from tests.builders import ANN

KNOWN = "id,email,consent,consent_date,consent_source,consent_wording\n" + "".join(
    f"{name},{name}@x.com,yes,2026-02-01,web form,I agree\n" for name in ("ann", "bob", "eve")
)
HEADER = "id,email,birthday,consent,language\n"
SOUND = "new,new@x.com,1990-01-31,,\n"


@pytest.fixture
def status(installation):
    def of(*customer_ids):
        with installation.database.read() as session:
            found = consents.current(session, customer_ids)
        return [each for each in customer_ids if found.get(each) == "unsubscribed"]

    return of


@pytest.mark.parametrize("policy", [Policy.ADD, Policy.UPDATE, Policy.REPLACE])
@pytest.mark.parametrize(
    "rows",
    [
        "ann,ann@x.com,,no,\nann,ann@x.com,,yes,\n",  # one number, two contents
        "ann,ann@x.com,,no,far-too-long-for-a-language\n",  # a cell with an error beside it
        ",ann@x.com,1990-01-01,no,\n,ann@x.com,1991-01-01,no,\n",  # one customer found twice by the address
        "unknown,ann@x.com,,no,\nunknown,ann@x.com,,yes,\n",  # the address says who it is
    ],
)
def test_the_no_of_a_row_that_stays_out_is_recorded(importing, status, policy, rows):
    importing.load(Kind.CUSTOMERS, KNOWN)
    corrected = importing.load(Kind.CUSTOMERS, HEADER + "old,old@x.com,,,\n").record.id
    replaces = corrected if policy is Policy.REPLACE else None
    checked = importing.check(Kind.CUSTOMERS, HEADER + SOUND + rows, policy=policy, replaces=replaces)
    assert checked.counts.rejected > 0
    assert "The opt-outs of 1 known customer stand in rows that stay out: they are recorded all the same." in (
        checked.notes
    )
    importing.commit(checked)
    assert status("ann", "bob", "new") == ["ann"]
    assert importing.sql("SELECT birthday FROM customers WHERE customer_id = 'ann'") == [(None,)]


def test_the_no_of_an_address_that_several_have_counts_for_each_of_them(importing, status):
    importing.load(Kind.CUSTOMERS, KNOWN.replace("bob@x.com", "ann@x.com"))
    importing.load(Kind.CUSTOMERS, HEADER + SOUND + ",ann@x.com,,no,\n")
    assert status("ann", "bob", "eve") == ["ann", "bob"]


def test_the_no_of_a_merged_record_counts_for_the_one_that_was_kept(importing, status, now):
    importing.load(Kind.CUSTOMERS, KNOWN)
    merge_customers(importing.installation.database, ANN, "ann", "bob", choices={}, now=now)
    importing.load(Kind.CUSTOMERS, HEADER + SOUND + "bob,bob@x.com,,no,far-too-long-for-a-language\n")
    assert status("ann", "eve") == ["ann"]


def test_a_row_passed_over_for_the_record_that_was_kept_still_says_its_no(importing, status, now):
    importing.load(Kind.CUSTOMERS, KNOWN)
    merge_customers(importing.installation.database, ANN, "ann", "bob", choices={}, now=now)
    importing.load(Kind.CUSTOMERS, HEADER + "ann,ann@x.com,,,\nbob,bob@x.com,,no,\n")
    assert status("ann", "eve") == ["ann"]


def test_a_no_that_stays_out_beats_the_yes_of_another_row_for_a_customer_who_is_new(importing, status):
    rows = KNOWN.replace("\n", ",language\n", 1).replace("I agree\n", "I agree,\n")
    importing.load(Kind.CUSTOMERS, rows + "other,ann@x.com,no,,,,far-too-long-for-a-language\n")
    assert status("ann", "bob", "eve") == ["ann"]
    assert importing.sql("SELECT status FROM consents WHERE customer_id = 'ann'") == [("unsubscribed",)]


def test_a_file_of_which_every_row_stays_out_still_brings_its_opt_outs(importing, status, installation, now):
    importing.load(Kind.CUSTOMERS, KNOWN)
    record = importing.load(Kind.CUSTOMERS, HEADER + "ann,ann@x.com,,no,far-too-long-for-a-language\n").record
    assert (record.counts["new"], record.counts["changed"], record.counts["rejected"]) == (0, 0, 1)
    assert status("ann", "bob") == ["ann"]
    undo(installation, record.id, actor=ANN, now=now)
    assert status("ann", "bob") == ["ann"]
    redo(installation, record.id, actor=ANN, now=now)
    assert importing.sql("SELECT count(*) FROM consents WHERE status = 'unsubscribed'") == [(1,)]


def test_a_file_without_numbers_of_customers_of_which_every_row_stays_out(importing, status):
    importing.load(Kind.CUSTOMERS, KNOWN)
    content = "email,consent,language\nann@x.com,no,far-too-long-for-a-language\n"
    assert importing.check(Kind.CUSTOMERS, content).opt_outs == 1
    importing.load(Kind.CUSTOMERS, content)
    assert status("ann", "bob") == ["ann"]


def test_a_no_that_names_nobody_known_is_told_and_so_is_a_file_refused_with_it(importing, status):
    rows = HEADER + "ghost,ghost@x.com,,no,far-too-long-for-a-language\n"
    said = "1 row that stays out says no to mail for somebody who is not known: that is not recorded."
    assert any(note.startswith(said) for note in importing.check(Kind.CUSTOMERS, rows + SOUND).notes)
    with pytest.raises(IngestError, match=r"No row of the file can be imported.*not recorded.*suppression list"):
        importing.load(Kind.CUSTOMERS, rows)
    assert status("ghost") == []


def test_a_no_known_already_is_not_recorded_again(importing):
    importing.load(Kind.CUSTOMERS, HEADER + "ann,ann@x.com,,no,\n")
    checked = importing.check(Kind.CUSTOMERS, HEADER + SOUND + "ann,ann@x.com,,no,far-too-long-for-a-language\n")
    assert not any("opt-outs" in note for note in checked.notes)
    importing.load(
        Kind.CUSTOMERS, HEADER + SOUND + "ann,ann@x.com,,no,far-too-long-for-a-language\nann,ann@x.com,,no,\n"
    )
    assert importing.sql("SELECT count(*) FROM consents") == [(1,)]
