from crm_core.columns import Kind
from crm_core.ingest.policy import Policy
from crm_core.store import consents

HEADER = "order,line,customer,date,amount\n"
CONSENT = "id,email,consent,consent_date,consent_source,consent_wording\n"


def test_an_import_that_only_adds_leaves_known_lines_as_they_are(importing):
    importing.load(Kind.ORDER_LINES, HEADER + "A,1,ann,2026-01-01,1\nA,2,ann,2026-01-01,2\n")
    later = HEADER + "A,1,ann,2026-01-01,9\nA,2,ann,2026-01-01,2\nB,1,bob,2026-01-02,3\n"
    counts = importing.check(Kind.ORDER_LINES, later, policy=Policy.ADD).counts
    assert (counts.new, counts.changed, counts.kept, counts.unchanged) == (1, 0, 1, 1)
    record = importing.load(Kind.ORDER_LINES, later, policy=Policy.ADD).record
    assert (record.policy, record.counts["kept"], record.counts["changed"]) == ("add", 1, 0)
    assert importing.lines() == [("A", 1, 100), ("A", 2, 200), ("B", 1, 300)]


def test_an_import_that_only_adds_leaves_known_customers_as_they_are(importing):
    importing.load(Kind.CUSTOMERS, "id,first name\n1,Ann\n")
    record = importing.load(Kind.CUSTOMERS, "id,first name\n1,Anna\n2,Bob\n", policy=Policy.ADD).record
    assert (record.counts["new"], record.counts["kept"]) == (1, 1)
    query = "SELECT customer_id, first_name, updated_import_id FROM customers ORDER BY 1"
    assert importing.sql(query) == [("1", "Ann", 1), ("2", "Bob", 2)]
    assert importing.sql("SELECT count(*) FROM rows_before") == [(0,)]


def test_an_opt_out_is_recorded_whatever_the_policy_and_a_yes_is_not(importing, installation):
    importing.load(Kind.CUSTOMERS, "id,email\n1,ann@x.com\n2,bob@x.com\n")
    said = CONSENT + "1,new@x.com,no,,,\n2,bob@x.com,yes,2026-02-01,form,I agree\n"
    importing.load(Kind.CUSTOMERS, said, policy=Policy.ADD)
    with installation.database.read() as session:
        assert consents.current(session, ["1", "2"]) == {"1": "unsubscribed"}
    assert importing.sql("SELECT email FROM customers ORDER BY 1") == [("ann@x.com",), ("bob@x.com",)]
