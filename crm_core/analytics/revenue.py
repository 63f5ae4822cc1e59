"""Revenue: what was sold, by any columns of the order lines."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import func, select

from crm_core.analytics.filters import Filters
from crm_core.analytics.period import period_name
from crm_core.analytics.purchase import is_purchase, is_sale, lines, total, total_where
from crm_core.columns import order_lines

Dimension = Literal[
    "day",
    "month",
    "customer_id",
    "region",
    "channel",
    "source",
    "salesperson",
    "brand",
    "model",
    "category",
    "product",
    "product_id",
]

NOT_STATED = "Not stated"
"""Group of the lines where a column is empty."""


def measures(*by: str) -> list[sa.ColumnElement[int]]:
    """What `revenue` measures of any group of lines; of the groups ``by``, where they are known."""
    return [orders(), customers(*by), func.count().label("lines"), *money()]


def orders() -> sa.ColumnElement[int]:
    """Different orders with a line of 0 or more."""
    return func.count(sa.case((lines.amount_cents >= 0, lines.order_id)).distinct()).label("orders")


def customers(*by: str) -> sa.ColumnElement[int]:
    """Different known customers with a line of 0 or more in each of the groups ``by``."""
    if "customer_id" in by:  # one or none: to compare ids would take half of the time
        return sa.cast(func.max(sa.case((is_purchase(), 1), else_=0)), sa.BigInteger).label("customers")
    return func.count(sa.case((is_purchase(), lines.customer_id)).distinct()).label("customers")


def money() -> list[sa.ColumnElement[int]]:
    """The amounts that `revenue` measures: what adds up over groups, at a fraction of the work of counting orders."""
    bought = lines.amount_cents >= 0
    known = lines.cost_cents.is_not(None)
    return [
        total(lines.amount_cents).label("cents"),
        total_where(lines.amount_cents < 0, -lines.amount_cents).label("returns_cents"),
        # A return may repeat the discount of its sale: it is no second one.
        total_where(bought, lines.discount_cents).label("discount_cents"),
        total_where(known, lines.amount_cents - lines.cost_cents).label("margin_cents"),
        total(lines.cost_cents).label("known_cost_cents"),
        total_where(sa.and_(known, bought), lines.amount_cents).label("covered_cents"),
    ]


def revenue(*by: Dimension, filters: Filters | None = None) -> sa.Select[Any]:
    """Sales per group of ``by``; a row per group with at least one line, in no order. Anonymous sales are in.

    Columns
    -------
    <by>
        The group; missing where the lines do not state it.
    cents
        Paid less returned.
    orders, customers
        Different orders, and known customers, with a line of 0 or more. They do not add up over groups.
    lines
        Order lines, returns included.
    returns_cents, discount_cents
        Returned, and taken off the list price; both 0 or more.
    margin_cents, known_cost_cents
        Amounts less costs, and costs, over the lines whose cost is known.
    covered_cents
        Paid for the lines whose cost is known, before returns; ``covered_cents / (cents + returns_cents)`` is the
        share of revenue whose cost is known.
    """
    return _grouped(by, measures(*by), filters)


def amounts(*by: Dimension, filters: Filters | None = None) -> sa.Select[Any]:
    """The groups of `revenue` with their ``cents`` alone: a tenth of the work, as nothing different is counted."""
    return _grouped(by, [total(lines.amount_cents).label("cents")], filters)


def amounts_compared(by: Sequence[Dimension], now: Filters, before: Filters) -> sa.Select[Any]:
    """What `amounts` has for each of several columns of text, in two periods, from one reading of the lines.

    A row per ``dimension`` and ``value``: ``cents`` within ``now`` and ``before_cents`` within ``before``, missing
    where no line is; for `in_both`. But for the dates, ``before`` bounds what ``now`` does.
    """
    in_now, in_before = (sa.and_(sa.true(), *Filters(one.since, one.until).where()) for one in (now, before))
    read = (
        select(
            *(order_lines.c[name] for name in by),
            sa.case((in_now, lines.amount_cents)).label("now_cents"),
            sa.case((in_before, lines.amount_cents)).label("then_cents"),
        )
        .where(is_sale(), *_spanning(now, before).where())
        .cte("read")
    )
    sums = [
        sa.cast(func.sum(read.c[name]), sa.BigInteger).label(label)
        for name, label in (("now_cents", "cents"), ("then_cents", "before_cents"))
    ]
    parts = [
        select(sa.literal_column(f"'{name}'").label("dimension"), read.c[name].label("value"), *sums).group_by(
            read.c[name]
        )
        for name in by
    ]
    return select(sa.union_all(*parts).subquery("parts"))


def _spanning(now: Filters, before: Filters) -> Filters:
    """The bounds of ``now`` with dates from the first of both periods to the last."""
    since = None if now.since is None or before.since is None else min(now.since, before.since)
    until = None if now.until is None or before.until is None else max(now.until, before.until)
    return replace(now, since=since, until=until)


def in_both(rows: pd.DataFrame, name: Dimension) -> tuple[pd.DataFrame, pd.DataFrame]:
    """From the rows of `amounts_compared` the rows of ``amounts(name)`` now and before."""
    own = rows.loc[rows.dimension == name].rename(columns={"value": name})
    now, before = (own[[name, cents]].dropna(subset=[cents]) for cents in ("cents", "before_cents"))
    whole = {"cents": "int64"}
    return now.astype(whole), before.rename(columns={"before_cents": "cents"}).astype(whole)


def margins(*by: Dimension, filters: Filters | None = None) -> sa.Select[Any]:
    """The groups of `revenue` with all their amounts; nothing different is counted."""
    return _grouped(by, money(), filters)


def _grouped(by: Sequence[Dimension], measured: list[sa.ColumnElement[int]], filters: Filters | None) -> sa.Select[Any]:
    groups = [order_lines.c[name] for name in by]
    clauses = (filters or Filters()).where()
    return select(*groups, *measured).where(is_sale(), *clauses).group_by(*groups)


def revenue_by_month(months: pd.DataFrame, *, until_month: int) -> pd.DataFrame:
    """A row per month from the first to the last of ``revenue("month")``; a month without sales is a 0.

    Adds ``period`` (``Jan 2026``) and ``finished``: whether the month ended before ``until_month``, the first
    month not finished.
    """
    if months.empty:
        return months.assign(period=pd.Series(dtype="str"), finished=pd.Series(dtype="bool"))
    every = range(int(months.month.min()), int(months.month.max()) + 1)
    filled = months.set_index("month").reindex(every, fill_value=0).rename_axis("month").reset_index()
    return filled.assign(period=[period_name(month) for month in filled.month], finished=filled.month < until_month)


def ranked(groups: pd.DataFrame, *, by: str, top: int = 10) -> pd.DataFrame:
    """The ``top`` groups of ``revenue(by)`` by revenue, best first, the lines without one as `NOT_STATED`."""
    named = groups.assign(**{by: groups[by].fillna(NOT_STATED)})
    return named.sort_values(["cents", by], ascending=[False, True], ignore_index=True).head(top)


def revenue_by_group(customers: pd.DataFrame, groups: pd.Series, *, name: str) -> pd.DataFrame:
    """Revenue of groups of customers, e.g. segments, from ``revenue("customer_id")``.

    Columns ``name``, ``cents``, ``customers``, ``margin_cents``, ``covered_cents``, ``returns_cents``; `NOT_STATED`
    takes anonymous sales and customers without a group.

    Parameters
    ----------
    groups
        Group by customer_id (the index).
    """
    money = ["cents", "customers", "margin_cents", "covered_cents", "returns_cents"]
    group = customers.customer_id.map(groups).fillna(NOT_STATED).rename(name)
    return customers[money].groupby(group).sum().reset_index()


def plain_money(cents: float) -> str:
    """``1,234.50``; pages pass the reader's own notation instead."""
    return f"{cents / 100:,.2f}"


def what_changed(
    dimensions: Mapping[str, tuple[pd.DataFrame, pd.DataFrame]],
    *,
    top: int = 5,
    money: Callable[[float], str] = plain_money,
) -> pd.DataFrame:
    """The groups whose revenue changed most, largest change first whatever its sign.

    Columns: ``dimension``, ``value``, ``cents``, ``before_cents``, ``difference_cents``, ``sentence``. Groups of
    different dimensions overlap, so their differences do not add up.

    Parameters
    ----------
    dimensions
        Dimension to its revenue now and in the period before, each with columns ``<dimension>`` and ``cents``.
    money
        Writes an amount for the sentence.
    """
    changes = pd.concat([_change(name, now, before) for name, (now, before) in dimensions.items()], ignore_index=True)
    order = changes.difference_cents.abs().sort_values(ascending=False, kind="stable").index
    largest = changes.loc[order].query("difference_cents != 0").head(top).reset_index(drop=True)
    columns = (largest[name] for name in ("dimension", "value", "cents", "before_cents"))
    sentences = [_sentence(*row, money=money) for row in zip(*columns, strict=True)]
    return largest.assign(sentence=pd.Series(sentences, dtype="str"))


def _change(name: str, now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    cents = [frame.groupby(frame[name].fillna(NOT_STATED)).cents.sum() for frame in (now, before)]
    both = pd.concat(cents, axis=1, keys=["cents", "before_cents"]).fillna(0).astype("int64").sort_index()
    both = both.rename_axis("value").reset_index().assign(difference_cents=both.cents.sub(both.before_cents).to_numpy())
    return both.assign(dimension=name)[["dimension", "value", "cents", "before_cents", "difference_cents"]]


def _sentence(dimension: str, value: str, cents: int, before: int, *, money: Callable[[float], str]) -> str:
    what = f"{dimension.capitalize()} {value}"
    if before <= 0:
        return f"{what} brought {money(cents)}, after {money(before)} in the period before."
    word, share = ("more" if cents > before else "less"), (cents - before) / before
    return (
        f"{what} brought {money(abs(cents - before))} {word} than in the period before: "
        f"{money(cents)} after {money(before)} ({share:+.0%})."
    )
