from datetime import timedelta

from crm_core.store import consents
from crm_core.store.imported_consents import Evidence, add, states
from crm_core.store.tables import Import

#  ann said yes on day 20000, then unsubscribed by a link and agreed again in person; bob said no in a file


def test_the_state_of_a_customer_tells_what_counts_and_whether_they_ever_said_no(database, now):
    with database.write() as session:
        session.add(Import(id=1, kind="x", file_name="f", sha256="1", imported_at=now, imported_by="ann"))
        session.flush()
        evidence = [Evidence("ann", True, 20_000, "web", "I agree"), Evidence("bob", False, 20_001, "import", None)]
        add(session, evidence, import_id=1, user="ann", now=now)
        assert states(session, ["ann"])[0][1:3] == ("confirmed", False)
        consents.unsubscribe(session, "ann", "ann@x.com", now=now, source="link")
        later = now + timedelta(days=1)
        consents.renew(
            session, "ann", "ann@x.com", at=later, now=later, source="shop", wording="I agree again", user="eva"
        )
    with database.read() as session:
        found = {row[0]: row[1:] for row in states(session, ["ann", "bob", "cay"])}
    assert found == {"ann": ("confirmed", True, later), "bob": ("unsubscribed", True, None)}
