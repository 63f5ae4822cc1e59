"""Charts of revenue and of what it cost."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from crm_core.charts.theme import (
    COMPLETE,
    FRAME,
    PART,
    ROW,
    amounts,
    colours_of,
    finished,
    in_order,
    ink,
    legend,
    money_format,
    period_axis,
    row_axis,
)

STRETCHES = ["whole", "cut at the start", "cut at the end"]


def revenue_trend(
    months: pd.DataFrame, *, currency: str, by: str | None = None, known: Sequence[str] = ()
) -> alt.Chart:
    """Line of revenue per month; the part that leads to a month that is not whole, first or last, is dashed.

    Parameters
    ----------
    months
        A row per month (and group) in order of time, as from `analytics.revenue_by_month`: ``period`` (text),
        ``cents``, ``finished``, and the column ``by``.
    by
        Column whose values become lines of their own; at most eight can be told apart.
    known
        All values that ``by`` can have, also those without a row, in an order that filters do not change: each keeps
        its colour and shape, whichever others are shown.
    """
    groups = [by] if by else []
    points = _with_stretches(months, groups).assign(
        amount=lambda rows: amounts(rows.cents),
        state=lambda rows: rows.finished.astype(bool).map({True: COMPLETE, False: PART}),
    )
    axis = alt.Axis(format=money_format(points.amount.max()), tickCount=5)
    lines = (
        alt.Chart(points[["period", "amount", "stretch", "state", *groups]])
        .mark_line(point=alt.OverlayMarkDef(size=24), strokeWidth=2)
        .encode(
            x=period_axis(months.period, title=None if months.finished.all() else "dashed: a month that is not whole"),
            y=alt.Y("amount:Q", title=f"Revenue per month, {currency}", axis=axis),
            strokeDash=alt.StrokeDash(
                "stretch:N", scale=alt.Scale(domain=STRETCHES, range=[[1, 0], [5, 4], [5, 4]]), legend=None
            ),
            tooltip=[
                alt.Tooltip("period:N", title="Month"),
                *[alt.Tooltip(f"{name}:N", title=name.capitalize()) for name in groups],
                alt.Tooltip("amount:Q", title=f"Revenue, {currency}", format=",.0f"),
                alt.Tooltip("state:N", title="State"),
            ],
        )
    )
    if by:
        own, names = colours_of(months[by], known), legend(months[by])
        lines = lines.encode(
            color=alt.Color(f"{by}:N", scale=own, legend=names), shape=alt.Shape(f"{by}:N", scale=own, legend=names)
        )
    return finished(lines, description=_trend_in_words(months, currency, by))


def _with_stretches(months: pd.DataFrame, groups: list[str]) -> pd.DataFrame:
    """A dashed line needs a point at both ends, so the whole month beside a part of one stands in both stretches."""
    whole = months.finished.astype(bool)
    lines = [months[name] for name in groups] or [pd.Series(0, index=months.index)]
    begun, ever = (whole.groupby(lines).transform(name).astype(bool) for name in ("cummax", "any"))
    first, last = (getattr(months[whole].groupby([line[whole] for line in lines]), end)(1) for end in ("head", "tail"))
    at_start, at_end = months[~whole & ~begun & ever], months[~whole & (begun | ~ever)]
    parts = {
        "whole": [months[whole]],
        "cut at the start": [at_start, first] if len(at_start) else [],
        "cut at the end": [last, at_end] if len(at_end) else [],
    }
    # Two dashed ends are two stretches: one would be a single line, drawn across all months between.
    return pd.concat([rows.assign(stretch=name) for name, found in parts.items() for rows in found], ignore_index=True)


def _trend_in_words(months: pd.DataFrame, currency: str, by: str | None) -> str:
    if months.empty:
        return "Revenue per month: no sales."
    totals = months.groupby("period", sort=False).cents.sum() / 100
    cut = in_order(months.loc[~months.finished.astype(bool), "period"])
    lines = f", one line per {by}" if by else ""
    unfinished = f" Not whole: {', '.join(cut)}." if cut else ""
    return (
        f"Revenue per month in {currency}{lines}, {totals.index[0]} to {totals.index[-1]}: from {totals.iloc[0]:,.0f} "
        f"to {totals.iloc[-1]:,.0f}, highest {totals.max():,.0f} in {totals.idxmax()}.{unfinished}"
    )


def revenue_by(groups: pd.DataFrame, *, by: str, currency: str) -> alt.LayerChart:
    """A bar per group, in the order of the rows.

    Parameters
    ----------
    groups
        Columns ``by`` and ``cents``, best first, as from `analytics.ranked`.
    """
    return _bars(groups.assign(amount=amounts(groups.cents)), by=by, title=f"Revenue, {currency}")


def cost_by_channel(channels: pd.DataFrame, *, currency: str) -> alt.LayerChart:
    """A bar of marketing costs per channel, in the order of the rows: columns ``channel``, ``marketing_cents``."""
    rows = channels.assign(amount=amounts(channels.marketing_cents))
    return _bars(rows, by="channel", title=f"Marketing costs, {currency}")


def _bars(rows: pd.DataFrame, *, by: str, title: str) -> alt.LayerChart:
    number = money_format(rows.amount.max())
    base = alt.Chart(rows[[by, "amount"]].assign(ink="label")).encode(
        x=alt.X("amount:Q", title=title, axis=alt.Axis(format=number, tickCount=5)),
        y=alt.Y(f"{by}:N", title=None, sort=in_order(rows[by]), axis=row_axis()),
        tooltip=[alt.Tooltip(f"{by}:N", title=by.capitalize()), alt.Tooltip("amount:Q", title=title, format=",.0f")],
    )
    labels = base.mark_text(align="left", dx=5).encode(text=alt.Text("amount:Q", format=number), color=ink())
    parts = [f"{name} {amount:,.0f}" for name, amount in zip(rows[by], rows.amount, strict=True)]
    description = f"{title} by {by}: {', '.join(parts) or 'nothing'}."
    return finished(base.mark_bar(cornerRadiusEnd=3) + labels, description=description, height=FRAME + ROW * len(rows))
