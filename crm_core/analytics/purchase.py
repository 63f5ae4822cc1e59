"""What counts as a sale, as a purchase and as a return; the same in every statement."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import func

from crm_core.columns import order_lines

lines = order_lines.c


def is_sale(of: sa.FromClause = order_lines) -> sa.ColumnElement[bool]:
    """Lines that count in revenue. Returns count with their negative amount.

    Cancelled lines do not count, nor do sales that were taken back as a whole and are told by their status alone:
    what was paid was paid back.
    """
    taken_back = sa.and_(of.c.status == "returned", of.c.amount_cents >= 0)
    return sa.or_(of.c.status.is_(None), sa.not_(sa.or_(of.c.status == "cancelled", taken_back)))


def is_purchase() -> sa.ColumnElement[bool]:
    """Lines by which a known customer bought something: sales of 0 or more.

    A free item is a purchase (so the published CDNOW figures come out), a return is not. Anonymous
    sales count in revenue but belong to no customer.
    """
    return sa.and_(is_sale(), lines.customer_id.is_not(None), lines.amount_cents >= 0)


def first_days(since: int | None, until: int) -> sa.Select[Any]:
    """``customer_id`` and ``first_day``, of those who first bought from ``since`` to before ``until``."""
    first_day = func.min(lines.day)
    within = [first_day < until, *([] if since is None else [first_day >= since])]
    return (
        sa.select(lines.customer_id, first_day.label("first_day"))
        .where(is_purchase())
        .group_by(lines.customer_id)
        .having(sa.and_(*within))
    )


def total(values: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    """Sum as a 64-bit integer, 0 of nothing: DuckDB's own type of a sum would become a float."""
    return sa.cast(func.coalesce(func.sum(values), 0), sa.BigInteger)


def count_where(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    """Number of rows for which ``condition`` holds."""
    return total(sa.case((condition, 1), else_=0))


def total_where(condition: sa.ColumnElement[bool], values: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    """Sum of ``values`` over the rows for which ``condition`` holds, 0 of nothing."""
    return total(sa.case((condition, values), else_=0))
