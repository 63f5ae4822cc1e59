"""Charts of segments of customers."""

import altair as alt
import pandas as pd

from crm_core.charts.theme import (
    FRAME,
    HEIGHT,
    LEFT_OF_ROWS,
    LEGEND,
    ROW,
    SHARE,
    finished,
    in_order,
    legend,
    on_cell,
    row_axis,
)

NARROW = 330
"""Pixels of the 25 cells in a row below which their names are set smaller."""
MEASURES = {"customer_share": "Customers", "revenue_share": "Revenue"}


def segment_bars(sizes: pd.DataFrame) -> alt.LayerChart:
    """Two bars per segment, in the order of the rows: its share of the customers and of the revenue.

    Parameters
    ----------
    sizes
        As from `analytics.segment_sizes`: ``segment``, ``customer_share``, ``revenue_share``.
    """
    shares = sizes.melt("segment", list(MEASURES), "measure", "share")
    shares = shares.assign(measure=shares.measure.map(MEASURES))
    order = alt.Scale(domain=list(MEASURES.values()))
    base = alt.Chart(shares).encode(
        x=alt.X("share:Q", title="Share of all", scale=SHARE, axis=alt.Axis(format="%", tickCount=5)),
        y=alt.Y("segment:N", title=None, sort=in_order(sizes.segment), axis=row_axis()),
        yOffset=alt.YOffset("measure:N", sort=list(MEASURES.values())),
        color=alt.Color("measure:N", scale=order, legend=legend(MEASURES.values(), left=LEFT_OF_ROWS)),
        tooltip=[
            alt.Tooltip("segment:N", title="Segment"),
            alt.Tooltip("measure:N", title="Share of"),
            alt.Tooltip("share:Q", title="Share", format=".1%"),
        ],
    )
    labels = base.mark_text(align="left", dx=4, fontSize=10).encode(text=alt.Text("share:Q", format=".0%"))
    largest = sizes.sort_values("revenue_share", ascending=False).head(3)
    parts = [
        f"{row.segment} {row.customer_share:.0%} of customers and {row.revenue_share:.0%} of revenue"
        for row in largest.itertuples()
    ]
    description = f"Share of customers and of revenue by segment. Most revenue: {'; '.join(parts) or 'none'}."
    return finished(
        base.mark_bar(cornerRadiusEnd=2) + labels, description=description, height=FRAME + LEGEND + 32 * len(sizes)
    )


def rfm_heatmap(grid: pd.DataFrame) -> alt.LayerChart:
    """The 25 cells of recency x value, each with its segment and number of customers.

    Parameters
    ----------
    grid
        As from `analytics.rfm_grid`: ``recency_score``, ``value_score``, ``segment``, ``customers``.
    """
    most = max(int(grid.customers.max()), 1) if len(grid) else 1
    cells = grid[["recency_score", "value_score", "segment", "customers"]].assign(
        label=[name.replace(" ", "\n", 1) if len(name) > 9 else name for name in grid.segment]
    )
    base = alt.Chart(cells).encode(
        x=alt.X("value_score:O", title="Value: mean of frequency and money, 5 is best", axis=alt.Axis(labelAngle=0)),
        # Above the axis, not beside it: on a phone the cells need the room.
        y=alt.Y(
            "recency_score:O",
            title="Recency, 5 is latest",
            sort="descending",
            axis=alt.Axis(titleAngle=0, titleAlign="left", titleX=-20, titleY=-10, titleBaseline="bottom"),
        ),
        tooltip=[
            alt.Tooltip("segment:N", title="Segment"),
            alt.Tooltip("customers:Q", title="Customers", format=",d"),
            alt.Tooltip("recency_score:O", title="Recency score"),
            alt.Tooltip("value_score:O", title="Value score"),
        ],
    )
    # The colour runs with the root of the number: a few full cells must not make all others look empty.
    color = alt.Scale(type="sqrt", domain=[0, most])
    rects = base.mark_rect(cornerRadius=2).encode(color=alt.Color("customers:Q", scale=color, legend=None))
    size = alt.ExprRef(f"width < {NARROW} ? 9 : 10")
    names = base.mark_text(lineBreak="\n", baseline="top", dy=-19, fontSize=size, lineHeight=12).encode(
        text=alt.Text("label:N"), color=on_cell("customers")
    )
    counts = base.mark_text(baseline="top", dy=7, fontWeight=600).encode(
        text=alt.Text("customers:Q", format=",d"), color=on_cell("customers")
    )
    largest = grid.sort_values("customers", ascending=False).head(3)
    parts = [
        f"recency {row.recency_score} and value {row.value_score} ({row.segment}) {row.customers:,}"
        for row in largest.itertuples()
    ]
    description = f"Customers by recency and value score. Largest cells: {'; '.join(parts) or 'none'}."
    return finished(rects + names + counts, description=description, height=FRAME + LEGEND + 5 * 56)


def abc_curve(curve: pd.DataFrame) -> alt.LayerChart:
    """Which share of the customers, best first, brings which share of the revenue; one stretch per class.

    Parameters
    ----------
    curve
        As from `analytics.abc_curve`: ``item_share``, ``value_share``, ``abc``.
    """
    points = _with_joints(curve)
    base = alt.Chart(points).encode(
        x=alt.X("item_share:Q", title="Share of the customers, best first", scale=SHARE, axis=alt.Axis(format="%")),
        y=alt.Y("value_share:Q", title="Share of the revenue", scale=SHARE, axis=alt.Axis(format="%", tickCount=5)),
    )
    classes = alt.Color("abc:N", scale=alt.Scale(domain=["A", "B", "C"]), legend=legend("ABC", title="Class"))
    line = base.mark_line(strokeWidth=3).encode(
        color=classes,
        tooltip=[
            alt.Tooltip("abc:N", title="Class"),
            alt.Tooltip("item_share:Q", title="Customers", format=".1%"),
            alt.Tooltip("value_share:Q", title="Revenue", format=".1%"),
        ],
    )
    ends = curve.drop_duplicates("abc", keep="last")
    names = (
        alt.Chart(ends[["item_share", "value_share", "abc"]])
        .mark_text(dy=14, fontWeight=600)
        .encode(x=alt.X("item_share:Q"), y=alt.Y("value_share:Q"), text=alt.Text("abc:N"), color=classes)
    )
    reached = [f"{row.item_share:.0%} of customers {row.value_share:.0%} of revenue" for row in ends.itertuples()]
    description = f"Concentration: {'; '.join(reached) or 'no revenue'}."
    return finished(line + names, description=description, height=HEIGHT + LEGEND)


def _with_joints(curve: pd.DataFrame) -> pd.DataFrame:
    """Each class begins where the one before ends; without the joint the line would have gaps."""
    columns = ["item_share", "value_share", "abc"]
    first = curve.abc.ne(curve.abc.shift()) & (curve.index > 0)
    joints = curve.shift()[first].assign(abc=curve.abc[first])
    return pd.concat([curve, joints])[columns].sort_values(["abc", "item_share"], ignore_index=True)


def migration_heatmap(moves: pd.DataFrame, *, order: list[str]) -> alt.LayerChart:
    """From which segment to which customers went between two dates: rows are then, columns now, cells customers.

    The colour is the share of those who were in the row, on a scale fixed to [0, 1].

    Parameters
    ----------
    moves
        As from `analytics.migration`, with ``move`` (the pair in words): ``then``, ``now``, ``customers``, ``share``.
    order
        Segments as both axes show them; those without customers too.
    """
    rows = moves[["then", "now", "customers", "share", "move"]]
    base = alt.Chart(rows).encode(
        x=alt.X("now:N", title="Now", sort=order, axis=alt.Axis(labelAngle=-40, orient="top", labelOverlap=False)),
        y=alt.Y("then:N", title="Then", sort=order, axis=row_axis()),
        tooltip=[
            alt.Tooltip("then:N", title="Then"),
            alt.Tooltip("now:N", title="Now"),
            alt.Tooltip("customers:Q", title="Customers", format=",d"),
            alt.Tooltip("share:Q", title="Of those then", format=".1%"),
        ],
    )
    color = alt.Color("share:Q", scale=alt.Scale(domain=[0, 1]), legend=None)
    rects = base.mark_rect(cornerRadius=2).encode(color=color, detail=alt.Detail("move:N"))
    text = base.mark_text(fontSize=11).encode(text=alt.Text("customers:Q", format=",d"), color=on_cell("share"))
    changed = rows[rows.then != rows.now].sort_values("customers", ascending=False).head(3)
    parts = [f"{row.customers:,} from {row.then} to {row.now}" for row in changed.itertuples()]
    description = f"Customers by segment then and now. Biggest moves: {'; '.join(parts) or 'none'}."
    return finished(rects + text, description=description, height=FRAME + 80 + ROW * rows.then.nunique())
