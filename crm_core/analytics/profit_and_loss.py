"""Profit and loss of groups: from revenue before discount to profit, each step in its own column."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy import func, select

from crm_core.analytics.filters import Filters
from crm_core.analytics.profit import ELSEWHERE, ENOUGH_KNOWN
from crm_core.analytics.purchase import is_sale, lines, total
from crm_core.analytics.revenue import NOT_STATED, customers, money, orders

Breakdown = Literal["segment", "product", "brand", "category", "region", "channel", "source", "salesperson"]
Known = Literal["channel", "source", "region"]
"""What marketing costs can be stated by, and order lines too."""

MONEY = ("cents", "margin_cents", "known_cost_cents", "covered_cents", "returns_cents", "discount_cents")
VERDICTS = ("profitable", "unprofitable", "cost unknown")


def product_name() -> sa.ColumnElement[str]:
    """What a product is called; its id where no name is stated."""
    return func.coalesce(lines.product, lines.product_id)


def group_column(by: str) -> sa.ColumnElement[str]:
    """The column of the order lines that ``by`` stands for."""
    return product_name() if by == "product" else lines[by]


def sales(*by: str, filters: Filters | None = None, narrowed: Mapping[str, str] | None = None) -> sa.Select[Any]:
    """The amounts and ``customers`` of `revenue` per group of ``by``; a product without a name is told by its id.

    Parameters
    ----------
    narrowed
        Column to the one value of it that counts; `NOT_STATED` takes the lines without one.
    """
    return _grouped(by, [customers(*by), *money()], filters, narrowed)


def customer_sales(filters: Filters, narrowed: Mapping[str, str] | None = None) -> sa.Select[Any]:
    """`sales` per ``customer_id``, with ``orders``."""
    return _grouped(["customer_id"], [customers("customer_id"), orders(), *money()], filters, narrowed)


def amounts_by(*by: str, filters: Filters | None = None, narrowed: Mapping[str, str] | None = None) -> sa.Select[Any]:
    """Only ``cents`` per group of ``by``: what `spread` needs, at half the work of `sales`."""
    return _grouped(by, [total(lines.amount_cents).label("cents")], filters, narrowed)


def _grouped(
    by: Sequence[str],
    measured: list[sa.ColumnElement[int]],
    filters: Filters | None,
    narrowed: Mapping[str, str] | None,
) -> sa.Select[Any]:
    columns: list[sa.ColumnElement[Any]] = [*(group_column(name).label(name) for name in by), *measured]
    clauses = [*(filters or Filters()).where(), *(_is(name, value) for name, value in (narrowed or {}).items())]
    keys = [group_column(name) for name in by]
    return select(*columns).where(is_sale(), *clauses).group_by(*keys)


def _is(name: str, value: str) -> sa.ColumnElement[bool]:
    column = group_column(name)
    return sa.or_(column.is_(None), column == value) if value == NOT_STATED else column == value


def of_all_goods(filters: Filters) -> Filters:
    """The filters without those on goods and customers, which marketing costs do not know."""
    return replace(filters, brands=(), categories=(), models=(), products=(), segments=(), acquired=None)


def with_elsewhere(within: pd.DataFrame, everything: pd.DataFrame, *, by: str, over: str) -> pd.DataFrame:
    """``within`` and, as the group `ELSEWHERE`, what else was sold per ``over``; for `spread`.

    So that goods outside the filters bear their own part of the costs.

    Parameters
    ----------
    within
        Columns ``by``, ``over``, ``cents`` of the sales within the filters.
    everything
        Columns ``over``, ``cents`` of all sales that the costs were made for.
    """
    inside = within.groupby(within[over].fillna(NOT_STATED)).cents.sum()
    outside = everything.groupby(everything[over].fillna(NOT_STATED)).cents.sum().sub(inside, fill_value=0)
    rows = outside.rename_axis(over).reset_index(name="cents").assign(**{by: ELSEWHERE})
    return pd.concat([within, rows.loc[rows.cents != 0]], ignore_index=True)


def profit_and_loss(groups: pd.DataFrame, marketing: pd.DataFrame, *, by: str) -> pd.DataFrame:
    """Every step from revenue before discount to profit, a row per group, the greatest loss first.

    ``gross_cents - discount_cents - returns_cents = cents`` and ``cents - cost_cents - unknown_cents =
    margin_cents`` hold in every row, so all but the shares add up over groups.

    Columns
    -------
    <by>
        The group; `NOT_STATED` takes what states none.
    customers
        As in ``groups``.
    gross_cents, discount_cents, returns_cents, cents
        Revenue before discount and returns, what was taken off each, and the net revenue.
    discount_share, returns_share
        Of the revenue before discount; of what was paid. Missing without sales.
    cost_cents, unknown_cents
        Cost of goods where it is known; net revenue of the lines where it is not, which is in no margin.
    margin_cents, margin_share
        Contribution margin of the lines whose cost is known, and its share of their net revenue.
    covered_cents, known_cost_share
        What was paid for the lines whose cost is known, and its share of all that was paid; missing without sales.
    marketing_cents, profit_cents
        Marketing costs, and the margin less these.
    verdict
        ``profitable``, ``unprofitable``, or ``cost unknown`` when the cost of more than 5% of the sales or of sales
        and returns together is not known.

    Parameters
    ----------
    groups
        ``by`` (missing values allowed), ``customers`` and the money of `sales`.
    marketing
        Columns ``by``, ``marketing_cents``.
    """
    sold = groups[[*MONEY, "customers"]].groupby(groups[by].fillna(NOT_STATED)).sum()
    if marketing.empty:
        both = sold.assign(marketing_cents=0)
    else:
        spent = marketing.groupby(marketing[by].fillna(NOT_STATED)).marketing_cents.sum()
        both = sold.join(spent, how="outer").fillna(0)
    return profit_of_each(both.astype("int64").rename_axis(by).reset_index(), by=by)


def profit_of_each(rows: pd.DataFrame, *, by: str, kept: Sequence[str] = ()) -> pd.DataFrame:
    """`profit_and_loss` of groups with a row each, and their ``marketing_cents``; the columns ``kept`` stand last."""
    # In two steps: asked for both at once, pandas makes numbers of the texts first, which takes longest.
    by_name = rows[by].array.argsort()
    gain = (rows.margin_cents - rows.marketing_cents).to_numpy()
    ordered = rows.iloc[by_name[gain[by_name].argsort(kind="stable")]].reset_index(drop=True)
    return _steps(ordered, by).assign(**{name: ordered[name] for name in kept})


def _steps(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    paid, with_cost = rows.cents + rows.returns_cents, rows.margin_cents + rows.known_cost_cents
    gross = paid + rows.discount_cents
    known = _share(rows.covered_cents, paid)
    # Returns without a cost would leave the margin of their sales standing.
    both_ways = _share(2 * rows.covered_cents - with_cost, paid + rows.returns_cents)
    gain = rows.margin_cents - rows.marketing_cents
    is_unknown = (known < ENOUGH_KNOWN) | (both_ways < ENOUGH_KNOWN)
    verdict = np.select([is_unknown, gain >= 0], [2, 0], default=1)
    return pd.DataFrame(
        {
            by: rows[by],
            "customers": rows.customers,
            "gross_cents": gross,
            "discount_cents": rows.discount_cents,
            "discount_share": _share(rows.discount_cents, gross),
            "returns_cents": rows.returns_cents,
            "returns_share": _share(rows.returns_cents, paid),
            "cents": rows.cents,
            "cost_cents": rows.known_cost_cents,
            "unknown_cents": rows.cents - with_cost,
            "margin_cents": rows.margin_cents,
            "margin_share": _share(rows.margin_cents, with_cost),
            "covered_cents": rows.covered_cents,
            "known_cost_share": known,
            "marketing_cents": rows.marketing_cents,
            "profit_cents": gain,
            "verdict": pd.array(VERDICTS, dtype="str").take(verdict),
        }
    )


def _share(part: pd.Series, whole: pd.Series) -> pd.Series:
    return part / whole.where(whole > 0)


def all_groups(rows: pd.DataFrame, *, customers: int) -> pd.DataFrame:
    """The one row of `profit_and_loss` for all its groups together; ``customers`` because they do not add up."""
    summed = rows[["marketing_cents", "cost_cents", *(set(MONEY) - {"known_cost_cents"})]].sum()
    whole = summed.rename({"cost_cents": "known_cost_cents"}).astype("int64").to_frame().T
    return _steps(whole.assign(customers=customers, group="All"), "group")
