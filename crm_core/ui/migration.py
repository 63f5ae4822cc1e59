"""What the Segments page shows of moves between two dates, worked out and worded."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crm_core import charts
from crm_core.analytics.migration import NO_LONGER, NOT_YET, biggest_moves, migration, moves
from crm_core.ui.figures import spec
from crm_core.ui.format import Notation
from crm_core.ui.segments import ORDER

SPANS = {"3 months": 3, "6 months": 6, "12 months": 12, "24 months": 24}
"""How far back the earlier date can lie, in calendar months."""
_STATES: dict[str, Callable[["pd.Series[float]"], "pd.Series[bool]"]] = {
    "stayed where they were": lambda places: places == 0,
    "moved up": lambda places: places > 0,
    "moved down": lambda places: places < 0,
}


@dataclass(frozen=True, eq=False)
class Migration:
    """Moves between two dates, ready to be drawn."""

    heatmap: dict[str, Any]
    sizes: dict[str, int]
    """Each move in words to its number of customers, those with most customers first."""
    ends: dict[str, tuple[str, str]]
    """Each move in words to where its customers stood, and where they stand."""
    biggest: list[str]
    finding: str
    moved: pd.DataFrame
    """`migration.moves`."""
    table: pd.DataFrame


def between(then: pd.DataFrame, now: pd.DataFrame, by: str, *, notation: Notation) -> Migration:
    """Moves from the rows of `customer_segments` at one date to those at a later one.

    Parameters
    ----------
    by
        A column of `segments.GROUPS`.
    """
    moved = moves(*(rows.set_index("customer_id")[by] for rows in (then, now)))
    table = migration(moved, ORDER[by])
    named = table.assign(move=_pairs(table))
    by_size = named.sort_values("customers", ascending=False, kind="stable")
    return Migration(
        heatmap=spec(charts.migration_heatmap(named, order=[*ORDER[by], NOT_YET, NO_LONGER]), notation),
        sizes={str(name): int(count) for name, count in zip(by_size.move, by_size.customers, strict=True)},
        ends=dict(zip(by_size.move, zip(by_size.then, by_size.now, strict=True), strict=True)),
        biggest=_in_words(table, notation),
        finding=_finding(table, by, notation),
        moved=moved,
        table=table.drop(columns="places").rename(columns={"share": "share of those there then"}),
    )


def _pairs(rows: pd.DataFrame) -> "pd.Series[str]":
    pairs = rows.then + " → " + rows.now
    return pairs.where(rows.then != rows.now, rows.then + " (stayed)")


def _in_words(table: pd.DataFrame, notation: Notation) -> list[str]:
    sizes = table.groupby("then").customers.sum()
    return [
        f"{notation.number(count)} of {notation.number(sizes[before])} {before} became {after}."
        for before, after, count in zip(
            *(biggest_moves(table)[name] for name in ("then", "now", "customers")), strict=True
        )
    ]


def _finding(table: pd.DataFrame, by: str, notation: Notation) -> str:
    there = table.loc[table.places.notna()]
    total = int(there.customers.sum())
    came = int(table.loc[table.then == NOT_YET].customers.sum())
    gone = int(table.loc[table.now == NO_LONGER].customers.sum())
    parts = [f"{notation.number(came)} are new since then"] + ([f"{notation.number(gone)} are gone"] if gone else [])
    if not total:
        return f"Nobody was a customer at both dates; {', '.join(parts)}"
    if by == "stage":
        # Stages have no better and worse: to be won back is no step down from at risk.
        stayed = int(there.loc[there.then == there.now].customers.sum())
        said = [f"{notation.share(stayed / total, 0)} stayed where they were"]
    else:
        said = [
            f"{notation.share(int(there.loc[holds(there.places)].customers.sum()) / total, 0)} {words}"
            for words, holds in _STATES.items()
        ]
    return f"Of {notation.number(total)} customers at both dates {', '.join(said)}; {', '.join(parts)}"


def members(shown: Migration, customers: pd.DataFrame, move: str) -> pd.DataFrame:
    """Rows of the customers now of those who made a move, those who brought most first.

    ``customers`` are the rows of the later date that `between` was given.
    """
    then, now = shown.ends[move]
    made = shown.moved.place[(shown.moved.then == then) & (shown.moved.now == now)].to_numpy()
    return customers.iloc[np.sort(made[made >= 0])]


def about(shown: Migration, words: Mapping[str, str]) -> dict[str, str]:
    """What the export says of itself: ``words`` and the finding."""
    return {**words, "Finding": shown.finding}
