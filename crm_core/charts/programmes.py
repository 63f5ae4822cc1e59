"""Charts that compare two programmes: value over the years, and what the difference depends on."""

import altair as alt
import pandas as pd

from crm_core.charts.theme import (
    BAD,
    FRAME,
    GOOD,
    HEIGHT,
    LEFT_OF_ROWS,
    LEGEND,
    MUTED,
    finished,
    in_order,
    ink,
    legend,
    money_format,
    row_axis,
)


def programme_value(years: pd.DataFrame, *, currency: str) -> alt.Chart:
    """Cumulative value of each programme by year, discounted; a line with a mark of its own each.

    Parameters
    ----------
    years
        ``programme`` (text), ``year``, ``net_present_value`` (units of currency).
    """
    number = money_format(float(years.net_present_value.abs().max()) if len(years) else 0.0)
    names = in_order(years.programme)
    symbols = legend(names)
    # Dashed like its line, a symbol would look torn.
    symbols.symbolStrokeWidth = 0
    title = f"Value of all customers so far, {currency}"
    drawn = (
        alt.Chart(years[["programme", "year", "net_present_value"]])
        .mark_line(point=alt.OverlayMarkDef(size=70, filled=True), strokeWidth=2)
        .encode(
            x=alt.X("year:O", title="Year", axis=alt.Axis(labelAngle=0, labelOverlap=True)),
            y=alt.Y("net_present_value:Q", title=title, axis=alt.Axis(format=number, tickCount=5)),
            color=alt.Color("programme:N", scale=alt.Scale(domain=names), legend=symbols),
            shape=alt.Shape("programme:N", scale=alt.Scale(domain=names), legend=symbols),
            # The same legend for all three: of one field, they are drawn as one, and Vega warns of any difference.
            strokeDash=alt.StrokeDash(
                "programme:N", scale=alt.Scale(domain=names, range=[[5, 4], [1, 0]]), legend=symbols
            ),
            tooltip=[
                alt.Tooltip("programme:N", title="Programme"),
                alt.Tooltip("year:O", title="Year"),
                alt.Tooltip("net_present_value:Q", title=title, format=",.0f"),
            ],
        )
    )
    parts = [
        f"{name} " + ", ".join(f"year {row.year} {row.net_present_value:,.0f}" for row in part.itertuples())
        for name, part in years.groupby("programme", sort=False)
    ]
    return finished(
        drawn, description=f"{title}, by programme and year: {'; '.join(parts) or 'nothing'}.", height=HEIGHT + LEGEND
    )


def gain_tornado(rows: pd.DataFrame, *, gain: float, currency: str) -> alt.LayerChart:
    """How far the gain moves with each assumption, one at a time; the line is the gain as assumed.

    Parameters
    ----------
    rows
        ``name`` (text), ``end`` (``lower`` or ``higher``), ``gain`` (units of currency); two rows per assumption, the
        most decisive first.
    gain
        The gain as assumed, where all bars begin.
    """
    bars = rows[["name", "gain"]].assign(end="10% " + rows.end, start=gain)
    number = money_format(float(bars.gain.abs().max()) if len(bars) else 0.0)
    ends = ["10% lower", "10% higher"]
    base = alt.Chart(bars).encode(y=alt.Y("name:N", title=None, sort=in_order(bars.name), axis=row_axis()))
    drawn = base.mark_bar(height=14).encode(
        x=alt.X("start:Q", title=f"Gain in all, {currency}", axis=alt.Axis(format=number, tickCount=5)),
        x2=alt.X2("gain:Q"),
        color=alt.Color(
            "end:N",
            scale=alt.Scale(domain=ends, range=[BAD, GOOD]),
            legend=legend(ends, title="Assumption", left=LEFT_OF_ROWS),
        ),
        yOffset=alt.YOffset("end:N", sort=ends),
        tooltip=[
            alt.Tooltip("name:N", title="Assumption"),
            alt.Tooltip("end:N", title="If it is"),
            alt.Tooltip("gain:Q", title=f"Gain in all, {currency}", format=",.0f"),
        ],
    )
    line = alt.Chart(bars[["start"]].head(1)).mark_rule(color=MUTED, strokeWidth=2).encode(x=alt.X("start:Q"))
    ranges = bars.groupby("name", sort=False).gain.agg(list)
    parts = [f"{name} {' to '.join(f'{each:,.0f}' for each in found)}" for name, found in ranges.items()]
    description = (
        f"Gain in all in {currency}, {gain:,.0f} as assumed, with one assumption 10% lower and higher: "
        f"{'; '.join(parts) or 'nothing'}."
    )
    return finished(drawn + line, description=description, height=FRAME + LEGEND + 38 * bars.name.nunique())


def gain_heatmap(cells: pd.DataFrame, *, currency: str) -> alt.LayerChart:
    """Gain of the programme by the retention it reaches and by what it costs; each cell says its amount.

    Parameters
    ----------
    cells
        As from `models.sensitivity.gain_grid`: ``retention``, ``yearly_cost``, ``gain`` (units of currency).
    """
    most = float(cells.gain.abs().max()) if len(cells) else 1.0
    named = pd.DataFrame(
        {
            "kept": [f"{share:.0%}" if round(share * 100, 1) % 1 == 0 else f"{share:.1%}" for share in cells.retention],
            "cost": [f"{cost:,.2f}" for cost in cells.yearly_cost],
            "gain": cells.gain,
            "sign": ["loss" if gain < 0 else "gain" for gain in cells.gain],
            "ink": "label",
        }
    )
    number = "+.2~s" if most >= 10_000 else "+,.0f"
    gaps = alt.Scale(paddingInner=0.03)
    base = alt.Chart(named).encode(
        x=alt.X(
            "kept:O",
            title="Kept a year with the programme",
            sort=in_order(named.kept),
            axis=alt.Axis(labelAngle=0, labelOverlap=False, labelFlush=False),
            scale=gaps,
        ),
        y=alt.Y(
            "cost:O",
            title=f"Cost per customer and year, {currency}",
            sort=in_order(named.cost),
            axis=row_axis(),
            scale=gaps,
        ),
        tooltip=[
            alt.Tooltip("kept:O", title="Kept a year"),
            alt.Tooltip("cost:O", title=f"Cost per customer and year, {currency}"),
            alt.Tooltip("gain:Q", title=f"Gain in all, {currency}", format="+,.0f"),
        ],
    )
    colour = alt.Color(
        "sign:N",
        scale=alt.Scale(domain=["gain", "loss"], range=[GOOD, BAD]),
        legend=legend(["gain", "loss"]),
    )
    # Without a stroke: the symbols of the legend would be drawn with one that hides their colour.
    rects = base.mark_rect(cornerRadius=2, opacity=0.25).encode(color=colour)
    texts = base.mark_text(fontSize=11).encode(text=alt.Text("gain:Q", format=number), color=ink())
    paying = int((cells.gain >= 0).sum())
    description = (
        f"Gain in all in {currency} by retention and by cost per customer and year: {paying} of {len(cells)} cells pay."
    )
    rows = named.cost.nunique()
    drawn = alt.layer(rects, texts).resolve_scale(color="independent")
    return finished(drawn, description=description, height=FRAME + LEGEND + 34 * rows)
