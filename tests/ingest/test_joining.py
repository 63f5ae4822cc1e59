from datetime import timedelta

import pytest

from crm_core.analytics import customer_totals
from crm_core.columns import Kind
from crm_core.errors import IngestError
from crm_core.ingest.loading import load
from crm_core.ingest.merging import merge_customers, undo_merge
from crm_core.ingest.policy import Policy
from crm_core.ingest.undoing import redo, undo
from crm_core.store.ledger import open_warehouse
from crm_core.store.merges import history
from tests.builders import ANN

#  order  e-mail      amount
#  #1     ann@x.test   10 + 2 x 3
#  #2     bob@x.test   20
#  #3                   5
SHOPIFY = """Name,Email,Created at,Lineitem quantity,Lineitem name,Lineitem price
#1,ANN@x.test,2026-01-02,1,Pot,10
#1,ann@x.test,2026-01-02,2,Lid,3
#2,bob@x.test,2026-01-03,1,Pan,20
#3,,2026-01-04,1,Cup,5
"""
MADE_OF_ANN, MADE_OF_BOB = "crm-3af61301a5d21b22", "crm-eb53bd94c884ca5e"
CUSTOMERS = "customer_id,email,city\n1,Ann@x.test,Ruse\n9,cay@x.test,Ruse\n"
NOTE = "Orders and contacts of 1 customer came earlier, by the e-mail address only: they are joined with the record."


def totals(importing):
    """Customer to orders and cents, as every figure sees them."""
    warehouse = open_warehouse(importing.installation.database)
    frame = warehouse.frame(customer_totals(until_day=30_000))
    warehouse.close()
    return {row.customer_id: (int(row.orders), int(row.total_cents)) for row in frame.itertuples()}


@pytest.fixture
def shop(importing):
    importing.load(Kind.ORDER_LINES, SHOPIFY)
    assert totals(importing) == {MADE_OF_ANN: (1, 1600), MADE_OF_BOB: (1, 2000)}
    return importing


def back(importing, number):
    undo(importing.installation, number, actor=ANN, now=importing.now + timedelta(hours=1))


def again(importing, number):
    redo(importing.installation, number, actor=ANN, now=importing.now + timedelta(hours=2))


def test_orders_by_address_belong_to_the_customer_whose_number_comes_later(shop):
    checked = shop.check(Kind.CUSTOMERS, CUSTOMERS)
    assert NOTE in checked.notes
    load(shop.installation, checked, actor=ANN, now=shop.now)
    assert totals(shop) == {"1": (1, 1600), MADE_OF_BOB: (1, 2000)}
    assert shop.check(Kind.CUSTOMERS, CUSTOMERS + "\n").notes == ()


def test_undo_and_redo_of_the_customers_part_and_join_their_orders(shop):
    shop.load(Kind.CUSTOMERS, CUSTOMERS)
    for _ in range(2):
        back(shop, 2)
        assert totals(shop) == {MADE_OF_ANN: (1, 1600), MADE_OF_BOB: (1, 2000)}
        again(shop, 2)
        assert totals(shop) == {"1": (1, 1600), MADE_OF_BOB: (1, 2000)}
    assert shop.sql("SELECT kept_id, merged_by, undone_by FROM merges ORDER BY id") == [
        *[("1", "import 2", "ann")] * 2,
        ("1", "import 2", None),
    ]


def test_the_same_orders_again_are_the_same_and_new_ones_part_with_the_earlier(shop):
    shop.load(Kind.CUSTOMERS, CUSTOMERS)
    checked = shop.check(Kind.ORDER_LINES, SHOPIFY + "#4,ann@x.test,2026-01-05,1,Cup,5\n")
    assert (checked.counts.unchanged, checked.counts.new) == (4, 1)
    assert "3 lines recognised by the e-mail address." in checked.notes
    load(shop.installation, checked, actor=ANN, now=shop.now)
    assert totals(shop)["1"] == (2, 2100)
    back(shop, 2)
    assert totals(shop)[MADE_OF_ANN] == (2, 2100)


def test_an_address_that_a_known_customer_gets_later_joins_too(shop):
    shop.load(Kind.CUSTOMERS, "customer_id,city\n1,Ruse\n")
    shop.load(Kind.CUSTOMERS, "customer_id,email\n1,bob@x.test\n")
    assert totals(shop) == {MADE_OF_ANN: (1, 1600), "1": (1, 2000)}
    back(shop, 3)
    assert totals(shop) == {MADE_OF_ANN: (1, 1600), MADE_OF_BOB: (1, 2000)}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("customer_id,email\n1,ann@x.test\n2,ann@x.test\n", ""),
        (f"customer_id,email\n{MADE_OF_ANN},\n", "customer_id,email\n1,ann@x.test\n"),
        ("customer_id,email\n1,x@x.test\n", "customer_id,email\n1,ann@x.test\n"),
    ],
    ids=["two customers share the address", "the generated number has a record", "known rows stay as they are"],
)
def test_nothing_is_joined_where_it_is_not_sure(shop, first, second):
    for text in filter(None, (first, second)):
        policy = Policy.ADD if second and first.endswith("x@x.test\n") else Policy.UPDATE
        checked = shop.check(Kind.CUSTOMERS, text + "7,z@x.test\n", policy=policy)
        assert not [note for note in checked.notes if "joined" in note]
        load(shop.installation, checked, actor=ANN, now=shop.now)
    assert totals(shop) == {MADE_OF_ANN: (1, 1600), MADE_OF_BOB: (1, 2000)}


def test_an_address_that_changes_hands_within_the_file_belongs_to_the_new_owner(shop):
    shop.load(Kind.CUSTOMERS, "customer_id,email\n1,ann@x.test\n2,ann@x.test\n")
    checked = shop.check(Kind.CUSTOMERS, "customer_id,email\n1,else@x.test\n2,else2@x.test\n3,ann@x.test\n")
    assert NOTE in checked.notes
    load(shop.installation, checked, actor=ANN, now=shop.now)
    assert totals(shop) == {"3": (1, 1600), MADE_OF_BOB: (1, 2000)}


def test_orders_that_come_back_after_the_customers_are_joined(shop):
    back(shop, 1)
    assert not [note for note in shop.check(Kind.CUSTOMERS, CUSTOMERS).notes if "joined" in note]
    shop.load(Kind.CUSTOMERS, CUSTOMERS)
    again(shop, 1)
    assert totals(shop) == {"1": (1, 1600), MADE_OF_BOB: (1, 2000)}


def test_a_corrected_version_of_the_customers_file_joins_anew(shop):
    shop.load(Kind.CUSTOMERS, CUSTOMERS)
    shop.load(Kind.CUSTOMERS, "customer_id,email\n1,bob@x.test\n", policy=Policy.REPLACE, replaces=2)
    assert totals(shop) == {MADE_OF_ANN: (1, 1600), "1": (1, 2000)}
    back(shop, 3)
    assert totals(shop) == {"1": (1, 1600), MADE_OF_BOB: (1, 2000)}


def test_a_merge_by_a_person_goes_on_top_and_is_undone_first(shop):
    shop.load(Kind.CUSTOMERS, CUSTOMERS)
    database = shop.installation.database
    past = merge_customers(database, ANN, "9", "1", choices={}, now=shop.now)
    assert totals(shop)["9"] == (1, 1600)
    with database.read() as session:
        assert [each.id for each in history(session)] == [past.id]
    with pytest.raises(IngestError, match="Undo those merges first"):
        back(shop, 2)
    undo_merge(database, ANN, past.id, now=shop.now)
    assert totals(shop)["1"] == (1, 1600)
    back(shop, 2)
    assert totals(shop) == {MADE_OF_ANN: (1, 1600), MADE_OF_BOB: (1, 2000)}


def test_contacts_and_answers_by_address_are_joined_and_parted(importing):
    importing.load(
        Kind.INTERACTIONS, "id,email,date,type\ni,ann@x.test,2026-01-02,call\nj,bob@x.test,2026-01-02,call\n"
    )
    importing.load(Kind.ANSWERS, "id,email,date,nps\nr,ann@x.test,2026-01-02,9\n")
    importing.load(Kind.CUSTOMERS, CUSTOMERS)
    query = (
        "SELECT interaction_id, customer_id FROM interactions UNION ALL SELECT response_id, customer_id FROM responses"
    )
    apart = [("i", MADE_OF_ANN), ("j", MADE_OF_BOB), ("r", MADE_OF_ANN)]
    together = [("i", "1"), ("j", MADE_OF_BOB), ("r", "1")]
    assert sorted(importing.sql(query)) == together
    back(importing, 3)
    assert sorted(importing.sql(query)) == apart
    again(importing, 3)
    assert sorted(importing.sql(query)) == together
