"""Profit and loss of groups and of customers: sales, and the marketing costs that fall on them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

import pandas as pd

from crm_core.analytics import NOT_STATED, Filters, marketing_costs, spread
from crm_core.analytics.among import looked_up
from crm_core.analytics.key_figures import buyer_count
from crm_core.analytics.profit import ELSEWHERE
from crm_core.analytics.profit_and_loss import (
    Breakdown,
    Known,
    all_groups,
    amounts_by,
    customer_sales,
    of_all_goods,
    profit_and_loss,
    profit_of_each,
    sales,
    with_elsewhere,
)
from crm_core.store.warehouse import Warehouse

KNOWN: tuple[Known, ...] = get_args(Known)
NOBODY = pd.DataFrame({"group": pd.Series(dtype="str"), "marketing_cents": pd.Series(dtype="int64")})


@dataclass(frozen=True, eq=False)
class Profit:
    """Profit and loss of the groups of one breakdown."""

    groups: pd.DataFrame
    """`profit_and_loss` with the groups in the column ``group``."""
    total: "pd.Series[Any]"
    """The same columns for all groups together; money and verdict, customers counted once."""
    over: Known | None
    """What the marketing costs were spread by; None when they are known per group, or there are none."""


def sold_by_customer(
    warehouse: Warehouse, filters: Filters, segments: "pd.Series[str]", narrowed: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """`customer_sales` within ``filters`` with each one's ``segment``: `NOT_STATED` where ``segments`` has none."""
    rows = warehouse.frame(customer_sales(filters, narrowed))
    return rows.assign(segment=looked_up(rows.customer_id, segments, NOT_STATED))


def profit_by(
    warehouse: Warehouse,
    filters: Filters,
    *,
    by: Breakdown,
    segments: "pd.Series[str]",
    sold: pd.DataFrame | None = None,
) -> Profit:
    """Profit and loss within ``filters``, by one breakdown.

    Parameters
    ----------
    segments
        Segment by customer_id (the index), for the breakdown by segment.
    sold
        `sold_by_customer` within the same filters, where it is at hand.
    """
    if by == "segment":
        rows = (
            _in_groups(warehouse.frame(sales("customer_id", filters=filters)), by, segments)
            if sold is None
            else sold.rename(columns={"segment": "group"})
        )
        counted = rows
    else:
        rows = warehouse.frame(sales(by, filters=filters)).rename(columns={by: "group"})
        counted = warehouse.frame(buyer_count(filters)) if sold is None else sold
    spent, over = _marketing(warehouse, filters, by, segments)
    groups = profit_and_loss(rows, spent, by="group")
    return Profit(groups, all_groups(groups, customers=int(counted.customers.sum())).iloc[0], over)


def _column(by: Breakdown) -> str:
    return "customer_id" if by == "segment" else by


def _in_groups(rows: pd.DataFrame, by: Breakdown, segments: "pd.Series[str]") -> pd.DataFrame:
    """The rows with the column ``group`` in place of that of ``by``."""
    if by != "segment":
        return rows.rename(columns={by: "group"})
    return rows.assign(group=looked_up(rows.customer_id, segments, NOT_STATED)).drop(columns="customer_id")


def _marketing(
    warehouse: Warehouse, filters: Filters, by: Breakdown, segments: "pd.Series[str]"
) -> tuple[pd.DataFrame, Known | None]:
    costs = warehouse.frame(marketing_costs(*KNOWN, filters=filters))
    if costs.empty:
        return NOBODY, None
    if by in KNOWN and filters == of_all_goods(filters):
        return costs.rename(columns={by: "group"})[["group", "marketing_cents"]], None
    # The same for every breakdown: the costs of chosen goods must not depend on how these are split.
    over = _best_known(costs)
    # A column cannot be asked for twice; that of the group is one of its own.
    within = warehouse.frame(amounts_by(*dict.fromkeys((_column(by), over)), filters=filters))
    grouped = _in_groups(within.assign(over=within[over]), by, segments)
    everything = warehouse.frame(amounts_by(over, filters=of_all_goods(filters)))
    return _spread(costs, grouped, everything, over), over


def _best_known(costs: pd.DataFrame) -> Known:
    """The column that the greatest part of the costs states; of equals the first of `KNOWN`."""
    return max(KNOWN, key=lambda name: int(costs.dropna(subset=[name]).marketing_cents.sum()))


def _spread(costs: pd.DataFrame, grouped: pd.DataFrame, everything: pd.DataFrame, over: Known) -> pd.DataFrame:
    sold = with_elsewhere(grouped, everything.rename(columns={over: "over"}), by="group", over="over")
    spent = spread(costs.rename(columns={over: "over"}), sold, by="group", over="over")
    return spent.loc[spent.group != ELSEWHERE]


def customer_profit(
    warehouse: Warehouse,
    filters: Filters,
    *,
    segments: "pd.Series[str]",
    by: Breakdown = "segment",
    group: str | None = None,
    sold: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Profit and loss of each known customer within ``filters``, the greatest loss first.

    The columns of `profit_and_loss` with ``customer_id`` in front, ``orders`` and ``segment``. Marketing costs are
    spread in proportion to what was bought, also where they are known of the group.

    Parameters
    ----------
    by, group
        Only what the customers bought in this group of the breakdown; of a segment, only its customers.
    sold
        `sold_by_customer` within the same filters, where it is at hand and no group of goods or places narrows it.
    """
    narrowed: dict[str, str] = {by: group} if group is not None and by != "segment" else {}
    if sold is None or narrowed:
        sold = sold_by_customer(warehouse, filters, segments, narrowed)
    known = sold.customer_id.notna()
    rows = sold.loc[known if by != "segment" or group is None else known & (sold.segment == group)]
    spent = _marketing_of_customers(warehouse, filters, narrowed)
    costs = dict(zip(spent.group, spent.marketing_cents, strict=True))
    marketing = [costs.get(customer_id, 0) for customer_id in rows.customer_id.tolist()] if costs else 0
    spent_on = pd.Series(marketing, index=rows.index, dtype="int64")
    return profit_of_each(rows.assign(marketing_cents=spent_on), by="customer_id", kept=("orders", "segment"))


def _marketing_of_customers(warehouse: Warehouse, filters: Filters, narrowed: Mapping[str, str]) -> pd.DataFrame:
    costs = warehouse.frame(marketing_costs(*KNOWN, filters=filters))
    is_stated = filters == of_all_goods(filters)
    places: dict[str, str] = {name: value for name, value in narrowed.items() if is_stated and name in KNOWN}
    for name, value in places.items():
        costs = costs.loc[costs[name].fillna(NOT_STATED) == value]
    if costs.empty:
        return NOBODY
    over = _best_known(costs)
    within = warehouse.frame(amounts_by("customer_id", over, filters=filters, narrowed=narrowed))
    everything = warehouse.frame(amounts_by(over, filters=of_all_goods(filters), narrowed=places))
    return _spread(costs, within.rename(columns={"customer_id": "group", over: "over"}), everything, over)


def compared(now: pd.DataFrame, before: pd.DataFrame | None) -> pd.DataFrame:
    """The groups with ``before_cents``, ``before_profit_cents`` and ``profit_change_cents``; missing without a period.

    A group that only the period before knows is not added: it has no figures now.
    """
    then = pd.DataFrame(columns=["group", "cents", "profit_cents"]) if before is None else before
    cents, profit = (
        now.group.map(dict(zip(then.group, then[name], strict=True))) for name in ("cents", "profit_cents")
    )
    if before is not None:
        cents, profit = cents.fillna(0), profit.fillna(0)
    both = now.assign(before_cents=cents.astype("float64"), before_profit_cents=profit.astype("float64"))
    return both.assign(profit_change_cents=both.profit_cents - both.before_profit_cents)
