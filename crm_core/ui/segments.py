"""What the Segments page shows, worked out and worded; drawing it is left to the page."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import partial
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
from crm_core.ui.figures import Figure, signed_number, spec
from crm_core.ui.findings import concentration, largest_segment, uneven
from crm_core.ui.format import Notation
from crm_core.ui.people import SHOWN, Listed, People

Active = Callable[[pd.DataFrame], "pd.Series[float] | None"]
"""Rows of `customer_segments` to the probability of being active by ``customer_id``."""
GROUPS = {"segment": "RFM segment", "abc": "ABC class", "stage": "Lifecycle stage"}
"""Column of `customer_segments` to its name on the page."""
SIZES, CUSTOMERS, MOVES, MOVERS, CONCENTRATION = SECTIONS = (
    "Sizes",
    "Customers",
    "Moves",
    "Who moved",
    "Concentration",
)
PRESSED = {"segment": "segments.segment"}
"""Field of a mark to the widget that shows it once the mark is pressed."""
OPENED = {"segments.by": "segment", "segments.section": CUSTOMERS}
"""Widgets to what they show once a mark is pressed, so that its customers are seen."""
_BEST, _RISKY = ("Champions", "Loyal"), ("At risk", "Cannot lose them")
NEVER_BOUGHT = "never bought anything, only returned"
BEHIND = {
    "everybody": ("All customers", "Everybody known who bought at least once."),
    "best": ("Champions and loyal", "They bought lately, often and for much."),
    "risky": ("At risk or cannot lose", "Good customers who have not bought for long."),
    "top": ("Class A", "The fewest of all customers who together bring most of the revenue."),
}
"""Name of a list behind a figure to its title, and to who they are."""
_BEHIND_SEGMENTS = {"best": _BEST, "risky": _RISKY}
ORDER: dict[str, list[str]] = {
    "segment": list(SEGMENTS),
    "abc": ["A", "B", "C"],
    "stage": [str(stage) for stage in Stage],
}


def address(segment: str) -> dict[str, str]:
    """Parameters of the page's address that show the customers of ``segment``."""
    return {"segments.section": CUSTOMERS, "segments.segment": segment}


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
    return "Scores and classes compare each customer with all others."


def ranked(limits: Limits, within: Filters, notation: Notation) -> str:
    """What the curve of concentration ranks, in words."""
    alone = "" if within == Filters() else " Here these customers are ranked among themselves, not among everybody."
    return f"{meaning('abc', limits, notation)}{alone}"


def segments(
    customers: pd.DataFrame, before: pd.DataFrame | None = None, *, limits: Limits, notation: Notation
) -> Segments:
    """Grid, sizes and concentration of the rows of `customer_segments`, which were sorted by ``limits``.

    Parameters
    ----------
    before
        The rows as they were at the day compared with; None when there is none.
    """
    shares = (limits.a_share, limits.b_share)
    sizes, classes = segment_sizes(customers), abc_sizes(customers.total_cents, customers.abc)
    figures = _figures(customers, sizes, classes, limits.a_share, notation)
    now, then = (None if rows is None else key_counts(rows) for rows in (customers, before))
    return Segments(
        figures=tuple(_with_change(figure, now or {}, then, notation) for figure in figures),
        grid=spec(charts.rfm_heatmap(rfm_grid(customers)), notation),
        largest=largest_segment(sizes, notation),
        bars=spec(charts.segment_bars(sizes), notation),
        uneven=uneven(sizes, "segment", notation),
        curve=spec(charts.abc_curve(abc_curve(customers.total_cents, shares)), notation),
        concentration=concentration(customers.total_cents, notation),
        tables={
            "Figures": _figures_table(now or {}, then),
            "Segments": sizes,
            "ABC": classes,
            "Grid": rfm_grid(customers),
        },
    )


def key_counts(customers: pd.DataFrame) -> dict[str, int]:
    """Label of each key figure of the page to its number of customers."""
    return {
        "Customers": len(customers),
        "Champions and loyal": int(customers.segment.isin(_BEST).sum()),
        "At risk or cannot lose": int(customers.segment.isin(_RISKY).sum()),
        "Class A": int((customers.abc == "A").sum()),
    }


def _with_change(figure: Figure, now: dict[str, int], then: dict[str, int] | None, notation: Notation) -> Figure:
    if then is None:
        return figure
    return replace(figure, change=signed_number(now[figure.label] - then[figure.label], notation))


def _figures_table(now: dict[str, int], then: dict[str, int] | None) -> pd.DataFrame:
    """The figures for a file; ``compared`` is empty where there is no comparison."""
    earlier = pd.Series([(then or {}).get(label) for label in now], dtype="Int64")
    return pd.DataFrame({"figure": list(now), "customers": list(now.values()), "compared": earlier})


def _figures(
    customers: pd.DataFrame, sizes: pd.DataFrame, classes: pd.DataFrame, a_share: int, notation: Notation
) -> tuple[Figure, ...]:
    best, risky = (sizes.loc[sizes.segment.isin(names)] for names in (_BEST, _RISKY))
    top = classes.iloc[0]
    return (
        Figure(
            "Customers",
            notation.number(len(customers)),
            note=f"{notation.money(customers.total_cents.sum(), whole=True)} so far",
            meaning="Everybody known who bought at least once; anonymous sales belong to nobody.",
            behind=("everybody",),
        ),
        Figure(
            "Champions and loyal",
            notation.number(best.customers.sum()),
            note=f"{notation.share(best.revenue_share.sum(), 0)} of revenue",
            meaning="Segments Champions and Loyal: they bought lately, often and for much.",
            behind=("best",),
        ),
        Figure(
            "At risk or cannot lose",
            notation.number(risky.customers.sum()),
            note=f"{notation.share(risky.revenue_share.sum(), 0)} of revenue",
            good="down",
            meaning="Segments At risk and Cannot lose them: good customers who have not bought for long.",
            behind=("risky",),
        ),
        Figure(
            "Class A",
            notation.number(top["items"]),
            note=f"{notation.share(top.item_share, 0)} of customers",
            good="neither",
            meaning=f"The fewest of all customers who together bring {a_share}% of the revenue; here those within the "
            "filters.",
            behind=("top",),
        ),
    )


def behind(figure: str, customers: pd.DataFrame, within: Filters, *, is_past: bool = False) -> People:
    """The customers behind a figure of `BEHIND`; ``customers`` are the rows the page looks at.

    Rules ask for customers as they are now: those of a past day have none.
    """
    found = _behind(figure, customers, within)
    return replace(found, rule=None) if is_past else found


def _behind(figure: str, customers: pd.DataFrame, within: Filters) -> People:
    title, meaning = BEHIND[figure]
    narrowed = buyers_within(within)
    if figure == "top":
        return People(title, meaning, customers.customer_id[customers.abc == "A"])
    if figure == "everybody":
        bought = narrowed or (Condition(Fact.ORDERS, Operator.AT_LEAST, (1,)),)
        return People(title, meaning, customers.customer_id, AllOf(bought))
    names = _BEHIND_SEGMENTS[figure]
    of_segments = Condition(Fact.SEGMENT, Operator.ONE_OF, names)
    rule = AllOf((of_segments, *narrowed)) if narrowed else of_segments
    return People(title, meaning, customers.customer_id[customers.segment.isin(names)], rule)


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


def listed(rows: pd.DataFrame, customers: pd.DataFrame, active: Active | None = None) -> Listed:
    """A list of ``rows``, each `explained`."""
    return Listed(explained(rows.head(SHOWN), customers, active), len(rows))


def with_others(rows: pd.DataFrame, others: Collection[str]) -> pd.DataFrame:
    """The rows of `explained` and below them ``others``, who never bought and so have no place among customers."""
    if not others:
        return rows
    counted = rows.astype(dict.fromkeys(rows.select_dtypes("integer"), "Int64"))
    return pd.concat(
        [counted, pd.DataFrame({"customer_id": sorted(others), "reason": NEVER_BOUGHT})], ignore_index=True
    )


def in_file(
    rows: pd.DataFrame, customers: pd.DataFrame, active: Active | None = None, others: Collection[str] = ()
) -> pd.DataFrame:
    """What the export of a group holds, ``others`` as in `with_others`."""
    return segment_list(with_others(explained(rows, customers, active), others))


def as_file(rows: pd.DataFrame, customers: pd.DataFrame, active: Active | None = None) -> Callable[[], pd.DataFrame]:
    """`in_file`, made when somebody asks for it."""
    return partial(in_file, rows, customers, active)


def rule(by: str, value: str, within: Filters, *, is_past: bool = False) -> Rule | None:
    """The rule that takes the customers of one group, and goes on doing so.

    Only segments can be asked for by rule, and only as they are now; of a class, a stage or a past day there is none.
    """
    if by != "segment" or is_past:
        return None
    in_segment = Condition(Fact.SEGMENT, Operator.ONE_OF, (value,))
    narrowed = buyers_within(within)
    return AllOf((in_segment, *narrowed)) if narrowed else in_segment


def audience_name(by: str, value: str, within: Filters, last_day: str, *, is_past: bool = False) -> str:
    """What the audience of a group is called: a group that is fixed now carries the date."""
    words = "" if within == Filters() else f" ({within.words().removeprefix('All orders; ')})"
    named = f"{value}{words}" if by == "segment" else f"{GROUPS[by]} {value}{words}"
    return named if by == "segment" and not is_past else f"{named}, {last_day}"
