"""What the Satisfaction page shows, worked out and worded; drawing it is left to the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from babel import Locale

from crm_core import charts
from crm_core.analytics import date_of
from crm_core.models.nps import HIDDEN_BELOW
from crm_core.surveys.grouping import Grouping
from crm_core.surveys.groups import GroupFigures, group_figures, notable_changes
from crm_core.surveys.quarters import first_day, is_finished, quarter_name
from crm_core.surveys.questions import QUESTIONS, Measure
from crm_core.surveys.review import (
    METHOD,
    YEAR,
    distribution,
    driver_changes,
    latest_quarter,
    left_out,
    trend,
    verdict_on,
)
from crm_core.surveys.words import Verdict
from crm_core.ui import trend_line
from crm_core.ui.figures import Figure, spec
from crm_core.ui.format import Notation

THE_QUARTER_BEFORE, A_YEAR_BEFORE = "the quarter before", "the same quarter a year before"
BACK = {THE_QUARTER_BEFORE: 1, A_YEAR_BEFORE: YEAR}
"""What a quarter can be compared with, to how many quarters earlier that is."""
GROUPINGS = {
    Grouping.REGION: "Region",
    Grouping.SEGMENT: "Segment",
    Grouping.CHANNEL: "Channel of the last order",
    Grouping.LANGUAGE: "Language",
    Grouping.CLUB: "Club",
}
HEADLINES = ("nps", "csat", "ces")
MEANING = {
    Measure.NPS: "Share of promoters (9-10) less share of detractors (0-6), of those who answered. "
    "Below: the 95% interval and the number of answers.",
    Measure.TOP_TWO: "Share of those who answered 4 or 5 of 5. Below: the 95% interval and the number of answers.",
    Measure.MEAN: "Mean of 1 (hard) to 7 (easy to deal with us). Below: the 95% interval and the number of answers.",
}

MEASURED = {
    Measure.NPS: "points from -100 to 100",
    Measure.TOP_TWO: "share from 0 to 1",
    Measure.MEAN: "mean of the answers",
}
"""What the export says of the figures of a question."""


@dataclass(frozen=True, eq=False)
class Answered:
    """All responses, and what counts of them."""

    responses: pd.DataFrame
    answers: pd.DataFrame
    respondents: pd.DataFrame
    as_of: date

    @property
    def quarters(self) -> dict[str, int]:
        """Quarters with answers by name, the newest first; the one that runs says so."""
        found = sorted((int(quarter) for quarter in self.answers.quarter.unique()), reverse=True)
        return {
            quarter_name(quarter) + ("" if is_finished(quarter, as_of=self.as_of) else " so far"): quarter
            for quarter in found
        }

    @property
    def latest(self) -> int:
        """The quarter that the page opens on."""
        return latest_quarter(self.answers, as_of=self.as_of)

    @property
    def last_day(self) -> date:
        """The last day with an answer."""
        return date_of(self.responses.day.max())

    def until(self, quarter: int) -> date:
        """The first day after the quarter, or the first not seen."""
        return min(first_day(quarter + 1), self.as_of)


@dataclass(frozen=True, eq=False)
class Satisfaction:
    """The review of one quarter, ready to be drawn."""

    headline: Verdict
    beside: tuple[str, ...]
    figures: tuple[Figure, ...]
    trends: Mapping[str, dict[str, Any]]
    """Question to its chart; only questions that were asked."""
    distribution: dict[str, Any]
    quarters: pd.DataFrame
    groups: GroupFigures
    group_chart: dict[str, Any]
    drivers: pd.DataFrame
    changes: pd.DataFrame
    notes: tuple[str, ...]
    tables: Mapping[str, pd.DataFrame]


def satisfaction(
    answered: Answered, groups: "pd.Series[str]", *, quarter: int, compared_with: str, notation: Notation
) -> Satisfaction:
    """The review of ``quarter``, compared with a quarter of `BACK`, by ``groups`` of customers."""
    answers, since = answered.answers, quarter - BACK[compared_with]
    history = trend(answers, as_of=answered.as_of)
    said = {code: verdict_on(answers, code, quarter=quarter, since=since) for code in HEADLINES}
    other = next(back for back in BACK.values() if quarter - back != since)
    elsewhen = verdict_on(answers, "nps", quarter=quarter, since=quarter - other)
    side_by_side = group_figures(answers, groups, quarter=quarter)
    drivers = driver_changes(answers, quarter=quarter, since=since)
    changes = notable_changes(answers, groups, quarter=quarter)
    asked = [code for code in HEADLINES if (history.question == code).any()]
    beside = (elsewhen.finding, *(said[code].finding for code in asked if code != "nps"))
    notes = tuple(filter(None, (left_out(answers, quarter=quarter), *METHOD)))
    return Satisfaction(
        headline=said["nps"],
        beside=beside,
        figures=tuple(_figure(history, code, quarter, notation) for code in asked),
        trends=_trends(history, notation),
        distribution=spec(charts.satisfaction_distribution(distribution(answers, quarter=quarter)), notation),
        quarters=_quarters(history),
        groups=side_by_side,
        group_chart=spec(charts.nps_by_segment(side_by_side.figures.rename(columns={"group": "segment"})), notation),
        drivers=drivers,
        changes=changes,
        notes=notes,
        tables={
            "Summary": pd.DataFrame({"Finding": [said["nps"].sentence, *beside, *changes.sentence]}),
            "Quarters": _asked(history).drop(columns="quarter").rename(columns={"period": "quarter"}),
            "Groups": side_by_side.figures.rename(columns={"low": "nps_low", "high": "nps_high"}),
            "Aspects": drivers.drop(columns="question"),
            "Changes": _asked(changes)
            .drop(columns="plainly")
            .rename(columns={"low": "change_low", "high": "change_high"})
            .assign(since=[quarter_name(since) for since in changes.since]),
            "Method": pd.DataFrame({"Note": notes}),
        },
    )


def named_languages(groups: "pd.Series[str]") -> "pd.Series[str]":
    """Languages by their English names in place of their codes; an unknown code stays."""
    names = Locale("en").languages
    return groups.map(lambda code: names.get(code.lower(), code))


def _asked(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with their question in words, and in what its figures are measured."""
    questions = [QUESTIONS[code] for code in rows.question]
    return rows.assign(
        question=[question.label for question in questions],
        measured=[MEASURED[question.measure] for question in questions],
    )


def _figure(history: pd.DataFrame, code: str, quarter: int, notation: Notation) -> Figure:
    question = QUESTIONS[code]
    rows = history[history.question == code].set_index("quarter")
    n, value, low, high = rows.loc[[quarter], ["n", "value", "low", "high"]].to_numpy(np.float64)[0].tolist()
    answers = f"n = {notation.number(n)}"
    write = partial(_written, measure=question.measure, notation=notation)
    written, start, end = map(write, (value, low, high))
    # Of fewer answers a figure is not shown, in its trend as little as on its card.
    shown = rows[rows.index <= quarter]
    is_shown = n >= HIDDEN_BELOW
    return Figure(
        question.label,
        written if is_shown else "–",
        note=f"{start} to {end}, {answers}" if is_shown else f"{answers}, too few to tell",
        trend=trend_line.trend(shown.period, shown.value.where(shown.n >= HIDDEN_BELOW), write),
        meaning=MEANING[question.measure],
    )


def _written(value: float, measure: Measure, notation: Notation) -> str:
    if measure is Measure.TOP_TWO:
        return notation.share(value, 0)
    return notation.number(value, 1 if measure is Measure.MEAN else 0)


def _trends(history: pd.DataFrame, notation: Notation) -> dict[str, dict[str, Any]]:
    drawn = {"nps": (charts.nps_trend, "nps"), "csat": (charts.csat_trend, "share")}
    return {
        code: spec(draw(history[history.question == code].rename(columns={"value": name})), notation)
        for code, (draw, name) in drawn.items()
        if (history.question == code).any()
    }


def _quarters(history: pd.DataFrame) -> pd.DataFrame:
    """A row per quarter, the newest first: ``period`` and value, low, high and n of each headline question."""
    columns = history[["quarter", "period"]].drop_duplicates().set_index("quarter")
    for code in HEADLINES:
        rows = history[history.question == code].set_index("quarter")[["value", "low", "high", "n"]]
        if not rows.empty:
            columns = columns.join(rows.add_prefix(f"{code}_"))
    return columns.sort_index(ascending=False).reset_index(drop=True)
