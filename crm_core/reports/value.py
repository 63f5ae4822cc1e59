"""Lifetime value: the fit on all customers, its backtest, and what both say about the future."""

from dataclasses import dataclass, replace
from math import nan
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy import func, select

from crm_core.analytics import date_of, purchase_totals, value_totals
from crm_core.analytics.purchase import is_purchase, lines
from crm_core.errors import ModelError
from crm_core.models.forecast import Forecast, forecast
from crm_core.models.guardrail import Guardrail, regularity
from crm_core.models.interval import Interval
from crm_core.models.lifetime_value import LifetimeValueModel, fit, predict
from crm_core.models.summary import DAYS_IN, Period, from_totals
from crm_core.models.validation import Backtest, held_out, holdout_start, judged, split_totals
from crm_core.reports.margin import Margins, margins
from crm_core.store.warehouse import Warehouse


@dataclass(frozen=True, eq=False)
class LifetimeValue:
    """A fit on all history before ``as_of_day``, with the backtest that belongs to one horizon."""

    as_of_day: int
    summary: pd.DataFrame
    model: LifetimeValueModel
    margins: Margins
    backtest: Backtest | None = None
    not_tested: str = ""
    """Why there is no backtest, in words."""
    error_of_all: float | None = None
    """Of a part of the customers, by how much the backtest of all was off; None: these are all customers."""
    of_all: tuple[Guardrail, ...] = ()
    """Of a part of the customers, what the backtest of all forbids."""

    @property
    def guardrails(self) -> tuple[Guardrail, ...]:
        """Those of the fit and of the backtest; of a part of the customers also what forbids the forecast of all."""
        own = (*self.model.guardrails, *(self.backtest.guardrails if self.backtest else ()))
        return (*own, *(each for each in self.of_all if each.code not in {found.code for found in own}))

    @property
    def closed(self) -> str:
        """Why the forecast must not be shown, in words; empty when it may."""
        return " ".join(found.message for found in self.guardrails if found.severity == "block")

    @property
    def relative_error(self) -> float:
        """By how much the backtest was off: what intervals are widened by; 0 without one.

        A part is not surer than the whole: it may have been right by luck.
        """
        return max(self.backtest.relative_error if self.backtest else 0.0, self.error_of_all or 0.0)

    @property
    def has_range(self) -> bool:
        """Whether totals may be given with a range; of a part only when the model was tested on it."""
        return self.error_of_all is None or self.backtest is not None

    def chance(self) -> np.random.Generator:
        """Seeded with the day: the same data have the same simulated ranges on every page and in every file."""
        return np.random.default_rng(self.as_of_day)


@dataclass(frozen=True)
class Valuation:
    """By what an expected purchase becomes a value of today."""

    discount_rate: float = 0.0
    """Per year."""
    by_margin: bool = False
    """Contribution margin instead of revenue."""

    @property
    def words(self) -> str:
        """Such as ``contribution margin, discounted at 10% a year``."""
        when = f"discounted at {self.discount_rate * 100:g}% a year" if self.discount_rate else "not discounted"
        return f"{'contribution margin' if self.by_margin else 'revenue'}, {when}"


UNDISCOUNTED_REVENUE = Valuation()


def fitted(warehouse: Warehouse, *, as_of_day: int, period: Period = "day") -> LifetimeValue:
    """BG/NBD and Gamma-Gamma on every customer who bought before ``as_of_day``; not tested yet."""
    summary, earned = _seen(warehouse, as_of_day, period)
    gaps = warehouse.frame(_first_gaps(until_day=as_of_day))
    evenness = regularity(gaps.first_gap.to_numpy(float), gaps.second_gap.to_numpy(float))
    return LifetimeValue(as_of_day, summary, fit(summary, period=period, regularity=evenness), earned)


def read_back(warehouse: Warehouse, model: LifetimeValueModel, *, as_of_day: int) -> LifetimeValue:
    """The customers before ``as_of_day`` with a ``model`` that was fitted on them before; not tested yet."""
    summary, earned = _seen(warehouse, as_of_day, model.period)
    return LifetimeValue(as_of_day, summary, model, earned)


def _seen(warehouse: Warehouse, as_of_day: int, period: Period) -> tuple[pd.DataFrame, Margins]:
    found = _in_order(warehouse, value_totals(until_day=as_of_day))
    return from_totals(found, as_of_day=as_of_day, period=period), margins(found)


def tested(warehouse: Warehouse, value: LifetimeValue, *, horizon_days: int) -> LifetimeValue:
    """The fit with its backtest: the same model fitted on the past and asked for the last part of the history.

    The part held out is as long as the horizon, but at most a third of the history.
    """
    if value.model.purchases is None:
        return value
    days = value.as_of_day - cut_day(value, horizon_days=horizon_days)
    try:
        result = judged(forecast_of_the_past(warehouse, value, horizon_days=horizon_days), holdout_days=days)
    except ModelError as fault:
        # The forecast may stand without a backtest; the page says that and why.
        return replace(value, not_tested=str(fault))
    return replace(value, backtest=result)


def cut_day(value: LifetimeValue, *, horizon_days: int) -> int:
    """First day of the part of the history that the backtest holds out."""
    earliest = value.as_of_day - 1 - round(float(value.summary["T"].max()) * DAYS_IN[value.model.period])
    return holdout_start(first_day=earliest, as_of_day=value.as_of_day, horizon_days=horizon_days)


def forecast_of_the_past(warehouse: Warehouse, value: LifetimeValue, *, horizon_days: int) -> pd.DataFrame:
    """The customers of the backtest one by one: `models.validation.held_out` from `cut_day` on.

    Raises
    ------
    ModelError
        When there is too little to fit before that day, or nobody bought after it.
    """
    cut, period = cut_day(value, horizon_days=horizon_days), value.model.period
    before, seen = _in_order(warehouse, purchase_totals(until_day=cut)), value.summary
    # What has been paid till the end is known of the fit: its mean of each repeat purchase day was a whole sum.
    repeat_cents = (seen.monetary_value * seen.frequency).round()
    after = seen[["customer_id"]].assign(purchase_days=seen.frequency + 1, repeat_cents=repeat_cents)
    summary, holdout = split_totals(before, after, cut_day=cut, period=period)
    return held_out(summary, holdout, holdout_days=value.as_of_day - cut, period=period)


def _in_order(warehouse: Warehouse, statement: sa.Select[Any]) -> pd.DataFrame:
    """In one order: a sum of fractions, and a sample drawn for an interval, depend on it in the last digits."""
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


def lifetime_values(
    value: LifetimeValue, *, horizon_days: int, discount_rate: float = 0.0, by_margin: bool = False
) -> pd.DataFrame:
    """`models.lifetime_value.predict` for every customer, the highest expected value first.

    ``discount_rate`` is per year; ``by_margin`` gives ``expected_value`` as contribution margin, ``expected_spend``
    stays revenue that is not discounted.

    Raises
    ------
    ModelError
        When a guardrail forbids to show the forecast, or the margin is asked for and no cost is known.
    """
    if value.closed:
        raise ModelError(value.closed)
    if by_margin and not value.margins.known_share:
        raise ModelError("No costs are known, so there is no margin. Import order lines or products with their cost.")
    predicted = predict(
        value.model,
        value.summary,
        horizon_days=horizon_days,
        discount_rate=discount_rate,
        margin_rate=value.margins.rates if by_margin else None,
    )
    return predicted.sort_values(["expected_value", "customer_id"], ascending=[False, True], ignore_index=True)


def totals(value: LifetimeValue, *, horizon_days: int, rng: np.random.Generator) -> Forecast:
    """What all customers of today will bring, with intervals widened by the backtest.

    The ends of the intervals are missing where `LifetimeValue.has_range` says so.

    Raises
    ------
    ModelError
        When a guardrail forbids to show the forecast.
    """
    return as_tested(value, forecast(value.model, value.summary, horizon_days=horizon_days, rng=rng))


def as_tested(value: LifetimeValue, own: Forecast) -> Forecast:
    """The model's ``own`` forecast, with intervals as the backtest allows them; see `totals`."""
    if value.closed:
        raise ModelError(value.closed)
    found = own.widened(value.relative_error)
    return found if value.has_range else _without_range(found)


def _without_range(found: Forecast) -> Forecast:
    purchases, buyers, money = (
        replace(interval, low=nan, high=nan) for interval in (found.purchases, found.buyers, found.value)
    )
    return replace(found, purchases=purchases, buyers=buyers, value=money)


def equity(values: pd.DataFrame, total: Forecast) -> Interval:
    """Customer equity: the sum of ``expected_value`` over the customers of today, as `lifetime_values` gave it.

    The interval is that of the undiscounted revenue of the same horizon, in proportion: rates of discount and margin
    count as known.
    """
    whole, worth = total.value, float(values.expected_value.sum())
    share = worth / whole.estimate if whole.estimate else 0.0
    low, high = sorted((whole.low * share, whole.high * share))
    return Interval(worth, low, high, whole.confidence)


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
    # A single gap is no habit.
    days = round(life_days / frequency)
    gap = f"{days} {'day' if days == 1 else 'days'}"
    again = f"once, {gap} later" if frequency == 1 else f"{frequency} times, every {gap}"
    return f"bought again {again}; {last}; {alive:.0%} likely to be active"


def value_list(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of `lifetime_values` as a table for files: time in periods, money in units of currency.

    Columns ``customer_id``, ``frequency``, ``recency``, ``T``, ``monetary_value``, ``p_alive`` (as BG/NBD has it: 1 for
    those who bought on one day only), ``expected_purchases``, ``expected_value``, and ``reason`` where ``rows`` has it.
    """
    named = ["customer_id", "frequency", "recency", "T", "monetary_value", "p_alive", "expected_purchases"]
    money = rows.assign(**{name: rows[name] / 100 for name in ("monetary_value", "expected_value")})
    return money[[*named, "expected_value", *(["reason"] if "reason" in rows else [])]]


def described(
    value: LifetimeValue, *, horizon_days: int, valuation: Valuation = UNDISCOUNTED_REVENUE
) -> dict[str, Any]:
    """The fit and its backtest as JSON-able values; ``valuation`` says what is written as ``expected_value``."""
    return {
        "last_day_observed": date_of(value.as_of_day - 1).isoformat(),
        "horizon_days": horizon_days,
        "discount_rate": valuation.discount_rate,
        "by_margin": valuation.by_margin,
        "known_cost_share": value.margins.known_share,
        **value.model.describe(),
        "guardrails": [{"severity": found.severity, "message": found.message} for found in value.guardrails],
        "backtest": value.backtest.describe() if value.backtest else None,
        "backtest_missing_because": value.not_tested or None,
        "notes": [
            "Time is in periods, money in units of the installation's currency.",
            "p_alive of customers who bought on one day only is 1 by construction of BG/NBD; it is no promise.",
            f"expected_value is {valuation.words}.",
        ],
    }
