"""The check of a whole file before anything is written: what would change, and what is wrong with which row."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import pandas as pd

from crm_core.columns import Kind
from crm_core.errors import IngestError
from crm_core.ingest import opt_outs, repetition
from crm_core.ingest.acquaintance import relations
from crm_core.ingest.cells import DateOrder, DecimalMark
from crm_core.ingest.checked import Checked, Counts, Earlier, Tally, Total
from crm_core.ingest.comparison import Comparison
from crm_core.ingest.consents import overruled, unproven, unproven_rows
from crm_core.ingest.conventions import conventions
from crm_core.ingest.first_lines import spread_over_orders
from crm_core.ingest.foreign_money import in_own_currency
from crm_core.ingest.identity import identified
from crm_core.ingest.joining import joining
from crm_core.ingest.ledger_rows import compare_with_ledger
from crm_core.ingest.mapping import ColumnMapping, refuse_incomplete
from crm_core.ingest.placing import placed_in_orders
from crm_core.ingest.policy import Policy
from crm_core.ingest.prepared import LISTED, Prepared, prepared
from crm_core.ingest.preview import NO_CHANGES, changes
from crm_core.ingest.problems import Severity
from crm_core.ingest.progress import Progress, Tell, untold
from crm_core.ingest.record_rows import compare_with_records
from crm_core.ingest.repeats import Distinct, content, distinct
from crm_core.ingest.returned import settled_returns
from crm_core.ingest.source import Source
from crm_core.ingest.values import LEDGER, Understanding
from crm_core.store import imports, ledger
from crm_core.store.installation import Installation

PREVIEWED = 20


def check(
    installation: Installation,
    source: Source,
    mapping: ColumnMapping,
    *,
    now: datetime,
    date_order: DateOrder | None = None,
    decimal_mark: DecimalMark | None = None,
    policy: Policy = Policy.UPDATE,
    replaces: int | None = None,
    progress: Tell | None = None,
) -> Checked:
    """Read every row and compare it with what is stored; writes nothing.

    ``replaces`` is the import of which the file is the corrected version (`Policy.REPLACE`): the comparison
    is with the data without it.

    Raises
    ------
    IngestError
        The file cannot be imported at all: a field without a column, a question of date order or decimal mark
        that a person must answer, several currencies, no row that could be taken, or an import to be replaced
        that cannot be.
    """
    tell = progress or untold
    _refuse_replacing(installation, mapping.kind, policy, replaces)
    refuse_incomplete(mapping, source.header)
    said = conventions(source, mapping, date_order=date_order, decimal_mark=decimal_mark)
    order, mark = said.settled()
    known = Understanding(source, mapping, order, mark, now.date(), said.own_orders, said.serials)
    read = repetition.as_read(source, mapping, order, mark)
    tell(Progress("Reading", 0, 0))
    understood = _understood(installation, known, replaces)
    rows, files, is_ledger = understood.rows, understood.files, mapping.kind in LEDGER
    tell(Progress("Looking for repeated rows", 0, 0))
    once = distinct(rows)
    tell(Progress("Comparing", 0, 0))
    with installation.database.read() as session:
        twin = repetition.earlier(session, mapping.kind, source.sha256, read, policy=policy, replaces=replaces)
        other = repetition.read_otherwise(session, mapping.kind, source.sha256, read, replaces)
        if is_ledger:
            found = compare_with_ledger(rows, once.rows, files)
        else:
            found = compare_with_records(session, rows, once.rows, without=replaces, tell=tell)
        related = relations(session, rows, once.rows, files)
        related += joining(session, installation.database, rows, once.rows, policy=policy)
    tallies = _tallies(rows, once)
    tallies += [Tally(each.column, each.rule, each.severity, unproven_rows(rows)) for each in unproven(rows)]
    counts = _counts(rows, once, found, policy, tallies)
    counts = replace(counts, duplicate=counts.duplicate + understood.passed_over)
    problems = [*rows.listed_problems(), *once.problems]
    if mapping.kind is Kind.CUSTOMERS:
        problems += [*unproven(rows), *(overruled(rows) if mapping.fields.get("consent") else ())]
    return Checked(
        source, mapping, order, mark, counts,
        tuple(sorted(problems, key=lambda problem: problem.row)[:LISTED]), tuple(tallies),
        (*_notes(rows, counts), *understood.notes, *related, *other, *([] if is_ledger else opt_outs.notes(rows))),
        _preview(rows, once), _total(rows, once),
        Earlier(twin.id, twin.imported_at) if twin else None, rows, once, policy, replaces,
        changes(rows, once) if counts.changed else NO_CHANGES,
        0 if is_ledger else opt_outs.further(rows), read,
    )  # fmt: skip


@dataclass(frozen=True)
class _Understood:
    """The rows with all that other lines and the data say of them, and the stored rows to compare them with."""

    rows: Prepared
    notes: tuple[str, ...]
    passed_over: int
    """Rows of records that were merged into others of the file."""
    files: ledger.LedgerFiles


def _understood(installation: Installation, known: Understanding, replaces: int | None) -> _Understood:
    is_ledger = known.mapping.kind in LEDGER
    with installation.database.read() as session:
        probable = imports.next_id(session) if is_ledger else 0
    spread = spread_over_orders(prepared(known, import_id=probable))
    settled = settled_returns(spread.rows)
    with installation.database.read() as session:
        who = identified(session, settled.rows)
        money = in_own_currency(session, who.prepared)
        stored = ledger.committed(session, installation.database, without=replaces) if is_ledger else None
    files = stored or ledger.LedgerFiles()
    placed = placed_in_orders(money.rows, files)
    notes = (*who.notes, *spread.notes, *settled.notes, *money.notes, *placed.notes)
    return _Understood(placed.rows, notes, who.passed_over, files)


def _refuse_replacing(installation: Installation, kind: Kind, policy: Policy, replaces: int | None) -> None:
    if (policy is Policy.REPLACE) != (replaces is not None):
        raise IngestError("Say which import the file replaces, and only then: policy replace, with its number.")
    if replaces is None:
        return
    with installation.database.read() as session:
        record = imports.undoable(session, replaces)
    if record.kind != kind:
        raise IngestError(
            f"Import {replaces} holds {record.kind}, this file {kind}. Choose an import of the same kind."
        )


def _tallies(rows: Prepared, once: Distinct) -> list[Tally]:
    counts = [rows.broken(bit) for bit in range(len(rows.rules))]
    tallies = [
        Tally(rule.column, rule.text, rule.severity, count)
        for rule, count in zip(rows.rules, counts, strict=True)
        if count
    ]
    misfits = Counter(misfit.rule for misfit in rows.misfits)
    tallies.extend(Tally("(row)", text, Severity.ERROR, count) for text, count in misfits.items())
    if once.contradicting:
        column = once.problems[0].column
        text = "stands in several rows with different contents"
        tallies.append(Tally(column, text, Severity.ERROR, len(once.contradicting)))
    return tallies


def _counts(rows: Prepared, once: Distinct, found: Comparison, policy: Policy, tallies: Sequence[Tally]) -> Counts:
    is_orders = rows.known.mapping.kind is Kind.ORDER_LINES
    return Counts(
        **found.counts(policy),
        duplicate=once.duplicates,
        rejected=rows.faulty + len(rows.misfits) + len(once.contradicting),
        warnings=sum(tally.rows for tally in tallies if tally.severity is Severity.WARNING),
        returns=rows.count("amount_cents < 0") if is_orders else 0,
        anonymous=rows.count("customer_id IS NULL" if "customer_id" in rows.columns else "true") if is_orders else 0,
    )


def _customer(rows: Prepared) -> str:
    return "customer_id" if "customer_id" in rows.columns else "NULL"


def _total(rows: Prepared, once: Distinct) -> Total | None:
    if rows.known.mapping.kind is not Kind.ORDER_LINES:
        return None
    counted = f"count(DISTINCT {_customer(rows)})" if once.customers is None else str(once.customers)
    query = f"SELECT min(day), max(day), sum(amount_cents)::BIGINT, {counted} FROM {once.rows}"  # noqa: S608
    first, last, cents, customers = rows.workspace.rows(query)[0]
    return None if first is None else Total(first, last, cents, customers)


def _notes(rows: Prepared, counts: Counts) -> list[str]:
    notes = []
    if rows.known.source.encoding not in {"", "utf-8"}:
        notes.append(f"The file was read as {rows.known.source.encoding}: look at the letters in the preview.")
    if rows.known.mapping.kind is Kind.ORDER_LINES:
        notes += [*_derivations(rows.known, counts), *_oddities(counts)]
    return notes


def _derivations(known: Understanding, counts: Counts) -> Iterator[str]:
    if not known.has("order_id"):
        yield (
            "The file has no order number: lines of the same customer on the same day count as one order, "
            "numbered as they stand in the file."
        )
    elif not known.has("line"):
        yield "The file has no line numbers: the lines of an order are numbered as they stand in the file."
    if not known.has("amount"):
        yield "The amount is quantity times unit price."
    if not known.has("line") and counts.changed:
        yield f"{_lines(counts.changed)} will replace what was imported earlier under the same order and line number."


def _oddities(counts: Counts) -> Iterator[str]:
    if counts.returns:
        yield f"{_lines(counts.returns)} with a negative amount: kept as returns."
    if counts.anonymous:
        yield f"{_lines(counts.anonymous)} without a customer: in revenue, not in figures about customers."


def _lines(count: int) -> str:
    return f"{count:,} line" if count == 1 else f"{count:,} lines"


def _preview(rows: Prepared, once: Distinct) -> pd.DataFrame:
    frame = rows.workspace.frame(f"SELECT * FROM {once.rows} ORDER BY position LIMIT {PREVIEWED}")  # noqa: S608
    shown = [name for name in content(rows) if name in frame and name != "month" and frame[name].notna().any()]
    return frame[shown]
