"""Customers sorted by significance: RFM segment, ABC class and lifecycle stage, with the reason in words."""

from datetime import datetime

import numpy as np
import pandas as pd
from sqlalchemy.orm import Session

from crm_core.analytics import (
    Filters,
    abc_classes,
    customer_totals,
    date_of,
    gap_counts,
    gap_quantile,
    lifecycle_stages,
    rfm_reasons,
    rfm_scores,
)
from crm_core.analytics.key_figures import buyers
from crm_core.analytics.limits import Limits, limits_from_json, limits_to_json
from crm_core.analytics.standing import standing_at
from crm_core.errors import SettingsError
from crm_core.permissions import Actor
from crm_core.store import audit
from crm_core.store.data_version import raise_data_version
from crm_core.store.preferences import keep_preference, preference
from crm_core.store.warehouse import Warehouse

UNUSUAL_SILENCE = 0.9
"""A silence is unusual when it is longer than this share of the gaps after which customers came back."""


def customer_segments(warehouse: Warehouse, *, as_of_day: int, limits: Limits | None = None) -> pd.DataFrame:
    """Every customer who bought before ``as_of_day``, one row each, those who brought most first.

    The columns of `customer_totals` and `rfm_scores`, ``abc`` (by total) and ``stage`` (missing when nobody has
    bought twice, since then no silence is unusual; not with ``limits`` of one's own). Scores are taken among all
    customers.
    """
    own = limits or Limits()
    customers = warehouse.frame(customer_totals(until_day=as_of_day))
    scored = rfm_scores(customers, as_of_day=as_of_day, limits=own)
    usual = gap_quantile(warehouse.frame(gap_counts(until_day=as_of_day)), UNUSUAL_SILENCE)
    quiet = usual if own.quiet_days is None else own.quiet_days
    if quiet is None:
        stage = pd.Series(pd.NA, index=customers.index, dtype="str")
    else:
        stage = lifecycle_stages(customers, as_of_day=as_of_day, quiet_after=quiet, lapsed_after=own.lapsed_days)
    classed = scored.assign(abc=abc_classes(customers.total_cents, (own.a_share, own.b_share)), stage=stage)
    return classed.iloc[_best_first(customers)].reset_index(drop=True)


def _best_first(customers: pd.DataFrame) -> np.ndarray:
    """Rows in the order of totals, the highest first, and of ids where they are equal."""
    # Asked for both at once, pandas makes numbers of the ids first: twice as long.
    by_id = customers.customer_id.array.argsort()
    return by_id[np.argsort(-customers.total_cents.to_numpy()[by_id], kind="stable")]


def scored_at(rows: pd.DataFrame, *, as_of_day: int, limits: Limits | None = None) -> pd.DataFrame:
    """The `rfm_scores` before ``as_of_day`` from the rows of `standings` of that day and others, in no order.

    The scores of `customer_segments` at half the work, without class and stage.
    """
    return rfm_scores(standing_at(rows, as_of_day), as_of_day=as_of_day, limits=limits)


def segment_limits(session: Session) -> Limits:
    """The limits by which this installation sorts its customers."""
    return limits_from_json(preference(session, "segment_limits"))


def keep_segment_limits(session: Session, actor: Actor, limits: Limits, *, now: datetime) -> None:
    """Sort customers by ``limits`` from now on, everywhere: audiences of a segment select others, too.

    Raises
    ------
    SettingsError
        The role may not.
    """
    if "imports.write" not in actor.permissions:
        raise SettingsError("Your role may not change how customers are sorted. Ask a manager or an administrator.")
    kept = limits_to_json(limits)
    keep_preference(session, "segment_limits", kept)
    # Whatever was worked out with the old limits is as outdated as after an import.
    raise_data_version(session)
    audit.record(session, actor.name, "segment_limits.changed", now=now, **kept)


def who_bought(warehouse: Warehouse, filters: Filters) -> "pd.Series[str]":
    """The customers with at least one purchase within ``filters``, each once: a return there is none."""
    found: pd.Series[str] = warehouse.frame(buyers(filters)).customer_id
    return found


def with_reasons(rows: pd.DataFrame, *, median_cents: float, p_alive: "pd.Series[float] | None" = None) -> pd.DataFrame:
    """Rows of `customer_segments` with ``reason``: why they have their scores, in words.

    Parameters
    ----------
    median_cents
        Median total of all customers, not of ``rows`` only.
    p_alive
        Probability of being active by ``customer_id``, where a model was fitted.
    """
    return rows.assign(reason=rfm_reasons(rows, median_cents=median_cents, p_alive=p_alive))


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
            "first_order": rows.first_day.map(date_of, na_action="ignore"),
            "last_order": rows.last_day.map(date_of, na_action="ignore"),
            "days_since_last_order": rows.days_since_last_order,
            "orders": rows.orders,
            "total": rows.total_cents / 100,
            "reason": rows.reason,
        }
    )
