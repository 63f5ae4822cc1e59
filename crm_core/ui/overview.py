"""What the Overview page shows, worked out and worded; drawing it is left to the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import pandas as pd

from crm_core import charts
from crm_core.analytics import (
    NOT_STATED,
    SEGMENTS,
    Filters,
    KeyFigures,
    among,
    date_of,
    month_number,
    period_name,
    relative_change,
)
from crm_core.reports import overview as reports
from crm_core.reports.actions import lapsing
from crm_core.reports.extent import Extent
from crm_core.store.warehouse import Warehouse
from crm_core.ui.figures import Figure, plain, signed_number, signed_points, signed_share, spec
from crm_core.ui.findings import leading_channel
from crm_core.ui.format import Notation
from crm_core.ui.trend_line import trend

ACTIONS, ATTENTION = SECTIONS = ("Actions due", "Segments that need attention")
HEALTHY = frozenset({"Champions", "Loyal", "Potential loyalists", "New customers", "Promising"})
VALUABLE_AT_RISK = frozenset({"At risk", "Cannot lose them"})
MOVED = 0.005
"""Half a point of all customers: a smaller move of a segment's size is called stable."""
STATUSES = ("Act now", "Watch", "Growing", "Improving", "Stable")
"""The most urgent first."""


@dataclass(frozen=True, eq=False)
class Overview:
    """One view of the business, ready to be drawn."""

    figures: tuple[Figure, ...]
    channels: dict[str, Any]
    """Specification of the chart of revenue by channel."""
    leading: str
    """Which channel brought most."""
    changes: pd.DataFrame
    tables: dict[str, pd.DataFrame]
    """What the export holds."""


def overview(
    warehouse: Warehouse,
    filters: Filters,
    before: Filters | None,
    *,
    months: pd.DataFrame,
    known: list[str],
    customers: pd.DataFrame | None,
    customers_before: pd.DataFrame | None,
    notation: Notation,
) -> Overview:
    """The figures within ``filters``, compared with ``before``.

    Parameters
    ----------
    months, known
        `reports.overview.months` of the filters, and `known_channels`.
    customers, customers_before
        Rows of `rfm_scores` at the end of each period, of those who bought within the same filters; None when a
        period has no end.
    """
    now = reports.figures(warehouse, filters, customers)
    then = reports.figures(warehouse, before, customers_before) if before else None
    until = filters.until or 0
    by_channel = reports.revenue_by_channel(warehouse, filters, until_month=month_number(date_of(until)))
    trend = charts.revenue_trend(by_channel, currency=notation.currency, by="channel", known=known)
    pairs = reports.compared(warehouse, filters, before) if before else {}
    changes = reports.changes(pairs, money=lambda cents: notation.money(cents, whole=True))
    due = tuple(None if one is None else len(lapsing(one)) for one in (customers, customers_before))
    return Overview(
        figures=_figures(now, then, months, due, notation),
        channels=spec(trend, notation),
        leading=leading_channel(by_channel, _channels_before(pairs), notation),
        changes=changes,
        tables={
            "Key figures": _figures_table(now, then, notation.currency),
            "Months": months.assign(month=[period_name(month) for month in months.month]),
            "Channels": by_channel.drop(columns="month").rename(columns={"period": "month"}),
            "What changed": changes,
        },
    )


def _channels_before(pairs: Mapping[str, tuple[pd.DataFrame, pd.DataFrame]]) -> "pd.Series[float] | None":
    """Cents of every channel in the period compared with."""
    if "channel" not in pairs:
        return None
    before = pairs["channel"][1]
    return before.groupby(before.channel.fillna(NOT_STATED)).cents.sum()


def _figures(
    now: KeyFigures,
    then: KeyFigures | None,
    months: pd.DataFrame,
    due: tuple[int | None, ...],
    notation: Notation,
) -> tuple[Figure, ...]:
    def change(name: str) -> str:
        before = getattr(then, name) if then else None
        return signed_share(relative_change(getattr(now, name), before), notation)

    repeat_before = then.repeat_share if then else None
    points = None if now.repeat_share is None or repeat_before is None else now.repeat_share - repeat_before
    names = [period_name(month) for month in months.month]
    line = partial(trend, names)
    return (
        Figure(
            "Revenue",
            notation.money(now.revenue_cents, whole=True),
            change("revenue_cents"),
            trend=line(months.cents, partial(notation.money, whole=True)),
            meaning="Paid less returned, anonymous sales included. The line shows the last finished months.",
            behind=("active",),
        ),
        Figure(
            "Active customers",
            notation.number(now.active_customers),
            change("active_customers"),
            trend=line(months.customers, notation.number),
            meaning="Known customers who bought in the period. The line shows the last finished months.",
            behind=("active",),
        ),
        Figure(
            "Returning customers",
            "–" if now.repeat_share is None else notation.share(now.repeat_share),
            signed_points(points, notation),
            trend=line(months.returning, notation.share),
            meaning="Share of the active customers who had bought before the period; the rest are new. The line is "
            "about months: of the customers of each finished one, the share that had bought before it.",
            behind=("returning", "new"),
        ),
        Figure(
            "Average order",
            "–" if now.mean_order_cents is None else notation.money(now.mean_order_cents),
            change("mean_order_cents"),
            trend=line(months.mean_order_cents, notation.money),
            meaning="Revenue per order; returns lower it.",
            behind=("active",),
        ),
        Figure(
            "About to lapse",
            "–" if due[0] is None else notation.number(due[0]),
            "" if due[0] is None or due[1] is None else signed_number(due[0] - due[1], notation),
            good="down",
            meaning="Valuable regular customers who at the end of the period are silent for 2.5 to 4.5 of their gaps.",
            behind=("lapsing",),
        ),
    )


BEHIND = {
    "active": ("Active customers", "They bought in the period."),
    "new": ("New customers", "Their first purchase over all history lies in the period."),
    "returning": ("Returning customers", "They bought in the period, and had bought before it."),
    "lapsing": ("About to lapse", "Valuable regular customers, silent for 2.5 to 4.5 of their gaps at its end."),
}
"""Name of a list behind a figure to its title, and to who they are."""


def behind(figure: str, customers: pd.DataFrame, bought: "pd.Series[str]", *, since: int | None) -> "pd.Series[str]":
    """Ids of the customers behind a figure of `BEHIND`.

    Parameters
    ----------
    customers
        Rows of `customer_segments` at the end of the period, of all who ever bought within the same columns.
    bought
        Ids of those who bought in the period, which begins on the day ``since``.
    """
    if figure == "lapsing":
        return lapsing(customers).customer_id
    active = customers.loc[among(customers.customer_id, bought)]
    is_new = active.first_day >= (since or 0)
    chosen = {"active": active, "new": active[is_new], "returning": active[~is_new]}[figure]
    return chosen.customer_id


_IN_WORDS = {
    "revenue_cents": "Revenue",
    "orders": "Orders",
    "active_customers": "Active customers",
    "new_customers": "New customers",
    "repeat_share": "Share of returning customers",
    "mean_order_cents": "Average order",
    "margin_cents": "Margin of goods whose cost is known",
    "known_cost_share": "Share of sales whose cost is known",
}


def _figures_table(now: KeyFigures, then: KeyFigures | None, currency: str) -> pd.DataFrame:
    """The figures for a file: money in units of currency, shares in [0, 1]."""
    said: dict[str, list[object]] = {"figure": [_with_unit(field, currency) for field in _IN_WORDS]}
    for name, figures in (("period", now), ("compared", then)):
        values = vars(figures) if figures else {}
        said[name] = [_value_in_units(field, values.get(field)) for field in _IN_WORDS]
    return pd.DataFrame(said)


def _with_unit(field: str, currency: str) -> str:
    return f"{_IN_WORDS[field]} ({currency})" if field.endswith("_cents") else _IN_WORDS[field]


def _value_in_units(field: str, value: float | None) -> float | None:
    return value / 100 if value is not None and field.endswith("_cents") else value


def freshness(extent: Extent, imported_at: datetime | None, *, now: datetime, notation: Notation) -> str:
    """Up to which day the data reach, and when they came."""
    reach = f"Data to {notation.day(extent.last_day)}"
    if imported_at is None:
        return reach
    days = (now.date() - imported_at.date()).days
    when = {0: "today", 1: "yesterday"}.get(days, f"{notation.number(days)} days ago")
    return f"{reach}, imported {when}"


def change_lines(changes: pd.DataFrame) -> list[str]:
    """Each change as a line of Markdown, with an arrow besides the colour."""
    signs = {True: ":green[:material/arrow_upward:]", False: ":red[:material/arrow_downward:]"}
    return [
        f"{signs[cents > 0]} {plain(sentence)}"
        for cents, sentence in zip(changes.difference_cents, changes.sentence, strict=True)
    ]


def attention(sizes: list[pd.DataFrame], *, top: int = 6) -> pd.DataFrame:
    """Segments that need attention, the most urgent first.

    Columns ``segment``, ``customers``, ``revenue_share``, ``trend`` (sizes, oldest first), ``status``.

    Parameters
    ----------
    sizes
        `segment_sizes` at several times, the oldest first and a year apart at most.
    """
    now, first = sizes[-1].set_index("segment"), sizes[0].set_index("segment")
    moved = (now.customer_share - first.customer_share).fillna(0)
    rows = pd.DataFrame(
        {
            "segment": now.index,
            "customers": now.customers.to_numpy(),
            "revenue_share": now.revenue_share.to_numpy(),
            "trend": [[int(one.set_index("segment").customers[name]) for one in sizes] for name in now.index],
            "status": [status(name, moved[name]) for name in now.index],
        }
    )
    urgency = rows.status.map(STATUSES.index)
    order = rows.assign(urgency=urgency, place=rows.segment.map(SEGMENTS.index))
    shown = order.loc[order.customers > 0].sort_values(["urgency", "place"]).head(top)
    return shown.drop(columns=["urgency", "place"]).reset_index(drop=True)


def status(segment: str, moved: float) -> str:
    """What a move of a segment's share of all customers means, in a word of `STATUSES`."""
    if segment in HEALTHY:
        return "Growing" if moved > MOVED else "Watch" if moved < -MOVED else "Stable"
    if moved < -MOVED:
        return "Improving"
    if segment in VALUABLE_AT_RISK:
        return "Act now"
    return "Watch" if moved > MOVED else "Stable"
