"""What the Relationship levels page shows, worked out and worded; drawing it is left to the page."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from crm_core import charts
from crm_core.analytics import Condition, Fact, Operator
from crm_core.analytics.strategy import Level, Thresholds, levels, suggested
from crm_core.errors import ModelError
from crm_core.ui import figures, filters
from crm_core.ui.figures import plain, spec
from crm_core.ui.findings import both
from crm_core.ui.format import Notation
from crm_core.ui.people import People
from crm_core.ui.segments import GROUPS

HOW = (
    "The fewer customers a group has and the more margin one brings, the closer the relationship that pays: from basic "
    "to partnership. The dashed lines are the thresholds. Press a point to see the customers of its level."
)
LEVELS, BY_GROUP, CUSTOMERS, CLUB = SECTIONS = ("Levels", "By group", "Customers", "Club members")
NAMED = 2
"""Groups that a heading names; more are counted."""
OPENED = {"strategy.section": CUSTOMERS}
"""Widgets to what they show once a level is opened."""
MEANING = {
    Level.PARTNERSHIP: "Work with them all the time: one person of yours for each, plans made together.",
    Level.ACTIVE: "Be in touch from time to time, with better uses and new offers.",
    Level.ACCOUNTABLE: "Ask soon after each sale whether it was what they expected.",
    Level.REACTIVE: "Sell, and ask them to come back with questions and complaints.",
    Level.BASIC: "Sell well, and leave it at that: more care would cost more than it brings.",
}


@dataclass(frozen=True, eq=False)
class Strategy:
    """The level of each group, ready to be drawn."""

    finding: str
    matrix: dict[str, Any]
    groups: pd.DataFrame
    """The table for people."""
    members: dict[str, tuple[str, ...]]
    """Level to its groups, the closest relationship first."""
    cautions: list[str]
    tables: dict[str, pd.DataFrame]


def thresholds(groups: pd.DataFrame, by: str, notation: Notation) -> Thresholds:
    """Draw the fields of the thresholds; those they hold. A contradiction stops the page with what is wrong."""
    begun = suggested(groups)
    with st.grid(4, min_column_width=150, gap="small"):
        some = _field("Some from, % of customers", f"{by}.some", begun.some * 100, 100.0)
        many = _field("Many from, % of customers", f"{by}.many", begun.many * 100, 100.0)
        medium = _field(f"Medium from, {notation.currency} a year", f"{by}.medium", begun.medium_cents / 100, 1e9)
        high = _field(f"High from, {notation.currency} a year", f"{by}.high", begun.high_cents / 100, 1e9)
    try:
        return Thresholds(some / 100, many / 100, medium * 100, high * 100)
    except ModelError as fault:
        st.error(figures.plain(str(fault)))
        st.stop()


def _field(label: str, name: str, value: float, most: float) -> float:
    key, begun = f"strategy.{name}", round(min(value, most), 1)
    with filters.lasting(key):
        given = st.number_input(label, 0.0, most, begun, step=1.0, format="%.1f", key=key, bind="query-params")
    return begun if given is None else float(given)


def strategy(
    groups: pd.DataFrame, limits: Thresholds, before: pd.DataFrame | None = None, *, notation: Notation
) -> Strategy:
    """Levels of the rows of `reports.strategy.margins`, beside those ``before`` by the same limits."""
    table = levels(groups, limits)
    then = None if before is None or before.empty else levels(before, limits)
    chart = charts.level_matrix(
        table,
        numbers=(limits.some, limits.many),
        margins=(limits.medium_cents, limits.high_cents),
        currency=notation.currency,
    )
    return Strategy(
        finding=finding(table, notation),
        matrix=spec(chart, notation),
        groups=_shown(table, then, notation),
        members={str(level): tuple(part.group) for level, part in table.groupby("level", sort=False)},
        cautions=_cautions(table, notation),
        tables={"Levels": table, **({} if then is None else {"Levels before": then})},
    )


def finding(table: pd.DataFrame, notation: Notation) -> str:
    """With which groups the closest relationship pays, and with which the least close; rows of `levels`."""
    first, last = table.level.iloc[0], table.level.iloc[-1]
    closest, least = table.loc[table.level == first], table.loc[table.level == last]
    most = f"{_each(closest, notation)} margin a year each"
    if first == last:
        return f"All groups are worth the same relationship, {first}: {most}"
    return (
        f"Be closest to {_groups(closest)} ({first}): {most}; "
        f"least close to {_groups(least)} ({last}): {_each(least, notation)}"
    )


def _groups(rows: pd.DataFrame) -> str:
    return both(list(rows.group)) if len(rows) <= NAMED else f"{len(rows)} groups"


def _each(rows: pd.DataFrame, notation: Notation) -> str:
    cents = float(rows.margin_cents.sum()) / max(int(rows.customers.sum()), 1)
    return notation.money(cents, whole=abs(cents) >= 10_000)


def key(shown: Strategy) -> str:
    """Every level that is recommended, its groups and what it means, as Markdown."""
    return "\n".join(
        f"- **{level.capitalize()}** ({plain(', '.join(groups))}): {MEANING[Level(level)]}"
        for level, groups in shown.members.items()
    )


def _then(table: pd.DataFrame, then: pd.DataFrame | None, notation: Notation) -> dict[str, list[str]]:
    """Level and customers of each group on the day compared with; a dash where there were none."""
    if then is None:
        return {}
    known = then.set_index("group")
    there = [group in known.index for group in table.group]
    return {
        "Level then": [
            known.level[group].capitalize() if was else "–" for group, was in zip(table.group, there, strict=True)
        ],
        "Customers then": [
            notation.number(known.customers[group]) if was else "–"
            for group, was in zip(table.group, there, strict=True)
        ],
    }


def _shown(table: pd.DataFrame, then: pd.DataFrame | None, notation: Notation) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Group": table.group,
            "Level": [level.capitalize() for level in table.level],
            "Customers": [notation.number(n) for n in table.customers],
            **_then(table, then, notation),
            "Share": [notation.share(share) for share in table.share],
            "Margin a year": [notation.money(cents, whole=True) for cents in table.margin_cents],
            "Margin each": ["–" if pd.isna(cents) else notation.money(cents) for cents in table.margin_each_cents],
            "Why": [f"{row.number} customers, {row.margin} margin" for row in table.itertuples()],
        },
        dtype="str",
    )


def _cautions(table: pd.DataFrame, notation: Notation) -> list[str]:
    vague = table.loc[table.known_cost_share < 0.95]
    lossy = table.loc[table.margin_each_cents < 0, "group"]
    said = [
        f"{group}: the cost of goods is known for {notation.share(share, 0)} of the sales only; the "
        "rest counts as no margin, so the level is rather too low."
        for group, share in zip(vague.group, vague.known_cost_share, strict=True)
    ]
    if len(lossy):
        said.append(f"A loss is made with {', '.join(lossy)}: look at Profit before keeping any relationship.")
    return said


def sizes(shown: Strategy, groups: pd.DataFrame) -> dict[str, int]:
    """Customers per level, the closest relationship first."""
    counts = groups.set_index("group").customers
    return {level: int(counts[list(names)].sum()) for level, names in shown.members.items()}


def of_group(customers: pd.DataFrame, by: str, group: str, *, is_past: bool = False) -> People:
    """The customers of one group of the matrix; of a segment as it is now the rule goes on selecting."""
    goes_on = by == "segment" and not is_past
    rule = Condition(Fact.SEGMENT, Operator.ONE_OF, (group,)) if goes_on else None
    meaning = f"They {'were in this' if is_past else 'are in this'} {GROUPS[by]} {'then' if is_past else 'now'}."
    return People(f"{GROUPS[by]} {group}", meaning, customers.customer_id[customers[by] == group], rule)


def people(customers: pd.DataFrame, shown: Strategy, by: str, level: str) -> pd.DataFrame:
    """Rows of `customer_segments` of the groups of a level, those who brought most first."""
    return customers.loc[customers[by].isin(shown.members[level])]
