"""A second look at rows that were read: columns that the file as a whole says otherwise, and what that breaks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from crm_core.ingest.prepared import PARQUET, Prepared
from crm_core.ingest.rules import Rule
from crm_core.ingest.workspace import literal


@dataclass(frozen=True)
class Settled:
    """The rows of a file after a decision about all of them, and the decision in words for the person."""

    rows: Prepared
    notes: tuple[str, ...] = ()


def rewritten(
    rows: Prepared, name: str, values: Mapping[str, str], *, rules: Sequence[Rule] = (), given: str = ""
) -> Prepared:
    """The rows with some columns anew, and further rules; each row keeps its position.

    Parameters
    ----------
    name
        What to call the file of them.
    values
        Column, one that was there or a new one, to SQL over the rows ``r``.
    rules
        ``broken`` is SQL over the rows ``r`` as they were.
    given
        A join to ``r``, as SQL, that neither adds nor drops rows.
    """
    path = rows.path.with_name(f"{name}.parquet")
    first = len(rows.rules)
    broken = [f"CASE WHEN {rule.broken} THEN {1 << first + bit}::BIGINT ELSE 0 END" for bit, rule in enumerate(rules)]
    new = {"problems": f"CASE WHEN r.blank THEN -1 ELSE {' + '.join(['r.problems', *broken])} END", **values}
    columns = tuple(dict.fromkeys([*rows.columns, *values]))
    named = {rule.naming for rule in rows.rules if rule.naming} - set(columns)
    kept = [*columns, *rows.marks, *sorted(named), "problems"]
    select = ", ".join(f"{new.get(column, f'r.{column}')} AS {column}" for column in kept)
    rows.workspace.run(
        f"COPY (SELECT {select} FROM {rows.rows} r {given} ORDER BY r.position) TO {literal(path)} ({PARQUET})"  # noqa: S608
    )
    return replace(rows, path=path, columns=columns, rules=(*rows.rules, *rules))


def amount(cents: int) -> str:
    """``1,234.50``."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100:,}.{abs(cents) % 100:02}"


def counted(count: int, thing: str) -> str:
    """``1 line``, ``2,310 lines``."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"
