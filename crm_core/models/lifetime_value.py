"""Customer lifetime value: how often, how much and for how long, over a chosen horizon."""

from dataclasses import dataclass
from math import ceil, isfinite

import numpy as np
import pandas as pd

from crm_core.errors import ModelError
from crm_core.models.bgnbd import BgNbd, distinct_pairs
from crm_core.models.dropout import BLOCK
from crm_core.models.gamma_gamma import GammaGamma
from crm_core.models.guardrail import Guardrail, regularity_guardrails, sample_guardrails
from crm_core.models.mbgnbd import MbgNbd
from crm_core.models.nbd import Nbd
from crm_core.models.newton import Array
from crm_core.models.purchases import fit_purchases
from crm_core.models.spend import AmountByFrequency, fit_spend
from crm_core.models.summary import DAYS_IN, Period

CENTS = 100
"""Amounts are fitted in whole units of currency, so that v and the likelihood can be compared with the literature."""
DISCOUNT_STEP_DAYS = 30
COLUMNS = ("frequency", "recency", "T", "monetary_value")


@dataclass(frozen=True, eq=False)
class LifetimeValueModel:
    """What ``fit`` found; without ``purchases`` there is only the history to show.

    ``one_time`` tells what one-time buyers' probability of being active is; ``gamma_gamma`` is
    what was fitted, ``spend`` what predictions use.
    """

    period: Period
    customers: int
    repeat_buyers: int
    purchases: BgNbd | Nbd | None
    one_time: MbgNbd | None
    gamma_gamma: GammaGamma | None
    spend: GammaGamma | AmountByFrequency | None
    guardrails: tuple[Guardrail, ...]

    @property
    def is_blocked(self) -> bool:
        """Whether a guardrail forbids to show the forecast."""
        return any(guardrail.severity == "block" for guardrail in self.guardrails)

    def describe(self) -> dict[str, object]:
        """The fit as JSON-able values: model, engine, parameters, errors, likelihood, guardrails."""
        return {
            "period": self.period,
            "customers": self.customers,
            "repeat_buyers": self.repeat_buyers,
            **_described(self.purchases),
            "spend": {
                "used": None if self.spend is None else _MODEL_NAMES[type(self.spend)],
                **_described(self.gamma_gamma),
            },
            "guardrails": [vars(guardrail) for guardrail in self.guardrails],
        }


def fit(summary: pd.DataFrame, *, period: Period, regularity: float | None = None) -> LifetimeValueModel:
    """BG/NBD and Gamma-Gamma on a purchase summary, with every guardrail that holds.

    ``summary`` as ``summary.purchase_summary`` makes it, in ``period``s; ``regularity`` as
    ``guardrail.regularity`` makes it, when the single purchases are at hand. With fewer than 50
    repeat buyers nothing is fitted. Where drop-out cannot be seen, customers are modelled without;
    where amounts do not suit Gamma-Gamma, averages by frequency are used: a guardrail says so.
    """
    guardrails = sample_guardrails(summary, period=period)
    repeat_buyers = int((summary["frequency"] > 0).sum())
    if any(guardrail.severity == "block" for guardrail in guardrails):
        return LifetimeValueModel(period, len(summary), repeat_buyers, None, None, None, None, tuple(guardrails))
    x, t, T, m = _columns(summary)
    purchases, on_purchases = fit_purchases(x, t, T, year=365 / DAYS_IN[period])
    gamma_gamma, spend, on_spend = fit_spend(x, m / CENTS)
    guardrails += on_purchases + regularity_guardrails(regularity, purchases.r if purchases else None) + on_spend
    one_time = _one_time(x, t, T)
    return LifetimeValueModel(
        period, len(summary), repeat_buyers, purchases, one_time, gamma_gamma, spend, tuple(guardrails)
    )


def predict(
    model: LifetimeValueModel,
    summary: pd.DataFrame,
    *,
    horizon_days: int,
    discount_rate: float = 0.0,
    margin_rate: float | Array | None = None,
) -> pd.DataFrame:
    """A row per customer of ``summary``, in its order, with the columns of it and these:

    * p_alive: probability of being active at the end of observation; BG/NBD gives each one-time
      buyer 1, so pages print p_alive_shown, where one-time buyers have MBG/NBD's;
    * expected_purchases in ``horizon_days`` from the end of observation;
    * expected_spend: revenue of these purchases before any returns, in minor units as a fraction;
    * expected_value: the same, discounted by ``discount_rate`` per year of 365 days, and times ``margin_rate``
      (one for all, or one per customer) when it is given.

    Raises
    ------
    ModelError
        When the model has nothing to predict with, or an argument is outside its domain.
    """
    if model.purchases is None or model.spend is None:
        raise ModelError(next(found.message for found in model.guardrails if found.severity == "block"))
    if horizon_days <= 0 or discount_rate <= -1:
        raise ModelError("The horizon must be at least a day, and the discount rate above -100% a year.")
    x, t, T, m = _columns(summary)
    x_of_pair, T_of_pair, pair = distinct_pairs(x, T)
    if_alive, discounted = _purchases_if_alive(
        model.purchases,
        x_of_pair,
        T_of_pair,
        period=model.period,
        horizon_days=horizon_days,
        discount_rate=discount_rate,
    )
    of_pair = np.stack([if_alive, discounted, _one_time_alive(model.one_time, T_of_pair)])
    margins = np.broadcast_to(1.0 if margin_rate is None else margin_rate, len(x))
    p_alive, shown, purchases, spend, value = (np.empty(len(x)) for _ in range(5))
    for at in range(0, len(x), BLOCK):
        rows = slice(at, at + BLOCK)
        expected, discounted, one_time = of_pair.take(pair[rows], axis=1)
        alive = p_alive[rows] = model.purchases.p_alive(x[rows], t[rows], T[rows])
        amount = model.spend.expected_amount(x[rows], m[rows] / CENTS) * CENTS
        shown[rows] = np.where(x[rows] == 0, one_time, alive)
        purchases[rows] = alive * expected
        spend[rows] = purchases[rows] * amount
        value[rows] = discounted * alive * amount * margins[rows]
    predicted = {
        "p_alive": p_alive,
        "p_alive_shown": shown,
        "expected_purchases": purchases,
        "expected_spend": spend,
        "expected_value": value,
    }
    kept = {name: summary[name] for name in ("customer_id", *COLUMNS)}
    return pd.DataFrame({**kept, **predicted}, index=summary.index, copy=False)


def _columns(summary: pd.DataFrame) -> tuple[Array, ...]:
    return tuple(summary[name].to_numpy(float) for name in COLUMNS)


def present_value_factor(days: float, discount_rate: float) -> float:
    """What one unit of money ``days`` from now is worth today; the rate is per year of 365 days."""
    return (1 + discount_rate) ** (-days / 365)


def _purchases_if_alive(
    model: BgNbd | Nbd, x: Array, T: Array, *, period: Period, horizon_days: int, discount_rate: float
) -> tuple[Array, Array]:
    steps = ceil(horizon_days / DISCOUNT_STEP_DAYS) if discount_rate else 1
    step_days = horizon_days / steps
    total, discounted = np.zeros_like(x), np.zeros_like(x)
    for step in range(1, steps + 1):
        until = model.purchases_if_alive(x, T, horizon=step * step_days / DAYS_IN[period], distinct=True)
        # Purchases of a step are paid for in the middle of it.
        discounted += (until - total) * present_value_factor((step - 0.5) * step_days, discount_rate)
        total = until
    return total, discounted


def _one_time_alive(model: MbgNbd | None, T: Array) -> Array:
    """Hangs on ``T`` alone: their last purchase is the first."""
    first = np.zeros_like(T)
    return model.p_alive(first, first, T) if model else np.full_like(T, np.nan)


def _one_time(x: Array, t: Array, T: Array) -> MbgNbd | None:
    try:
        fitted = MbgNbd.fit(x, t, T)
    except ModelError:
        # Only the display of one-time buyers hangs on it; the page says "unknown" for them.
        return None
    return fitted if fitted.converged else None


_MODEL_NAMES = {BgNbd: "bg/nbd", Nbd: "nbd", GammaGamma: "gamma-gamma", AmountByFrequency: "average by frequency"}


def _described(fitted: BgNbd | Nbd | GammaGamma | None) -> dict[str, object]:
    if fitted is None:
        return {"model": None, "engine": None, "converged": False, "parameters": {}, "standard_errors": {}}
    errors = zip(fitted.NAMES, fitted.standard_errors.tolist(), strict=True)
    return {
        "model": _MODEL_NAMES[type(fitted)],
        "engine": fitted.engine,
        "converged": fitted.converged,
        "parameters": dict(zip(fitted.NAMES, fitted.parameters.tolist(), strict=True)),
        "standard_errors": {name: error if isfinite(error) else None for name, error in errors},
        "log_likelihood": float(fitted.log_likelihood),
        "largest_slope": fitted.largest_slope,
        "at_bound": list(fitted.at_bound),
    }
