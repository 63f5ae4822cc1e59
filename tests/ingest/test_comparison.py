import sqlalchemy as sa

from crm_core.columns import Kind
from crm_core.store.tables import Customer

FIRST = "id,first name,email,phone,city,Shoe size\n1,Анна,ann@x.com,+359 88,Rome,38\n2,Bob,,,Oslo,\n"


def counts(loaded):
    return {name: loaded.record.counts[name] for name in ("new", "changed", "unchanged")}


def test_a_customer_is_created_updated_or_left_alone(importing):
    assert counts(importing.load(Kind.CUSTOMERS, FIRST)) == {"new": 2, "changed": 0, "unchanged": 0}
    second = "id,first name,city\n1,Анна,Rome\n2,Bob,Riga\n3,Cay,\n"
    assert counts(importing.load(Kind.CUSTOMERS, second)) == {"new": 1, "changed": 1, "unchanged": 1}
    assert importing.sql("SELECT customer_id, city FROM customers ORDER BY 1") == [
        ("1", "Rome"),
        ("2", "Riga"),
        ("3", None),
    ]


def test_an_empty_cell_says_nothing_about_what_is_known(importing):
    importing.load(Kind.CUSTOMERS, FIRST)
    importing.load(Kind.CUSTOMERS, "id,first name,city,Shoe size,Hat\n1,,,,56\n")
    known = sa.select(Customer.first_name, Customer.city, Customer.extra).where(Customer.customer_id == "1")
    assert importing.sql(known) == [("Анна", "Rome", {"Shoe size": "38", "Hat": "56"})]


def test_customers_can_be_found_by_everything_that_is_known(importing):
    importing.load(Kind.CUSTOMERS, FIRST)
    importing.load(Kind.CUSTOMERS, "id,last name\n1,Петрова\n")
    assert importing.sql("SELECT search_text FROM customers WHERE customer_id = '1'") == [
        ("1 анна петрова ann@x.com +359 88 35988",)
    ]


def test_an_order_line_is_replaced_as_a_whole(importing):
    importing.load(Kind.ORDER_LINES, "order,line,customer,date,amount,region\nA,1,ann,2026-01-01,5,North\n")
    again = importing.load(Kind.ORDER_LINES, "order,line,customer,date,amount\nA,1,ann,2026-01-01,6\n")
    assert counts(again) == {"new": 0, "changed": 1, "unchanged": 0}
    assert importing.lines("amount_cents, region") == [(600, None)]


def test_lines_known_already_are_not_written_again(importing):
    importing.load(Kind.ORDER_LINES, "order,line,customer,date,amount\nA,1,ann,2026-01-01,5\n")
    later = importing.load(
        Kind.ORDER_LINES, "order,line,customer,date,amount\nA,1,ann,2026-01-01,5\nB,1,ann,2026-01-02,6\n"
    )
    assert counts(later) == {"new": 1, "changed": 0, "unchanged": 1}
    assert importing.lines("order_id, import_id") == [("A", 1), ("B", 2)]


def test_of_equal_costs_only_those_beyond_the_known_ones_are_new(importing):
    row = "2026-01-01,search,5\n"
    importing.load(Kind.COSTS, "date,channel,amount\n" + row * 2)
    assert counts(importing.load(Kind.COSTS, "date,channel,amount\n" + row * 3)) == {
        "new": 1,
        "changed": 0,
        "unchanged": 2,
    }


def test_answers_are_compared_question_by_question(importing):
    importing.load(Kind.ANSWERS, "id,date,nps,comment\nr1,2026-01-01,9,good\nr2,2026-01-01,3,\n")
    again = importing.load(Kind.ANSWERS, "id,date,nps,csat\nr1,2026-01-01,9,\nr2,2026-01-01,4,2\n")
    assert counts(again) == {"new": 0, "changed": 1, "unchanged": 1}
    assert importing.sql("SELECT response_id, code, number, text FROM answers ORDER BY 1, 2") == [
        ("r1", "comment", None, "good"),
        ("r1", "nps", 9, None),
        ("r2", "csat", 2, None),
        ("r2", "nps", 4, None),
    ]


def test_products_and_interactions_keep_their_fields(importing):
    importing.load(Kind.PRODUCTS, "sku,name,unit cost,price,supplier\np1,Pot,1.25,3,Acme\n")
    importing.load(Kind.INTERACTIONS, 'id,customer,date,type,text\ni1,ann,2026-01-01,complaint,"<b>late</b>"\n')
    assert importing.sql("SELECT product, cost_cents, list_price_cents, supplier FROM products") == [
        ("Pot", 125, 300, "Acme")
    ]
    assert importing.sql("SELECT customer_id, day, interaction, text FROM interactions") == [
        ("ann", 20_454, "complaint", "<b>late</b>")
    ]
