"""What the cells of a row become: the typed columns of each kind of file, as SQL.

Three layers, each a select over the one before: ``x_<field>`` is the trimmed text; ``d_<field>`` the date in it,
``s_<field>`` whether it is a number without oddities, ``i_<field>`` its integer; and then the columns that are kept.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from crm_core import columns
from crm_core.columns import Dtype, Field, Kind
from crm_core.ingest import cells, dates
from crm_core.ingest.cells import DateOrder, DecimalMark
from crm_core.ingest.generated import generated_id
from crm_core.ingest.mapping import ColumnMapping, known_fields, names_last_first
from crm_core.ingest.phones import compared_phone
from crm_core.ingest.source import Source
from crm_core.ingest.workspace import literal

LEDGER = {Kind.ORDER_LINES: columns.order_lines, Kind.COSTS: columns.costs}
"""The kinds whose rows go to the ledger, and the table they make."""

_ALWAYS: dict[str, set[str]] = {
    "order_lines": {"order_id", "line", "customer_id", "day", "month", "amount_cents"},
    "costs": set(),
}
"""The columns of the ledger that every file has, filled or not, because rules and totals name them."""

SIGN = "currency_sign"
"""What stood with the amount; it is looked at by `foreign_money` and is no column of the ledger."""
BY_EMAIL = "customer_email_normalised"
"""Whose a row is, until `identity` has found the customer id; the address itself is kept nowhere but on the record."""

_SIMPLE_ADDRESS = (
    r"[a-z0-9_%+-]+(?:\.[a-z0-9_%+-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,20}"  # most, and valid
)


@dataclass(frozen=True)
class Understanding:
    """Everything that decides what a cell means."""

    source: Source
    mapping: ColumnMapping
    date_order: DateOrder
    decimal_mark: DecimalMark
    today: date
    own_orders: Mapping[str, DateOrder] = field(default_factory=dict)
    """Columns of dates in another order than the file's, by their headers; and those of Excel's numbers of days."""
    serials: frozenset[str] = frozenset()

    def has(self, name: str) -> bool:
        """Whether the field has a column in this file."""
        return name in self.mapping.fields

    def order_of(self, name: str) -> DateOrder:
        """The order in which the column of this field gives day, month and year."""
        return self.own_orders.get(self.mapping.fields[name], self.date_order)

    @property
    def fields(self) -> list[Field]:
        """The fields of the kind that have a column, in their own order."""
        return [each for each in known_fields(self.mapping.kind) if self.has(each.name)]


def typed_rows(known: Understanding) -> str:
    """A select of every row with its texts, dates and typed columns."""
    texts = [f"{_cell(known, each)} AS x_{each.name}" for each in known.fields]
    if known.mapping.kind is Kind.CUSTOMERS:
        texts.append(f"{_extra(known)} AS x_extra")
    row = ["CAST(original_row AS BIGINT) AS original_row"] if known.source.table.numbered else []
    read = [part for each in known.fields for part in _read(known, each)]
    typed = [f"{sql} AS {name}" for name, sql in typed_columns(known).items()]
    return (
        f"SELECT *, {', '.join(typed)} FROM (SELECT {', '.join(['*', *read])} FROM "  # noqa: S608
        f"(SELECT {', '.join(row + texts)} FROM {known.source.table.sql(keep_rejects=True)}))"
    )


def typed_columns(known: Understanding) -> dict[str, str]:
    """Name and SQL of each column that is kept, over the layer of texts and dates."""
    kind = known.mapping.kind
    typed: dict[str, str] = {}
    for each in known.fields:
        typed |= _typed(known, each)
    if kind is Kind.ORDER_LINES:
        typed |= _derived(known)
    if kind in LEDGER:
        kept = as_in_ledger(LEDGER[kind], typed) | {SIGN: _currency_sign(known)}
        return kept | {name: sql for name, sql in typed.items() if name == BY_EMAIL}
    if kind is Kind.EXCHANGE_RATES:
        typed |= _of_rates(known)
    if kind is Kind.CUSTOMERS:
        typed["extra"] = "x_extra"
        typed |= {"phone_normalised": compared_phone("x_phone")} if known.has("phone") else {}
        typed |= _names(known) if known.has("full_name") else {}
        typed.pop("full_name", None)
    return typed


def date_bounds(today: date) -> tuple[str, str]:
    """The first and last date that is believed, as SQL: tomorrow is today somewhere on earth."""
    return "DATE '1900-01-01'", f"DATE '{today.isoformat()}' + 1"


def _typed(known: Understanding, each: Field) -> dict[str, str]:  # noqa: PLR0911 - one a type
    value = f"x_{each.name}"
    match each.dtype:
        case Dtype.DATE:
            return days(known, each)
        case Dtype.MONEY:
            return {f"{each.name}_cents": cells.cents(value, known.decimal_mark, simple=f"s_{each.name}")}
        case Dtype.NUMBER:
            return {each.name: f"CAST({cells.number(value, known.decimal_mark, simple=f's_{each.name}')} AS DOUBLE)"}
        case Dtype.INTEGER:
            return {each.name: cells.integer(value, known.decimal_mark, plain=f"i_{each.name}")}
        case Dtype.BOOLEAN:
            return {each.name: cells.boolean(value)}
        case Dtype.EMAIL:
            address = _address(value)
            return {each.name: f"CASE WHEN {address} IS NOT NULL THEN {value} END", f"{each.name}_normalised": address}
    return {each.name: value}


def days(known: Understanding, each: Field) -> dict[str, str]:
    """Days since 1970; a date beyond belief is dropped here and named by `rules`."""
    first, last = date_bounds(known.today)
    value = f"d_{each.name}"
    day = f"CASE WHEN {value} BETWEEN {first} AND {last} THEN CAST({value} - DATE '1970-01-01' AS INTEGER) END"
    if each.name != "date":
        return {each.name: day}
    month = f"CAST(12 * year({value}) + month({value}) - 1 AS INTEGER)"
    return {"day": day, **({"month": month} if known.mapping.kind in LEDGER else {})}


def _derived(known: Understanding) -> dict[str, str]:
    """What a file of order lines leaves to be worked out: amount, order number; discounts count as taken off."""
    derived: dict[str, str] = {}
    if not known.has("amount"):
        derived["amount_cents"] = cells.product_cents("x_quantity", "x_unit_price", known.decimal_mark)
    if not known.has("order_id"):
        derived["order_id"] = f"coalesce({', '.join(_buyers(known))}) || ' ' || strftime(d_date, '%Y-%m-%d')"
    if known.has("discount"):
        derived["discount_cents"] = f"abs({cells.cents('x_discount', known.decimal_mark, simple='s_discount')})"
    if known.has("currency"):
        derived["currency"] = f"coalesce({_known_sign('lower(x_currency)')}, upper(x_currency))"
    return derived


def _buyers(known: Understanding) -> Iterator[str]:
    """Who an order without a number is of, the surest first."""
    if known.has("customer_id"):
        yield "x_customer_id"
    if known.has("customer_email"):
        yield generated_id(_address("x_customer_email"))
    yield "'anonymous'"


def _names(known: Understanding) -> dict[str, str]:
    """First and last name from the whole one: the last word is the last name, unless a comma or the header says else.

    A column of its own goes first, where it is filled.
    """
    whole = "trim(x_full_name)"
    first, last = f"trim(regexp_replace({whole}, '\\s*\\S+$', ''))", f"regexp_extract({whole}, '\\s(\\S+)$', 1)"
    if names_last_first(known.mapping.fields["full_name"]):
        first, last = f"regexp_extract({whole}, '\\s+(.*)$', 1)", f"regexp_extract({whole}, '^\\S+')"
    halves = (f"trim(split_part({whole}, ',', 2))", f"trim(split_part({whole}, ',', 1))")
    names = {}
    for name, half, part in zip(("first_name", "last_name"), halves, (first, last), strict=True):
        one_word = whole if name == "first_name" else "NULL"
        read = (
            f"CASE WHEN contains({whole}, ',') THEN nullif({half}, '') "
            f"WHEN NOT regexp_matches({whole}, '\\s') THEN {one_word} ELSE nullif({part}, '') END"
        )
        names[name] = f"coalesce(x_{name}, {read})" if known.has(name) else read
    return names


def _of_rates(known: Understanding) -> dict[str, str]:
    """What identifies a rate is its currency and day."""
    code = f"coalesce({_known_sign('lower(x_currency)')}, upper(x_currency))"
    return {
        "rate_id": f"{code} || ' ' || strftime(d_date, '%Y-%m-%d')",
        "currency": code,
        "rate": cells.rate("x_rate", known.decimal_mark),
    }


def _currency_sign(known: Understanding) -> str:
    """What stands with the amount; for costs, which keep no currency, also what stands in a column of its own."""
    money = _money_field(known)
    sign = cells.currency_sign(f"x_{money}", known.decimal_mark, simple=f"s_{money}")
    in_column = known.mapping.kind is Kind.COSTS and known.has("currency")
    return f"coalesce(lower(x_currency), {sign})" if in_column else sign


def _money_field(known: Understanding) -> str:
    return "amount" if known.has("amount") else "unit_price"


def as_in_ledger(table: sa.Table, typed: Mapping[str, str]) -> dict[str, str]:
    """The columns of the table that the file gives, in their order; the warehouse shows the others empty.

    To write an empty column costs as much as a quarter of a full one, and most files give few.
    """
    names = {"VARCHAR": "VARCHAR", "INTEGER": "INTEGER", "BIGINT": "BIGINT", "FLOAT": "DOUBLE"}
    return {
        column.name: f"CAST({typed.get(column.name, 'NULL')} AS {names[str(column.type)]})"
        for column in table.columns
        if column.name in typed or column.name in _ALWAYS[table.name]
    }


def _known_sign(value: str) -> str:
    pairs = ", ".join(f"{literal(sign)}: {literal(code)}" for sign, code in cells.CURRENCY_OF.items())
    return f"MAP {{{pairs}}}[{value}]"


def _cell(known: Understanding, each: Field) -> str:
    cell = known.source.cell(known.mapping.fields[each.name])
    if (each.name.endswith("_id") or each.name == "return_of") and not known.source.is_ascii:
        cell = cells.visible(cell)
    may_be_defused = each.dtype in {Dtype.TEXT, Dtype.EMAIL} and "'" not in known.source.absent
    return cells.undefused(cell) if may_be_defused else cell


def _read(known: Understanding, each: Field) -> Iterator[str]:
    """What several columns or rules need of a cell, so that it is worked out once."""
    match each.dtype:
        case Dtype.DATE:
            yield f"{_date(known, each)} AS d_{each.name}"
        case Dtype.MONEY | Dtype.NUMBER:
            yield f"{cells.is_simple(f'x_{each.name}', known.decimal_mark)} AS s_{each.name}"
        case Dtype.INTEGER:
            yield f"TRY_CAST(x_{each.name} AS INTEGER) AS i_{each.name}"


def _date(known: Understanding, each: Field) -> str:
    if known.mapping.fields[each.name] in known.serials:
        return dates.serial_date(f"x_{each.name}")
    return dates.date(f"x_{each.name}", known.order_of(each.name), this_year=known.today.year)


def _address(value: str) -> str:
    """The normalised address, or null; the rare odd spelling is judged by the one function that knows the rules."""
    simple = f"length({value}) <= 64 AND regexp_full_match(lower({value}), {literal(_SIMPLE_ADDRESS)})"
    return f"CASE WHEN {simple} THEN lower({value}) ELSE nullif(normalised_address({value}), '') END"


def _extra(known: Understanding) -> str:
    """The custom fields of a row as a JSON object; an empty cell is not in it."""
    pairs = [f"({literal(header)}, {cells.undefused(known.source.cell(header))})" for header in known.mapping.extra]
    if not pairs:
        return "'{}'"
    filled = f"list_filter([{', '.join(pairs)}], lambda pair: pair[2] IS NOT NULL)"
    return f"CAST(to_json(map_from_entries({filled})) AS VARCHAR)"
