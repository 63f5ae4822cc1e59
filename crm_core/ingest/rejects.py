"""The rows of a file that stay out, in the shape in which they can be mended and imported alone."""

import numpy as np
import pandas as pd

from crm_core.columns import Kind
from crm_core.ingest.mapping import PROBLEM_COLUMN
from crm_core.ingest.prepared import Prepared, misfit_cells
from crm_core.ingest.problems import Severity
from crm_core.ingest.repeats import Distinct, numbered
from crm_core.ingest.rules import Rule
from crm_core.ingest.workspace import literal

MOST = 100_000
"""How many rejected rows go into one file; a person mends the cause first and the rest with it."""


def rejected_rows(prepared: Prepared, once: Distinct) -> pd.DataFrame:
    """The columns of the file as text, sorted as in the file, and what is wrong under `PROBLEM_COLUMN`.

    Lines that this product numbered get their number as a further column, so that a mended line takes
    its own place and not that of the first.
    """
    errors = _errors(prepared)
    contradicting = dict.fromkeys(once.contradicting[:MOST], "contradicts another row with the same number")
    why = errors | contradicting
    cells = prepared.originals(sorted(why))
    cells[PROBLEM_COLUMN] = [why[position] for position in cells.index]
    if prepared.known.mapping.kind is Kind.ORDER_LINES and not prepared.known.has("line"):
        cells.insert(0, "line", _lines(prepared, cells.index.to_numpy()))
    cells.index = pd.Index(prepared.row_numbers(cells.index))
    rows = pd.concat([cells, _misfits(prepared)]).sort_index(kind="stable")
    return rows.reset_index(drop=True)


def _errors(prepared: Prepared) -> dict[int, str]:
    """Position to the words for everything wrong with the row."""
    words = [
        f"CASE WHEN problems >> {bit} & 1 = 1 THEN {literal(f'{rule.column} {rule.text}')}{_named(rule)} END"
        for bit, rule in enumerate(prepared.rules)
        if rule.severity is Severity.ERROR
    ]
    query = (
        f"SELECT position, concat_ws('; ', {', '.join(words)}) FROM {prepared.rows} "  # noqa: S608
        f"WHERE problems & {prepared.mask(Severity.ERROR)} <> 0 AND NOT blank ORDER BY position LIMIT {MOST}"
    )
    return dict(prepared.workspace.rows(query))


def _named(rule: Rule) -> str:
    return f" || coalesce(': ' || {rule.naming}, '')" if rule.naming else ""


def _lines(prepared: Prepared, positions: np.ndarray) -> list[str]:
    wanted = pd.DataFrame({"position": positions})
    query = f"SELECT position, line FROM {numbered(prepared)} SEMI JOIN wanted USING (position)"  # noqa: S608
    found = prepared.workspace.frame(query, wanted=wanted).set_index("position").line
    return [str(found[position]) for position in positions.tolist()]


def _misfits(prepared: Prepared) -> pd.DataFrame:
    header = list(prepared.known.source.header)
    separator = "," if prepared.known.source.table.numbered else prepared.known.source.separator
    rows = []
    for misfit in prepared.misfits[:MOST]:
        cells = misfit_cells(misfit, separator, len(header))
        rows.append({**dict(zip(header, cells, strict=False)), PROBLEM_COLUMN: f"the row {misfit.rule}"})
    return pd.DataFrame(
        rows, index=[misfit.row for misfit in prepared.misfits[:MOST]], columns=[*header, PROBLEM_COLUMN]
    )
