"""The quarterly review: figures per quarter, what changed, and what was left out."""

from datetime import date
from math import nan

import numpy as np
import pandas as pd

from crm_core.models.multiple import false_discovery_rates
from crm_core.surveys.change import estimate
from crm_core.surveys.quarters import is_finished, quarter_name
from crm_core.surveys.questions import DRIVERS, QUESTIONS, Measure
from crm_core.surveys.tally import compare, tally
from crm_core.surveys.words import CHANCE, Verdict, counted, verdict

YEAR = 4
"""Quarters from one to the same a year later."""
METHOD = (
    "NPS is the share of promoters (9-10) less the share of detractors (0-6) among those who answered the question, "
    "from -100 to 100, with the adjusted Wald interval.",
    "Satisfied customers gave 4 or 5 of 5; the interval is Wilson's.",
    "Ease (1-7) and the aspects of the service (1-5) are means with Student's interval.",
    "Who skipped a question is in no figure of it. Of a person who answered several times within a quarter the last "
    "answer to each question counts. Quarters are those of the calendar.",
    "A change is told as a fall or a rise when chance alone would bring one as large less often than 1 time in 20. "
    "People who answered in both quarters are recognised, which makes a change plainer.",
    "Where many are compared at once (groups, aspects), q replaces p: of the changes with q below .05 at most 1 in 20 "
    "is expected to be chance (Benjamini-Hochberg).",
    "Groups under 10 answers are hidden; under 30 they are only indicative.",
    "How many people were invited is not known here, so there is no response rate, and the figures speak for those "
    "who answered.",
)
"""What the figures mean and how they are made, a sentence or two each."""
TREND = ["quarter", "period", "finished", "question", "n", "value", "low", "high"]
DRIVER_CHANGES = [
    "question", "driver", "n", "value", "low", "high",
    "n_before", "before", "change", "change_low", "change_high", "p",
]  # fmt: skip


def trend(answers: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """Every question of every quarter, from `quarters.counted_answers`; sorted by quarter, then question.

    All quarters from the first to the last with answers, also those between without any: their
    figures are missing, never 0. A question that nobody was ever asked has no rows.

    Returns columns ``quarter``, ``period`` (``2026 Q2``, with "so far" while it runs), ``finished``,
    ``question`` (code), ``n``, ``value``, ``low``, ``high``: NPS from -100 to 100, satisfied customers
    as a share, the others as means on their scale.
    """
    if answers.empty:
        return pd.DataFrame(columns=TREND)
    asked = [code for code in QUESTIONS if answers[code].notna().any()]
    rows = []
    for quarter in range(answers.quarter.min(), answers.quarter.max() + 1):
        people = tally(answers[answers.quarter == quarter])
        finished = is_finished(quarter, as_of=as_of)
        period = quarter_name(quarter) + ("" if finished else " so far")
        figures = [(code, estimate(QUESTIONS[code], people[code])) for code in asked]
        rows += [(quarter, period, finished, code, f.n, f.value, f.low, f.high) for code, f in figures]
    return pd.DataFrame(rows, columns=TREND)


def latest_quarter(answers: pd.DataFrame, *, as_of: date) -> int:
    """The quarter a review opens on: the newest, unless it still runs with less than half the answers of the last.

    A wave may be complete before its quarter is. ``answers`` must not be empty.
    """
    people = answers.groupby("quarter").size().sort_index(ascending=False)
    quarters = [int(quarter) for quarter in people.index]
    if len(quarters) == 1 or is_finished(quarters[0], as_of=as_of) or 2 * people.iloc[0] >= people.iloc[1]:
        return quarters[0]
    return quarters[1]


def verdict_on(answers: pd.DataFrame, code: str, *, quarter: int, since: int) -> Verdict:
    """What happened to one question between the quarters ``since`` and ``quarter``."""
    before, now = answers[answers.quarter == since], answers[answers.quarter == quarter]
    question = QUESTIONS[code]
    return verdict(
        question,
        compare(before, now).get(code),
        before=estimate(question, tally(before)[code]),
        now=estimate(question, tally(now)[code]),
        since=quarter_name(since),
    )


def driver_changes(answers: pd.DataFrame, *, quarter: int, since: int) -> pd.DataFrame:
    """The aspects of the service in ``quarter`` and since ``since``; a row per driver that was asked.

    Returns columns ``question`` (code), ``driver``, ``n``, ``value``, ``low``, ``high``, ``n_before``,
    ``before``, ``change``, ``change_low``, ``change_high``, ``p``, ``q`` (Benjamini-Hochberg over the
    drivers) and ``finding``: fell, rose, no detectable change or too little data.
    """
    before, now = answers[answers.quarter == since], answers[answers.quarter == quarter]
    first, second, tested = tally(before), tally(now), compare(before, now)
    rows = []
    for code in (code for code in DRIVERS if second[code].sum()):
        past, figure = estimate(QUESTIONS[code], first[code]), estimate(QUESTIONS[code], second[code])
        move = tested.get(code)
        moves = (move.size, move.low, move.high, move.p) if move else (nan,) * 4
        name = QUESTIONS[code].label
        rows.append((code, name, figure.n, figure.value, figure.low, figure.high, past.n, past.value, *moves))
    table = pd.DataFrame(rows, columns=DRIVER_CHANGES)
    table["q"] = false_discovery_rates(table.p.to_numpy(np.float64))
    return table.assign(finding=[_finding(change, q) for change, q in zip(table.change, table.q, strict=True)])


def distribution(answers: pd.DataFrame, *, quarter: int) -> pd.DataFrame:
    """Shares of poor, middling and good answers to each question in a quarter.

    Good and poor are promoters and detractors of NPS, the two best and the two worst answers of 5,
    the three best and the three worst of 7. Returns columns ``question`` (label), ``answer``, ``n``, ``share``.
    """
    people = tally(answers[answers.quarter == quarter])
    rows = []
    for code, question in QUESTIONS.items():
        counts = people[code]
        good, poor = (2, 7) if question.measure is Measure.NPS else (len(counts) // 2, len(counts) // 2)
        parts = {"poor": counts[:poor].sum(), "middling": counts[poor:-good].sum(), "good": counts[-good:].sum()}
        if counts.sum():
            rows += [(question.label, answer, int(n), n / counts.sum()) for answer, n in parts.items()]
    return pd.DataFrame(rows, columns=["question", "answer", "n", "share"])


def left_out(answers: pd.DataFrame, *, quarter: int) -> str:
    """Which responses of a quarter stand behind one person, in a sentence; empty when there are none."""
    now = answers[answers.quarter == quarter]
    again = int((now.responses - 1).sum())
    if not again:
        return ""
    return (
        f"{counted(again, 'response', 'responses')} came from people who had already answered in the quarter: "
        "their last answer to each question counts, once."
    )


def _finding(change: float, q: float) -> str:
    if pd.isna(q):
        return "too little data"
    if q >= CHANCE:
        return "no detectable change"
    return "fell" if change < 0 else "rose"
