"""Charts of products: which are bought together."""

import altair as alt
import pandas as pd

from crm_core.charts.theme import (
    FRAME,
    GOOD,
    LEFT_OF_ROWS,
    LEGEND,
    MIDDLE,
    MUTED,
    ROW,
    finished,
    in_order,
    legend,
    row_axis,
)

CERTAIN, CHANCE = "beyond chance", "may be chance"


def affinity_lift(pairs: pd.DataFrame) -> alt.LayerChart:
    """A point per pair with the interval of its lift, and a line at 1, where chance alone would put it.

    Parameters
    ----------
    pairs
        One row per pair, in the order shown, as from `analytics.affinity`: ``bought``, ``also``, ``lift``,
        ``lift_low``, ``lift_high``, ``together``, ``verdict``. A point carries ``bought`` and ``also``.
    """
    rows = pairs[["bought", "also", "lift", "lift_low", "lift_high", "together"]].assign(
        pair=pairs.bought + " + " + pairs.also,
        certainty=pairs.verdict.map(lambda verdict: CHANCE if verdict == "chance" else CERTAIN),
    )
    base = alt.Chart(rows).encode(
        y=alt.Y("pair:N", title=None, sort=in_order(rows.pair), axis=row_axis()),
        tooltip=[
            alt.Tooltip("bought:N", title="Who bought"),
            alt.Tooltip("also:N", title="also bought"),
            alt.Tooltip("lift:Q", title="Lift", format=".2f"),
            alt.Tooltip("lift_low:Q", title="from", format=".2f"),
            alt.Tooltip("lift_high:Q", title="to", format=".2f"),
            alt.Tooltip("together:Q", title="Bought together", format=",d"),
        ],
    )
    lift = alt.X("lift_low:Q", title="Times as often as by chance", scale=alt.Scale(zero=True))
    ranges = base.mark_rule(strokeWidth=2, color=MUTED).encode(x=lift, x2=alt.X2("lift_high"))
    points = base.mark_point(filled=True, size=90, opacity=1).encode(
        x=alt.X("lift:Q"),
        color=alt.Color(
            "certainty:N",
            scale=alt.Scale(domain=[CERTAIN, CHANCE], range=[GOOD, MIDDLE]),
            legend=legend([CERTAIN, CHANCE], left=LEFT_OF_ROWS),
        ),
        shape=alt.Shape("certainty:N", scale=alt.Scale(domain=[CERTAIN, CHANCE], range=["circle", "diamond"])),
    )
    chance = (
        alt.Chart(pd.DataFrame({"chance": [1.0]})).mark_rule(color=MUTED, strokeDash=[4, 4]).encode(x=alt.X("chance:Q"))
    )
    parts = [f"{row.pair} {row.lift:.1f} ({row.lift_low:.1f} to {row.lift_high:.1f})" for row in rows.itertuples()]
    return finished(
        chance + ranges + points,
        description=f"How many times as often as by chance pairs are bought together: {', '.join(parts) or 'no pair'}.",
        height=FRAME + LEGEND + ROW * len(rows),
    )
