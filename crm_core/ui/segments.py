"""What the Segments page shows, worked out and worded; drawing it is left to the page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from crm_core import charts
from crm_core.analytics import (
    SEGMENTS,
    AllOf,
    Condition,
    Fact,
    Filters,
    Operator,
    Rule,
    Stage,
    abc_curve,
    abc_sizes,
    rfm_grid,
    segment_sizes,
)
from crm_core.analytics.limits import Limits
from crm_core.analytics.rule import buyers_within
from crm_core.reports.segments import segment_list, with_reasons
from crm_core.reports.units import in_units
from crm_core.ui.figures import Figure, spec
from crm_core.ui.findings import concentration, largest_segment, uneven
from crm_core.ui.format import Notation

Active = Callable[[pd.DataFrame], "pd.Series[float] | None"]
"""Rows of `customer_segments` to the probability of being active by ``customer_id``."""
GROUPS = {"segment": "RFM segment", "abc": "ABC class", "stage": "Lifecycle stage"}
"""Column of `customer_segments` to its name on the page."""
ORDER: dict[str, list[str]] = {
    "segment": list(SEGMENTS),
    "abc": ["A", "B", "C"],
    "stage": [str(stage) for stage in Stage],
}


@dataclass(frozen=True, eq=False)
class Segments:
    """All customers sorted by significance, ready to be drawn."""

    figures: tuple[Figure, ...]
    grid: dict[str, Any]
    largest: str
    """What the grid says."""
    bars: dict[str, Any]
    uneven: str
    """What the bars say."""
    curve: dict[str, Any]
    concentration: str
    """What the curve says."""
    tables: dict[str, pd.DataFrame]
    """What the export holds: groups only, nobody by name or number."""


def meaning(by: str, limits: Limits, notation: Notation) -> str:
    """By what the customers of one of `GROUPS` are told from the others, in words."""
    said = limits.words(notation.money)[by]
    return f"Recency: how lately they bought. Value: how often and how much. {said}" if by == "segment" else said


def definitions(limits: Limits, notation: Notation) -> dict[str, str]:
    """What the export says of each of `GROUPS`."""
    return {name: meaning(by, limits, notation) for by, name in GROUPS.items()}


def compared(limits: Limits) -> str:
    """What scores compare a customer with."""
    if limits.has_own_scores:
        return "Scores by the limits of this business, as far as they are set."
    return "Scores compare each customer with all others."


def segments(customers: pd.DataFrame, *, limits: Limits, notation: Notation) -> Segments:
    """Grid, sizes and concentration of the rows of `customer_segments`, which were sorted by ``limits``."""
    shares = (limits.a_share, limits.b_share)
    sizes, classes = segment_sizes(customers), abc_sizes(customers.total_cents, shares)
    return Segments(
        figures=_figures(customers, sizes, classes, limits.a_share, notation),
        grid=spec(charts.rfm_heatmap(rfm_grid(customers)), notation),
        largest=largest_segment(sizes, notation),
        bars=spec(charts.segment_bars(sizes), notation),
        uneven=uneven(sizes, "segment", notation),
        curve=spec(charts.abc_curve(abc_curve(customers.total_cents, shares)), notation),
        concentration=concentration(customers.total_cents, notation),
        tables={
            "Segments": in_units(sizes),
            "ABC": in_units(classes),
            "Grid": in_units(rfm_grid(customers)),
        },
    )


def _figures(
    customers: pd.DataFrame, sizes: pd.DataFrame, classes: pd.DataFrame, a_share: int, notation: Notation
) -> tuple[Figure, ...]:
    best, risky = (
        sizes.loc[sizes.segment.isin(names)] for names in (["Champions", "Loyal"], ["At risk", "Cannot lose them"])
    )
    top = classes.iloc[0]
    return (
        Figure(
            "Customers",
            notation.number(len(customers)),
            note=f"{notation.money(customers.total_cents.sum(), whole=True)} so far",
            meaning="Everybody known who bought at least once; anonymous sales belong to nobody.",
        ),
        Figure(
            "Champions and loyal",
            notation.number(best.customers.sum()),
            note=f"{notation.share(best.revenue_share.sum(), 0)} of revenue",
            meaning="Segments Champions and Loyal: they bought lately, often and for much.",
        ),
        Figure(
            "At risk or cannot lose",
            notation.number(risky.customers.sum()),
            note=f"{notation.share(risky.revenue_share.sum(), 0)} of revenue",
            meaning="Segments At risk and Cannot lose them: good customers who have not bought for long.",
        ),
        Figure(
            "Class A",
            notation.number(top["items"]),
            note=f"{notation.share(top.item_share, 0)} of customers",
            meaning=f"The fewest customers who together bring {a_share} % of the revenue.",
        ),
    )


def sizes_of(customers: pd.DataFrame, by: str) -> dict[str, int]:
    """Number of customers per group of ``by``, in the group's own order; groups without customers are left out."""
    counts = customers[by].value_counts()
    return {name: int(counts[name]) for name in ORDER[by] if name in counts.index}


def members(customers: pd.DataFrame, by: str, value: str) -> pd.DataFrame:
    """The customers of one group, those who brought most first."""
    return customers.loc[customers[by] == value]


def explained(rows: pd.DataFrame, customers: pd.DataFrame, active: Active | None = None) -> pd.DataFrame:
    """The rows with ``reason``, measured against all ``customers``.

    Parameters
    ----------
    active
        The probability of being active of rows, where a model was fitted.
    """
    known = None if active is None else active(rows)
    return with_reasons(rows, median_cents=float(customers.total_cents.median()), p_alive=known)


def as_file(rows: pd.DataFrame, customers: pd.DataFrame, active: Active | None = None) -> Callable[[], pd.DataFrame]:
    """What the export of a group holds, made when somebody asks for it."""
    return lambda: segment_list(explained(rows, customers, active))


def rule(by: str, value: str, customers: pd.DataFrame, within: Filters) -> Rule:
    """The rule that takes the customers of one group, and goes on doing so.

    Only segments can be asked for by rule; of a class or a stage the rule takes the customers who are in it now.
    """
    if by != "segment":
        return Condition(Fact.PROFILE, Operator.ONE_OF, tuple(customers.customer_id), field="customer_id")
    in_segment = Condition(Fact.SEGMENT, Operator.ONE_OF, (value,))
    narrowed = buyers_within(within)
    return AllOf((in_segment, *narrowed)) if narrowed else in_segment


def audience_name(by: str, value: str, within: Filters, last_day: str) -> str:
    """What the audience of a group is called: a group that is fixed now carries the date."""
    words = "" if within == Filters() else f" ({within.words().removeprefix('All orders; ')})"
    return f"{value}{words}" if by == "segment" else f"{GROUPS[by]} {value}{words}, {last_day}"
