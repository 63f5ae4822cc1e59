from crm_core.store.data_version import data_version
from crm_core.store.emptying import DEMONSTRATION, KEPT, empty, holds_data
from crm_core.store.preferences import keep_preference, preference
from crm_core.store.suppressions import Reason, suppress, suppressed
from crm_core.store.tables import Base, Customer, Import


def test_emptying_removes_customers_and_imports_but_no_settings(database, now):
    with database.write() as session:
        session.add(
            Import(id=1, kind="customers", file_name="a.csv", sha256="0" * 64, imported_at=now, imported_by="ann")
        )
        session.flush()
        session.add(Customer(customer_id="C1", created_import_id=1))
        keep_preference(session, "notation", {"currency": "EUR"})
        assert holds_data(session)
    with database.write() as session:
        empty(session)
    with database.read() as session:
        assert session.get(Customer, "C1") is None
        assert not holds_data(session)
        assert preference(session, "notation") == {"currency": "EUR"}
        assert data_version(session) == 1


def test_an_opt_out_outlives_the_data_unless_it_was_tried_out_with_an_invented_customer(database, now):
    with database.write() as session:
        for number, source in ((1, DEMONSTRATION), (2, "web form")):
            session.add(
                Import(
                    id=number,
                    kind="customers",
                    file_name="a",
                    sha256="",
                    imported_at=now,
                    imported_by="a",
                    source=source,
                )
            )
            session.flush()
            session.add(
                Customer(customer_id=f"C{number}", email_normalised=f"c{number}@shop.test", created_import_id=number)
            )
            suppress(session, f"c{number}@shop.test", Reason.UNSUBSCRIBED, now=now)
        suppress(session, "stranger@shop.test", Reason.COMPLAINT, now=now)
    with database.write() as session:
        empty(session)
    with database.read() as session:
        left = suppressed(session, {"c1@shop.test", "c2@shop.test", "stranger@shop.test"})
    assert set(left) == {"c2@shop.test", "stranger@shop.test"}


def test_what_is_kept_is_a_table():
    assert set(Base.metadata.tables) >= KEPT
