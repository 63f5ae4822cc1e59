"""The customers behind the numbers of the Retention page."""

import pandas as pd
import streamlit as st

from crm_core.analytics import Filters, Grain, Variant, among, period_name
from crm_core.analytics.retention import Measure
from crm_core.reports.cohorts import Cell
from crm_core.reports.extent import Extent
from crm_core.ui import figures, filters, lists, load, retention, segments
from crm_core.ui.people import People
from crm_core.ui.shell import User

CAME, NOT = "came back", "did not"
SPAN, COHORT, AGE = "retention.cohorts", "retention.cell.name", "retention.cell.age"
GAP, CURVE, WAIT = "retention.gap", "retention.curve.age", "retention.wait"
"""Keys of the widgets that say which cohorts, and which cell, bar or point."""
WAITS = (30, 60, 90, 180, 365)
"""Days after the first purchase in which a second one is looked for."""
ALIVE = {"again": "Bought again", "once": "Bought on one day only", "kept": "Kept over a year", "lost": "Not kept"}


def of_figure(name: str, extent: Extent, way: tuple[Grain, Variant, Measure], within: Filters) -> People:
    """The customers behind a list named in the figures of `retention.Retention`."""
    if name in {CAME, NOT}:
        return of_cell(Cell(1), extent, way, within, came_back=name == CAME)
    paces, everybody = load.paces(extent.as_of_day, within), load.customers(extent.as_of_day, within)
    if name == "silent":
        ids = retention.silent(everybody, paces).customer_id
        meaning = "Their last purchase is longer ago than nine of ten gaps of all customers are long."
        return People("Silent for longer than usual", meaning, ids, retention.silent_rule(paces, within))
    if name == "longer":
        days = (paces.own.usual_days or 0) + 1
        meaning = "They once paused for longer than nine of ten gaps, and came back."
        return People("Came back after a long gap", meaning, load.paused(extent.as_of_day, (days, None), within))
    if name in {"kept", "lost"}:
        rows = load.kept_over_year(extent, within)
        did = "bought" if name == "kept" else "did not buy"
        meaning = f"They bought in the year before the last, and {did} in the last 12 months."
        return People(ALIVE[name], meaning, rows.customer_id[rows.kept == (name == "kept")])
    is_again = everybody.purchase_days >= 2
    meaning = "They bought on two days or more." if name == "again" else "They bought on one day only."
    return People(ALIVE[name], meaning, everybody.customer_id[is_again if name == "again" else ~is_again])


def of_cell(
    cell: Cell, extent: Extent, way: tuple[Grain, Variant, Measure], within: Filters, *, came_back: bool
) -> People:
    """The customers of a cell who count as retained, or those who do not."""
    grain, variant, measure = way
    # Revenue has no base of customers: behind it are those who bought in the period, and those who did not.
    counted = Variant.EXACT if measure is Measure.REVENUE else variant
    rows = load.cohort_members(cell, extent, (grain, counted), within)
    of = "All cohorts" if cell.cohort is None else f"First purchase in {period_name(cell.cohort, grain)}"
    after = f"{cell.age} {grain}{'' if cell.age == 1 else 's'}"
    # Audiences are named after it: those of another way to count are others.
    how = "" if counted is Variant.EXACT else f" ({counted})"
    title = f"{of}, {'back' if came_back else 'not back'} after {after}{how}"
    return People(
        title, _cell_meaning(counted, after, came_back=came_back), rows.customer_id[rows.retained == came_back]
    )


def _cell_meaning(variant: Variant, after: str, *, came_back: bool) -> str:
    bought = "Bought" if came_back else "Did not buy"
    if variant is Variant.ON_OR_AFTER:
        return f"{bought} {after} after the period of the first purchase, or later."
    if variant is Variant.VERSUS_PREVIOUS:
        return f"Bought in the period before, and {bought.lower()} {after} after that of the first purchase."
    return f"{bought} {after} after the period of the first purchase."


def heatmap(
    shown: retention.Retention,
    extent: Extent,
    way: tuple[Grain, Variant, Measure],
    within: Filters,
    *,
    said: str,
    user: User,
) -> None:
    """Draw the cohorts in a card; a cell that is pressed, or chosen below, opens its customers."""
    spans = list(shown.cohorts)
    drawn = shown.cohorts[filters.one_of("Cohorts", spans, key=SPAN) if len(spans) > 1 else spans[0]]
    figures.finding(drawn.finding)
    if not shown.has_cohorts:
        st.info(f"No {way[0]} has ended since a first purchase. Import older orders, or come back when one has.")
        return
    with figures.at_least(760):
        figures.pressable(drawn.chart, chooses={"name": COHORT, "age": AGE}, key="retention.heatmap", fills=False)
    st.caption("Press a cell to choose it, then see who came back and who did not.")
    with figures.toolbar():
        name = filters.group("First purchase in", dict.fromkeys(drawn.ages, 0), key=COHORT)
        ages = range(1, drawn.ages[name][1] + 1)
        with filters.lasting(AGE, lambda age: age in ages):
            age = st.selectbox(
                "Periods after",
                ages,
                format_func=lambda age: f"{age} {way[0]}{'' if age == 1 else 's'} after",
                key=AGE,
                label_visibility="collapsed",
                width=180,
                bind="query-params",
            )
        pressed = _pressed("retention.cell")
    if pressed:
        cell = Cell(age or 1, drawn.ages[name][0])
        found = of_cell(cell, extent, way, within, came_back=pressed == CAME)
        lists.people(found, said=said, as_of_day=extent.as_of_day, user=user, key=f"retention.cell.list.{pressed}")


def curve(
    shown: retention.Retention,
    extent: Extent,
    way: tuple[Grain, Variant, Measure],
    within: Filters,
    *,
    said: str,
    user: User,
) -> None:
    """Draw all cohorts together; a point that is pressed, or chosen below, opens its customers."""
    figures.pressable(shown.curve, chooses={"age": CURVE}, key="retention.curve", fills=False)
    mean = shown.tables["All cohorts"]
    ages = [int(age) for age in mean.age[(mean.age > 0) & mean.retained.notna()]]
    if not ages:
        return
    with figures.toolbar():
        with filters.lasting(CURVE, lambda age: age in ages):
            age = st.selectbox(
                "Periods after the first",
                ages,
                format_func=lambda age: f"{age} {way[0]}{'' if age == 1 else 's'} after",
                key=CURVE,
                label_visibility="collapsed",
                width=180,
                bind="query-params",
            )
        pressed = _pressed("retention.point", "behind the point")
    if pressed and age is not None:
        found = of_cell(Cell(age), extent, way, within, came_back=pressed == CAME)
        lists.people(found, said=said, as_of_day=extent.as_of_day, user=user, key=f"retention.point.list.{pressed}")


def again(shown: retention.Retention, extent: Extent, within: Filters, *, said: str, user: User) -> None:
    """Draw the time to the second purchase; who bought again within days chosen below, and who did not, opens."""
    figures.chart(shown.again, key="retention.again")
    with figures.toolbar():
        with filters.lasting(WAIT, lambda days: days in WAITS):
            days = st.selectbox(
                "Within",
                WAITS,
                index=WAITS.index(90),
                format_func=lambda days: f"Within {days} days",
                key=WAIT,
                label_visibility="collapsed",
                width=180,
                bind="query-params",
            )
        pressed = _pressed("retention.wait.open", "of the curve")
    if pressed and days is not None:
        rows, chosen = load.second_days(extent.as_of_day), load.customers(extent.as_of_day, within).customer_id
        own = rows.loc[among(rows.customer_id, chosen)]
        found = of_wait(own, days, extent.as_of_day, came_back=pressed == CAME)
        lists.people(found, said=said, as_of_day=extent.as_of_day, user=user, key=f"retention.wait.list.{pressed}")


def of_wait(rows: pd.DataFrame, days: int, as_of_day: int, *, came_back: bool) -> People:
    """Those whose second purchase day came within ``days`` of the first, or those seen so long for whom it did not.

    ``rows`` has ``customer_id``, ``first_day`` and ``second_day``.
    """
    in_time = ((rows.second_day - rows.first_day) <= days).fillna(value=False).astype(bool)
    if came_back:
        meaning = f"Their second purchase came within {days} days of the first."
        return People(f"Bought again within {days} days", meaning, rows.customer_id[in_time])
    seen = as_of_day - 1 - rows.first_day >= days
    meaning = f"They have been seen for {days} days or more after their first purchase, without a second one in them."
    return People(f"Not again within {days} days", meaning, rows.customer_id[seen & ~in_time])


def _pressed(key: str, of: str = "of the cell") -> str | None:
    came, stayed_away = (
        st.button(
            name.capitalize(),
            icon=":material/group:",
            key=f"{key}.{name}",
            help=f"The customers {of} who {name}",
        )
        for name in (CAME, NOT)
    )
    return CAME if came else NOT if stayed_away else None


def gaps(shown: retention.Retention, extent: Extent, within: Filters, *, said: str, user: User) -> None:
    """Draw the gaps; a bar that is pressed, or chosen below, opens the customers who paused so long."""
    figures.pressable(shown.gaps, chooses={"start": GAP}, key="retention.gaps", fills=False)
    bars = load.paces(extent.as_of_day, within).own.bars
    seen = bars.loc[bars.gaps > 0].astype("int64").set_index("start")
    if seen.empty:
        return
    st.caption("Press a bar to choose it, then see who paused so long.")
    ends = _ends(bars)
    with figures.toolbar():
        with filters.lasting(GAP, lambda start: start in seen.index):
            start = st.selectbox(
                "Gap",
                list(seen.index),
                format_func=lambda start: _days(start, ends[start]),
                key=GAP,
                label_visibility="collapsed",
                width=180,
                bind="query-params",
            )
        pressed = st.button("Customers", icon=":material/group:", key="retention.gap.open")
    if pressed and start is not None:
        paused = load.paused(extent.as_of_day, (max(start, 1), ends[start]), within)
        found = People(
            f"Paused for {_days(start, ends[start])}", "They once paused so long between two purchases.", paused
        )
        lists.people(found, said=said, as_of_day=extent.as_of_day, user=user, key="retention.gap.list")


def _ends(bars: pd.DataFrame) -> dict[int, int | None]:
    """Start of each bar to its end; the last takes all longer gaps."""
    ends: dict[int, int | None] = {int(start): int(end) for start, end in zip(bars.start, bars.end, strict=True)}
    return {**ends, max(ends): None}


def _days(start: int, end: int | None) -> str:
    return f"{start} days or more" if end is None else f"{start} to {end - 1} days"


def silent(extent: Extent, within: Filters, *, user: User) -> None:
    """Draw the card with those who have been silent for longer than usual."""
    day, notation = extent.as_of_day, load.notation()
    paces, listed = load.paces(day, within), load.silent(day, within)
    with figures.card("Silent for longer than usual", caption=retention.silence(listed.total, paces, notation)):
        if not listed.total:
            return
        everybody, narrowed, active = load.customers(day), load.customers(day, within), load.likely_active(day)

        def in_file() -> pd.DataFrame:
            return segments.in_file(retention.silent(narrowed, paces), everybody, active)

        with figures.toolbar():
            rule, name = retention.silent_rule(paces, within), retention.silent_name(within, notation)
            lists.use_as_audience(name, rule, user=user, key="retention.audience")
            about = {"List": name, "Who": retention.silence(listed.total, paces, notation)}
            lists.files(in_file, user=user, name="silent customers", key="retention.list", about=about)
        lists.table(listed, user=user, key="retention.table")
