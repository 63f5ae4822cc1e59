"""Satisfaction of groups of customers: side by side, and what changed in one of them."""

from dataclasses import dataclass
from math import nan

import numpy as np
import pandas as pd

from crm_core.analytics import NOT_STATED
from crm_core.models.multiple import false_discovery_rates
from crm_core.models.nps import HIDDEN_BELOW, INDICATIVE_BELOW
from crm_core.models.segment_nps import segment_nps
from crm_core.surveys.change import Change, Estimate, estimate, nps_counts
from crm_core.surveys.grouping import group_of
from crm_core.surveys.quarters import quarter_name
from crm_core.surveys.questions import QUESTIONS, Floats
from crm_core.surveys.review import YEAR
from crm_core.surveys.tally import compare, tally
from crm_core.surveys.words import CHANCE, counted, evidence, moved

FIGURES = [
    "group", "n", "nps", "low", "high", "difference", "p", "q", "mark", "reading",
    "n_csat", "csat", "csat_low", "csat_high",
]  # fmt: skip
CHANGES = [
    "group", "question", "since", "n_before", "before", "n", "value", "change", "low", "high", "p", "q",
    "reading", "sentence", "plainly",
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class GroupFigures:
    """Groups side by side, and a sentence about those that are too small to be shown."""

    figures: pd.DataFrame
    hidden: str


def group_figures(answers: pd.DataFrame, groups: "pd.Series[str]", *, quarter: int) -> GroupFigures:
    """NPS and satisfied customers of each group in a quarter, the highest NPS first; groups under 10 answers apart.

    Parameters
    ----------
    answers
        `quarters.counted_answers`.
    groups
        ``customer_id`` to group; who is missing in it, and anonymous answers, are "Not stated".

    Columns of ``figures``: ``group``, ``n``, ``nps``, ``low``, ``high``, ``difference`` (from all
    other groups together, points), ``p``, ``q`` (Benjamini-Hochberg), ``mark`` (above or below the
    rest, or empty), ``reading`` (indicative below 30 answers, or empty), ``n_csat``, ``csat``,
    ``csat_low``, ``csat_high`` (missing below 10 answers).
    """
    people = {group: tally(part) for group, part in _parts(answers, groups, quarter=quarter).items()}
    counts = [(group, *_kinds(tallied["nps"])) for group, tallied in people.items() if tallied["nps"].any()]
    table = segment_nps(pd.DataFrame(counts, columns=["segment", "promoters", "passives", "detractors"]))
    table = table.rename(columns={"segment": "group"}).sort_values(["nps", "group"], ascending=[False, True])
    is_shown = table.standing != "hidden"
    shown = table[is_shown].reset_index(drop=True)
    csat = [_shown(estimate(QUESTIONS["csat"], people[group]["csat"])) for group in shown.group]
    figures = shown.assign(
        mark=np.where(shown.is_different, np.where(shown.difference > 0, "above the rest", "below the rest"), ""),
        reading=np.where(shown.standing == "indicative", "indicative", ""),
        **pd.DataFrame(csat, columns=["n_csat", "csat", "csat_low", "csat_high"], index=shown.index),
    )
    return GroupFigures(figures[FIGURES], _hidden(table[~is_shown].n))


def notable_changes(answers: pd.DataFrame, groups: "pd.Series[str]", *, quarter: int) -> pd.DataFrame:
    """What changed within a group since the quarter before or since the same quarter last year, beyond chance.

    Every question of every group but "Not stated" is compared with both, where there are 10 answers on
    either side. Only changes with q < .05 (Benjamini-Hochberg over all those comparisons) are returned,
    the surest first; of two falls, or two rises, of the same figure the surer.

    Returns columns ``group``, ``question`` (code), ``since`` (quarter), ``n_before``, ``before``,
    ``n``, ``value``, ``change``, ``low``, ``high``, ``p``, ``q``, ``reading`` (indicative below 30
    answers on a side, or empty), ``sentence``, and ``plainly``: the sentence without statistics.
    """
    now = _parts(answers, groups, quarter=quarter)
    tested = [
        (group, code, since, change)
        for since in (quarter - 1, quarter - YEAR)
        for group, before in _parts(answers, groups, quarter=since).items()
        if group in now and group != NOT_STATED
        for code, change in compare(before, now[group]).items()
    ]
    rates = false_discovery_rates(np.array([change.p for *_, change in tested]))
    rows = [_row(*test, q) for test, q in zip(tested, rates.tolist(), strict=True) if q < CHANCE]
    found = pd.DataFrame(rows, columns=CHANGES).sort_values(["p", "group", "question"], ignore_index=True)
    is_first = ~found.assign(is_fall=found.change < 0).duplicated(["group", "question", "is_fall"])
    return found[is_first].reset_index(drop=True)


def _parts(answers: pd.DataFrame, groups: "pd.Series[str]", *, quarter: int) -> dict[str, pd.DataFrame]:
    rows = answers[answers.quarter == quarter]
    return {str(name): part for name, part in rows.groupby(group_of(rows.customer_id, groups))}


def _kinds(counts: Floats) -> tuple[int, int, int]:
    kinds = nps_counts(counts)
    return kinds.promoters, kinds.passives, kinds.detractors


def _shown(figure: Estimate) -> tuple[float, float, float, float]:
    enough = figure.n >= HIDDEN_BELOW
    return (figure.n, *((figure.value, figure.low, figure.high) if enough else (nan, nan, nan)))


def _hidden(counts: "pd.Series[int]") -> str:
    if counts.empty:
        return ""
    groups = "1 group has" if len(counts) == 1 else f"{len(counts)} groups have"
    people = counted(int(counts.sum()), "answer", "answers")
    return f"{groups} fewer than {HIDDEN_BELOW} answers and cannot be shown ({people})."


def _row(group: str, code: str, since: int, change: Change, q: float) -> tuple[object, ...]:
    question = QUESTIONS[code]
    said = moved(question, change, since=quarter_name(since), group=group)
    before, now = change.before, change.now
    numbers = (before.n, before.value, now.n, now.value, change.size, change.low, change.high, change.p, q)
    people = f"{counted(now.n, 'person', 'people')} answered, {before.n:,} before."
    reading = "indicative" if min(before.n, now.n) < INDICATIVE_BELOW else ""
    return (
        group,
        code,
        since,
        *numbers,
        reading,
        f"{said} ({evidence(question, change, q=q)}). {people}",
        f"{said}. {people}",
    )
