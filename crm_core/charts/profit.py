"""Charts of profit: what each group leaves, and where the revenue goes on the way."""

import altair as alt
import pandas as pd

from crm_core.charts.theme import (
    BAD,
    FRAME,
    GOOD,
    LEFT_OF_ROWS,
    LEGEND,
    MIDDLE,
    ROW,
    amounts,
    finished,
    in_order,
    ink,
    legend,
    money_format,
    row_axis,
)

VERDICTS = {"profitable": GOOD, "unprofitable": BAD, "cost unknown": MIDDLE}


def profit_bars(groups: pd.DataFrame, *, currency: str) -> alt.LayerChart:
    """A bar of profit per group, in the order of the rows, losses to the left of 0; coloured by verdict.

    Parameters
    ----------
    groups
        As from `reports.profit`: ``group``, ``profit_cents``, ``verdict``.
    """
    rows = groups[["group", "verdict"]].assign(amount=amounts(groups.profit_cents), ink="label")
    # Left of a loss, the label would lie on the name of the group.
    rows["right"] = rows.amount.clip(lower=0)
    title, number = f"Profit, {currency}", money_format(float(rows.amount.abs().max()))
    colours = alt.Scale(domain=list(VERDICTS), range=list(VERDICTS.values()))
    base = alt.Chart(rows).encode(
        x=alt.X("amount:Q", title=title, axis=alt.Axis(format=number, tickCount=5)),
        y=alt.Y("group:N", title=None, sort=in_order(rows.group), axis=row_axis()),
        tooltip=[
            alt.Tooltip("group:N", title="Group"),
            alt.Tooltip("amount:Q", title=title, format=",.0f"),
            alt.Tooltip("verdict:N", title="Verdict"),
        ],
    )
    bars = base.mark_bar(cornerRadiusEnd=3).encode(
        color=alt.Color("verdict:N", scale=colours, legend=legend(VERDICTS, left=LEFT_OF_ROWS))
    )
    parts = [f"{row.group} {row.amount:,.0f} ({row.verdict})" for row in rows.itertuples()]
    return finished(
        _with_amounts(bars, base, number),
        description=f"{title} by group: {', '.join(parts) or 'nothing'}.",
        height=FRAME + LEGEND + ROW * len(rows),
    )


def profit_steps(steps: pd.DataFrame, *, currency: str) -> alt.LayerChart:
    """From revenue to profit in steps: each takes away from what the step before has left.

    Parameters
    ----------
    steps
        In order: ``step`` (text), ``cents`` (what the step adds, below 0 when it takes away) and ``is_total``, of the
        rows that only say what is left.
    """
    is_step = ~steps.is_total.astype(bool)
    ends = steps.cents.iloc[:1].sum() + steps.cents.where(is_step, 0).cumsum()
    rows = pd.DataFrame(
        {
            "step": steps.step,
            "amount": amounts(steps.cents),
            "start": amounts((ends - steps.cents).where(is_step, 0)),
            "end": amounts(ends),
            "kind": ["what is left" if total else "taken off" for total in steps.is_total],
            "ink": "label",
        }
    )
    rows["right"] = rows[["start", "end"]].max(axis=1)
    number = money_format(float(rows.amount.abs().max()))
    colours = alt.Scale(domain=["what is left", "taken off"], range=[GOOD, BAD])
    base = alt.Chart(rows).encode(
        y=alt.Y("step:N", title=None, sort=in_order(rows.step), axis=row_axis()),
        tooltip=[
            alt.Tooltip("step:N", title="Step"),
            alt.Tooltip("amount:Q", title=f"Amount, {currency}", format=",.0f"),
        ],
    )
    bars = base.mark_bar().encode(
        x=alt.X("start:Q", title=f"Amount, {currency}", axis=alt.Axis(format=number, tickCount=5)),
        x2=alt.X2("end"),
        color=alt.Color("kind:N", scale=colours, legend=legend(["what is left", "taken off"], left=LEFT_OF_ROWS)),
    )
    parts = [f"{row.step} {row.amount:,.0f}" for row in rows.itertuples()]
    return finished(
        _with_amounts(bars, base, number),
        description=f"From revenue to profit in {currency}: {', '.join(parts) or 'no sales'}.",
        height=FRAME + LEGEND + ROW * len(rows),
    )


def _with_amounts(bars: alt.Chart, base: alt.Chart, number: str) -> alt.LayerChart:
    """The bars with the amount of each behind ``right``, written as ``number`` says."""
    labels = base.mark_text(align="left", dx=5).encode(
        x=alt.X("right:Q"), text=alt.Text("amount:Q", format=number), color=ink()
    )
    return (bars + labels).resolve_scale(color="independent")
