"""The customers behind a cell of cohort retention."""

from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import func, select

from crm_core.analytics.filters import Filters
from crm_core.analytics.key_figures import of_buyers
from crm_core.analytics.period import Grain
from crm_core.analytics.purchase import is_purchase, lines
from crm_core.analytics.retention import Variant


def cohort_members(
    *,
    until_month: int,
    age: int,
    grain: Grain = Grain.MONTH,
    cohort: int | None = None,
    customers: Filters | None = None,
) -> sa.Select[Any]:
    """Customers of the cohorts whose period at ``age`` has ended: a row each, in no order.

    Columns: ``customer_id``, and as 0 or 1 ``here`` (bought in that period), ``before`` (in the period before it) and
    ``since`` (in that or any later finished one).

    Parameters
    ----------
    until_month
        The first month not finished, as for `active_customers`.
    cohort
        First month of one cohort's period; None takes all of them.
    """
    step, until = grain.months, until_month - until_month % grain.months
    period = (lines.month - lines.month % step).label("period")
    active = (
        select(lines.customer_id, period)
        .where(is_purchase(), lines.month < until, *of_buyers(customers))
        .distinct()
        .cte("active")
    )
    first = (
        select(active.c.customer_id, func.min(active.c.period).label("cohort"))
        .group_by(active.c.customer_id)
        .cte("first")
    )
    asked = first.c.cohort + age * step
    chosen = [asked < until] if cohort is None else [asked < until, first.c.cohort == cohort]
    return (
        select(
            active.c.customer_id,
            _any(active.c.period == asked).label("here"),
            _any(active.c.period == asked - step).label("before"),
            _any(active.c.period >= asked).label("since"),
        )
        .join_from(active, first, active.c.customer_id == first.c.customer_id)
        .where(*chosen)
        .group_by(active.c.customer_id)
    )


def _any(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return func.max(sa.case((condition, 1), else_=0))


def retained(members: pd.DataFrame, *, age: int, variant: Variant = Variant.EXACT) -> pd.DataFrame:
    """Those whom `retention` takes the share of, from the rows of `cohort_members`; as many as its ``base``.

    Columns ``customer_id`` and ``retained``, true for as many as its ``active``.
    """
    rows = members.loc[members.before > 0] if variant is Variant.VERSUS_PREVIOUS and age > 0 else members
    is_retained = (rows.since if variant is Variant.ON_OR_AFTER else rows.here) > 0
    return pd.DataFrame({"customer_id": rows.customer_id, "retained": is_retained}).reset_index(drop=True)
