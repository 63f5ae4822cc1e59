"""The sales forecast: purchases, buyers and revenue of the customers there are, by month and by group."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crm_core.analytics import date_of, first_day, month_number, period_name
from crm_core.errors import ModelError
from crm_core.models.course import expected_course
from crm_core.models.forecast import Forecast, forecast
from crm_core.models.interval import Interval, normal_quantile
from crm_core.models.newton import Array
from crm_core.models.summary import DAYS_IN
from crm_core.reports.value import LifetimeValue, as_tested

MEASURES = ("purchases", "buyers", "value_cents")
NO_GROUP = "not stated"
FEWEST = 50
"""Repeat buyers below which a group's figures are given without a range: it would claim too much."""


@dataclass(frozen=True, eq=False)
class Course:
    """What a model expects of the coming months, whatever its backtests say."""

    months: pd.DataFrame
    """``month``, ``period``, ``is_whole``, and the columns of `models.course.expected_course`."""
    whole: Forecast
    """Of all these months together, not widened."""


def course(value: LifetimeValue, *, months: int = 12, rng: np.random.Generator) -> Course:
    """The course of the coming calendar months, for `monthly_forecast`.

    Raises
    ------
    ModelError
        When a guardrail forbids to show the forecast.
    """
    if value.closed:
        raise ModelError(value.closed)
    start = month_number(date_of(value.as_of_day))
    numbers = range(start, start + months)
    ends = [first_day(number + 1) - value.as_of_day for number in numbers]
    table = pd.DataFrame({"month": numbers, "period": [period_name(number) for number in numbers]})
    table["is_whole"] = [first_day(number) >= value.as_of_day for number in numbers]
    whole = forecast(value.model, value.summary, horizon_days=ends[-1], rng=rng)
    return Course(table.join(expected_course(value.model, value.summary, ends=ends, rng=rng)), whole)


def monthly_forecast(value: LifetimeValue, coming: Course) -> pd.DataFrame:
    """What is expected per coming calendar month, of the customers there are; a row per month.

    Columns ``month``, ``period``, ``is_whole``, and ``purchases``, ``buyers`` (customers with a purchase in the
    month), ``value_cents`` (revenue, not discounted), each also with ``_low`` and ``_high``. The first month begins
    on the first day not seen, so it may be a part: ``is_whole`` says so. New customers are not in it. An interval
    is of one month: parameters and model may be off alike in all of them, chance is larger in one month than in
    all.

    Raises
    ------
    ModelError
        When a guardrail forbids to show the forecast.
    """
    rows, whole = coming.months, as_tested(value, coming.whole)
    expected = rows[["purchases", "buyers"]].assign(value_cents=rows.spend)
    chances = rows[["purchases_variance", "buyers_variance", "spend_variance"]].to_numpy()
    ranged = _with_range(expected, chances, whole)
    return rows[["month", "period", "is_whole"]].join(ranged)


def group_forecast(
    value: LifetimeValue,
    values: pd.DataFrame,
    groups: "pd.Series[str]",
    total: Forecast,
) -> pd.DataFrame:
    """What is expected of each group of customers in the horizon of ``total``, the highest revenue first.

    Parameters
    ----------
    values
        Of `reports.value.lifetime_values` for the same horizon.
    groups
        Index ``customer_id``; customers without a group are in ``not stated``.

    Columns ``group``, ``customers``, ``repeat_buyers``, and ``purchases``, ``buyers``, ``value_cents``, each also with
    ``_low`` and ``_high``, which are missing below `FEWEST` repeat buyers.

    Raises
    ------
    ModelError
        When a guardrail forbids to show the forecast.
    """
    model = value.model.purchases
    if model is None:
        raise ModelError(value.closed)
    histories = (values[name].to_numpy(float) for name in ("frequency", "recency", "T"))
    buys = model.p_any_purchase(*histories, horizon=total.horizon_days / DAYS_IN[value.model.period])
    rows = pd.DataFrame(
        {
            "group": values.customer_id.map(groups).astype("str").fillna(NO_GROUP),
            "repeat_buyers": (values.frequency > 0).astype("int64"),
            "purchases": values.expected_purchases,
            "buyers": buys,
            "buyers_variance": buys * (1 - buys),
            "value_cents": values.expected_spend,
        }
    )
    grouped = rows.groupby("group", sort=True)
    table = grouped.sum().assign(customers=grouped.size()).reset_index()
    # By chance alone a variance grows with the number of customers: a group has its share of the whole's.
    share = (table.purchases / total.purchases.estimate).to_numpy()
    of_purchases, _, of_value = total.individual_errors
    chances = np.column_stack([share * of_purchases**2, table.buyers_variance, share * of_value**2])
    ranged = _with_range(table[list(MEASURES)], chances, total)
    ranged.loc[table.repeat_buyers < FEWEST, [f"{name}{end}" for name in MEASURES for end in ("_low", "_high")]] = (
        np.nan
    )
    whole = table[["group", "customers", "repeat_buyers"]].join(ranged)
    return whole.sort_values(["value_cents", "group"], ascending=[False, True], ignore_index=True)


def _with_range(expected: pd.DataFrame, chances: Array, whole: Forecast) -> pd.DataFrame:
    """``expected`` (purchases, buyers, value_cents per part) with the range of each part of ``whole``.

    ``chances`` has a row per part: the variance of each figure by chance alone.
    """
    intervals = (whole.purchases, whole.buyers, whole.value)
    table: dict[str, pd.Series] = {}
    for name, interval, error, chance in zip(MEASURES, intervals, whole.individual_errors, chances.T, strict=True):
        half = normal_quantile(interval.confidence) * np.sqrt((_shared(interval, error) * expected[name]) ** 2 + chance)
        table |= {name: expected[name], f"{name}_low": (expected[name] - half).clip(lower=0)}
        table[f"{name}_high"] = expected[name] + half
    return pd.DataFrame(table)


def _shared(interval: Interval, by_chance: float) -> float:
    """Standard error that all parts have alike, as a share: of the parameters and of the model."""
    error = (interval.high - interval.estimate) / normal_quantile(interval.confidence)
    # np.maximum keeps a range that is not known so.
    return float(np.sqrt(np.maximum(error**2 - by_chance**2, 0.0)) / max(interval.estimate, 1e-300))
