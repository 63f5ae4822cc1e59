"""Lifetime value: the fit on all customers, its backtest, and what both say about the future."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy import func, select

from crm_core.analytics import customer_totals, date_of, first_day, month_number, period_name
from crm_core.analytics.purchase import is_purchase, lines
from crm_core.errors import ModelError
from crm_core.models.forecast import Forecast, forecast
from crm_core.models.guardrail import Guardrail, regularity
from crm_core.models.interval import normal_quantile
from crm_core.models.lifetime_value import LifetimeValueModel, fit, predict
from crm_core.models.summary import DAYS_IN, Period, from_totals
from crm_core.models.validation import Backtest, backtest, holdout_start, split_totals
from crm_core.store.warehouse import Warehouse


@dataclass(frozen=True, eq=False)
class LifetimeValue:
    """A fit on all history before ``as_of_day``, with the backtest that belongs to one horizon."""

    as_of_day: int
    summary: pd.DataFrame
    model: LifetimeValueModel
    backtest: Backtest | None = None
    not_tested: str = ""
    """Why there is no backtest, in words."""

    @property
    def guardrails(self) -> tuple[Guardrail, ...]:
        """Those of the fit and of the backtest."""
        return (*self.model.guardrails, *(self.backtest.guardrails if self.backtest else ()))

    @property
    def closed(self) -> str:
        """Why the forecast must not be shown, in words; empty when it may."""
        return " ".join(found.message for found in self.guardrails if found.severity == "block")

    @property
    def relative_error(self) -> float:
        """By how much the backtest was off: what intervals are widened by; 0 without one."""
        return self.backtest.relative_error if self.backtest else 0.0


def fitted(warehouse: Warehouse, *, as_of_day: int, period: Period = "day") -> LifetimeValue:
    """BG/NBD and Gamma-Gamma on every customer who bought before ``as_of_day``; not tested yet."""
    summary = from_totals(_totals(warehouse, as_of_day), as_of_day=as_of_day, period=period)
    gaps = warehouse.frame(_first_gaps(until_day=as_of_day))
    evenness = regularity(gaps.first_gap.to_numpy(float), gaps.second_gap.to_numpy(float))
    return LifetimeValue(as_of_day, summary, fit(summary, period=period, regularity=evenness))


def tested(warehouse: Warehouse, value: LifetimeValue, *, horizon_days: int) -> LifetimeValue:
    """The fit with its backtest: the same model fitted on the past and asked for the last part of the history.

    The part held out is as long as the horizon, but at most a third of the history.
    """
    if value.model.purchases is None:
        return value
    length = DAYS_IN[value.model.period]
    earliest = value.as_of_day - 1 - round(float(value.summary["T"].max()) * length)
    cut = holdout_start(first_day=earliest, as_of_day=value.as_of_day, horizon_days=horizon_days)
    before, after = (_totals(warehouse, day) for day in (cut, value.as_of_day))
    try:
        summary, holdout = split_totals(before, after, cut_day=cut, period=value.model.period)
        result = backtest(summary, holdout, holdout_days=value.as_of_day - cut, period=value.model.period)
    except ModelError as fault:
        # The forecast may stand without a backtest; the page says that and why.
        return replace(value, not_tested=str(fault))
    return replace(value, backtest=result)


def _totals(warehouse: Warehouse, until_day: int) -> pd.DataFrame:
    """Totals in one order: a sum of fractions, and a sample drawn for an interval, depend on it in the last digits."""
    statement = customer_totals(until_day=until_day)
    return warehouse.frame(statement.order_by(statement.selected_columns.customer_id))


def _first_gaps(*, until_day: int) -> sa.Select[Any]:
    """Days between the first three purchase days of each customer who has three: ``first_gap``, ``second_gap``."""
    days = select(lines.customer_id, lines.day).where(is_purchase(), lines.day < until_day).distinct().cte("bought")
    place = func.row_number().over(partition_by=days.c.customer_id, order_by=days.c.day)
    numbered = select(days.c.customer_id, days.c.day, place.label("place")).cte("numbered")
    at = [func.max(sa.case((numbered.c.place == number, numbered.c.day))) for number in (1, 2, 3)]
    return (
        select((at[1] - at[0]).label("first_gap"), (at[2] - at[1]).label("second_gap"))
        .where(numbered.c.place <= 3)
        .group_by(numbered.c.customer_id)
        .having(func.count() == 3)
    )


def lifetime_values(value: LifetimeValue, *, horizon_days: int) -> pd.DataFrame:
    """`models.lifetime_value.predict` for every customer, the highest expected value first.

    Raises
    ------
    ModelError
        When a guardrail forbids to show the forecast.
    """
    if value.closed:
        raise ModelError(value.closed)
    predicted = predict(value.model, value.summary, horizon_days=horizon_days)
    return predicted.sort_values(["expected_value", "customer_id"], ascending=[False, True], ignore_index=True)


def totals(value: LifetimeValue, *, horizon_days: int, rng: np.random.Generator) -> Forecast:
    """What all customers of today will bring, with intervals widened by the backtest.

    Raises
    ------
    ModelError
        When a guardrail forbids to show the forecast.
    """
    if value.closed:
        raise ModelError(value.closed)
    return forecast(value.model, value.summary, horizon_days=horizon_days, rng=rng, relative_error=value.relative_error)


def monthly_forecast(value: LifetimeValue, *, months: int = 12, rng: np.random.Generator) -> pd.DataFrame:
    """Expected purchases and value per coming calendar month, of the customers there are; a row per month.

    Columns ``month``, ``period``, ``purchases``, ``value_cents``, each of the two also with ``_low`` and ``_high``.
    The first month begins on the first day not seen, so it may be a part. New customers are not in it. An interval
    is of one month: parameters and model may be off alike in all of them, chance is larger in one month than in all.

    Raises
    ------
    ModelError
        When a guardrail forbids to show the forecast.
    """
    start = month_number(date_of(value.as_of_day))
    ends = [first_day(start + place) - value.as_of_day for place in range(1, months + 1)]
    whole = totals(value, horizon_days=ends[-1], rng=rng)
    reached = [
        lifetime_values(value, horizon_days=days)[["expected_purchases", "expected_value"]].sum() for days in ends
    ]
    table = pd.DataFrame(reached).diff().fillna(reached[0])
    table.columns = pd.Index(["purchases", "value_cents"])
    # By chance alone a variance grows with the number of purchases: a month has its share of the whole year's.
    chance = whole.individual_error**2 / whole.purchases.estimate
    more = chance / table.purchases - chance / whole.purchases.estimate
    for name, total in (("purchases", whole.purchases), ("value_cents", whole.value)):
        relative = (total.high / total.estimate - 1) ** 2 + more * normal_quantile(total.confidence) ** 2
        table[f"{name}_low"] = (table[name] * (1 - relative**0.5)).clip(lower=0)
        table[f"{name}_high"] = table[name] * (1 + relative**0.5)
    numbers = range(start, start + months)
    named = table.assign(month=numbers, period=[period_name(number) for number in numbers])
    return named[
        ["month", "period", *(f"{n}{end}" for n in ("purchases", "value_cents") for end in ("", "_low", "_high"))]
    ]


def value_reasons(rows: pd.DataFrame, *, period: Period) -> "pd.Series[str]":
    """Why a customer of `lifetime_values` has this value, in words; index of ``rows``."""
    length = DAYS_IN[period]
    return pd.Series(
        [
            _reason(int(frequency), recency * length, (T - recency) * length + 1, alive)
            for frequency, recency, T, alive in zip(
                rows.frequency, rows.recency, rows["T"], rows.p_alive_shown, strict=True
            )
        ],
        index=rows.index,
        dtype="str",
    )


def _reason(frequency: int, life_days: float, silence: float, alive: float) -> str:
    last = f"last order {round(silence)} {'day' if round(silence) == 1 else 'days'} ago"
    if not frequency:
        known = "a second order would tell whether they stay" if np.isnan(alive) else f"{alive:.0%} likely to be active"
        return f"bought on one day only; {last}; {known}"
    times = "time" if frequency == 1 else "times"
    rhythm = f"bought again {frequency} {times}, every {life_days / frequency:.0f} days"
    return f"{rhythm}; {last}"


def value_list(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of `lifetime_values` as a table for files: time in periods, money in units of currency.

    Columns ``customer_id``, ``frequency``, ``recency``, ``T``, ``monetary_value``, ``p_alive`` (as BG/NBD has it: 1 for
    those who bought on one day only), ``expected_purchases``, ``expected_value``, and ``reason`` where ``rows`` has it.
    """
    named = ["customer_id", "frequency", "recency", "T", "monetary_value", "p_alive", "expected_purchases"]
    money = rows.assign(monetary_value=rows.monetary_value / 100, expected_value=rows.expected_value / 100)
    return money[[*named, "expected_value", *(["reason"] if "reason" in rows else [])]]


def described(value: LifetimeValue, *, horizon_days: int) -> dict[str, Any]:
    """The fit and its backtest as JSON-able values."""
    return {
        "last_day_observed": date_of(value.as_of_day - 1).isoformat(),
        "horizon_days": horizon_days,
        **value.model.describe(),
        "guardrails": [{"severity": found.severity, "message": found.message} for found in value.guardrails],
        "backtest": value.backtest.describe() if value.backtest else None,
        "backtest_missing_because": value.not_tested or None,
        "notes": [
            "Time is in periods, money in units of the installation's currency.",
            "p_alive of customers who bought on one day only is 1 by construction of BG/NBD; it is no promise.",
            "expected_value is not discounted.",
        ],
    }
