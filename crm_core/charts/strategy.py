"""Charts of relationship levels."""

from math import ceil

import altair as alt
import pandas as pd

from crm_core.charts.theme import MUTED, amounts, finished, ink, money_format


def level_matrix(
    groups: pd.DataFrame, *, numbers: tuple[float, float], margins: tuple[float, float], currency: str
) -> alt.LayerChart:
    """Each group by its share of the customers and the margin of one; the lines are the thresholds.

    Parameters
    ----------
    groups
        As from `analytics.strategy.levels`: ``group``, ``customers``, ``share``, ``margin_each_cents``, ``level``.
    numbers, margins
        Thresholds: shares of the customers, and yearly margins in cents.
    """
    drawn = groups.dropna(subset="margin_each_cents")
    rows = drawn[["customers", "share", "level"]].assign(
        each=amounts(drawn.margin_each_cents),
        name=[f"{row.group}: {row.level}" for row in drawn.itertuples()],
        # Groups with a low margin lie side by side at the bottom: their names would cover one another.
        label=[
            f"{group}: {level}" if each >= margins[0] else ""
            for group, level, each in zip(drawn.group, drawn.level, drawn.margin_each_cents, strict=True)
        ],
        ink="label",
    )
    number = money_format(float(rows.each.abs().max()) if len(rows) else 0.0)
    title = f"Margin per customer and year, {currency}"
    # A quarter more than the largest, in whole tenths: with many groups all would stand in the left fifth.
    end = min(1.0, ceil(12.5 * max([*rows.share, *numbers], default=1.0)) / 10)
    x = alt.X("share:Q", title="Share of customers", scale=alt.Scale(domain=[0, end]), axis=alt.Axis(format="%"))
    y = alt.Y("each:Q", title=title, axis=alt.Axis(format=number, tickCount=5))
    base = alt.Chart(rows).encode(
        x=x,
        y=y,
        tooltip=[
            alt.Tooltip("name:N", title="Group"),
            alt.Tooltip("level:N", title="Level"),
            alt.Tooltip("customers:Q", title="Customers", format=",d"),
            alt.Tooltip("each:Q", title=title, format=",.2f"),
        ],
    )
    points = base.mark_point(filled=True, size=90, opacity=1)
    names = base.mark_text(align="left", dx=9, fontSize=11).encode(text=alt.Text("label:N"), color=ink())
    some = 2 if len(rows) else 0
    across = alt.Chart(pd.DataFrame({"each": [cents / 100 for cents in margins][:some]}))
    up = alt.Chart(pd.DataFrame({"share": list(numbers)[:some]}))
    borders = across.mark_rule(color=MUTED, strokeDash=[4, 4]).encode(y=alt.Y("each:Q")) + up.mark_rule(
        color=MUTED, strokeDash=[4, 4]
    ).encode(x=alt.X("share:Q"))
    parts = [f"{row.name} ({row.share:.0%} of customers, {row.each:,.2f} each)" for row in rows.itertuples(index=False)]
    return finished(
        borders + points + names,
        description=f"Groups by share of customers and {title.lower()}: {'; '.join(parts) or 'none'}.",
        height=380,
    )
