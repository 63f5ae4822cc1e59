"""Charts of winning customers: when what it cost has come back."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from crm_core.charts.theme import HEIGHT, LEGEND, MUTED, amounts, colours_of, finished, legend, money_format

MONTH = "Month since the first order, 1 is its own"
MOST, FEWER = "at least half", "fewer than half"


def payback_course(course: pd.DataFrame, *, by: str, currency: str, known: Sequence[str] = ()) -> alt.LayerChart:
    """Margin so far less acquisition cost per new customer, a line per group; above zero the cost has come back.

    Where fewer than half of a group were seen so long, its line is dashed: the others may still turn it.

    Parameters
    ----------
    course
        A row per group and month: the column ``by``, ``month`` (1 is that of the first order), ``left_cents``,
        ``customers`` (seen to the end of the month). At most eight groups can be told apart.
    known
        All values that ``by`` can have, as for `revenue_trend`: a channel has the same colour in both.
    """
    points = _with_stretches(course.assign(amount=amounts(course.left_cents), group=course[by]))
    title = f"Margin less acquisition cost, {currency}"
    number = money_format(float(points.amount.abs().max()) if len(points) else 0.0)
    own = colours_of(course[by], known)
    names = legend(name for name in [*known, *course[by]] if name in set(course[by]))
    months = sorted({int(month) for month in points.month})
    dashed = ["dashed: seen so long of fewer than half"] if FEWER in set(points.stretch) else []
    line = (
        alt.Chart(points[["group", "month", "amount", "customers", "stretch"]])
        .mark_line(point=alt.OverlayMarkDef(size=30, filled=True), strokeWidth=2)
        .encode(
            x=alt.X("month:Q", title=[MONTH, *dashed], axis=alt.Axis(values=months, format="d")),
            y=alt.Y("amount:Q", title=title, axis=alt.Axis(format=number, tickCount=5)),
            color=alt.Color("group:N", scale=own, legend=names),
            shape=alt.Shape("group:N", scale=own, legend=names),
            strokeDash=alt.StrokeDash(
                "stretch:N", scale=alt.Scale(domain=[MOST, FEWER], range=[[1, 0], [5, 4]]), legend=None
            ),
            tooltip=[
                alt.Tooltip("group:N", title=by.capitalize()),
                alt.Tooltip("month:Q", title="Month"),
                alt.Tooltip("amount:Q", title=title, format=",.2f"),
                alt.Tooltip("customers:Q", title="Customers seen to its end", format=",d"),
                alt.Tooltip("stretch:N", title="Seen so long"),
            ],
        )
    )
    zero = alt.Chart(pd.DataFrame({"amount": [0.0] * min(len(points), 1)}))
    rule = zero.mark_rule(color=MUTED, strokeWidth=2).encode(y=alt.Y("amount:Q"))
    ends = points.drop_duplicates("group", keep="last")
    parts = [f"{row.group} {row.amount:,.2f} after month {row.month}" for row in ends.itertuples()]
    description = f"{title}, per new customer by {by}: {'; '.join(parts) or 'nothing'}."
    return finished(line + rule, description=description, height=HEIGHT + LEGEND)


def _with_stretches(points: pd.DataFrame) -> pd.DataFrame:
    """A dashed line needs a point at both ends, so the last month seen of most stands in both stretches."""
    of_most = 2 * points.customers >= points.groupby("group").customers.transform("max")
    most, fewer = points[of_most].assign(stretch=MOST), points[~of_most].assign(stretch=FEWER)
    joints = most.drop_duplicates("group", keep="last")
    joints = joints[joints.group.isin(fewer.group)].assign(stretch=FEWER)
    both = pd.concat([most, joints, fewer]).astype({"stretch": "str"})
    return both.sort_values(["group", "month"], kind="stable", ignore_index=True)
