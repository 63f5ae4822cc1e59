from datetime import timedelta

import pytest

from crm_core.columns import Kind
from crm_core.errors import IngestError
from crm_core.ingest.merging import keep_apart, merge_customers, undo_merge
from crm_core.ingest.undoing import redo, undo
from crm_core.permissions import PERMISSIONS, Role
from crm_core.store.duplicates import likely_pairs, undecided
from tests.builders import ANN

#  1 and 2 share an address

TWINS = "customer_id,email,city\n1,a@x.test,Ruse\n2,a@x.test,\n"


class Somebody:
    def __init__(self, role):
        self.name, self.permissions = role.value, PERMISSIONS[role]


MANAGER = Somebody(Role.MANAGER)


@pytest.fixture
def shop(importing):
    importing.load(Kind.CUSTOMERS, TWINS)
    return importing


def merged(shop, *, now=None):
    return merge_customers(shop.installation.database, MANAGER, "1", "2", choices={}, now=now or shop.now)


def ids(shop):
    return [row[0] for row in shop.sql("SELECT customer_id FROM customers ORDER BY 1")]


def test_a_manager_merges_and_takes_it_back(shop):
    past = merged(shop)
    assert ids(shop) == ["1"]
    assert undo_merge(shop.installation.database, MANAGER, past.id, now=shop.now).undone_by == "manager"
    assert ids(shop) == ["1", "2"]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AGENT, Role.ANALYST])
def test_other_roles_are_refused(shop, role):
    database, actor = shop.installation.database, Somebody(role)
    past = merged(shop)
    for command in (
        lambda: merge_customers(database, actor, "1", "2", choices={}, now=shop.now),
        lambda: undo_merge(database, actor, past.id, now=shop.now),
        lambda: keep_apart(database, actor, "1", "2", now=shop.now),
    ):
        with pytest.raises(IngestError, match="may not merge"):
            command()


def test_records_kept_apart_are_no_pair_any_more(shop):
    keep_apart(shop.installation.database, MANAGER, "1", "2", now=shop.now)
    with shop.installation.database.read() as session:
        assert len(likely_pairs(session)) == 1
        assert undecided(session, likely_pairs(session)).empty


def test_an_import_of_merged_customers_is_undone_after_the_merge_only(shop):
    shop.load(Kind.CUSTOMERS, "customer_id,city\n2,Varna\n")
    past = merged(shop)
    with pytest.raises(IngestError, match="merged since: 2 into 1"):
        undo(shop.installation, 2, actor=ANN, now=shop.now)
    undo_merge(shop.installation.database, MANAGER, past.id, now=shop.now)
    undo(shop.installation, 2, actor=ANN, now=shop.now)
    assert shop.sql("SELECT customer_id, city FROM customers ORDER BY 1") == [("1", "Ruse"), ("2", None)]


def test_an_import_after_the_merge_is_undone_on_its_own(shop):
    merged(shop)
    shop.load(Kind.CUSTOMERS, "customer_id,city\n2,Varna\n")
    assert shop.sql("SELECT customer_id, city FROM customers") == [("1", "Varna")]
    undo(shop.installation, 2, actor=ANN, now=shop.now)
    assert shop.sql("SELECT customer_id, city FROM customers") == [("1", "Ruse")]


def test_contacts_that_an_undone_import_puts_back_belong_to_the_kept_customer(shop):
    text = "interaction_id,customer_id,date,interaction,text\ni,2,2026-06-01,call,{}\n"
    shop.load(Kind.INTERACTIONS, text.format("one"))
    shop.load(Kind.INTERACTIONS, text.format("two"))
    merged(shop)
    undo(shop.installation, 3, actor=ANN, now=shop.now)
    assert shop.sql("SELECT customer_id, text FROM interactions") == [("1", "one")]


def test_an_undone_import_is_not_redone_over_a_merge(shop):
    shop.load(Kind.CUSTOMERS, "customer_id,city\n2,Varna\n")
    undo(shop.installation, 2, actor=ANN, now=shop.now)
    merged(shop, now=shop.now + timedelta(hours=1))
    with pytest.raises(IngestError, match="merged while it was undone"):
        redo(shop.installation, 2, actor=ANN, now=shop.now)
    assert ids(shop) == ["1"]
