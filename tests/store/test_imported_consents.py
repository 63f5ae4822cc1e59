from datetime import timedelta

import sqlalchemy as sa

from crm_core.store import imported_consents
from crm_core.store.consents import renew, unsubscribe
from crm_core.store.imported_consents import newest, states
from crm_core.store.record_writing import EVIDENCE
from crm_core.store.staging import stage
from crm_core.store.tables import Import

KEY = sa.Column("customer_id", sa.String)


def evidence(session, rows, import_id, now):
    table = stage(session, "written_rows", [KEY, *EVIDENCE], [rows])
    imported_consents.record(session, table, import_id=import_id, user="ann", now=now)


def told(session, ids, **without):
    found = [row for batch in states(session, [ids], **without) for row in batch]
    return sorted((row[0], row[1], bool(row[2]), row[3] and row[3].date().isoformat()) for row in found)


def test_the_state_of_a_customer_is_the_newest_status_and_whether_they_ever_said_no(database, now):
    with database.write() as session:
        session.add(Import(id=1, kind="customers", file_name="f", sha256="1", imported_at=now, imported_by="ann"))
        session.flush()
        rows = [
            ("1", True, 20_485, "form", "I agree"),
            ("2", False, 20_486, "import", None),
            ("3", None, None, None, None),
        ]
        evidence(session, rows, 1, now)
    with database.read() as session:
        assert told(session, ["1", "2", "3", "9"]) == [
            ("1", "confirmed", False, "2026-02-01"),
            ("2", "unsubscribed", True, None),
        ]
        assert newest(session) == 2


def test_without_an_import_its_yes_is_gone_and_its_no_stays(database, now):
    with database.write() as session:
        session.add(Import(id=1, kind="customers", file_name="f", sha256="1", imported_at=now, imported_by="ann"))
        session.flush()
        evidence(session, [("1", True, 20_485, "form", "yes"), ("2", False, 20_486, "import", None)], 1, now)
        assert told(session, ["1", "2"], without=1) == [("2", "unsubscribed", True, None)]
        imported_consents.forget(session, 1)
        assert told(session, ["1", "2"]) == [("2", "unsubscribed", True, None)]


def test_a_no_said_elsewhere_is_seen_and_fresh_consent_after_it_counts(database, now):
    later = now + timedelta(days=1)
    with database.write() as session:
        unsubscribe(session, "1", "ann@x.com", now=now, source="link")
        assert told(session, ["1"]) == [("1", "unsubscribed", True, None)]
        renew(session, "1", "ann@x.com", at=later, now=later, source="shop", wording="I agree again", user="eva")
        assert told(session, ["1"]) == [("1", "confirmed", True, later.date().isoformat())]


def test_without_an_import_the_newest_yes_is_that_of_before_it(database, now):
    with database.write() as session:
        session.add(Import(id=1, kind="customers", file_name="f", sha256="1", imported_at=now, imported_by="ann"))
        earlier = now - timedelta(days=300)
        renew(session, "1", "ann@x.com", at=earlier, now=earlier, source="shop", wording="I agree", user="eva")
        evidence(session, [("1", True, 20_485, "form", "yes")], 1, now)
        assert told(session, ["1"])[0][3] == "2026-02-01"
        assert told(session, ["1"], without=1)[0][3] == earlier.date().isoformat()
