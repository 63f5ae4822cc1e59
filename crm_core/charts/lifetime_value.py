"""Charts of lifetime value: how it is distributed, whether the model was right, what it expects."""

from math import isnan

import altair as alt
import pandas as pd

from crm_core.charts.theme import (
    COMPLETE,
    FRAME,
    HEIGHT,
    LEGEND,
    MUTED,
    PART,
    ROW,
    SHARE,
    amounts,
    finished,
    in_order,
    legend,
    money_format,
    period_axis,
    row_axis,
)

NORMAL_95 = 1.959964


def value_histogram(bars: pd.DataFrame, *, currency: str) -> alt.Chart:
    """Customers by expected value.

    Parameters
    ----------
    bars
        As from `analytics.histogram` of cents: ``start``, ``end``, ``customers``; the last bar takes all above.
    """
    rows = bars[["customers"]].assign(start=amounts(bars.start), end=amounts(bars.end))
    return _histogram(
        rows, title=f"Expected value per customer, {currency}", scale=alt.Scale(), number=money_format(rows.end.max())
    )


def p_alive_histogram(bars: pd.DataFrame) -> alt.Chart:
    """Customers by the probability that they are still active, on a scale fixed to [0, 1].

    Parameters
    ----------
    bars
        As from `analytics.histogram` of probabilities: ``start``, ``end``, ``customers``.
    """
    rows = bars[["customers", "start", "end"]]
    return _histogram(rows, title="Probability of being active", scale=SHARE, number=".0%")


def _histogram(rows: pd.DataFrame, *, title: str, scale: alt.Scale, number: str) -> alt.Chart:
    columns = (
        alt.Chart(rows)
        .mark_bar()
        .encode(
            x=alt.X("start:Q", bin="binned", title=title, scale=scale, axis=alt.Axis(format=number)),
            x2=alt.X2("end:Q"),
            y=alt.Y("customers:Q", title="Customers", axis=alt.Axis(tickCount=5, format=",d")),
            tooltip=[
                alt.Tooltip("start:Q", title="From", format=number),
                alt.Tooltip("end:Q", title="to", format=number),
                alt.Tooltip("customers:Q", title="Customers", format=",d"),
            ],
        )
    )
    total = int(rows.customers.sum())
    fullest = rows.nlargest(1, "customers") if total else rows.head(0)
    most = [f" Most, {bar.customers:,}, from {bar.start:,g} to {bar.end:,g}." for bar in fullest.itertuples()]
    return finished(columns, description=f"{title}: {total:,} customers.{''.join(most)}")


def decile_calibration(deciles: pd.DataFrame) -> alt.LayerChart:
    """What a backtest expected of each tenth of the customers, and what they really bought.

    Parameters
    ----------
    deciles
        A row per tenth, 1 is expected to buy most: ``decile``, ``customers``, ``expected``, ``actual`` (mean
        purchases per customer) and, of a backtest that kept it, ``actual_error`` (standard error), as in
        `models.validation.Backtest.deciles`.
    """
    names = {"actual": "Really bought", "expected": "Expected"}
    rows = deciles.melt(["decile", "customers"], list(names), "what", "purchases")
    half = NORMAL_95 * rows.decile.map(_errors(deciles)).where(rows.what == "actual")
    rows = rows.assign(what=rows.what.map(names), low=(rows.purchases - half).clip(lower=0), high=rows.purchases + half)
    base = alt.Chart(rows).encode(
        x=alt.X("decile:O", title="Tenth of the customers, by what was expected", axis=alt.Axis(labelAngle=0)),
        y=alt.Y("purchases:Q", title="Purchases per customer", axis=alt.Axis(tickCount=5)),
        color=alt.Color("what:N", scale=alt.Scale(domain=list(names.values())), legend=legend(names.values())),
        tooltip=[
            alt.Tooltip("decile:O", title="Tenth"),
            alt.Tooltip("what:N", title="Figure"),
            alt.Tooltip("purchases:Q", title="Purchases per customer", format=".2f"),
            alt.Tooltip("customers:Q", title="Customers", format=",d"),
        ],
    )
    interval = [
        *base.encoding.tooltip,
        alt.Tooltip("low:Q", title="95% interval from", format=".2f"),
        alt.Tooltip("high:Q", title="to", format=".2f"),
    ]
    ranges = base.transform_filter("isValid(datum.low)").mark_rule(strokeWidth=2)
    ranges = ranges.encode(tooltip=interval, y=alt.Y("low:Q", title="Purchases per customer"), y2=alt.Y2("high:Q"))
    # Only here: a rule with a shape would get a point at one end.
    shaped = base.encode(shape=alt.Shape("what:N", scale=alt.Scale(domain=list(names.values()))))
    parts = [f"tenth {row.decile} {row.expected:.2f} and {row.actual:.2f}" for row in deciles.itertuples()]
    description = f"Purchases per customer, expected and real: {', '.join(parts) or 'no customers'}."
    points = shaped.mark_point(filled=True, size=60, opacity=1)
    known = points.transform_filter("isValid(datum.low)").encode(tooltip=interval)
    others = points.transform_filter("!isValid(datum.low)")
    return finished(ranges + base.mark_line() + known + others, description=description, height=HEIGHT + LEGEND)


def _errors(deciles: pd.DataFrame) -> "pd.Series[float]":
    known = deciles.set_index("decile")
    return known.actual_error if "actual_error" in known else pd.Series(float("nan"), index=known.index)


def forecast_by_month(months: pd.DataFrame, *, title: str) -> alt.LayerChart:
    """One figure so far and expected, with the band in which it is expected to lie.

    Parameters
    ----------
    months
        A row per month in order of time: ``period`` (text), ``is_whole``, ``actual`` (missing in months to come), and
        ``expected``, ``low``, ``high`` (missing in months seen), as they are to be read. A month that is not whole has
        a hollow point.
    title
        What is measured, with its unit: ``Sales per month, EUR``.
    """
    whole = months.is_whole.astype(bool)
    rows = months[["period", "actual", "expected", "low", "high"]].assign(
        state=whole.map({True: COMPLETE, False: PART})
    )
    base = alt.Chart(rows).encode(
        x=period_axis(months.period, title=None if whole.all() else "hollow: a month that is not whole"),
        tooltip=[
            alt.Tooltip("period:N", title="Month"),
            alt.Tooltip("expected:Q", title=f"Expected: {title}", format=",.0f"),
            alt.Tooltip("low:Q", title="Interval from", format=",.0f"),
            alt.Tooltip("high:Q", title="to", format=",.0f"),
            alt.Tooltip("state:N", title="State"),
        ],
    )
    past = [
        alt.Tooltip("period:N", title="Month"),
        alt.Tooltip("actual:Q", title=title, format=",.0f"),
        alt.Tooltip("state:N", title="State"),
    ]
    axis = alt.Axis(format=money_format(float(rows[["actual", "expected", "high"]].max().max())), tickCount=5)
    band = base.mark_area(opacity=0.2).encode(y=alt.Y("low:Q", title=title, axis=axis), y2=alt.Y2("high:Q"))
    seen = base.mark_line(strokeWidth=2, point=True).encode(y=alt.Y("actual:Q", title=title), tooltip=past)
    at = alt.Y("expected:Q", title=title)
    to_come = base.mark_line(strokeWidth=2, strokeDash=[5, 4]).encode(y=at)
    full = base.transform_filter(alt.datum.state == COMPLETE).mark_point(filled=True, size=30, opacity=1).encode(y=at)
    hollow = base.transform_filter(alt.datum.state != COMPLETE).mark_point(filled=False, size=60).encode(y=at)
    future = rows.dropna(subset="expected")
    total = f"{future.expected.sum():,.0f} expected in {len(future)} months" if len(future) else "no forecast"
    cut = list(months.period[~whole])
    part = f" Not whole: {', '.join(cut)}." if cut else ""
    # Of a layer without a row Vega warns on the console.
    layers = (
        (band, True),
        (seen, rows.actual.notna().any()),
        (to_come, True),
        (full, whole.any()),
        (hollow, bool(cut)),
    )
    shown = alt.LayerChart(layer=[layer for layer, has_rows in layers if has_rows])
    return finished(shown, description=f"{title}: {total}.{part}")


def forecast_by_group(groups: pd.DataFrame, *, title: str) -> alt.LayerChart:
    """What is expected of each group, with its range where the group is large enough for one.

    Parameters
    ----------
    groups
        A row per group in the order to be shown: ``group``, ``repeat_buyers``, ``expected``, ``low``, ``high`` (both
        missing in a small group).
    title
        What is measured, with its unit.
    """
    reading = groups.low.isna().map({True: "too few for a range", False: "with its range"})
    rows = groups[["group", "repeat_buyers", "expected", "low", "high"]].assign(reading=reading)
    largest = float(rows[["expected", "high"]].max().max())
    base = alt.Chart(rows).encode(
        y=alt.Y("group:N", title=None, sort=in_order(rows.group), axis=row_axis()),
        tooltip=[
            alt.Tooltip("group:N", title="Group"),
            alt.Tooltip("expected:Q", title=f"Expected: {title}", format=",.0f"),
            alt.Tooltip("repeat_buyers:Q", title="Repeat buyers", format=",d"),
            alt.Tooltip("reading:N", title="Reading"),
        ],
    )
    known = [
        *base.encoding.tooltip[:-1],
        alt.Tooltip("low:Q", title="95% range from", format=",.0f"),
        alt.Tooltip("high:Q", title="to", format=",.0f"),
    ]
    axis = alt.Axis(format=money_format(largest), tickCount=5)
    ranges = base.mark_rule(color=MUTED, strokeWidth=2).encode(
        x=alt.X("low:Q", title=title, axis=axis), x2=alt.X2("high:Q"), tooltip=known
    )
    at = alt.X("expected:Q", title=title)
    solid = base.transform_filter("isValid(datum.low)").mark_point(filled=True, size=90, opacity=1)
    full = solid.encode(x=at, tooltip=known)
    hollow = base.transform_filter("!isValid(datum.low)").mark_point(filled=False, size=90, opacity=1).encode(x=at)
    columns = (rows[name] for name in ("group", "expected", "low", "high"))
    parts = [
        f"{group} {expected:,.0f}" + ("" if isnan(low) else f" ({low:,.0f} to {high:,.0f})")
        for group, expected, low, high in zip(*columns, strict=True)
    ]
    return finished(
        ranges + full + hollow,
        description=f"{title}: {', '.join(parts) or 'no groups'}.",
        height=len(rows) * ROW + FRAME,
    )
