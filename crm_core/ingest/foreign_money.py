"""Amounts in another currency than the installation's: converted with imported rates, or refused."""

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.errors import IngestError
from crm_core.ingest.cells import CURRENCY_OF
from crm_core.ingest.prepared import Prepared
from crm_core.ingest.rewriting import Settled, counted, rewritten
from crm_core.ingest.rules import Rule
from crm_core.ingest.values import LEDGER, SIGN
from crm_core.ingest.workspace import literal
from crm_core.store.preferences import preference
from crm_core.store.tables import ExchangeRate

OLDEST_DAYS = 31
"""How long a rate holds when no newer one is known."""

_MONEY = ("amount_cents", "discount_cents", "cost_cents")
_EPOCH = date(1970, 1, 1)
_NAMED_RULES = 8
_SIGNS = ", ".join(f"{literal(sign)}: {literal(code)}" for sign, code in CURRENCY_OF.items())
_SIGN = f"coalesce(MAP {{{_SIGNS}}}[r.currency_sign], upper(r.currency_sign))"


def in_own_currency(session: Session, rows: Prepared) -> Settled:
    """Order lines and costs with all amounts in the installation's currency; ``currency`` stays what the file says.

    An amount is converted with the rate of its day or the newest before it, at most `OLDEST_DAYS` old, and rounded
    once, half away from zero. Rows without such a rate are sent back.

    Raises
    ------
    IngestError
        No rate at all is known for a currency of the file: the message lists the currencies and the ways out.
    """
    if rows.known.mapping.kind not in LEDGER or not {SIGN, "currency"} & set(rows.columns):
        return Settled(rows)
    column = "r.currency" if "currency" in rows.columns else "NULL"
    query = f"SELECT DISTINCT {_code(rows)}, {column}, {_SIGN} FROM {rows.sound} r"  # noqa: S608
    found = rows.workspace.rows(query)
    _refuse_contradiction(found)
    own = str(preference(session, "notation").get("currency", "EUR"))
    named = sorted({code for code, *_ in found if code})
    if set(named) <= {own}:
        return Settled(rows)
    _bring_rates(session, rows, named, own)
    return _converted(rows, own)


def _refuse_contradiction(found: Sequence[tuple[str | None, str | None, str | None]]) -> None:
    for _, column, sign in found:
        # $ is the sign of many dollars.
        if column and sign and column != sign and not (sign == "USD" and column.endswith("D")):
            raise IngestError(
                f"Some amounts are in {column} by their column and in {sign} by what stands with them. "
                "Correct one of the two, or leave the column of currencies out of the mapping."
            )


def _bring_rates(session: Session, rows: Prepared, named: Sequence[str], own: str) -> None:
    """Fill ``rates`` of the engine.

    Raises
    ------
    IngestError
        A currency has none.
    """
    columns = (ExchangeRate.currency, ExchangeRate.day, ExchangeRate.rate)
    known = session.execute(sa.select(*columns).where(ExchangeRate.currency.in_(named))).all()
    missing = sorted(set(named) - {own} - {currency for currency, _, _ in known})
    if missing:
        raise IngestError(_refusal(named, missing, own))
    frame = pd.DataFrame(known, columns=["currency", "day", "rate"])
    with rows.workspace.given(given_rates=frame):
        rows.workspace.run("CREATE OR REPLACE TEMP TABLE rates AS SELECT * FROM given_rates")


def _refusal(named: Sequence[str], missing: Sequence[str], own: str) -> str:
    table = f"import exchange rates for {', '.join(missing)} first (a table of date, currency and rate)"
    if len(named) > 1:
        return f"The file mixes currencies: {', '.join(named)}. Convert all amounts to {own}, or {table}."
    return (
        f"The amounts are in {named[0]}, but this installation counts in {own}. Convert them to {own}, "
        f"or {table}. If everything is in {named[0]}, change the currency in Settings instead."
    )


def _converted(rows: Prepared, own: str) -> Settled:
    code = f"nullif({_code(rows)}, {literal(own)})"
    given = f"ASOF LEFT JOIN rates q ON q.currency = {code} AND q.day <= r.day"
    is_known = f"coalesce(r.day - q.day <= {OLDEST_DAYS}, false)"
    query = (
        f"SELECT {code} AS code, count(*), count(*) FILTER (NOT {is_known}), min(q.day) FILTER ({is_known}), "  # noqa: S608
        f"max(q.day) FILTER ({is_known}) FROM {rows.sound} r {given} "
        f"WHERE {code} IS NOT NULL GROUP BY code ORDER BY code"
    )
    found = rows.workspace.rows(query)
    without = [currency for currency, _, missing, _, _ in found if missing]
    money = {
        name: f"CASE WHEN {code} IS NULL THEN r.{name} ELSE {_product(name)} END"
        for name in _MONEY
        if name in rows.columns
    }
    kept = {"currency": f"coalesce({_code(rows)}, {literal(own)})"} if "currency" in _ledger_columns(rows) else {}
    rules = [_rule(rows, each, f"{code} IS NOT NULL AND NOT {is_known}", code) for each in _grouped(without)]
    settled = rewritten(rows, "converted", money | kept, rules=rules, given=given)
    return Settled(settled, tuple(_notes(found)))


def _product(name: str) -> str:
    """Exact to the twelfth decimal of the rate, then rounded by the cast, half away from zero."""
    return f"TRY_CAST(CAST(r.{name} AS DECIMAL(18, 0)) * CAST(q.rate AS DECIMAL(20, 12)) AS BIGINT)"


def _code(rows: Prepared) -> str:
    """The currency of a row as SQL: that of its column, else of the sign that stands with the amount."""
    return f"coalesce(r.currency, {_SIGN})" if "currency" in rows.columns else _SIGN


def _ledger_columns(rows: Prepared) -> set[str]:
    return {column.name for column in LEDGER[rows.known.mapping.kind].columns}


def _grouped(currencies: Sequence[str]) -> list[list[str]]:
    """A rule a currency, so that it names it; the bits of a row's problems do not suffice for very many."""
    singly = [[currency] for currency in currencies[:_NAMED_RULES]]
    return [*singly, list(currencies[_NAMED_RULES:])] if len(currencies) > _NAMED_RULES else singly


def _rule(rows: Prepared, currencies: Sequence[str], broken: str, code: str) -> Rule:
    listed = ", ".join(literal(currency) for currency in currencies)
    return Rule(
        "date",
        rows.known.mapping.fields["date"],
        f"{broken} AND {code} IN ({listed})",
        f"has no exchange rate for {', '.join(currencies)} of that day or the {OLDEST_DAYS} days before it",
        "Import a table of exchange rates that covers the day, then this file again.",
    )


def _notes(found: Sequence[tuple[str, int, int, int | None, int | None]]) -> list[str]:
    converted = [each for each in found if each[1] > each[2]]
    if not converted:
        return []
    count = sum(rows - missing for _, rows, missing, _, _ in converted)
    first = min(day for *_, day, _ in converted if day is not None)
    last = max(day for *_, day in converted if day is not None)
    span = _iso(first) if first == last else f"{_iso(first)} to {_iso(last)}"
    codes = ", ".join(code for code, *_ in converted)
    return [f"{counted(count, 'row')} in {codes} converted with rates of {span}."]


def _iso(day: int) -> str:
    return (_EPOCH + timedelta(days=day)).isoformat()
