"""Features: what customers can be grouped by, one number each."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy import func, select

from crm_core.analytics.purchase import is_purchase, is_sale, lines, total, total_where


@dataclass(frozen=True)
class Feature:
    """A column to group by, with the words for much and for little of it."""

    name: str
    much: str
    little: str
    unit: str = ""
    """``days``, ``money`` (minor units), ``share``, or empty for a count."""


FEATURES = {
    "days_since_last_order": Feature("Days since the last order", "silent for long", "bought lately", "days"),
    "purchase_days": Feature("Days with a purchase", "buys often", "buys seldom"),
    "total_cents": Feature("Total", "spent much", "spent little", "money"),
    "mean_order_cents": Feature("Mean order", "large orders", "small orders", "money"),
    "tenure": Feature("Days since the first order", "customer for long", "new", "days"),
    "gap": Feature("Mean gap between purchases", "long pauses", "short pauses", "days"),
    "margin_share": Feature("Margin", "high margin", "low margin", "share"),
    "returns_share": Feature("Returned", "returns much", "returns little", "share"),
    "categories": Feature("Categories bought", "many categories", "few categories"),
    "discount_share": Feature("Discount", "buys at a discount", "buys at full price", "share"),
    "p_alive_shown": Feature("Probability of being active", "likely active", "likely gone", "share"),
    "expected_value": Feature("Expected value", "high expected value", "low expected value", "money"),
}
"""Column of `features` to what it is; the last two need a fitted lifetime value."""
DEFAULT = ("days_since_last_order", "purchase_days", "mean_order_cents")
PREDICTED = ("p_alive_shown", "expected_value")


def basket_totals(*, until_day: int) -> sa.Select[Any]:
    """What the orders of each customer were made of before ``until_day``; a row per customer, in no order.

    Columns ``customer_id``, ``paid_cents``, ``returned_cents`` (both 0 or more), ``categories`` (different ones
    bought), ``discount_cents`` and ``listed_cents`` (discount and list price of the lines whose discount is known).
    """
    amount, known = lines.amount_cents, sa.and_(lines.amount_cents >= 0, lines.discount_cents.is_not(None))
    return (
        select(
            lines.customer_id,
            total_where(amount > 0, amount).label("paid_cents"),
            total_where(amount < 0, -amount).label("returned_cents"),
            func.count(sa.distinct(sa.case((is_purchase(), lines.category)))).label("categories"),
            total_where(known, lines.discount_cents).label("discount_cents"),
            total(sa.case((known, amount + lines.discount_cents), else_=0)).label("listed_cents"),
        )
        .where(is_sale(), lines.customer_id.is_not(None), lines.day < until_day)
        .group_by(lines.customer_id)
    )


def features(
    customers: pd.DataFrame, baskets: pd.DataFrame, *, as_of_day: int, predicted: pd.DataFrame | None = None
) -> pd.DataFrame:
    """All `FEATURES` of each customer of `customer_totals`, index ``customer_id`` in its own order.

    A feature that is not known of a customer is missing: the gap of who bought on one day only, the margin where no
    cost is known, the discount where no line states one.

    Parameters
    ----------
    baskets
        Rows of `basket_totals`.
    predicted
        ``customer_id`` with ``p_alive_shown`` and ``expected_value``; without it these two columns are left out.
    """
    rows = customers.merge(baskets, how="left", on="customer_id").set_index("customer_id").sort_index()
    rhythm = (rows.last_day - rows.first_day) / _positive(rows.purchase_days - 1)
    table = pd.DataFrame(
        {
            "days_since_last_order": as_of_day - rows.last_day,
            "purchase_days": rows.purchase_days,
            "total_cents": rows.total_cents,
            "mean_order_cents": rows.paid_cents / _positive(rows.orders),
            "tenure": as_of_day - rows.first_day,
            "gap": rhythm,
            "margin_share": rows.margin_cents / _positive(rows.margin_cents + rows.known_cost_cents),
            "returns_share": (rows.returned_cents / _positive(rows.paid_cents)).clip(upper=1),
            "categories": rows.categories,
            "discount_share": rows.discount_cents / _positive(rows.listed_cents),
        }
    ).astype("float64")
    if predicted is None:
        return table
    return table.join(predicted.set_index("customer_id")[list(PREDICTED)].astype("float64"))


def _positive(values: pd.Series) -> "pd.Series[float]":
    return values.astype("float64").where(values > 0, np.nan)
