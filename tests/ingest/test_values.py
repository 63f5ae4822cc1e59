import pytest

from crm_core.columns import FIELDS, Kind


@pytest.mark.parametrize(
    ("header", "whole", "first", "last"),
    [
        ("Full name", "Ann Lee", "Ann", "Lee"),
        ("Full name", "Ann Maria  van Lee", "Ann Maria  van", "Lee"),
        ("Full name", "Lee, Ann Maria", "Ann Maria", "Lee"),
        ("Full name", "Ann", "Ann", None),
        ("Full name", "Lee,", None, "Lee"),
        ("ПІБ", "Шевченко Олена Іванівна", "Олена Іванівна", "Шевченко"),
        ("ФИО", "Петров", "Петров", None),
    ],
)
def test_a_whole_name_is_taken_apart(importing, header, whole, first, last):
    importing.load(Kind.CUSTOMERS, f"id;{header}\nc1;{whole}\n")
    assert importing.sql("SELECT first_name, last_name FROM customers") == [(first, last)]


def test_a_name_in_a_column_of_its_own_goes_first(importing):
    importing.load(Kind.CUSTOMERS, "id;name;first name\nc1;Ann Lee;Anna\nc2;Bob Ray;\n")
    names = importing.sql("SELECT first_name, last_name FROM customers ORDER BY customer_id")
    assert names == [("Anna", "Lee"), ("Bob", "Ray")]


@pytest.mark.parametrize("unseen", ["\u200b", "\u200f", "\u202a", "\u202e", "\u2060", "\ufeff"])
def test_letters_that_nobody_sees_make_no_other_id(importing, unseen):
    importing.load(Kind.CUSTOMERS, "id,city\nA-1,Ruse\n")
    importing.load(Kind.CUSTOMERS, f"id,city\n{unseen}A-{unseen}1 {unseen},Варна\n{unseen},\n")
    assert importing.sql("SELECT customer_id, city FROM customers") == [("A-1", "Варна")]
    text = f"order,line,customer,date,amount,return_of\nO{unseen}1,1,A-1,2026-01-02,5.00,\n"
    text += f"O2,1,A{unseen}-1,2026-01-03,-5.00,O1{unseen}\n"
    importing.load(Kind.ORDER_LINES, text)
    assert importing.lines("order_id, customer_id, return_of") == [("O1", "A-1", None), ("O2", "A-1", "O1")]


def test_an_id_of_letters_of_two_alphabets_is_kept_and_told_with_the_first_one(importing, told):
    checked = importing.check(Kind.CUSTOMERS, "id,city\nА1,Ruse\nAА1,Варна\nАAB,Sofia\nA1,Русе\n")
    assert [(each.rows, each.severity) for each in checked.tallies] == [(2, "warning")]
    assert told(checked)[0].startswith("Row 3, column 'id': 'AА1' mixes Latin and Cyrillic letters")
    assert checked.counts.new == 4


@pytest.mark.parametrize(
    ("header", "longest"),
    [("city", 10_000), ("consent_wording", 10_000), ("Hat size", 20_000 - len('{"Hat size":""}'))],
)
def test_a_text_without_end_is_refused(importing, told, header, longest):
    rows = f"id,{header}\n1,{'x' * longest}\n2,{'ж' * longest}\n3,{'x' * (longest + 1)}\n"
    checked = importing.check(Kind.CUSTOMERS, rows)
    assert (checked.counts.new, checked.counts.rejected) == (2, 1)
    assert "longer than" in told(checked)[0]


def test_every_field_of_customers_has_room_among_the_bits_of_the_problems(importing):
    header = ",".join([*(each.name for each in FIELDS[Kind.CUSTOMERS]), "жук"])
    checked = importing.check(Kind.CUSTOMERS, f"{header}\n1{',' * header.count(',')}\n")
    assert len(checked.prepared.rules) < 63
