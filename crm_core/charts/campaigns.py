"""Charts of what campaigns changed."""

import altair as alt
import pandas as pd

from crm_core.charts.theme import FRAME, MUTED, finished, in_order, row_axis


def campaign_effect(arms: pd.DataFrame, *, title: str, number: str = ",.2f") -> alt.LayerChart:
    """What those mailed and the control group did, each with its interval, from zero.

    Overlapping intervals do not prove that there is no effect: the page states the tested difference.

    Parameters
    ----------
    arms
        A row per arm, in order: ``arm`` (text), ``mean``, ``low``, ``high``, ``customers``.
    title
        What ``mean`` is, with its unit: ``Revenue per customer in 7 days, EUR``.
    number
        How it is written; ``.1%`` for a share.
    """
    rows = arms[["arm", "mean", "low", "high", "customers"]].assign(
        name=[f"{arm} (n = {n:,})" for arm, n in zip(arms.arm, arms.customers, strict=True)]
    )
    base = alt.Chart(rows).encode(
        y=alt.Y("name:N", title=None, sort=in_order(rows.name), axis=row_axis()),
        tooltip=[
            alt.Tooltip("arm:N", title="Group"),
            alt.Tooltip("mean:Q", title=title, format=number),
            alt.Tooltip("low:Q", title="95% interval from", format=number),
            alt.Tooltip("high:Q", title="to", format=number),
            alt.Tooltip("customers:Q", title="Customers", format=",d"),
        ],
    )
    scale = alt.Scale(zero=True)
    ranges = base.mark_rule(color=MUTED, strokeWidth=2).encode(
        x=alt.X("low:Q", title=title, scale=scale, axis=alt.Axis(format=number, tickCount=5)), x2=alt.X2("high:Q")
    )
    points = base.mark_point(filled=True, size=110, opacity=1).encode(x=alt.X("mean:Q", title=title))
    parts = [
        f"{row.arm} {format(row.mean, number)} ({format(row.low, number)} to {format(row.high, number)}, "
        f"n {row.customers:,})"
        for row in arms.itertuples()
    ]
    description = f"{title}, with 95% interval: {'; '.join(parts) or 'nothing'}."
    return finished(ranges + points, description=description, height=FRAME + 44 * len(rows))
