"""Charts of cohort retention and of gaps between purchases."""

import altair as alt
import pandas as pd

from crm_core.charts.theme import (
    FRAME,
    MUTED,
    SHARE,
    finished,
    in_order,
    on_cell,
    row_axis,
)

MOST_LABELLED = 40
"""Ages up to which there is room for a number in each cell."""


def retention_heatmap(cells: pd.DataFrame, *, of: str = "the cohort", period: str = "period") -> alt.LayerChart:
    """Heatmap of retention: a row per cohort, a column per age; a period still running is an empty frame.

    The colour scale is fixed to [0, 1] so that two charts can be compared.

    Parameters
    ----------
    cells
        A row per cohort and age, in order: ``name`` (the cohort as text), ``age``, ``customers``, ``retained``
        (missing where ``finished`` is not true), ``finished``; as from `analytics.with_unfinished` with names.
    of
        What the shares are shares of.
    period
        What is counted: ``month`` or ``quarter``.
    """
    # Age 0 is 100% by definition and would only take attention from the rest.
    later = cells[cells.age > 0]
    rows = later[["name", "age", "customers", "retained"]].assign(
        state=later.finished.map({True: "complete", False: "still running"}), percent=100 * later.retained
    )
    base = alt.Chart(rows).encode(
        x=alt.X(
            "age:O",
            title=[f"{period.capitalize()}s since the first order", f"in each cell: % of {of}"],
            axis=alt.Axis(labelAngle=0),
        ),
        y=alt.Y("name:O", title="First order in", sort=in_order(cells.name), axis=row_axis()),
        tooltip=[
            alt.Tooltip("name:N", title="First order in"),
            alt.Tooltip("age:O", title=f"{period.capitalize()}s since then"),
            alt.Tooltip("customers:Q", title="Customers", format=",d"),
            alt.Tooltip("state:N", title=period.capitalize()),
        ],
    )
    share = [*base.encoding.tooltip[:-1], alt.Tooltip("retained:Q", title="Retained", format=".1%")]
    # Revenue can be more than at first: such a cell has the colour of 100%.
    scale = alt.Scale(domain=[0, 1], clamp=True)
    color = alt.Color("retained:Q", title="Retained", scale=scale, legend=alt.Legend(format="%", orient="right"))
    rects = base.transform_filter(alt.datum.state == "complete").mark_rect().encode(color=color, tooltip=share)
    running = base.transform_filter(alt.datum.state == "still running").mark_rect(
        fillOpacity=0, stroke=MUTED, strokeDash=[2, 2]
    )
    chart = rects + running
    if rows.age.nunique() <= MOST_LABELLED:
        text = base.transform_filter(alt.datum.state == "complete").mark_text(fontSize=10)
        chart += text.encode(text=alt.Text("percent:Q", format=".0f"), color=on_cell("retained"), tooltip=share)
    return finished(chart, description=_cells_in_words(cells, period), height=FRAME + 16 + 22 * rows.name.nunique())


def _cells_in_words(cells: pd.DataFrame, period: str) -> str:
    first = cells[(cells.age == 1) & cells.finished.astype(bool)]
    if first.empty:
        return f"Retention by cohort: no finished {period} yet."
    back = first.sort_values("retained")
    low, high = back.iloc[0], back.iloc[-1]
    return (
        f"Retention of {cells.name.nunique()} cohorts. Back after one {period}: from {low.retained:.0%} "
        f"({low['name']}) to {high.retained:.0%} ({high['name']})."
    )


def retention_curve(
    mean: pd.DataFrame, *, counted: str = "Customers counted", period: str = "period"
) -> alt.LayerChart:
    """Retention of all cohorts together by age, on a scale fixed to [0, 1] unless revenue exceeds it.

    Parameters
    ----------
    mean
        As from `analytics.weighted_mean`: ``age``, ``base``, ``retained``, ``low``, ``high`` (both missing of revenue).
    counted
        What ``base`` counts: customers, or revenue with its currency.
    period
        What ``age`` counts: ``month`` or ``quarter``.
    """
    rows = mean[["age", "base", "retained", "low", "high"]]
    interval = [
        alt.Tooltip("low:Q", title="95% interval from", format=".1%"),
        alt.Tooltip("high:Q", title="to", format=".1%"),
    ]
    base = alt.Chart(rows).encode(
        x=alt.X(
            "age:Q", title=f"{period.capitalize()}s since the first order", axis=alt.Axis(tickMinStep=1, format="d")
        ),
        tooltip=[
            alt.Tooltip("age:Q", title=f"{period.capitalize()}s since the first order"),
            alt.Tooltip("retained:Q", title="Retained", format=".1%"),
            *(interval if rows.low.notna().any() else []),
            alt.Tooltip("base:Q", title=counted, format=",.0f"),
        ],
    )
    largest = float(rows.retained.max()) if rows.retained.notna().any() else 1.0
    scale = SHARE if largest <= 1 else alt.Scale(domain=[0, largest])
    share = alt.Y("retained:Q", title="Retained", scale=scale, axis=alt.Axis(format="%", tickCount=5))
    band = base.mark_area(opacity=0.2).encode(y=alt.Y("low:Q", title="Retained", scale=scale), y2=alt.Y2("high:Q"))
    line = base.mark_line(point=True, strokeWidth=2).encode(y=share)
    known = mean.dropna(subset="retained")
    parts = [f"{row.retained:.0%} after {row.age}" for row in known[known.age.isin([1, 3, 6, 12])].itertuples()]
    said = ", ".join(parts) or "none yet"
    return finished(band + line, description=f"Customers who bought again, by {period}s since the first order: {said}.")


def second_purchase_curve(table: pd.DataFrame) -> alt.LayerChart:
    """The share that has bought a second time by days since the first purchase, on a scale fixed to [0, 1].

    Parameters
    ----------
    table
        As from `analytics.survival`: ``days``, ``at_risk``, ``again``, ``again_low``, ``again_high``.
    """
    rows = table[["days", "at_risk", "again", "again_low", "again_high"]]
    base = alt.Chart(rows).encode(
        x=alt.X("days:Q", title="Days since the first purchase", axis=alt.Axis(format=",d")),
        tooltip=[
            alt.Tooltip("days:Q", title="Days since the first purchase"),
            alt.Tooltip("again:Q", title="Bought again", format=".1%"),
            alt.Tooltip("again_low:Q", title="95% interval from", format=".1%"),
            alt.Tooltip("again_high:Q", title="to", format=".1%"),
            alt.Tooltip("at_risk:Q", title="Customers still counted", format=",d"),
        ],
    )
    axis = alt.Axis(format="%", tickCount=5)
    band = base.mark_area(opacity=0.2, interpolate="step-after").encode(
        y=alt.Y("again_low:Q", title="Bought again", scale=SHARE, axis=axis), y2=alt.Y2("again_high:Q")
    )
    line = base.mark_line(interpolate="step-after", strokeWidth=2).encode(
        y=alt.Y("again:Q", title="Bought again", scale=SHARE, axis=axis)
    )
    parts = [
        f"{float(rows[rows.days <= days].again.iloc[-1]):.0%} after {days} days"
        for days in (30, 90, 365)
        if len(rows) and days <= rows.days.max()
    ]
    return finished(band + line, description=f"Customers who bought a second time: {', '.join(parts) or 'none yet'}.")


def gaps_histogram(bars: pd.DataFrame, *, usual_days: float | None) -> alt.LayerChart:
    """How many days pass between two purchases; a rule marks the gap that nine of ten do not exceed.

    Parameters
    ----------
    bars
        A row per bar: ``start``, ``end`` (days), ``gaps``; the last takes all longer ones.
    """
    days = "Days between two purchases of a customer"
    marked = (
        [] if usual_days is None else [f"dashed: nine of ten are up to {usual_days:.0f}; last bar: all longer ones"]
    )
    last = len(bars) - 1
    words = [
        f"{start:,.0f} or more" if place == last else f"{start:,.0f} to {end - 1:,.0f}"
        for place, (start, end) in enumerate(zip(bars.start, bars.end, strict=True))
    ]
    columns = (
        alt.Chart(bars[["start", "end", "gaps"]].assign(days=words))
        .mark_bar()
        .encode(
            x=alt.X("start:Q", bin="binned", title=[days, *marked]),
            x2=alt.X2("end:Q"),
            y=alt.Y("gaps:Q", title="Number of gaps", axis=alt.Axis(tickCount=5, format=",d")),
            tooltip=[
                alt.Tooltip("days:N", title="Days"),
                alt.Tooltip("gaps:Q", title="Gaps", format=",d"),
            ],
        )
    )
    if usual_days is None:
        return finished(alt.LayerChart(layer=[columns]), description=f"{days}: nobody has bought twice.")
    mark = alt.Chart(pd.DataFrame({"days": [usual_days]}))
    rule = mark.mark_rule(color=MUTED, strokeDash=[4, 3], strokeWidth=2).encode(x=alt.X("days:Q"))
    return finished(columns + rule, description=f"{days}: nine of ten gaps are up to {usual_days:.0f} days long.")
