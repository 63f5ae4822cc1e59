"""Returns and cancellations of a file of order lines, where an amount alone does not tell them.

A file that never writes a negative amount tells its returns otherwise: by a negative quantity, by an order number
that begins with C, by the order that a line takes back. Their amounts are made negative. Where a file does write
negative amounts, such a line contradicts itself: it stays a sale, with a warning.

A status says what became of a sale. A cancelled sale, and one that was returned as a whole, is kept and counts in
no figure: what was paid was paid back, and taking it off once more would count the return twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from crm_core.columns import Kind
from crm_core.ingest.mapping import plain
from crm_core.ingest.prepared import Prepared
from crm_core.ingest.problems import Severity
from crm_core.ingest.rewriting import Settled, amount, counted, rewritten
from crm_core.ingest.rules import Rule
from crm_core.ingest.workspace import literal

CANCELLED = (
    "cancelled, canceled, cancel, cancellation, void, voided, annulled, order cancelled, order canceled, "
    "отказана, отказан, отказано, анулирана, анулиран, анулирано, отменена, отменен, отменено, "
    "anulowane, anulowana, anulowano, anulowany, anulowanie, odwołane, "
    "скасовано, скасована, скасоване, скасований, відмінено, анульовано, "
    "отменён, отмена, аннулирован, аннулирована, аннулировано, аннулирован"
)
RETURNED = (
    "returned, return, refunded, refund, "
    "върната, върнат, върнато, връщане, "
    "zwrócone, zwrócona, zwrócony, zwrócono, zwrot, "
    "повернено, повернена, повернене, повернений, повернення, "
    "возвращен, возвращён, возвращена, возвращено, возврат"
)
_MEANING = {
    plain(word): status
    for status, words in (("cancelled", CANCELLED), ("returned", RETURNED))
    for word in words.split(",")
}
_PLAIN_STATUS = r"regexp_replace(lower(status), '[^\p{L}\p{N}]', '', 'g')"
_CROSSED = r"(r.order_id >= 'C' AND r.order_id < 'D' AND regexp_full_match(r.order_id, 'C\d+'))"


@dataclass(frozen=True)
class _Sign:
    """A way in which a line says that it is a return."""

    field: str
    holds: str
    """SQL over a row ``r``."""
    words: str
    """``... lines with``"""


_SIGNS = (
    _Sign("quantity", "coalesce(r.quantity < 0, false)", "a negative quantity"),
    _Sign("order_id", _CROSSED, "an order number that begins with C"),
    _Sign("return_of", "r.return_of IS NOT NULL", "the order that they take back"),
)


def settled_returns(rows: Prepared) -> Settled:
    """Give returns their negative amount where the file says so, and statuses one word in all languages."""
    if rows.known.mapping.kind is not Kind.ORDER_LINES:
        return Settled(rows)
    signed = _with_signs(rows)
    named = _with_statuses(signed.rows) if rows.known.has("status") else Settled(signed.rows)
    return Settled(named.rows, (*signed.notes, *named.notes))


def _with_signs(rows: Prepared) -> Settled:
    signs = [sign for sign in _SIGNS if rows.known.has(sign.field)]
    # One count at a time: a bare condition passes over whole blocks of rows by their smallest and largest value.
    counts = {sign: rows.count(f"r.amount_cents > 0 AND {sign.holds}") for sign in signs}
    negative = rows.count("r.amount_cents < 0")
    odd = {sign: count for sign, count in counts.items() if count}
    odd = {sign: count for sign, count in odd.items() if sign.field != "order_id" or _is_crossing(rows)}
    if not odd:
        return Settled(rows)
    if negative:
        return Settled(rewritten(rows, "doubted", {}, rules=[_doubt(rows, sign) for sign in odd]))
    return _made_negative(rows, odd)


def _is_crossing(rows: Prepared) -> bool:
    """Whether a C marks some orders among others with plain numbers, rather than begin the numbers of a shop."""
    counts = ", ".join(f"count(*) FILTER ({each})" for each in (_CROSSED, r"regexp_full_match(r.order_id, '\d+')"))
    crossed, plain_numbers = rows.workspace.rows(f"SELECT {counts} FROM {rows.sound} r")[0]  # noqa: S608
    return bool(crossed < plain_numbers)


def _doubt(rows: Prepared, sign: _Sign) -> Rule:
    name = "amount" if rows.known.has("amount") else "unit_price"
    text = f"is positive though the line has {sign.words.replace('they take', 'it takes')}; counted as a sale"
    broken = f"r.amount_cents > 0 AND {sign.holds}"
    column = rows.known.mapping.fields[name]
    return Rule(name, column, broken, text, "Give returns a negative amount.", Severity.WARNING)


def _made_negative(rows: Prepared, odd: dict[_Sign, int]) -> Settled:
    back = f"(r.amount_cents > 0 AND ({' OR '.join(sign.holds for sign in odd)}))"
    query = f"SELECT count(*), sum(r.amount_cents)::BIGINT FROM {rows.sound} r WHERE {back}"  # noqa: S608
    count, cents = rows.workspace.rows(query)[0]
    negative: dict[str, str] = {
        name: f"CASE WHEN {back} THEN -abs(r.{name}) ELSE r.{name} END"
        for name in ("amount_cents", "quantity", "cost_cents")
        if name in rows.columns
    }
    said = " or ".join(sign.words for sign in odd)
    note = (
        f"{counted(count, 'line')} with {said}: counted as returns, {amount(-cents)} in all, "
        "since no amount in the file is negative."
    )
    return Settled(rewritten(rows, "returns", negative), (note,))


def _with_statuses(rows: Prepared) -> Settled:
    listed = ", ".join(literal(word) for word in _MEANING)
    query = f"SELECT status, {_PLAIN_STATUS} AS word FROM (SELECT DISTINCT status FROM {rows.sound})"  # noqa: S608
    found = rows.workspace.rows(f"SELECT * FROM ({query}) WHERE word IN ({listed})")  # noqa: S608
    meaning = {status: _MEANING[word] for status, word in found}
    if not meaning:
        return Settled(rows)
    if any(status != word for status, word in meaning.items()):
        pairs = " ".join(f"WHEN {literal(status)} THEN {literal(word)}" for status, word in meaning.items())
        rows = rewritten(rows, "statuses", {"status": f"CASE r.status {pairs} ELSE r.status END"})
    reversals = _settled_reversals(rows)
    return Settled(reversals.rows, (*reversals.notes, *_left_out(reversals.rows)))


def _settled_reversals(rows: Prepared) -> Settled:
    """A negative line that is called cancelled cancels a sale: it must count, unless that sale is left out too."""
    cancelled = f"SELECT DISTINCT order_id FROM {rows.sound} WHERE status = 'cancelled' AND amount_cents >= 0"  # noqa: S608
    reverses = f"r.status = 'cancelled' AND r.amount_cents < 0 AND r.order_id NOT IN ({cancelled})"
    query = f"SELECT count(*), sum(amount_cents)::BIGINT FROM {rows.sound} r WHERE {reverses}"  # noqa: S608
    count, cents = rows.workspace.rows(query)[0]
    if not count:
        return Settled(rows)
    status = f"CASE WHEN {reverses} THEN 'returned' ELSE r.status END"
    note = f"{counted(count, 'cancelled line')} with a negative amount: counted as returns, {amount(cents)} in all."
    return Settled(rewritten(rows, "reversals", {"status": status}), (note,))


def _left_out(rows: Prepared) -> Iterator[str]:
    query = (
        f"SELECT status, count(*), sum(amount_cents)::BIGINT FROM {rows.sound} "  # noqa: S608
        "WHERE status = 'cancelled' OR status = 'returned' AND amount_cents >= 0 GROUP BY status"
    )
    found = {status: (count, cents) for status, count, cents in rows.workspace.rows(query)}
    if "cancelled" in found:
        count, cents = found["cancelled"]
        yield f"{counted(count, 'line')} cancelled, {amount(cents)} in all: kept, but in no figure."
    if "returned" in found:
        count, cents = found["returned"]
        yield (
            f"{counted(count, 'sale')} called returned by the status, {amount(cents)} in all: kept, but in no figure, "
            "since what was paid was paid back. Give the amounts a minus if these lines are the returns of other sales."
        )
