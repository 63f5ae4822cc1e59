"""Profit: margin of groups less what it cost to reach them."""

from typing import Any, Literal

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import select

from crm_core.analytics.filters import Filters
from crm_core.analytics.purchase import total
from crm_core.analytics.revenue import NOT_STATED
from crm_core.columns import costs

CostDimension = Literal["day", "month", "channel", "source", "campaign", "region"]
ENOUGH_KNOWN = 0.95
"""Share of revenue whose cost must be known before a group is called profitable or not."""
ELSEWHERE = "\0elsewhere"
"""Group of the sales outside the filters: in no data, and never shown."""


def marketing_costs(*by: CostDimension, filters: Filters | None = None) -> sa.Select[Any]:
    """Marketing costs per group of ``by`` as ``marketing_cents``; a row per group, in no order.

    Of ``filters`` only dates, channels, sources and regions apply: costs know no product.
    """
    chosen, groups = filters or Filters(), [costs.c[name] for name in by]
    return (
        select(*groups, total(costs.c.amount_cents).label("marketing_cents"))
        .where(*_cost_clauses(chosen))
        .group_by(*groups)
    )


def _cost_clauses(filters: Filters) -> list[sa.ColumnElement[bool]]:
    listed = ((costs.c.channel, filters.channels), (costs.c.source, filters.sources), (costs.c.region, filters.regions))
    clauses: list[sa.ColumnElement[bool]] = [column.in_(values) for column, values in listed if values]
    if filters.since is not None:
        clauses.append(costs.c.day >= filters.since)
    if filters.until is not None:
        clauses.append(costs.c.day < filters.until)
    return clauses


def spread(marketing: pd.DataFrame, revenue: pd.DataFrame, *, by: str, over: str) -> pd.DataFrame:
    """Marketing costs per ``by``, when costs are only known per ``over``: columns ``by``, ``marketing_cents``.

    An assumption, to be shown as one: the cost of each ``over`` (say, channel) falls on the groups of ``by``
    (say, segment) in proportion to what they bought there. Costs where nothing was bought stay `NOT_STATED`. Sales
    outside the filters (`ELSEWHERE`) bear the part that they are of all, returns taken off.

    Parameters
    ----------
    marketing
        ``marketing_costs(over)``.
    revenue
        Columns ``by``, ``over`` and ``cents``; among the groups negative amounts take no part.
    """
    named = revenue.assign(**{name: revenue[name].fillna(NOT_STATED) for name in (by, over)})
    cost = marketing.groupby(marketing[over].fillna(NOT_STATED)).marketing_cents.sum()
    net, inside = named.cents.groupby(named[over]).sum(), named.loc[named[by] != ELSEWHERE]
    ours = inside.cents.groupby(inside[over]).sum().reindex(net.index, fill_value=0)
    # Of net amounts: however finely the sales within the filters are split, they bear as much together.
    taken = (ours / net.where(net > 0)).clip(0, 1)
    bought = inside.cents.clip(lower=0)
    part = bought / bought.groupby(inside[over]).transform("sum").where(bought > 0)
    falls = (part * inside[over].map(cost * taken)).groupby(inside[by]).sum()
    of_all = min(max(ours.sum() / net.sum(), 0.0), 1.0) if net.sum() > 0 else 1.0
    without_sales = cost[~cost.index.isin(net.index[net > 0])].sum()
    falls[NOT_STATED] = falls.get(NOT_STATED, 0.0) + without_sales * of_all
    if len(inside) < len(named):
        falls[ELSEWHERE] = cost.sum() - falls.sum()
    # Rounding the running total keeps the sum: no cent is lost or invented.
    cents = falls.cumsum().round().astype("int64")
    spent = (cents - cents.shift(fill_value=0)).rename("marketing_cents").rename_axis(by).reset_index()
    return spent.loc[spent.marketing_cents != 0].reset_index(drop=True)


def profit(groups: pd.DataFrame, marketing: pd.DataFrame, *, by: str) -> pd.DataFrame:
    """Profit per group, the greatest loss first.

    Columns: ``by``, ``cents``, ``margin_cents``, ``known_cost_share`` (missing without sales),
    ``marketing_cents``, ``profit_cents`` (margin less marketing) and ``verdict``: ``profitable``,
    ``unprofitable``, or ``cost unknown`` when the cost of more than 5% of the revenue is not known, so that
    the margin says too little.

    Parameters
    ----------
    groups
        Columns ``by``, ``cents``, ``margin_cents``, ``covered_cents``, ``returns_cents``, as from ``revenue(by)``;
        rows of one value are added up.
    marketing
        Columns ``by``, ``marketing_cents``; the same.
    """
    money = ["cents", "margin_cents", "covered_cents", "returns_cents"]
    sales = groups[money].groupby(groups[by].fillna(NOT_STATED)).sum()
    spent = marketing.groupby(marketing[by].fillna(NOT_STATED)).marketing_cents.sum()
    both = sales.join(spent, how="outer").fillna(0).astype("int64").rename_axis(by).reset_index()
    paid = both.cents + both.returns_cents
    known = both.covered_cents / paid.where(paid > 0)
    gain = both.margin_cents - both.marketing_cents
    verdict = gain.ge(0).map({True: "profitable", False: "unprofitable"}).where(~(known < ENOUGH_KNOWN), "cost unknown")
    columns = both.assign(known_cost_share=known, profit_cents=gain, verdict=verdict)
    names = [by, "cents", "margin_cents", "known_cost_share", "marketing_cents", "profit_cents", "verdict"]
    return columns[names].sort_values(["profit_cents", by], ignore_index=True)
