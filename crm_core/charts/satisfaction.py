"""Charts of satisfaction: trends with their intervals, segments, answers."""

import altair as alt
import pandas as pd

from crm_core.charts.theme import (
    BAD,
    FRAME,
    GOOD,
    LEFT_OF_ROWS,
    LEGEND,
    MIDDLE,
    MUTED,
    ROW,
    SHARE,
    finished,
    in_order,
    legend,
    row_axis,
)

NPS = alt.Scale(domain=[-100, 100], clamp=True)
INDICATIVE = 30
"""Answers below which a figure is only indicative."""


def nps_trend(quarters: pd.DataFrame) -> alt.LayerChart:
    """NPS per quarter with its interval; the number of answers stands under each quarter.

    Parameters
    ----------
    quarters
        A row per quarter in order of time: ``period`` (text), ``nps``, ``low``, ``high`` (-100 to 100), ``n``.
    """
    rows = quarters.rename(columns={"nps": "value"})
    return _trend(rows, title="NPS, points from -100 to 100", scale=NPS, number=".0f")


def csat_trend(quarters: pd.DataFrame) -> alt.LayerChart:
    """Share of satisfied customers per quarter with its interval, on a scale fixed to [0, 1].

    Parameters
    ----------
    quarters
        A row per quarter in order of time: ``period`` (text), ``share``, ``low``, ``high`` (0 to 1), ``n``.
    """
    rows = quarters.rename(columns={"share": "value"})
    return _trend(rows, title="Satisfied customers (4 or 5 of 5)", scale=SHARE, number=".0%")


def _trend(quarters: pd.DataFrame, *, title: str, scale: alt.Scale, number: str) -> alt.LayerChart:
    # The axis draws the number of answers: it takes the page's text colour, a mark would not.
    rows = quarters[["period", "value", "low", "high", "n"]].assign(
        quarter=[f"{period}|n = {n:,}" for period, n in zip(quarters.period, quarters.n, strict=True)]
    )
    axis = alt.Axis(labelAngle=0, labelExpr="split(datum.label, '|')", labelOverlap=True)
    base = alt.Chart(rows).encode(
        x=alt.X("quarter:O", title=None, sort=in_order(rows.quarter), axis=axis),
        tooltip=[
            alt.Tooltip("period:N", title="Quarter"),
            alt.Tooltip("value:Q", title=title, format=number),
            alt.Tooltip("low:Q", title="95% interval from", format=number),
            alt.Tooltip("high:Q", title="to", format=number),
            alt.Tooltip("n:Q", title="Answers", format=",d"),
        ],
    )
    ticks = alt.Axis(tickCount=5, format=number)
    band = base.mark_area(opacity=0.2).encode(
        y=alt.Y("low:Q", title=title, scale=scale, axis=ticks), y2=alt.Y2("high:Q")
    )
    line = base.mark_line(strokeWidth=2, point=alt.OverlayMarkDef(size=50)).encode(
        y=alt.Y("value:Q", title=title, scale=scale)
    )
    parts = [
        f"{row.period} {format(row.value, number)} "
        f"({format(row.low, number)} to {format(row.high, number)}, n {row.n:,})"
        for row in quarters.itertuples()
    ]
    return finished(band + line, description=f"{title}, with 95% interval: {'; '.join(parts) or 'no answers'}.")


def nps_by_segment(segments: pd.DataFrame) -> alt.LayerChart:
    """NPS of each segment with its interval, in the order of the rows; hollow where only indicative (n < 30).

    Parameters
    ----------
    segments
        ``segment``, ``nps``, ``low``, ``high``, ``n``.
    """
    rows = segments[["segment", "nps", "low", "high", "n"]].assign(
        name=[f"{segment} (n = {n:,})" for segment, n in zip(segments.segment, segments.n, strict=True)],
        reading=["indicative" if n < INDICATIVE else "reliable" for n in segments.n],
    )
    base = alt.Chart(rows).encode(
        y=alt.Y("name:N", title=None, sort=in_order(rows.name), axis=row_axis()),
        tooltip=[
            alt.Tooltip("segment:N", title="Segment"),
            alt.Tooltip("nps:Q", title="NPS", format=".0f"),
            alt.Tooltip("low:Q", title="95% interval from", format=".0f"),
            alt.Tooltip("high:Q", title="to", format=".0f"),
            alt.Tooltip("n:Q", title="Answers", format=",d"),
            alt.Tooltip("reading:N", title="Reading"),
        ],
    )
    title = "NPS, points from -100 to 100"
    bars = base.mark_rule(color=MUTED, strokeWidth=2).encode(
        x=alt.X("low:Q", title=title, scale=NPS), x2=alt.X2("high:Q")
    )
    value = alt.X("nps:Q", title=title)
    full = (
        base.transform_filter(alt.datum.reading == "reliable")
        .mark_point(filled=True, size=90, opacity=1)
        .encode(x=value)
    )
    hollow = (
        base.transform_filter(alt.datum.reading == "indicative")
        .mark_point(size=90, strokeWidth=2, opacity=1)
        .encode(x=value)
    )
    parts = [
        f"{row.segment} {row.nps:.0f} ({row.low:.0f} to {row.high:.0f}, n {row.n:,})" for row in segments.itertuples()
    ]
    description = f"{title}, with 95% interval: {'; '.join(parts) or 'no segments'}."
    return finished(bars + full + hollow, description=description, height=FRAME + ROW * len(rows))


def satisfaction_distribution(answers: pd.DataFrame) -> alt.Chart:
    """Shares of poor, middling and good answers to each question, as one bar of 100% each.

    Parameters
    ----------
    answers
        A row per question and group, in order: ``question`` (text), ``answer`` (``poor``, ``middling``, ``good``; for
        NPS detractors, passives and promoters), ``n``, ``share`` (0 to 1).
    """
    order = ["poor", "middling", "good"]
    rows = answers[["question", "answer", "n", "share"]].assign(place=answers.answer.map(order.index))
    bars = (
        alt.Chart(rows)
        .mark_bar()
        .encode(
            x=alt.X("share:Q", title="Share of the answers", stack="zero", scale=SHARE, axis=alt.Axis(format="%")),
            y=alt.Y("question:N", title=None, sort=in_order(answers.question), axis=row_axis()),
            color=alt.Color(
                "answer:N",
                scale=alt.Scale(domain=order, range=[BAD, MIDDLE, GOOD]),
                legend=legend(order, left=LEFT_OF_ROWS),
            ),
            order=alt.Order("place:Q"),
            tooltip=[
                alt.Tooltip("question:N", title="Question"),
                alt.Tooltip("answer:N", title="Answer"),
                alt.Tooltip("share:Q", title="Share", format=".0%"),
                alt.Tooltip("n:Q", title="Answers", format=",d"),
            ],
        )
    )
    good = answers[answers.answer == "good"]
    parts = [f"{row.question} {row.share:.0%} good" for row in good.itertuples()]
    return finished(
        bars,
        description=f"Answers by question: {', '.join(parts) or 'none'}.",
        height=FRAME + LEGEND + ROW * answers.question.nunique(),
    )
