"""Where customers stood on several days: scores, sizes and counts over time."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import func, select

from crm_core.analytics.purchase import count_where, is_sale, lines, total, total_where


def standings(days: Sequence[int]) -> sa.Select[Any]:
    """What scores are made of before each of ``days``; a row per known customer with a line before one, in no order.

    The ledger is read once, whatever the number of days, so each costs a fraction of `customer_totals`. Columns
    ``customer_id`` and those of `standing_at` for each day.
    """
    each = (
        select(
            lines.customer_id,
            lines.day,
            total(lines.amount_cents).label("cents"),
            func.max(sa.case((lines.amount_cents >= 0, 1), else_=0)).label("bought"),
        )
        .where(is_sale(), lines.customer_id.is_not(None), lines.day < max(days))
        .group_by(lines.customer_id, lines.day)
        .cte("each_day")
    )
    first_day = func.min(sa.case((each.c.bought == 1, each.c.day))).label("first_day")
    columns: list[sa.ColumnElement[Any]] = [each.c.customer_id, first_day]
    for day in days:
        seen = each.c.day < day
        purchase = sa.and_(seen, each.c.bought == 1)
        columns += [
            func.max(sa.case((purchase, each.c.day))).label(f"last_day_{day}"),
            count_where(purchase).label(f"purchase_days_{day}"),
            total_where(seen, each.c.cents).label(f"total_cents_{day}"),
        ]
    return select(*columns).group_by(each.c.customer_id)


def standing_at(rows: pd.DataFrame, day: int) -> pd.DataFrame:
    """The customers of the rows of `standings` who had bought before ``day``, one of its days.

    Columns ``customer_id``, ``first_day``, ``last_day``, ``purchase_days`` and ``total_cents`` of `customer_totals`.
    """
    names = {f"{name}_{day}": name for name in ("last_day", "purchase_days", "total_cents")}
    known = rows.loc[rows[f"purchase_days_{day}"] > 0, ["customer_id", "first_day", *names]].rename(columns=names)
    return known.astype(dict.fromkeys(["first_day", *names.values()], "int64")).reset_index(drop=True)
