"""Charts of customers grouped by several features."""

import altair as alt
import pandas as pd

from crm_core.charts.theme import BAD, FRAME, GOOD, finished, in_order, on_cell, row_axis

FURTHEST = 1.5
"""Standard deviations from the mean of all at which the colour ends."""
PALE = "#EEF1F5"


def cluster_profiles(profiles: pd.DataFrame) -> alt.LayerChart:
    """Each group against all customers: a row per group, a column per feature, a cell with both means as a ratio.

    The colour runs from orange (less than all) to blue (more than all), fixed so that two charts can be compared.

    Parameters
    ----------
    profiles
        A row per group and feature: ``group``, ``feature`` (names), ``distance`` (of the group's mean from that of
        all, in standard deviations), ``label`` (the ratio in words), ``mean`` (in words).
    """
    rows = profiles[["group", "feature", "distance", "label", "mean"]]
    base = alt.Chart(rows).encode(
        x=alt.X(
            "feature:N",
            title=None,
            sort=in_order(rows.feature),
            axis=alt.Axis(labelAngle=-25, orient="top", labelLimit=200, labelOverlap=False),
        ),
        y=alt.Y("group:N", title=None, sort=in_order(rows.group), axis=row_axis()),
        tooltip=[
            alt.Tooltip("group:N", title="Group"),
            alt.Tooltip("feature:N", title="Feature"),
            alt.Tooltip("mean:N", title="Mean of the group"),
            alt.Tooltip("label:N", title="Against all customers"),
        ],
    )
    # In any other space the way from orange to pale leads through pink.
    scale = alt.Scale(domain=[-FURTHEST, 0, FURTHEST], range=[BAD, PALE, GOOD], clamp=True, interpolate="rgb")
    rects = base.mark_rect(cornerRadius=2).encode(color=alt.Color("distance:Q", scale=scale, legend=None))
    text = base.mark_text(fontSize=11).encode(text=alt.Text("label:N"), color=on_cell("distance"))
    furthest = rows.iloc[rows.distance.abs().argsort()[::-1]].head(3)
    parts = [f"{row.group}: {row.feature} {row.label}" for row in furthest.itertuples()]
    description = f"Groups against all customers. Furthest from all: {'; '.join(parts) or 'none'}."
    return finished(rects + text, description=description, height=FRAME + 60 + 40 * rows.group.nunique())
