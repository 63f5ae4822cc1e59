from types import SimpleNamespace

import pytest

from crm_core.campaigns.fields import LastOrder, fields, one_line
from crm_core.campaigns.template import NAMES

NOTHING = dict.fromkeys(("first_name", "last_name", "company", "city", "region", "interests", "language"))
ORDER = LastOrder(20_576, ("Teapot", "Cup", "Cup", "", "Tray"))  # 3 May 2026


def of(order=ORDER, **known):
    return fields(SimpleNamespace(**NOTHING | known), order, locale="en_GB")


def test_there_is_a_value_for_every_variable_even_of_somebody_unknown():
    assert of(None) == dict.fromkeys(NAMES, "")


@pytest.mark.parametrize(
    ("language", "written", "products"),
    [
        (None, "3 May 2026", "Teapot, Cup and Tray"),
        ("en", "May 3, 2026", "Teapot, Cup, and Tray"),
        ("bg", "3 май 2026 г.", "Teapot, Cup и Tray"),
        ("pl", "3 maja 2026", "Teapot, Cup i Tray"),
        ("uk", "3 травня 2026 р.", "Teapot, Cup і Tray"),
        ("ru", "3 мая 2026 г.", "Teapot, Cup и Tray"),
        ("pt-BR", "3 de maio de 2026", "Teapot, Cup e Tray"),
        ("Klingon", "3 May 2026", "Teapot, Cup and Tray"),
        ("x" * 20, "3 May 2026", "Teapot, Cup and Tray"),
    ],
)
def test_the_last_order_is_written_in_the_customers_notation(language, written, products):
    values = of(language=language)
    assert values["last_order_date"].replace("\xa0", " ").replace("\u202f", " ") == written
    assert values["last_order_products"] == products


def test_only_the_first_products_of_a_large_order_are_named():
    assert of(LastOrder(0, tuple("abcdefgh")))["last_order_products"] == "a, b, c, d and e"


def test_a_name_is_one_line_without_control_characters():
    assert one_line("  Ann\r\nBcc: eve@example.com\x00\u2028 Lee ") == "Ann Bcc: eve@example.com Lee"
    assert one_line(None) == ""
    assert of(first_name="Анна\n")["first_name"] == "Анна"
