import pytest

from crm_core.columns import Kind
from crm_core.errors import IngestError
from crm_core.ingest.repeats import distinct


def test_rows_that_say_the_same_count_once(importing):
    checked = importing.check(Kind.PRODUCTS, "sku,name,price\np1,Pot,3\np1, Pot,3.00\np2,Pan,4\n")
    assert (checked.counts.new, checked.counts.duplicate, checked.counts.rejected) == (2, 1, 0)


def test_rows_that_contradict_each_other_all_stay_out(importing, told):
    checked = importing.check(Kind.CUSTOMERS, "id,city\n1,Rome\n2,Oslo\n1,Riga\n")
    assert (checked.counts.new, checked.counts.rejected) == (1, 2)
    (line,) = told(checked)
    assert line.startswith("Row 4, column 'id': '1' stands in row 2 with different contents")
    assert checked.rejected_rows().city.tolist() == ["Rome", "Riga"]


def test_rows_about_one_address_are_told_by_the_address_where_the_file_has_no_number(importing, told):
    (line,) = told(importing.check(Kind.CUSTOMERS, "E-mail address,phone,city\na@x.test,,Rome\nA@x.test,,Oslo\n"))
    assert line.startswith("Row 3, column 'E-mail address': 'A@x.test' stands in row 2 with different contents")
    assert line.endswith("Make one row of them.")


def test_contradicting_rates_are_told_by_their_currency(importing, told):
    (line,) = told(importing.check(Kind.EXCHANGE_RATES, "date,currency,rate\n2026-01-01,USD,1\n2026-01-01,USD,2\n"))
    assert line.startswith("Row 3, column 'currency': 'USD 2026-01-01' stands in row 2")


def test_lines_without_a_number_are_numbered_as_they_stand(importing):
    importing.load(
        Kind.ORDER_LINES, "order,customer,date,amount\nA,ann,2026-01-01,1\nB,bob,2026-01-01,2\nA,ann,2026-01-01,1\n"
    )
    assert importing.lines() == [("A", 1, 100), ("A", 2, 100), ("B", 1, 200)]


def test_two_equal_costs_are_two_costs(importing):
    importing.load(Kind.COSTS, "date,channel,amount\n2026-01-01,search,5\n2026-01-01,search,5\n")
    assert importing.lines("amount_cents", "costs") == [(500,), (500,)]


@pytest.mark.parametrize("at_once", [1, 3, 1000])
def test_repeats_are_found_however_many_keys_are_looked_at_at_once(importing, at_once):
    rows = "".join(f"p{number % 7},Pot,{number % 7}\n" for number in range(9))
    checked = importing.check(Kind.PRODUCTS, f"sku,name,price\n{rows}")
    once = distinct(checked.prepared, hashed_rows=at_once)
    assert (checked.source.workspace.count(f"SELECT count(*) FROM {once.rows}"), once.duplicates) == (7, 2)  # noqa: S608


HEADER = "order,line,customer,date,amount\n"


@pytest.mark.parametrize(
    ("lines", "duplicates", "contradicting"),
    [
        (["A,1,ann", "A,2,ann", "B,1,bob", "C,1,"], 0, 0),
        (["A,2,ann", "A,1,ann", "B,1,bob"], 0, 0),
        (["A,1,ann", "B,1,bob", "A,2,ann"], 0, 0),
        (["A,1,ann", "B,1,bob", "A,1,ann"], 1, 0),
        (["A,1,ann", "A,1,ann", "B,1,bob"], 1, 0),
        (["A,1,ann", "A,2,bob", "A,1,bob"], 0, 2),
    ],
)
def test_lines_that_stand_twice_are_found_wherever_they_stand(importing, lines, duplicates, contradicting):
    checked = importing.check(Kind.ORDER_LINES, HEADER + "".join(f"{line},2026-01-01,1.00\n" for line in lines))
    assert (checked.counts.duplicate, checked.counts.rejected) == (duplicates, contradicting)
    assert checked.counts.new == len(lines) - duplicates - contradicting
    taken = {line.split(",")[2] for line in lines} - {""} if not contradicting else {"bob"}
    assert checked.total.customers == len(taken)


def test_an_order_may_be_longer_than_what_is_looked_at_at_once(importing):
    lines = [f"A,{line},ann" for line in range(5)] + [f"B,{line},bob" for line in (1, 2, 3)]
    rows = [f"{line},2026-01-01,1.00\n" for line in lines]
    whole = importing.check(Kind.ORDER_LINES, HEADER + "".join(rows))
    once = distinct(whole.prepared, batch_rows=2)
    assert (once.duplicates, once.customers) == (0, 2)
    checked = importing.check(Kind.ORDER_LINES, HEADER + "".join([*rows, rows[1]]))
    once = distinct(checked.prepared, batch_rows=2)
    assert (once.duplicates, once.customers) == (1, None)
    assert checked.source.workspace.count(f"SELECT count(*) FROM {once.rows}") == len(lines)  # noqa: S608


def test_a_file_of_which_no_line_is_sound_has_no_total(importing):
    with pytest.raises(IngestError, match="No row"):
        importing.load(Kind.ORDER_LINES, f"{HEADER}A,1,ann,2026-01-01,x\n")
    assert importing.check(Kind.ORDER_LINES, f"{HEADER}A,1,ann,2026-01-01,x\n").total is None
