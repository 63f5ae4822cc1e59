import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_core.columns import Kind
from crm_core.errors import IngestError
from crm_core.ingest.loading import load
from crm_core.store.ledger import folder
from crm_core.store.merges import merge, undo
from tests.builders import ANN

#  stored    e-mail       phone
#  1         ann@x.test   +359 888 111 111
#  2         bob@x.test   +359 888 222 222
#  3                      +359 888 333 333
#  4         two@x.test   +359 888 444 444      two people who share
#  5         two@x.test   +359 888 444 444      address and phone
STORED = """customer_id,email,phone
1,Ann@X.test,+359 888 111 111
2,bob@x.test,+359 888 222 222
3,,+359 888 333 333
4,two@x.test,+359 888 444 444
5,two@x.test,+359 888 444 444
"""


@pytest.fixture
def shop(importing):
    importing.load(Kind.CUSTOMERS, STORED)
    return importing


def merged(importing, kept, other):
    with importing.installation.database.write() as session:
        return merge(session, kept, other, choices={}, user="ann", now=importing.now)


def cities(importing):
    return dict(importing.sql("SELECT customer_id, city FROM customers WHERE city IS NOT NULL"))


@pytest.mark.parametrize(
    ("email", "phone", "customer_id"),
    [
        ("ANN@x.test", "", "1"),
        ("", "00359 888 222-222", "2"),
        ("bob@x.test", "+359 888 999 999", "2"),
        ("bob@x.test", "+359 888 222 222", "2"),
        ("new@x.test", "+359 888 333 333", "3"),
    ],
)
def test_a_row_without_a_number_is_recognised_by_its_address(shop, email, phone, customer_id):
    shop.load(Kind.CUSTOMERS, f"email,phone,city\n{email},{phone},Ruse\n")
    assert cities(shop) == {customer_id: "Ruse"}


@pytest.mark.parametrize(
    ("email", "phone", "reason"),
    [
        ("two@x.test", "", "'two@x.test' belongs to several customers: 4, 5."),
        ("", "+359 888 444 444", "column 'phone': '+359 888 444 444' belongs to several customers: 4, 5."),
        ("ann@x.test", "+359 888 222 222", "belongs to another customer than the phone does: 1 (e-mail), 2 (phone)."),
        ("", "", "gives no customer number, no e-mail address and no phone. Fill in one of them."),
        ("no address", "call me", "gives no customer number, no e-mail address and no phone. Fill in one of them."),
    ],
)
def test_a_row_that_may_be_about_several_or_nobody_is_sent_back_with_the_reason(shop, told, email, phone, reason):
    checked = shop.check(Kind.CUSTOMERS, f"email,phone,city\n{email},{phone},Ruse\n")
    assert (checked.counts.rejected, checked.counts.written) == (1, 0)
    assert any(reason in each for each in told(checked))
    assert reason.split("' ")[-1].split(".")[0] in checked.rejected_rows()["import problem"].iloc[0]


def test_the_phone_of_somebody_with_another_address_does_not_make_them_one(shop):
    checked = shop.check(Kind.CUSTOMERS, "email,phone,city\ncay@x.test,+359 888 222 222,Ruse\n")
    assert (checked.counts.new, checked.counts.changed) == (1, 0)
    assert any("another e-mail address" in note for note in checked.notes)


def test_a_stranger_gets_a_number_made_from_the_address_the_same_in_every_file(shop):
    shop.load(Kind.CUSTOMERS, "email,city\nNEW@x.test,Ruse\nnew@x.test,Ruse\n,Ruse\n")
    ((made, _),) = cities(shop).items()
    assert made.startswith("crm-")
    checked = shop.check(Kind.CUSTOMERS, "customer_id,email,city\n,NEW@x.test,Ruse\n")
    assert (checked.counts.unchanged, checked.counts.new) == (1, 0)


def test_how_rows_were_recognised_is_said(shop):
    text = "customer_id,email,phone\n1,,\n,bob@x.test,\n,,+359 888 333 333\n,new@x.test,\n,newer@x.test,\n"
    assert shop.check(Kind.CUSTOMERS, text).notes == (
        "1 row recognised by the e-mail address.",
        "1 row recognised by the phone.",
        "2 rows without a customer number and not known yet: each gets a number made from the address.",
    )


def test_a_row_of_the_same_file_with_a_number_tells_whose_address_it_is(importing):
    checked = importing.check(Kind.CUSTOMERS, "customer_id,email,city\n,ann@x.test,Ruse\n7,ann@x.test,Ruse\n")
    assert (checked.counts.new, checked.counts.duplicate) == (1, 1)


def test_the_same_rows_again_are_the_same_customers(importing):
    text = "email,phone,city\na@x.test,0888 111 111,Ruse\n,0888 111 111,Varna\n"
    importing.load(Kind.CUSTOMERS, text)
    assert importing.check(Kind.CUSTOMERS, text + "\n").counts.unchanged == 2


def test_a_file_needs_a_number_or_an_address(importing):
    with pytest.raises(IngestError, match="No column for customer_id"):
        importing.check(Kind.CUSTOMERS, "first_name,city\nAnn,Ruse\n")


def test_without_addresses_in_the_file_a_missing_number_stays_an_error(importing, told):
    assert "is empty" in told(importing.check(Kind.CUSTOMERS, "customer_id,city\n1,Ruse\n,Varna\n"))[0]


def test_a_merged_number_means_the_record_that_was_kept(shop):
    merged(shop, "1", "2")
    shop.load(Kind.CUSTOMERS, "customer_id,city\n2,Ruse\n")
    assert cities(shop) == {"1": "Ruse"}
    shop.load(Kind.INTERACTIONS, "interaction_id,customer_id,date,interaction\ni,2,2026-06-01,call\n")
    shop.load(Kind.ANSWERS, "response_id,customer_id,date,nps\nr,2,2026-06-01,9\n")
    assert shop.sql("SELECT customer_id FROM interactions UNION ALL SELECT customer_id FROM responses") == [("1",)] * 2
    again = shop.check(Kind.INTERACTIONS, "interaction_id,customer_id,date,interaction\ni,2,2026-06-01,call\n\n")
    assert again.counts.unchanged == 1


def test_of_both_records_in_one_file_the_kept_one_speaks(shop):
    merged(shop, "1", "2")
    checked = shop.check(Kind.CUSTOMERS, "customer_id,city\n2,Varna\n1,Ruse\n9,Pleven\n")
    assert (checked.counts.changed, checked.counts.new, checked.counts.duplicate) == (1, 1, 1)
    assert checked.notes == ("1 row passed over: the record was merged into one that stands in the file too.",)
    load(shop.installation, checked, actor=ANN, now=shop.now)
    assert cities(shop) == {"1": "Ruse", "9": "Pleven"}


def test_the_address_of_a_merged_record_still_tells_who_it_is(shop):
    merged(shop, "1", "2")
    shop.load(Kind.CUSTOMERS, "email,city\nbob@x.test,Ruse\n")
    assert cities(shop) == {"1": "Ruse"}


@pytest.mark.parametrize("text", ["customer_id,city\n1,Ruse\n2,Varna\n", "email,city\nbob@x.test,Ruse\n"])
def test_a_merge_since_the_check_is_noticed_before_anything_is_written(shop, text):
    checked = shop.check(Kind.CUSTOMERS, text)
    past = merged(shop, "1", "2")
    with pytest.raises(IngestError, match="Check the file again"):
        load(shop.installation, checked, actor=ANN, now=shop.now)
    with shop.installation.database.write() as session:
        undo(session, past.id, user="ann", now=shop.now)
    load(shop.installation, checked, actor=ANN, now=shop.now)


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["", "1", "7", "8"]),
        st.sampled_from(["", "ann@x.test", "a@x.test", "b@x.test", "two@x.test"]),
        st.sampled_from(["", "+359 888 111 111", "+359 888 555 555", "+359 888 333 333"]),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=ROWS, seed=st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(shop, rows, seed):
    def found(these):
        text = pd.DataFrame(these, columns=["customer_id", "email", "phone"]).to_csv(index=False)
        checked = shop.check(Kind.CUSTOMERS, text)
        query = f"SELECT customer_id, email, phone FROM {checked.distinct.rows}"  # noqa: S608
        kept = sorted(checked.source.workspace.rows(query), key=str)
        counts, notes = checked.counts, checked.notes
        checked.source.workspace.close()
        return kept, counts, notes

    shuffled = list(rows)
    seed.shuffle(shuffled)
    assert found(rows) == found(shuffled)


SHOPIFY = """Name,Email,Created at,Lineitem quantity,Lineitem name,Lineitem price
#1,ANN@x.test,2026-01-02,1,Pot,10
#1,ann@x.test,2026-01-02,2,Lid,3
#2,new@x.test,2026-01-03,1,Pan,20
#3,,2026-01-04,1,Cup,5
"""
MADE_OF_NEW = "crm-b08ef64bcda7b3e6"


def buyers(importing):
    return importing.lines("order_id, line, customer_id")


def test_lines_that_name_the_buyer_by_an_address_belong_to_the_customer_who_has_it(shop):
    checked = shop.check(Kind.ORDER_LINES, SHOPIFY)
    assert (checked.counts.new, checked.counts.rejected, checked.counts.anonymous) == (4, 0, 1)
    assert checked.total.customers == 2
    assert checked.notes[-3:-1] == (
        "2 lines recognised by the e-mail address.",
        "1 line with an e-mail address that no customer has yet: its owner gets a number made from it.",
    )
    load(shop.installation, checked, actor=ANN, now=shop.now)
    assert buyers(shop) == [("#1", 1, "1"), ("#1", 2, "1"), ("#2", 1, MADE_OF_NEW), ("#3", 1, None)]
    assert shop.check(Kind.ORDER_LINES, SHOPIFY + "\n").counts.unchanged == 4


def test_a_customers_file_without_numbers_gives_the_number_that_the_lines_have(importing):
    importing.load(Kind.ORDER_LINES, SHOPIFY)
    importing.load(Kind.CUSTOMERS, "email,city\nNEW@x.test,Ruse\n")
    assert cities(importing) == {MADE_OF_NEW: "Ruse"}
    assert importing.check(Kind.ORDER_LINES, SHOPIFY + "\n").counts.unchanged == 4


def test_the_address_itself_is_not_in_the_ledger(shop):
    record = shop.load(Kind.ORDER_LINES, SHOPIFY).record
    shop.load(Kind.ORDER_LINES, "order,line,customer,email,date,amount\nB,1,7,secret@x.test,2026-01-02,1\n")
    assert record.counts["new"] == 4
    for file in folder(shop.installation.database).glob("order_lines*"):
        assert not [name for name in pq.ParquetFile(file).schema_arrow.names if "email" in name]


def test_a_number_goes_before_an_address(shop):
    shop.load(
        Kind.ORDER_LINES,
        "order,line,customer,email,date,amount\nA,1,2,ann@x.test,2026-01-02,1\nB,1,,ann@x.test,2026-01-02,1\n",
    )
    assert buyers(shop) == [("A", 1, "2"), ("B", 1, "1")]


def test_a_line_with_the_address_of_several_customers_is_sent_back_with_their_numbers(shop, told):
    shop.load(Kind.EXCHANGE_RATES, "date,currency,rate\n2026-01-01,USD,0.5\n")
    text = "order,line,email,date,amount,currency\nA,1,two@x.test,2026-01-02,1,USD\nB,1,ann@x.test,2026-01-02,4,USD\n"
    checked = shop.check(Kind.ORDER_LINES, text)
    assert (checked.counts.new, checked.counts.rejected) == (1, 1)
    assert told(checked)[0].startswith(
        "Row 2, column 'email': 'two@x.test' belongs to several customers: 4, 5. Write the right customer number"
    )
    assert checked.rejected_rows()["import problem"].iloc[0] == "email belongs to several customers: 4, 5"


def test_a_line_with_a_bad_address_is_kept_without_a_customer(shop, told):
    checked = shop.check(Kind.ORDER_LINES, "order,line,email,date,amount\nA,1,nobody,2026-01-02,1\n")
    assert (checked.counts.new, checked.counts.warnings, checked.counts.anonymous) == (1, 1, 1)
    assert "is not an e-mail address; the row is kept without it" in told(checked)[0]


def test_lines_follow_a_merge_of_the_customer_with_the_address(shop):
    shop.load(Kind.ORDER_LINES, SHOPIFY)
    merged(shop, "2", "1")
    assert [customer for *_, customer in buyers(shop)] == ["2", "2", MADE_OF_NEW, None]
    more = shop.check(Kind.ORDER_LINES, SHOPIFY + "#4,ann@x.test,2026-01-05,1,Cup,5\n")
    assert (more.counts.unchanged, more.counts.new) == (4, 1)
    load(shop.installation, more, actor=ANN, now=shop.now)
    assert buyers(shop)[-1] == ("#4", 1, "2")


def test_orders_without_a_number_are_told_apart_by_the_address(importing):
    text = "email,date,amount\nnew@x.test,2026-01-02,1\nNEW@x.test,2026-01-02,2\n,2026-01-02,3\n"
    importing.load(Kind.ORDER_LINES, text)
    one = f"{MADE_OF_NEW} 2026-01-02"
    assert buyers(importing) == [("anonymous 2026-01-02", 1, None), (one, 1, MADE_OF_NEW), (one, 2, MADE_OF_NEW)]


def test_an_address_on_the_first_line_of_an_order_holds_for_all_its_lines(importing):
    importing.load(Kind.ORDER_LINES, "order,email,date,amount\nA,new@x.test,2026-01-02,1\nA,,2026-01-02,2\n")
    assert [customer for *_, customer in buyers(importing)] == [MADE_OF_NEW, MADE_OF_NEW]


def test_lines_of_somebody_who_changed_hands_since_the_check_are_noticed(shop):
    checked = shop.check(Kind.ORDER_LINES, SHOPIFY)
    shop.load(Kind.CUSTOMERS, "customer_id,email\n9,new@x.test\n")
    with pytest.raises(IngestError, match="Check the file again"):
        load(shop.installation, checked, actor=ANN, now=shop.now)
    shop.load(Kind.ORDER_LINES, SHOPIFY)
    assert [customer for *_, customer in buyers(shop)] == ["1", "1", "9", None]


def test_contacts_and_answers_may_name_the_customer_by_an_address(shop, told):
    shop.load(Kind.ANSWERS, "response_id,email,date,nps\nr,bob@x.test,2026-06-01,9\ns,,2026-06-01,9\n")
    checked = shop.check(
        Kind.INTERACTIONS,
        "interaction_id,email,date,interaction\ni,bob@x.test,2026-06-01,call\nj,new@x.test,2026-06-01,call\n"
        "k,,2026-06-01,call\n",
    )
    assert "gives no customer number and no e-mail address. Fill in one of them." in told(checked)[0]
    load(shop.installation, checked, actor=ANN, now=shop.now)
    query = (
        "SELECT interaction_id, customer_id FROM interactions UNION ALL SELECT response_id, customer_id FROM responses"
    )
    assert sorted(shop.sql(query)) == [("i", "2"), ("j", MADE_OF_NEW), ("r", "2"), ("s", None)]
