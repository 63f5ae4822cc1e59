import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_core.addresses import normalised
from crm_core.errors import IngestError, StoreError
from crm_core.phones import normalised_phone
from crm_core.store import consents, suppressions
from crm_core.store.aliases import aliases, names_of, resolved
from crm_core.store.deliveries import arms, contacted
from crm_core.store.imports import take_back
from crm_core.store.merged_rows import _TABLES
from crm_core.store.merges import blocking, history, merge, undo
from crm_core.store.outbox import Status
from crm_core.store.tables import (
    AuditEntry,
    Base,
    Campaign,
    Consent,
    Customer,
    Import,
    Interaction,
    OutboxRow,
    Response,
    RowBefore,
)

#        e-mail      phone   city     extra
# ann    ann@x.test          Ruse     size: 38
# anna   a@x.test    +359..  Varna    size: 40, dog: Rex


@pytest.fixture
def shop(database):
    with database.write() as session:
        session.add(person("ann", email="ann@x.test", city="Ruse", extra={"size": "38"}))
        session.add(
            person("anna", email="a@x.test", phone="+359 888 123 456", city="Varna", extra={"size": "40", "dog": "Rex"})
        )
    return database


def person(customer_id, **fields):
    fields = {"extra": {}, **fields}
    if fields.get("email"):
        fields["email_normalised"] = normalised(fields["email"]) or None
    if fields.get("phone"):
        fields["phone_normalised"] = normalised_phone(fields["phone"])
    return Customer(customer_id=customer_id, **fields)


def merged(database, now, kept="ann", other="anna", **choices):
    with database.write() as session:
        return merge(session, kept, other, choices=choices, user="bob", now=now)


def undone(database, past, now):
    with database.write() as session:
        return undo(session, past.id, user="cay", now=now)


def add(database, *rows):
    with database.write() as session:
        session.add_all(rows)


def everything(database):
    """Every row of every table that a merge may change."""
    names = ["customers", *_TABLES]
    with database.read() as session:
        return {
            name: [tuple(row) for row in session.execute(sa.select(Base.metadata.tables[name]).order_by(sa.text("1")))]
            for name in names
        }


def record(database, customer_id):
    with database.read() as session:
        return session.get(Customer, customer_id)


def status(database, customer_id):
    with database.read() as session:
        return consents.current(session, [customer_id]).get(customer_id)


def said(customer_id, what, now, **more):
    return Consent(
        customer_id=customer_id, purpose="marketing", status=what, at=now, recorded_at=now, source="form", **more
    )


def mail(now, campaign_id, customer_id, state):
    address = f"{customer_id}@x.test"
    return OutboxRow(
        campaign_id=campaign_id, customer_id=customer_id, address=address, address_normalised=address, status=state,
        not_before=now, settled_at=now if state == Status.SENT else None,
    )  # fmt: skip


def campaign(now, number):
    return Campaign(id=number, name="c", salt="s", created_by="ann", created_at=now, edited_at=now, status="running")


def imported(number, now):
    return Import(id=number, kind="customers", file_name="f.csv", sha256="0", imported_at=now, imported_by="ann")


def test_the_kept_record_takes_what_only_the_other_has_and_what_was_chosen(shop, now):
    merged(shop, now, city="Varna", **{"extra:size": "40"})
    ann = record(shop, "ann")
    assert (ann.email, ann.phone, ann.city) == ("ann@x.test", "+359 888 123 456", "Varna")
    assert ann.phone_normalised == "+359888123456"
    assert ann.extra == {"size": "40", "dog": "Rex"}
    assert ann.search_text == "ann ann@x.test +359 888 123 456 359888123456"
    assert record(shop, "anna") is None


def test_without_a_choice_the_kept_record_is_right(shop, now):
    merged(shop, now)
    assert (record(shop, "ann").city, record(shop, "ann").extra["size"]) == ("Ruse", "38")


@pytest.mark.parametrize(
    "choices", [{"city": "Sofia"}, {"phone": "1"}, {"email_normalised": "x"}, {"customer_id": "z"}]
)
def test_a_choice_that_is_no_value_of_either_is_refused(shop, now, choices):
    with pytest.raises(StoreError, match="is no value of one of the two"):
        merged(shop, now, **choices)
    assert record(shop, "anna") is not None


def test_nobody_is_merged_with_themselves_or_with_somebody_unknown(shop, now):
    with pytest.raises(StoreError, match="themselves"):
        merged(shop, now, "ann", "ann")
    with pytest.raises(StoreError, match="no record of customer zoe"):
        merged(shop, now, "ann", "zoe")


def test_an_invented_customer_cannot_become_a_real_one(shop, now):
    add(shop, Import(id=1, kind="customers", file_name="f", sha256="0", imported_at=now, imported_by="a",
                     source="demonstration"))  # fmt: skip
    add(shop, person("demo", created_import_id=1))
    with pytest.raises(StoreError, match="invented"):
        merged(shop, now, "ann", "demo")


def test_every_table_that_names_customers_is_moved():
    named = {name for name, table in Base.metadata.tables.items() if "customer_id" in table.c}
    assert named == {*_TABLES, "customers"}


def test_what_happened_with_the_other_record_belongs_to_the_kept_one_and_goes_back(shop, now):
    add(
        shop,
        Interaction(interaction_id="i", customer_id="anna", day=1, interaction="call"),
        Response(response_id="r", customer_id="anna", day=1),
        said("anna", "confirmed", now),
        campaign(now, 1),
    )
    add(shop, mail(now, 1, "anna", Status.SENT))
    before = everything(shop)
    past = merged(shop, now)
    with shop.read() as session:
        for table in _TABLES.values():
            assert set(session.scalars(sa.select(table.c.customer_id))) == {"ann"}
        assert contacted(session, since=now, simulated_too=True)[0] == {"ann"}
    undone(shop, past, now)
    assert everything(shop) == before


FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "first_name": st.sampled_from(["Ann", "Ána", ""]),
        "email": st.sampled_from(["ann@x.test", "ANN@x.test", "a@x.test"]),
        "phone": st.sampled_from(["+359 888 123 456", "call me"]),
        "birthday": st.integers(-3, 3),
        "club_member": st.booleans(),
        "extra": st.dictionaries(st.sampled_from(["size", "dog"]), st.sampled_from(["1", "2"])),
    },
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(kept=FIELDS, other=FIELDS)
def test_undoing_a_merge_leaves_everything_as_before(database, now, kept, other):
    with database.write() as session:
        session.execute(sa.delete(Customer))
    add(database, person("k", **kept), person("m", **other))
    before = everything(database)
    undone(database, merged(database, now, "k", "m"), now)
    assert everything(database) == before


def test_the_no_of_either_record_is_a_no_of_both_until_the_merge_is_undone(shop, now):
    add(shop, said("ann", "confirmed", now), said("anna", "unsubscribed", now), said("anna", "unsubscribed", now))
    add(shop, said("ann", "confirmed", now))
    past = merged(shop, now)
    assert status(shop, "ann") == "unsubscribed"
    with shop.read() as session:
        assert consents.history(session, "ann")[0].source == "merge of anna into ann"
    undone(shop, past, now)
    assert (status(shop, "ann"), status(shop, "anna")) == ("confirmed", "unsubscribed")


def test_a_no_taken_back_by_the_customer_themselves_does_not_count(shop, now):
    add(shop, said("ann", "unsubscribed", now))
    add(shop, said("ann", "confirmed", now))
    merged(shop, now)
    assert status(shop, "ann") == "confirmed"


def test_an_address_that_asked_for_no_mail_is_a_no_of_the_merged_customer(shop, now):
    add(shop, said("ann", "confirmed", now))
    with shop.write() as session:
        suppressions.suppress(session, "a@x.test", suppressions.Reason.COMPLAINT, now=now)
    merged(shop, now)
    assert status(shop, "ann") == "unsubscribed"


@pytest.mark.parametrize("known_no", [True, False])
def test_an_opt_out_given_since_the_merge_counts_for_both(shop, now, known_no):
    add(shop, said("ann", "confirmed", now), said("anna", "unsubscribed" if known_no else "confirmed", now))
    past = merged(shop, now)
    with shop.write() as session:
        consents.unsubscribe(session, "ann", "ann@x.test", now=now + timedelta(days=1), source="link")
    undone(shop, past, now + timedelta(days=2))
    assert (status(shop, "ann"), status(shop, "anna")) == ("unsubscribed", "unsubscribed")


def test_a_no_given_while_two_merges_stand_outlives_both_however_they_are_undone(shop, now):
    with shop.write() as session:
        session.add(person("eve"))
    with shop.write() as session:
        session.add(said("eve", "unsubscribed", now))
    inner = merged(shop, now, kept="anna", other="eve")
    outer = merged(shop, now)
    with shop.write() as session:
        session.add(said("ann", "unsubscribed", now + timedelta(days=1)))
    undone(shop, outer, now + timedelta(days=2))
    undone(shop, inner, now + timedelta(days=3))
    assert [status(shop, each) for each in ("ann", "anna", "eve")] == ["unsubscribed"] * 3


def test_nobody_is_mailed_twice_or_against_the_draw_for_the_control_group(shop, now):
    # campaign   ann       anna      then: ann         anna
    # 1          queued    queued          queued      suppressed
    # 2          queued    sent            suppressed  sent
    # 3          control   queued          control     suppressed
    # 4          queued    failed          queued      failed
    # 5          -         queued          queued
    states = [("queued", "queued"), ("queued", "sent"), ("control", "queued"), ("queued", "failed"), (None, "queued")]
    for number, (ours, theirs) in enumerate(states, start=1):
        add(shop, campaign(now, number))
        add(shop, *[mail(now, number, who, state) for who, state in (("ann", ours), ("anna", theirs)) if state])
    merged(shop, now)
    with shop.read() as session:
        rows = session.execute(sa.select(OutboxRow.campaign_id, OutboxRow.customer_id, OutboxRow.status)).all()
        known = {(number, who): state for number, who, state in rows}
        assert known == {
            (1, "ann"): "queued", (1, "anna"): "suppressed",
            (2, "ann"): "suppressed", (2, "anna"): "sent",
            (3, "ann"): "control", (3, "anna"): "suppressed",
            (4, "ann"): "queued", (4, "anna"): "failed",
            (5, "ann"): "queued",
        }  # fmt: skip
        assert arms(session, 1) == [("ann", "treated")]
        assert arms(session, 3) == []


def test_other_names_follow_chains_and_end_with_the_merge(shop, now):
    add(shop, person("annie"))
    first = merged(shop, now, "ann", "anna")
    second = merged(shop, now, "annie", "ann")
    with shop.read() as session:
        assert aliases(session) == {"anna": "annie", "ann": "annie"}
        assert names_of(session, "annie") == ["annie", "ann", "anna"]
        assert resolved(session, ["anna", "bob", "ann"]) == ["annie", "bob"]
    with pytest.raises(StoreError, match="ann was merged into annie after this merge"):
        undone(shop, first, now)
    undone(shop, second, now)
    undone(shop, first, now)
    with shop.read() as session:
        assert aliases(session) == {}
        assert [(each.id, each.undone_by) for each in history(session)] == [(second.id, "cay"), (first.id, "cay")]
    with pytest.raises(StoreError, match="undone already"):
        undone(shop, first, now)


def test_an_import_waits_for_the_undo_of_merges_of_what_it_wrote(shop, now):
    add(shop, imported(1, now), imported(2, now))
    add(shop, person("bea", created_import_id=1, updated_import_id=1), person("bee"))
    add(shop, RowBefore(import_id=2, table_name="customers", key="bee", before={"city": None}))
    past = merged(shop, now, "bea", "bee")
    add(shop, imported(3, now), RowBefore(import_id=3, table_name="customers", key="bea", before={"city": None}))
    with shop.read() as session:
        assert [[each.id for each in blocking(session, number)] for number in (1, 2, 3)] == [[past.id], [past.id], []]
    with pytest.raises(IngestError, match="bee into bea"), shop.write() as session:
        take_back(session, 1, user="bob", now=now)
    undone(shop, past, now)
    with shop.read() as session:
        assert blocking(session, 1) == []


def test_what_an_import_changed_since_the_merge_stays_and_its_undo_brings_nothing_of_the_merge_back(shop, now):
    past = merged(shop, now)
    add(shop, imported(1, now))
    image = {column.name: getattr(record(shop, "ann"), column.name) for column in Customer.__table__.columns}
    del image["customer_id"]
    with shop.write() as session:
        session.add(RowBefore(import_id=1, table_name="customers", key="ann", before=image))
        ann = session.get(Customer, "ann")
        ann.city, ann.updated_import_id = "Sofia", 1
    undone(shop, past, now)
    assert (record(shop, "ann").city, record(shop, "ann").phone) == ("Sofia", None)
    with shop.write() as session:
        take_back(session, 1, user="bob", now=now)
    assert (record(shop, "ann").city, record(shop, "ann").phone) == ("Ruse", None)


def test_who_merged_what_stands_in_the_audit_log_without_addresses(shop, now):
    undone(shop, merged(shop, now), now)
    with shop.read() as session:
        entries = session.scalars(sa.select(AuditEntry)).all()
    assert [(each.user_name, each.action, each.subject) for each in entries] == [
        ("bob", "customer.merge", "anna into ann"),
        ("cay", "customer.unmerge", "anna into ann"),
    ]
    assert "@" not in json.dumps([each.detail for each in entries])
