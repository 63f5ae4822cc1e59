from datetime import timedelta

import pytest

from crm_core.columns import Kind
from crm_core.errors import IngestError
from crm_core.ingest.loading import load
from crm_core.ingest.policy import Policy
from crm_core.ingest.undoing import redo, undo
from crm_core.permissions import Somebody
from crm_core.store import consents, suppressions
from crm_core.store.data_version import data_version
from crm_core.store.ledger import folder
from tests.builders import ANN

HEADER = "order,line,customer,date,amount\n"
JAN = HEADER + "A,1,ann,2026-01-01,1.50\nA,2,ann,2026-01-01,2.50\n"
FEB = HEADER + "A,2,ann,2026-01-01,3.50\nB,1,bob,2026-02-01,4.50\n"
MAR = HEADER + "C,1,bob,2026-03-01,5.50\n"
CUSTOMERS = "SELECT customer_id, first_name, email, extra, search_text, updated_import_id FROM customers ORDER BY 1"
CONSENT = "id,email,consent,consent_date,consent_source,consent_wording\n"


@pytest.fixture
def back(installation, now):
    return lambda number: undo(installation, number, actor=ANN, now=now)


@pytest.fixture
def again(installation, now):
    return lambda number: redo(installation, number, actor=ANN, now=now + timedelta(hours=1))


def replaced(importing, kind, content, number):
    return importing.load(kind, content, policy=Policy.REPLACE, replaces=number).record


def files(installation):
    return {path.name for path in folder(installation.database).iterdir()}


def test_an_undone_import_of_lines_comes_back(importing, installation, back, again):
    importing.load(Kind.ORDER_LINES, JAN)
    importing.load(Kind.ORDER_LINES, FEB)
    before = importing.lines()
    back(2)
    assert importing.lines() == [("A", 1, 150), ("A", 2, 250)]
    record = again(2)
    assert (record.id, record.is_committed, record.undone_at) == (2, True, None)
    assert importing.lines() == before
    with installation.database.read() as session:
        assert data_version(session) == 4
    assert importing.sql("SELECT user_name, action, subject FROM audit_log")[-1] == (
        "ann", "import.redo", "import 2 order-lines"
    )  # fmt: skip


def test_an_undone_import_of_customers_comes_back_and_can_be_undone_again(importing, installation, back, again):
    importing.load(Kind.CUSTOMERS, "id,first name,email,Hat\n1,Ann,ann@x.com,56\n")
    first = importing.sql(CUSTOMERS)
    importing.load(Kind.CUSTOMERS, "id,first name,email,Hat\n1,Anna,,58\n2,Bob,,\n")
    both = importing.sql(CUSTOMERS)
    for _ in range(2):
        back(2)
        assert importing.sql(CUSTOMERS) == first
        again(2)
        assert importing.sql(CUSTOMERS) == both
    assert files(installation) == {name for (name,) in importing.sql("SELECT rows_file FROM imports")}


def test_answers_come_back(importing, back, again):
    query = "SELECT response_id, code, number, text FROM answers ORDER BY 1, 2"
    importing.load(Kind.ANSWERS, "id,date,nps,comment\nr1,2026-01-01,9,good\n")
    importing.load(Kind.ANSWERS, "id,date,nps,csat\nr1,2026-01-01,3,1\nr2,2026-01-01,4,2\n")
    both = importing.sql(query)
    back(2)
    again(2)
    assert importing.sql(query) == both


def test_redoing_what_counts_or_does_not_exist_is_refused(importing, again):
    importing.load(Kind.ORDER_LINES, JAN)
    with pytest.raises(IngestError, match=r"Import 1 .* is not undone"):
        again(1)
    with pytest.raises(IngestError, match="There is no import 9"):
        again(9)


def test_redo_is_refused_when_another_file_was_imported_meanwhile(importing, back, again):
    importing.load(Kind.ORDER_LINES, JAN)
    back(1)
    importing.load(Kind.PRODUCTS, "id,product\np1,Pot\n")  # of another kind: it does not matter
    importing.load(Kind.ORDER_LINES, MAR)
    with pytest.raises(IngestError, match=r"3 \(file.csv\) was imported while it was undone"):
        again(1)
    back(3)
    assert again(1).is_committed
    with pytest.raises(IngestError, match=r"1 \(file.csv\) was imported while it was undone"):
        again(3)  # it was compared while import 1 did not count


def test_what_was_imported_in_peace_does_not_stop_a_redo(importing, back, again):
    importing.load(Kind.ORDER_LINES, JAN)
    importing.load(Kind.ORDER_LINES, MAR)
    back(1)
    again(1)
    assert len(importing.lines()) == 3


def test_redo_is_refused_while_what_it_builds_on_is_undone(importing, back, again):
    importing.load(Kind.ORDER_LINES, JAN)
    importing.load(Kind.ORDER_LINES, FEB)
    back(2)
    back(1)
    with pytest.raises(IngestError, match="builds on import 1, which is undone"):
        again(2)
    again(1)
    again(2)
    assert importing.lines() == [("A", 1, 150), ("A", 2, 350), ("B", 1, 450)]


def test_redo_subscribes_nobody_who_opted_out_since(importing, installation, back, again, now):
    yes = "yes,2026-02-01,form,I agree\n"
    importing.load(
        Kind.CUSTOMERS, CONSENT + f"1,a@x.com,{yes}2,b@x.com,{yes}3,c@x.com,{yes}4,d@x.com,no,2026-02-01,,\n"
    )
    back(1)
    with installation.database.write() as session:
        consents.unsubscribe(session, "2", "b@x.com", now=now, source="link")
        suppressions.suppress(session, "c@x.com", suppressions.Reason.COMPLAINT, now=now)
    again(1)
    with installation.database.read() as session:
        found = consents.current(session, ["1", "2", "3", "4"])
    assert found == {"1": "confirmed", "2": "unsubscribed", "4": "unsubscribed"}
    assert importing.sql("SELECT customer_id FROM consents WHERE status = 'unsubscribed' ORDER BY 1") == [
        ("2",), ("4",)
    ]  # fmt: skip


def test_a_corrected_file_takes_the_place_of_its_first_version(importing, back):
    importing.load(Kind.ORDER_LINES, JAN)
    importing.load(Kind.ORDER_LINES, FEB)
    corrected = HEADER + "A,2,ann,2026-01-01,3.00\nD,1,bob,2026-02-01,9.00\n"
    record = replaced(importing, Kind.ORDER_LINES, corrected, 2)
    assert (record.policy, record.replaces, record.counts["new"], record.counts["changed"]) == ("replace", 2, 1, 1)
    assert importing.lines() == [("A", 1, 150), ("A", 2, 300), ("D", 1, 900)]
    back(3)
    assert importing.lines() == [("A", 1, 150), ("A", 2, 350), ("B", 1, 450)]
    assert importing.sql("SELECT id, status FROM imports ORDER BY 1") == [
        (1, "committed"), (2, "committed"), (3, "undone")
    ]  # fmt: skip


def test_a_replacement_can_be_redone_and_takes_the_first_version_out_again(importing, back, again):
    importing.load(Kind.ORDER_LINES, JAN)
    replaced(importing, Kind.ORDER_LINES, MAR, 1)
    back(2)
    assert importing.lines() == [("A", 1, 150), ("A", 2, 250)]
    again(2)
    assert importing.lines() == [("C", 1, 550)]


def test_corrected_customers_are_compared_with_what_was_before_the_first_version(importing, back):
    importing.load(Kind.CUSTOMERS, "id,first name,email,Hat\n1,Ann,ann@x.com,56\n3,Cay,,\n")
    importing.load(Kind.CUSTOMERS, "id,first name,email,Hat\n1,Wrong,wrong@x.com,9\n2,Bob,,\n3,Cay,,7\n")
    wrong = importing.sql(CUSTOMERS)
    corrected = "id,first name,Hat\n1,Anna,58\n3,Cay,\n4,Dan,\n"
    checked = importing.check(Kind.CUSTOMERS, corrected, policy=Policy.REPLACE, replaces=2)
    assert (checked.counts.new, checked.counts.changed, checked.counts.unchanged) == (1, 1, 1)
    assert ["1", "first_name", "Ann", "Anna"] in checked.changes.to_numpy().tolist()
    replaced(importing, Kind.CUSTOMERS, corrected, 2)
    query = "SELECT customer_id, first_name, email, updated_import_id FROM customers ORDER BY 1"
    assert importing.sql(query) == [("1", "Anna", "ann@x.com", 3), ("3", "Cay", None, 1), ("4", "Dan", None, 3)]
    back(3)
    assert importing.sql(CUSTOMERS) == wrong


def test_a_yes_in_the_first_version_goes_with_it(importing, installation):
    importing.load(Kind.CUSTOMERS, CONSENT + "1,a@x.com,yes,2026-02-01,form,I agree\n2,b@x.com,no,2026-02-01,,\n")
    replaced(importing, Kind.CUSTOMERS, "id,email\n1,a@x.com\n2,b@x.com\n", 1)
    with installation.database.read() as session:
        assert consents.current(session, ["1", "2"]) == {"2": "unsubscribed"}


def test_replacing_is_refused_with_the_reason(importing, back):
    importing.load(Kind.ORDER_LINES, JAN)
    importing.load(Kind.ORDER_LINES, FEB)
    importing.load(Kind.PRODUCTS, "id,product\np1,Pot\n")
    for number, why in ((1, "later imports met the same rows: 2"), (3, "holds products"), (9, "no import 9")):
        with pytest.raises(IngestError, match=why):
            replaced(importing, Kind.ORDER_LINES, MAR, number)
    back(2)
    with pytest.raises(IngestError, match="undone already"):
        replaced(importing, Kind.ORDER_LINES, MAR, 2)
    with pytest.raises(IngestError, match="Say which import"):
        importing.check(Kind.ORDER_LINES, MAR, policy=Policy.REPLACE)
    with pytest.raises(IngestError, match="Say which import"):
        importing.check(Kind.ORDER_LINES, MAR, replaces=1)


def test_undoing_a_replacement_is_refused_when_the_first_version_cannot_come_back(importing, back):
    importing.load(Kind.ORDER_LINES, JAN)
    replaced(importing, Kind.ORDER_LINES, MAR, 1)
    importing.load(Kind.ORDER_LINES, HEADER + "A,1,ann,2026-01-01,7.50\n")  # meets import 1, which does not count
    with pytest.raises(IngestError, match=r"3 \(file.csv\) was imported while it was undone"):
        back(2)
    assert importing.lines() == [("A", 1, 750), ("C", 1, 550)]


def test_what_is_checked_for_a_replacement_is_looked_at_again_at_the_commit(importing, installation, back, now):
    importing.load(Kind.ORDER_LINES, JAN)
    waiting = importing.check(Kind.ORDER_LINES, MAR, policy=Policy.REPLACE, replaces=1)
    back(1)
    with pytest.raises(IngestError, match="undone already"):
        load(installation, waiting, actor=ANN, now=now)
    assert importing.lines() == []


def test_a_role_that_may_not_import_may_not_take_back_either(importing, installation, now):
    viewer = Somebody("vic", frozenset({"imports.read"}))
    importing.load(Kind.ORDER_LINES, JAN)
    for command in (undo, redo):
        with pytest.raises(IngestError, match="Your role may not import files, take imports back or merge"):
            command(installation, 1, actor=viewer, now=now)
    with pytest.raises(IngestError, match="Your role may not import"):
        load(installation, importing.check(Kind.ORDER_LINES, MAR), actor=viewer, now=now)
    assert len(importing.lines()) == 2
