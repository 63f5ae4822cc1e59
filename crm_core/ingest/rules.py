"""The rules that a row must keep, each with the words for the person who broke it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from crm_core.columns import SCORES, Dtype, Field, Kind
from crm_core.ingest.cells import DateOrder, DecimalMark, mixes_alphabets
from crm_core.ingest.problems import Severity
from crm_core.ingest.values import Understanding, date_bounds
from crm_core.store.tables import Customer, Interaction, Product, Response

PROOF = ("consent_date", "consent_source", "consent_wording")
"""What must stand with a yes for it to be recorded."""
LARGEST_CENTS = 10**12

_ORDER = {
    DateOrder.DMY: "day-month-year",
    DateOrder.MDY: "month-day-year",
    DateOrder.YMD: "year-month-day",
}
_MARK = {DecimalMark.POINT: "decimal point", DecimalMark.COMMA: "decimal comma"}
_TABLES: dict[Kind, type] = {
    Kind.CUSTOMERS: Customer,
    Kind.PRODUCTS: Product,
    Kind.ANSWERS: Response,
    Kind.INTERACTIONS: Interaction,
}
_LONGEST_ID = 120
_LONGEST_TEXT = {"text": 100_000, "comment": 100_000, "": 10_000}
_LONGEST_EXTRA = 20_000


@dataclass(frozen=True)
class Rule:
    """What must not be true of a row. ``broken`` is SQL over the layers of `values.typed_rows`."""

    field: str
    column: str
    broken: str
    text: str
    advice: str
    severity: Severity = Severity.ERROR
    naming: str = ""
    """The column of the prepared rows that the text ends with, where it has a value."""

    def worded(self, named: Mapping[str, str | None]) -> str:
        """The text of one row."""
        return f"{self.text}: {named[self.naming]}" if named.get(self.naming) else self.text


def rules(known: Understanding) -> list[Rule]:
    """Every rule for such a file, in the order in which they are told."""
    found = list(_needed(known))
    for each in known.fields:
        found += [*_of_type(known, each), *_of_length(known, each)]
    if known.mapping.kind is Kind.ORDER_LINES:
        found += _of_order_lines(known)
    if known.mapping.kind is Kind.EXCHANGE_RATES:
        found += _of_rates(known)
    found += _of_extra(known)
    if all(map(known.has, ("consent", *PROOF))):
        found.append(_of_consent(known))
    return found


def _needed(known: Understanding) -> Iterator[Rule]:
    for each in known.fields:
        if (each.required and not _found_otherwise(known, each)) or each.name in _factors(known):
            yield _rule(known, each, f"x_{each.name} IS NULL", "is empty", "Fill it in.")


def _found_otherwise(known: Understanding, each: Field) -> bool:
    """Whether `identity` finds or makes the id of a row that has none."""
    by = ("email", "phone") if known.mapping.kind is Kind.CUSTOMERS else ("customer_email",)
    return each.name == "customer_id" and any(map(known.has, by))


def _factors(known: Understanding) -> set[str]:
    """The fields of order lines that must be filled once they have a column, or where others follow from them."""
    if known.mapping.kind is not Kind.ORDER_LINES:
        return set()
    return {"line"} if known.has("amount") else {"line", "quantity", "unit_price"}


def _of_type(known: Understanding, each: Field) -> Iterator[Rule]:
    match each.dtype:
        case Dtype.DATE:
            yield from _of_date(known, each)
        case Dtype.MONEY:
            yield from _of_money(known, each)
        case Dtype.NUMBER:
            text = f"is not a number with a {_MARK[known.decimal_mark]}"
            yield _unread(known, each, each.name, text, "Write digits only, such as 3 or 2.5.")
        case Dtype.INTEGER:
            yield from _of_integer(known, each)
        case Dtype.BOOLEAN:
            text = "is neither yes nor no; the row is kept without it"
            yield _unread(known, each, each.name, text, "Write yes or no.", Severity.WARNING)
        case Dtype.EMAIL:
            what = "customer" if known.mapping.kind is Kind.CUSTOMERS else "row"
            text = f"is not an e-mail address; the {what} is kept without it"
            yield _unread(known, each, f"{each.name}_normalised", text, "Correct the address.", Severity.WARNING)
        case Dtype.TEXT:
            yield from _of_text(known, each)


def _of_date(known: Understanding, each: Field) -> Iterator[Rule]:
    severity = Severity.ERROR if each.required else Severity.WARNING
    kept = "" if each.required else "; the row is kept without it"
    first, last = date_bounds(known.today)
    value, order = f"d_{each.name}", _ORDER[known.order_of(each.name)]
    text = f"is not a date in the order {order}{kept}"
    yield _rule(
        known, each, f"x_{each.name} IS NOT NULL AND {value} IS NULL", text, "Write it like 2026-06-30.", severity
    )
    yield _rule(known, each, f"{value} < {first}", f"lies before 1900{kept}", "Correct the year.", severity)
    yield _rule(
        known, each, f"{value} > {last}", f"lies in the future{kept}", "Correct the date, or its order.", severity
    )


def _of_money(known: Understanding, each: Field) -> Iterator[Rule]:
    if each.name == "unit_price" and known.has("amount"):
        return
    column, text = f"{each.name}_cents", f"is not an amount with a {_MARK[known.decimal_mark]}"
    read = column
    if each.name == "unit_price":
        column, read = "amount_cents", "coalesce(amount_cents, CASE WHEN quantity IS NULL THEN 0 END)"
    yield _unread(known, each, read, text, "Write it like 1234.50, without letters.")
    yield _rule(
        known, each, f"abs({column}) > {LARGEST_CENTS}", "is too large to be believed", "Check the decimal mark."
    )


def _of_integer(known: Understanding, each: Field) -> Iterator[Rule]:
    yield _unread(known, each, each.name, "is not a whole number", "Write a whole number.")
    low, high = SCORES.get(each.name, (0, 2**31 - 1))
    outside = f"{each.name} NOT BETWEEN {low} AND {high}"
    yield _rule(known, each, outside, f"is outside {low} to {high}", "Correct it, or leave the cell empty.")


def _of_text(known: Understanding, each: Field) -> Iterator[Rule]:
    if each.name.endswith("_id"):
        if "+" not in known.source.absent:
            yield _spoilt(known, each)
        if not known.source.is_ascii:
            text = "mixes Latin and Cyrillic letters that may look the same; it is kept as it is"
            advice = "Check that it is written as in other files: otherwise it means somebody or something else."
            yield _rule(known, each, mixes_alphabets(f"x_{each.name}"), text, advice, Severity.WARNING)


def _spoilt(known: Understanding, each: Field) -> Rule:
    # The pattern alone would cost as much as reading the cell.
    spoilt = rf"contains(x_{each.name}, 'E+') AND regexp_full_match(x_{each.name}, '\d[.,]\d+E\+\d+')"
    text = "was shortened by a spreadsheet program"
    return _rule(known, each, spoilt, text, "Format the column as text and export the file again.")


def _of_length(known: Understanding, each: Field) -> Iterator[Rule]:
    longest = _LONGEST_ID if each.name.endswith("_id") else _longest(known.mapping.kind, each)
    if longest:
        text = f"is longer than {longest:,} characters"
        # Bytes are known without counting; there are at least as many of them as characters.
        broken = f"strlen(x_{each.name}) > {longest} AND length(x_{each.name}) > {longest}"
        yield _rule(known, each, broken, text, "Shorten it.")


def _of_extra(known: Understanding) -> Iterator[Rule]:
    if known.mapping.kind is Kind.CUSTOMERS and known.mapping.extra:
        text = f"makes the further columns of the row longer than {_LONGEST_EXTRA:,} characters together"
        broken = f"strlen(x_extra) > {_LONGEST_EXTRA} AND length(x_extra) > {_LONGEST_EXTRA}"
        yield Rule("extra", known.mapping.extra[0], broken, text, "Shorten them, or leave one out of the import.")


def _longest(kind: Kind, each: Field) -> int | None:
    """What the database keeps of the text; where it keeps any length, what a person may have written."""
    table = _TABLES.get(kind)
    if table is None:
        return None
    column: sa.Column[Any] | None = sa.inspect(table).columns.get(each.name)
    length = column.type.length if column is not None and isinstance(column.type, sa.String) else None
    return length or (_LONGEST_TEXT.get(each.name, _LONGEST_TEXT[""]) if each.dtype is Dtype.TEXT else None)


def _of_order_lines(known: Understanding) -> Iterator[Rule]:
    name = "amount" if known.has("amount") else "unit_price"
    each = next(each for each in known.fields if each.name == name)
    warn = Severity.WARNING
    yield _rule(known, each, "amount_cents = 0", "is zero; the line is kept", "Check whether it was a gift.", warn)


def _of_rates(known: Understanding) -> Iterator[Rule]:
    currency, rate = (next(each for each in known.fields if each.name == name) for name in ("currency", "rate"))
    code = "NOT regexp_full_match(currency, '[A-Z]{3}')"
    yield _rule(known, currency, code, "is not the code of a currency", "Write three letters, such as USD.")
    yield _rule(known, rate, "rate <= 0", "is not above zero", "Write what one unit is worth in your own currency.")


def _of_consent(known: Understanding) -> Rule:
    missing = " OR ".join(f"{name} IS NULL" for name in PROOF)
    each = next(each for each in known.fields if each.name == "consent")
    text = "is a yes without its date, source and wording, so it is not recorded"
    return _rule(known, each, f"consent AND ({missing})", text, "Fill in the three cells.", Severity.WARNING)


def _unread(  # noqa: PLR0917 - the parts of a sentence
    known: Understanding, each: Field, column: str, text: str, advice: str, severity: Severity = Severity.ERROR
) -> Rule:
    return _rule(known, each, f"x_{each.name} IS NOT NULL AND {column} IS NULL", text, advice, severity)


def _rule(  # noqa: PLR0917 - the parts of a sentence
    known: Understanding, each: Field, broken: str, text: str, advice: str, severity: Severity = Severity.ERROR
) -> Rule:
    return Rule(each.name, known.mapping.fields[each.name], broken, text, advice, severity)
