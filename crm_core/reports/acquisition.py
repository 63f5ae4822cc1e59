"""Acquisition by channel and source: new customers, what they cost, when that has come back."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import pandas as pd

from crm_core.analytics import NOT_STATED, Filters, date_of, marketing_costs, month_number, revenue
from crm_core.analytics.acquisition import (
    AcquiredBy,
    acquisition,
    margin_by_month,
    margin_course,
    new_customers,
    payback_month,
)
from crm_core.store.warehouse import Warehouse

ELECTRONIC = ("online", "web", "app", "internet", "shop.", "e-", "онлайн", "интернет")
"""Parts of the names of channels that are taken to be electronic, until somebody chooses otherwise."""

COSTS_DO_NOT_NAME = {
    "segments": "segment",
    "brands": "brand",
    "models": "model",
    "categories": "category",
    "products": "product",
}
"""Field of `Filters` to its word, where marketing costs do not state the column."""


@dataclass(frozen=True, eq=False)
class Acquisition:
    """New customers of a period. Shared between pages: never change it."""

    customers: pd.DataFrame
    """Rows of `analytics.acquisition.new_customers`."""
    groups: pd.DataFrame
    """`analytics.acquisition.acquisition` and ``payback``, the month in which the cost has come back (missing when not
    yet, or not known), and ``payback_customers``, how many were seen to its end."""
    course: pd.DataFrame
    """`analytics.acquisition.margin_course`."""
    channels: pd.DataFrame
    """Per ``channel``: ``cents``, ``orders``, ``customers``, ``marketing_cents`` (missing when none are known), and
    ``cost_of_sales``, the costs as a share of the revenue."""
    revenue_cents: int
    marketing_cents: int | None
    """All marketing costs of the period; None when none are known."""
    unplaced_cents: int
    """Of these, costs that name no group."""
    costs_not_by: tuple[str, ...] = ()
    """Columns chosen by which marketing costs are not known; with any, no costs are."""


def acquired(
    warehouse: Warehouse, *, by: AcquiredBy, since: int | None, as_of_day: int, within: Filters | None = None
) -> Acquisition:
    """New customers whose first purchase lies from ``since`` to before ``as_of_day``, by ``by`` of the first order.

    With ``within`` (columns only) those whose first order meets it, with all that they bought later; of costs those
    that name the chosen channels, sources and regions; of channels what they sell within it.
    """
    period, until_month = replace(within or Filters(), since=since, until=as_of_day), month_number(date_of(as_of_day))
    rows = warehouse.frame(new_customers(since=since, until=as_of_day, as_of_day=as_of_day, within=within))
    ordered = rows.sort_values(["first_day", "customer_id"], ascending=[False, True], ignore_index=True)
    spent = _costs(warehouse, by, period)
    groups = acquisition(ordered, spent, by=by, as_of_day=as_of_day)
    margins = warehouse.frame(margin_by_month(since=since, until=as_of_day, until_month=until_month, within=within))
    course = margin_course(ordered, margins, by=by, until_month=until_month)
    channels = _channels(warehouse, period)
    marketing = int(spent.marketing_cents.sum()) if len(spent) else None
    return Acquisition(
        customers=ordered,
        groups=_with_payback(groups, course, by),
        course=course,
        channels=channels,
        revenue_cents=int(channels.cents.sum()),
        marketing_cents=marketing,
        unplaced_cents=int(spent.loc[spent[by].isna(), "marketing_cents"].sum()),
        costs_not_by=costs_not_by(period),
    )


def _costs(warehouse: Warehouse, by: AcquiredBy, period: Filters) -> pd.DataFrame:
    spent = warehouse.frame(marketing_costs(by, filters=period))
    return spent.head(0) if costs_not_by(period) else spent


def costs_not_by(chosen: Filters) -> tuple[str, ...]:
    """Words of the columns of ``chosen`` that marketing costs do not state; with any, no costs are known."""
    return tuple(word for field, word in COSTS_DO_NOT_NAME.items() if getattr(chosen, field))


def _with_payback(groups: pd.DataFrame, course: pd.DataFrame, by: str) -> pd.DataFrame:
    months: list[float | None] = []
    counts: list[float | None] = []
    for name, cost in zip(groups[by], groups.cost_each_cents, strict=True):
        own = course.loc[course[by] == name]
        month = None if pd.isna(cost) else payback_month(cost, own.total_cents)
        months.append(month)
        counts.append(None if month is None else own.customers.iloc[month - 1])
    return groups.assign(
        payback=pd.Series(months, index=groups.index, dtype="Int64"),
        payback_customers=pd.Series(counts, index=groups.index, dtype="Int64"),
    )


def _channels(warehouse: Warehouse, period: Filters) -> pd.DataFrame:
    sold = warehouse.frame(revenue("channel", filters=period))
    named = sold.assign(channel=sold.channel.fillna(NOT_STATED)).set_index("channel")[["cents", "orders", "customers"]]
    spent = _costs(warehouse, "channel", period)
    costs = spent.dropna(subset=["channel"]).groupby("channel").marketing_cents.sum()
    both = named.join(costs, how="outer").rename_axis("channel")
    filled = both.drop(columns="marketing_cents").fillna(0).astype("int64").join(both.marketing_cents).reset_index()
    share = filled.marketing_cents / filled.cents.where(filled.cents > 0)
    return filled.assign(cost_of_sales=share).sort_values(
        ["cents", "channel"], ascending=[False, True], ignore_index=True
    )


def electronic(names: Iterable[str]) -> list[str]:
    """The channels that are taken to be electronic by their names."""
    return [name for name in names if any(part in name.casefold() for part in ELECTRONIC)]


def electronic_share(channels: pd.DataFrame, chosen: Iterable[str]) -> tuple[float | None, float | None]:
    """Share of the revenue, and of the orders, that came by the channels chosen; None without any."""
    taken = channels.loc[channels.channel.isin(list(chosen))]
    revenue_cents, orders = channels.cents.sum(), channels.orders.sum()
    return (
        float(taken.cents.sum() / revenue_cents) if revenue_cents > 0 else None,
        float(taken.orders.sum() / orders) if orders > 0 else None,
    )
