import pytest

from crm_core.columns import Kind
from crm_core.store.tables import Merge

HEAD = "order,line,customer,product,date,quantity,amount\n"


def linked(checked):
    return [note for note in checked.notes if " with the sale " in note]


def strangers(checked):
    return [note for note in checked.notes if "no record yet" in note]


def test_returns_are_told_with_and_without_their_sale_in_the_file_or_the_data(importing):
    importing.load(Kind.ORDER_LINES, HEAD + "A,1,ann,pot,2026-01-01,1,8\n")
    checked = importing.check(
        Kind.ORDER_LINES,
        HEAD
        + "R,1,ann,pot,2026-01-05,-1,-8\n"  # takes back A, which is stored
        + "B,1,bob,pan,2026-01-06,1,5\nS,1,bob,pan,2026-01-07,-1,-5\n"  # in the file
        + "T,1,cay,pan,2026-01-07,-1,-5\n",  # nowhere
    )
    assert linked(checked) == ["3 returns: 2 with the sale in this file or in the data, 1 without one."]


def test_a_stored_sale_that_is_taken_back_already_or_written_anew_is_not_counted_twice(importing):
    importing.load(Kind.ORDER_LINES, HEAD + "A,1,ann,pot,2026-01-01,1,8\nR,1,ann,pot,2026-01-05,-1,-8\n")
    again = importing.check(Kind.ORDER_LINES, HEAD + "A,1,ann,pot,2026-01-01,1,8\nS,1,ann,pot,2026-01-06,-1,-8\n")
    assert linked(again) == ["1 return: 0 with the sale in this file or in the data, 1 without one."]


def test_the_numbers_of_online_retail_are_linked_by_product(importing):
    content = (
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
        "536365,85123A,HEART,6,12/1/2010 8:26,2.55,17850,UK\n536366,22633,WARMER,6,12/1/2010 8:28,1.85,17850,UK\n"
        "C536379,85123A,HEART,-6,12/1/2010 9:41,2.55,17850,UK\nC536383,35004C,DUCK,-1,12/13/2010 9:49,4.65,15311,UK\n"
    )
    checked = importing.check(Kind.ORDER_LINES, content)
    assert linked(checked) == ["2 returns: 1 with the sale in this file or in the data, 1 without one."]
    assert (checked.counts.returns, checked.total.amount_cents) == (2, 1530 + 1110 - 1530 - 465)


def test_a_file_without_customers_or_products_is_linked_by_number(importing):
    checked = importing.check(
        Kind.ORDER_LINES, "order,date,amount,return of\nA,2026-01-01,5,\nR,2026-01-02,-5,A\nS,2026-01-02,-1,\n"
    )
    assert linked(checked) == ["2 returns: 1 with the sale in this file or in the data, 1 without one."]


def test_a_file_without_returns_says_nothing_about_them(importing):
    assert linked(importing.check(Kind.ORDER_LINES, HEAD + "A,1,ann,pot,2026-01-01,1,8\n")) == []


def test_customers_without_a_record_are_counted_once_there_are_records(importing):
    lines = HEAD + "A,1,ann,pot,2026-01-01,1,8\nB,1,bob,pot,2026-01-01,1,8\nB,2,bob,pot,2026-01-01,1,8\n"
    lines += "C,1,cay,pot,2026-01-01,1,8\nD,1,,pot,2026-01-01,1,8\n"
    assert strangers(importing.check(Kind.ORDER_LINES, lines)) == []
    importing.load(Kind.CUSTOMERS, "id,first name\nann,Ann\n")
    assert strangers(importing.check(Kind.ORDER_LINES, lines)) == [
        "3 lines of 2 customers who have no record yet: they count in all figures; "
        "import a file of customers to know the names."
    ]
    importing.load(Kind.CUSTOMERS, "id,first name\nbob,Bob\n")
    assert strangers(importing.check(Kind.ORDER_LINES, lines))[0].startswith("1 line of 1 customer who has no record")


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (Kind.INTERACTIONS, "id,customer,date,type\n1,ann,2026-01-01,call\n2,bob,2026-01-01,call\n"),
        (Kind.ANSWERS, "response id,customer,date,nps\n1,ann,2026-01-01,9\n2,bob,2026-01-01,9\n3,,2026-01-01,9\n"),
    ],
)
def test_contacts_and_answers_of_strangers_are_told_too(importing, kind, content):
    importing.load(Kind.CUSTOMERS, "id,first name\nann,Ann\n")
    assert strangers(importing.check(kind, content)) == [
        "1 row of 1 customer who has no record yet: import a file of customers to know the names."
    ]


def test_another_name_of_a_merged_customer_is_no_stranger(importing, installation, now):
    importing.load(Kind.CUSTOMERS, "id,first name\nann,Ann\n")
    with installation.database.write() as session:
        session.add(Merge(kept_id="ann", merged_id="anna", merged_at=now, merged_by="eve", before={}, moved={}))
    assert strangers(importing.check(Kind.ORDER_LINES, HEAD + "A,1,anna,pot,2026-01-01,1,8\n")) == []
