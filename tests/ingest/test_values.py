import pytest

from crm_core.columns import Kind


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
