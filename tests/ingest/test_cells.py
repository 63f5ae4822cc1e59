from decimal import Decimal

import pytest

from crm_core.ingest import cells
from crm_core.ingest.cells import Blanks, DecimalMark

POINT, COMMA = DecimalMark


@pytest.mark.parametrize(
    ("mark", "cell", "cents"),
    [
        (POINT, "12.50", 1250),
        (POINT, "-3", -300),
        (POINT, "1,234.50", 123450),
        (POINT, "1,234", 123400),
        (POINT, "1 234 567.8", 123456780),
        (POINT, "1\u00a0234.5", 123450),
        (POINT, "1'234.00", 123400),
        (POINT, "€12.5", 1250),
        (POINT, "12.50 EUR", 1250),
        (POINT, "(12.50)", -1250),
        (POINT, "12.50-", -1250),
        (POINT, "−$5", -500),
        (POINT, "1.005", 101),  # half away from zero
        (POINT, "-1.005", -101),
        (POINT, "12.3456789", 1235),
        (POINT, ".5", 50),
        (POINT, "'-5.00", -500),  # as our exports write it
        (COMMA, "12,50", 1250),
        (COMMA, "1.234,50", 123450),
        (COMMA, "1.234", 123400),
        (COMMA, "1 234,56 лв.", 123456),
        (COMMA, "12,50 zł", 1250),
        (POINT, "12,50", None),
        (COMMA, "12.50", None),
        (POINT, "12 34", None),
        (POINT, "1,23,456", None),
        (POINT, "12.5x", None),
        (POINT, "1e5", None),
        (POINT, "1_000", None),
        (POINT, "=1+1", None),
        (POINT, "99999999999999999999", None),
    ],
)
def test_money_is_read_exactly_or_not_at_all(value, mark, cell, cents):
    assert value(cells.cents("v", mark), cell) == cents


@pytest.mark.parametrize(
    ("cell", "number"), [("2", "2"), ("-0.75", "-0.75"), ("1,000", "1000"), ("1.5 kg", None), ("two", None)]
)
def test_numbers_are_read_like_money(value, cell, number):
    assert value(cells.number("v", POINT), cell) == (Decimal(number) if number else None)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("3", 3), ("-2", -2), ("03", 3), ("1,000", 1000), ("2.0", 2), ("-0", 0), ("1.5", None), ("1e3", None),
        ("0x1F", None), ("1_000", None), ("three", None), ("99999999999", None), (None, None),
    ],
)  # fmt: skip
def test_a_whole_number_is_read_like_money_not_like_the_engine_casts(value, cell, number):
    assert value(cells.integer("v", POINT), cell) == number


def test_quantity_times_price_is_rounded_once(value):
    assert value(cells.product_cents("'3'", "'0.335'", POINT), "") == 101  # 1.005, not 3 times 0.34
    assert value(cells.product_cents("'-2'", "'10.01'", POINT), "") == -2002


@pytest.mark.parametrize(("cell", "sign"), [("12.5", None), ("€12", "€"), ("12 лв.", "лв."), ("12 EUR", "eur")])
def test_the_currency_beside_an_amount_is_told(value, cell, sign):
    assert value(cells.currency_sign("v", POINT), cell) == sign


@pytest.mark.parametrize(
    ("cell", "truth"), [("Да", True), ("YES", True), ("1", True), ("nie", False), ("ні", False), ("maybe", None)]
)
def test_yes_and_no_in_five_languages(value, cell, truth):
    assert value(cells.boolean("v"), cell) is truth


@pytest.mark.parametrize("blanks", [Blanks.SPACES, Blanks.ANY])
def test_blanks_around_text_go_and_an_empty_text_is_null(value, blanks):
    assert value(cells.text("v", blanks), "  a b ") == "a b"
    assert value(cells.text("v", blanks), "   ") is None
    assert value(cells.text("v", Blanks.ANY), "\u00a0c1\t") == "c1"


def test_the_apostrophe_that_our_exports_put_before_a_formula_goes_again(value):
    for cell, text in (
        ("'+359 88", "+359 88"),
        ("'=1+1", "=1+1"),
        ("'-x", "-x"),
        ("'s Hertogenbosch", "'s Hertogenbosch"),
    ):
        assert value(cells.undefused("v"), cell) == text
    assert value(cells.undefused("v"), None) is None
