from crm_core.columns import Kind

RATES = "date,currency,rate\n2026-01-01,USD,0.5\n"


def spread(checked):
    return [note for note in checked.notes if note.startswith("What stands on one line")]


def test_what_a_shop_system_says_on_the_first_line_of_an_order_holds_for_all_its_lines(importing):
    importing.load(Kind.EXCHANGE_RATES, RATES)
    content = (
        "Name,Client,Created at,Currency,Financial Status,Lineitem quantity,Lineitem price\n"
        "#1,ann,2026-01-02,USD,paid,1,10\n#1,,2026-01-02,,,1,20\n#2,bob,2026-01-03,USD,voided,1,30\n"
        "#2,,2026-01-03,,,1,40\n"
    )
    checked = importing.check(Kind.ORDER_LINES, content)
    assert spread(checked) == [
        "What stands on one line of an order only holds for all its lines: 'Client', 'Currency', 'Financial Status'."
    ]
    importing.commit(checked)
    assert importing.lines("order_id, line, customer_id, amount_cents, currency, status") == [
        ("#1", 1, "ann", 500, "USD", "paid"),
        ("#1", 2, "ann", 1000, "USD", "paid"),
        ("#2", 1, "bob", 1500, "USD", "cancelled"),
        ("#2", 2, "bob", 2000, "USD", "cancelled"),
    ]


def test_a_column_that_says_something_of_single_lines_is_left_as_it_is(importing):
    content = (
        "order,customer,date,amount,status\nA,ann,2026-01-02,1,returned\nA,ann,2026-01-02,2,\n"
        "B,,2026-01-02,3,\nC,bob,2026-01-02,4,returned\n"
    )
    assert spread(importing.check(Kind.ORDER_LINES, content)) == []
    importing.load(Kind.ORDER_LINES, content)
    assert importing.lines("order_id, customer_id, status") == [
        ("A", "ann", "returned"),
        ("A", "ann", None),
        ("B", None, None),
        ("C", "bob", "returned"),
    ]


def test_a_currency_holds_for_the_lines_of_its_order_wherever_it_stands(importing):
    importing.load(Kind.EXCHANGE_RATES, RATES)
    importing.load(
        Kind.ORDER_LINES,
        "order,date,amount,currency\nA,2026-01-02,10,\nA,2026-01-02,20,USD\nB,2026-01-02,30,\n",
    )
    assert importing.lines("order_id, line, amount_cents, currency") == [
        ("A", 1, 500, "USD"),
        ("A", 2, 1000, "USD"),
        ("B", 1, 3000, "EUR"),
    ]
