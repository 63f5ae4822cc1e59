import pytest

from crm_core.columns import Kind

HEAD = "order,line,customer,product,date,quantity,amount\n"


def notes(checked):
    return [note for note in checked.notes if "counted as returns" in note or "in no figure" in note]


def test_a_negative_quantity_is_a_return_where_no_amount_is_negative(importing):
    content = HEAD + "A,1,ann,pot,2026-01-01,2,8\nB,1,ann,pot,2026-01-05,-2,8\nC,1,bob,pan,2026-01-06,1,3.55\n"
    checked = importing.check(Kind.ORDER_LINES, content)
    assert notes(checked) == [
        "1 line with a negative quantity: counted as returns, -8.00 in all, since no amount in the file is negative."
    ]
    assert (checked.counts.returns, checked.counts.warnings, checked.total.amount_cents) == (1, 0, 355)
    importing.commit(checked)
    assert importing.lines("order_id, quantity, amount_cents") == [("A", 2, 800), ("B", -2, -800), ("C", 1, 355)]


def test_it_stays_a_sale_with_a_warning_where_other_amounts_are_negative(importing, told):
    content = HEAD + "A,1,ann,pot,2026-01-01,-2,8\nB,1,ann,pot,2026-01-05,-2,-8\n"
    checked = importing.check(Kind.ORDER_LINES, content)
    assert told(checked) == [
        "Row 2, column 'amount': '8' is positive though the line has a negative quantity; counted as a sale. "
        "Give returns a negative amount."
    ]
    assert (checked.counts.returns, checked.counts.warnings, notes(checked)) == (1, 1, [])
    assert [tally.rows for tally in checked.tallies] == [1]
    importing.commit(checked)
    assert importing.lines() == [("A", 1, 800), ("B", 1, -800)]


def test_a_c_before_the_number_is_a_return_among_plain_numbers_and_the_cost_turns_too(importing):
    content = (
        "invoice,customer,date,qty,amount,cost\n"
        "536379,ann,2026-01-01,3,30,12\n536380,bob,2026-01-01,1,5,2\nC536379,ann,2026-01-03,1,10,4\n"
    )
    checked = importing.check(Kind.ORDER_LINES, content)
    assert notes(checked) == [
        "1 line with an order number that begins with C: counted as returns, -10.00 in all, "
        "since no amount in the file is negative."
    ]
    importing.commit(checked)
    assert importing.lines("order_id, quantity, amount_cents, cost_cents") == [
        ("536379", 3, 3000, 1200),
        ("536380", 1, 500, 200),
        ("C536379", -1, -1000, -400),
    ]


def test_numbers_that_all_begin_with_c_are_the_numbers_of_a_shop(importing):
    content = "order,customer,date,amount\nC1,ann,2026-01-01,5\nC2,ann,2026-01-02,6\n7,ann,2026-01-03,6\n"
    checked = importing.check(Kind.ORDER_LINES, content)
    assert (checked.counts.returns, notes(checked)) == (0, [])


def test_a_line_that_names_the_order_it_takes_back_is_a_return(importing):
    content = "order,customer,date,amount,original order\nA,ann,2026-01-01,5,\nR,ann,2026-01-03,2,A\n"
    checked = importing.check(Kind.ORDER_LINES, content)
    assert "1 line with the order that they take back: counted as returns, -2.00 in all" in notes(checked)[0]
    importing.commit(checked)
    assert importing.lines("order_id, amount_cents, return_of") == [("A", 500, None), ("R", -200, "A")]


def test_quantity_times_price_is_negative_with_the_quantity_and_needs_no_decision(importing):
    content = "order,customer,date,qty,price\nA,ann,2026-01-01,3,10\nC9,ann,2026-01-02,-2,10\n"
    checked = importing.check(Kind.ORDER_LINES, content)
    assert (checked.counts.returns, checked.total.amount_cents, notes(checked)) == (1, 1000, [])


@pytest.mark.parametrize(
    "word", ["Cancelled", " CANCELED", "Анулирана", "Отказана.", "anulowane", "скасовано", "отменён"]
)
def test_a_cancelled_order_is_kept_under_one_word_and_its_sum_is_told(importing, word):
    content = f"order,customer,date,amount,status\nA,ann,2026-01-01,5,Paid\nB,ann,2026-01-02,3.40,{word}\n"
    checked = importing.check(Kind.ORDER_LINES, content)
    assert notes(checked) == ["1 line cancelled, 3.40 in all: kept, but in no figure."]
    importing.commit(checked)
    assert importing.lines("order_id, amount_cents, status") == [("A", 500, "Paid"), ("B", 340, "cancelled")]


@pytest.mark.parametrize("word", ["Returned", "refunded", "Върната", "zwrócone", "повернено", "Возврат"])
def test_a_sale_called_returned_is_kept_but_not_taken_off_once_more(importing, word):
    content = f"order,customer,date,amount,status\nA,ann,2026-01-01,5,Paid\nB,ann,2026-01-02,3.40,{word}\n"
    checked = importing.check(Kind.ORDER_LINES, content)
    assert notes(checked)[0].startswith("1 sale called returned by the status, 3.40 in all: kept, but in no figure")
    importing.commit(checked)
    assert importing.lines("order_id, amount_cents, status") == [("A", 500, "Paid"), ("B", 340, "returned")]


def test_a_word_that_only_contains_returned_is_left_as_it_is(importing):
    content = "order,customer,date,amount,status\nA,ann,2026-01-01,5,Not returned\nB,ann,2026-01-01,5,partly refunded\n"
    assert notes(importing.check(Kind.ORDER_LINES, content)) == []


def test_a_negative_cancelled_line_is_a_return_unless_its_own_sale_is_cancelled_too(importing):
    content = (
        "order,line,customer,date,amount,status\nA,1,ann,2026-01-01,5,paid\nB,1,ann,2026-01-02,-5,cancelled\n"
        "C,1,ann,2026-01-03,7,cancelled\nC,2,ann,2026-01-03,-7,cancelled\n"
    )
    checked = importing.check(Kind.ORDER_LINES, content)
    assert notes(checked) == [
        "1 cancelled line with a negative amount: counted as returns, -5.00 in all.",
        "2 lines cancelled, 0.00 in all: kept, but in no figure.",
    ]
    importing.commit(checked)
    assert importing.lines("order_id, amount_cents, status") == [
        ("A", 500, "paid"),
        ("B", -500, "returned"),
        ("C", -700, "cancelled"),
        ("C", 700, "cancelled"),
    ]


def test_rows_keep_their_numbers_after_a_decision_about_all_of_them(importing, told):
    rows = "".join(f"{number},1,ann,pot,2026-01-01,{-1 if number % 3 else 1},{number}\n" for number in range(1, 3000))
    checked = importing.check(Kind.ORDER_LINES, HEAD + rows + "bad,1,ann,pot,never,1,1\n")
    assert told(checked)[0].startswith("Row 3001, column 'date': 'never'")
    importing.load(Kind.ORDER_LINES, HEAD + rows)
    sums = [sum(number for number in range(1, 3000) if bool(number % 3) is back) for back in (False, True)]
    assert importing.lines("sum(amount_cents)::BIGINT") == [(100 * (sums[0] - sums[1]),)]


def test_the_same_file_again_changes_nothing(importing):
    content = HEAD + "A,1,ann,pot,2026-01-01,2,8\nB,1,ann,pot,2026-01-05,-2,8\n"
    importing.load(Kind.ORDER_LINES, content)
    assert importing.check(Kind.ORDER_LINES, content + "\n").counts.unchanged == 2
