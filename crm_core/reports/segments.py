"""Customers sorted by significance: RFM segment, ABC class and lifecycle stage, with the reason in words."""

import pandas as pd

from crm_core.analytics import (
    Filters,
    abc_classes,
    customer_totals,
    date_of,
    gap_counts,
    gap_quantile,
    lifecycle_stages,
    revenue,
    rfm_reasons,
    rfm_scores,
    segment_sizes,
)
from crm_core.store.warehouse import Warehouse

UNUSUAL_SILENCE = 0.9
"""A silence is unusual when it is longer than this share of the gaps after which customers came back."""


def customer_segments(warehouse: Warehouse, *, as_of_day: int) -> pd.DataFrame:
    """Every customer who bought before ``as_of_day``, one row each, those who brought most first.

    The columns of `customer_totals` and `rfm_scores`, ``abc`` (by total) and ``stage`` (missing when nobody has
    bought twice, since then no silence is unusual). Scores are taken among all customers.
    """
    customers = warehouse.frame(customer_totals(until_day=as_of_day))
    scored = rfm_scores(customers, as_of_day=as_of_day)
    quiet = gap_quantile(warehouse.frame(gap_counts(until_day=as_of_day)), UNUSUAL_SILENCE)
    missing = pd.Series(pd.NA, index=customers.index, dtype="str")
    stage = missing if quiet is None else lifecycle_stages(customers, as_of_day=as_of_day, quiet_after=quiet)
    classed = scored.assign(abc=abc_classes(customers.total_cents), stage=stage)
    return classed.sort_values(["total_cents", "customer_id"], ascending=[False, True], ignore_index=True)


def sizes_at(warehouse: Warehouse, *, as_of_day: int) -> pd.DataFrame:
    """`segment_sizes` as they were before ``as_of_day``."""
    customers = warehouse.frame(customer_totals(until_day=as_of_day))
    return segment_sizes(rfm_scores(customers, as_of_day=as_of_day))


def who_bought(warehouse: Warehouse, filters: Filters) -> "pd.Series[str]":
    """The customers with at least one order line within ``filters``, each once."""
    return warehouse.frame(revenue("customer_id", filters=filters)).customer_id.dropna()


def with_reasons(rows: pd.DataFrame, *, median_cents: float) -> pd.DataFrame:
    """Rows of `customer_segments` with ``reason``: why they have their scores, in words.

    Parameters
    ----------
    median_cents
        Median total of all customers, not of ``rows`` only.
    """
    return rows.assign(reason=rfm_reasons(rows, median_cents=median_cents))


def segment_list(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of `with_reasons` as a table for people: dates as dates, money in whole units, no internal columns."""
    return pd.DataFrame(
        {
            "customer_id": rows.customer_id,
            "segment": rows.segment,
            "abc": rows.abc,
            "stage": rows.stage,
            "recency_score": rows.recency_score,
            "frequency_score": rows.frequency_score,
            "money_score": rows.money_score,
            "first_order": [date_of(day).isoformat() for day in rows.first_day],
            "last_order": [date_of(day).isoformat() for day in rows.last_day],
            "days_since_last_order": rows.days_since_last_order,
            "orders": rows.orders,
            "total": rows.total_cents / 100,
            "reason": rows.reason,
        }
    )
