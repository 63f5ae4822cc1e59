import sqlalchemy as sa

from crm_core.columns import Kind
from crm_core.ingest.mapping import PROBLEM_COLUMN
from crm_core.reports.files import csv_bytes
from crm_core.store.tables import Customer

HEADER = "Order;Customer;Date;Amount\n"


def test_rejected_rows_keep_their_cells_and_say_what_is_wrong(importing):
    checked = importing.check(Kind.ORDER_LINES, HEADER + "A;=ann;bad;x\nB;bob;01.02.2026\nC;cay;25.12.2025;1,00\n")
    rows = checked.rejected_rows()
    assert rows.Order.tolist() == ["A", "B"]
    assert rows.Customer.tolist() == ["=ann", "bob"]
    assert rows[PROBLEM_COLUMN].tolist() == [
        "Date is not a date in the order day-month-year; Amount is not an amount with a decimal comma",
        "the row has fewer cells than the header",
    ]


def test_mended_rows_imported_alone_take_their_own_place(importing):
    #  A has three lines, the second cannot be read
    content = HEADER + "A;ann;25.12.2025;1,50\nA;ann;25.12.2025;2,5x\nA;ann;25.12.2025;3,50\n"
    checked = importing.check(Kind.ORDER_LINES, content)
    importing.commit(checked)
    mended = checked.rejected_rows().replace("2,5x", "2,50").to_csv(index=False, sep=";")
    importing.load(Kind.ORDER_LINES, mended)
    assert importing.lines() == [("A", 1, 150), ("A", 2, 250), ("A", 3, 350)]


def test_the_remark_of_a_mended_customer_does_not_become_a_custom_field(importing):
    checked = importing.check(Kind.CUSTOMERS, "id,city\n,Rome\n")
    mended = checked.rejected_rows().assign(id="1").to_csv(index=False)
    importing.load(Kind.CUSTOMERS, mended)
    assert importing.sql(sa.select(Customer.customer_id, Customer.city, Customer.extra)) == [("1", "Rome", {})]


def test_rejected_rows_come_back_from_a_file_that_spreadsheets_open_safely(importing):
    content = HEADER + "A;-ann;25.12.2025x;-1,50\n"
    safe = csv_bytes(importing.check(Kind.ORDER_LINES, content).rejected_rows()).decode("utf-8-sig")
    assert "'-ann" in safe
    importing.load(Kind.ORDER_LINES, safe.replace("2025x", "2025"))
    assert importing.lines("order_id, line, customer_id, amount_cents") == [("A", 1, "-ann", -150)]
