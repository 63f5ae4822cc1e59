"""The total that all customers will bring, with an interval that has earned its name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from crm_core.errors import ModelError
from crm_core.models.bgnbd import BgNbd
from crm_core.models.gamma_gamma import GammaGamma
from crm_core.models.interval import Interval, normal_quantile
from crm_core.models.lifetime_value import CENTS, LifetimeValueModel
from crm_core.models.nbd import Nbd
from crm_core.models.newton import Array
from crm_core.models.spend import AmountByFrequency
from crm_core.models.summary import DAYS_IN
from crm_core.models.uncertainty import standard_error

SAMPLE, DRAWS = 4_000, 50
"""Customers differ more from one another than their possible futures do: many of them, few draws of each."""
INDIVIDUAL_DRAWS = 4_000


@dataclass(frozen=True)
class Forecast:
    """Totals over all customers; value in minor units, not discounted.

    ``buyers`` are those with at least one purchase in the horizon. The standard errors say what each part adds for
    purchases: the parameters are estimated, people are free to do otherwise, and the model was off before.
    ``individual_errors`` are those of purchases, buyers and value by chance alone, each in its own unit.
    """

    horizon_days: int
    purchases: Interval
    buyers: Interval
    value: Interval
    parameter_error: float
    model_error: float
    individual_errors: tuple[float, float, float]

    @property
    def individual_error(self) -> float:
        """Of purchases."""
        return self.individual_errors[0]

    def widened(self, relative_error: float) -> "Forecast":
        """With intervals that know how far the model was off before, so far as they do not.

        ``relative_error`` is ``Backtest.relative_error``; it counts as one standard error, since one backtest shows
        one draw of it.
        """
        count, people, money = (_widened(each, relative_error) for each in (self.purchases, self.buyers, self.value))
        off = float(np.hypot(self.model_error, relative_error * count.estimate))
        return replace(self, purchases=count, buyers=people, value=money, model_error=off)


def forecast(
    model: LifetimeValueModel,
    summary: pd.DataFrame,
    *,
    horizon_days: int,
    rng: np.random.Generator,
    confidence: float = 0.95,
) -> Forecast:
    """Expected purchases and value of all customers in ``horizon_days``, with intervals.

    These are the model's own and too narrow: on published data they missed what happened. What is shown is
    `Forecast.widened`.

    Raises
    ------
    ModelError
        When the model has nothing to predict with.
    """
    if model.purchases is None or model.spend is None:
        raise ModelError(next(found.message for found in model.guardrails if found.severity == "block"))
    x, t, T, m = (summary[name].to_numpy(float) for name in ("frequency", "recency", "T", "monetary_value"))
    m, horizon = m / CENTS, horizon_days / DAYS_IN[model.period]
    purchases, spend = model.purchases, model.spend
    expected, amount = purchases.expected_purchases(x, t, T, horizon=horizon), spend.expected_amount(x, m)
    of_purchases = [_parameter_error(purchases, (x, t, T), horizon, weights) for weights in (np.ones_like(x), amount)]
    of_spend = _spend_error(spend, x, m, expected)
    by_chance = _individual_errors(purchases, spend, (x, t, T, m), horizon=horizon, rng=rng)
    any_purchase = purchases.p_any_purchase(x, t, T, horizon=horizon)
    of_buyers = standard_error(purchases, lambda model: float(model.p_any_purchase(x, t, T, horizon=horizon).sum()))
    buyers_by_chance = float(np.sqrt(any_purchase @ (1 - any_purchase)))
    errors = [
        (float(expected.sum()), of_purchases[0], by_chance[0]),
        (float(any_purchase.sum()), of_buyers, buyers_by_chance),
        (float(expected @ amount), float(np.hypot(of_purchases[1], of_spend)), by_chance[1]),
    ]
    count, people, money = (_interval(*parts, confidence=confidence) for parts in errors)
    return Forecast(
        horizon_days=horizon_days,
        purchases=count,
        buyers=people,
        value=Interval(money.estimate * CENTS, money.low * CENTS, money.high * CENTS, confidence),
        parameter_error=of_purchases[0],
        model_error=0.0,
        individual_errors=(by_chance[0], buyers_by_chance, by_chance[1] * CENTS),
    )


def _interval(total: float, parameters: float, chance: float, *, confidence: float) -> Interval:
    half = normal_quantile(confidence) * float(np.hypot(parameters, chance))
    return Interval(total, max(0.0, total - half), total + half, confidence)


def _widened(found: Interval, relative_error: float) -> Interval:
    total, by_model = found.estimate, normal_quantile(found.confidence) * relative_error * found.estimate
    half = float(np.hypot(found.high - total, by_model))
    return Interval(total, max(0.0, total - half), total + half, found.confidence)


def _parameter_error(
    model: BgNbd | Nbd, histories: tuple[Array, Array, Array], horizon: float, weights: Array
) -> float:
    def total(candidate: BgNbd | Nbd) -> float:
        return float(weights @ candidate.expected_purchases(*histories, horizon=horizon))

    return standard_error(model, total)


def _spend_error(spend: GammaGamma | AmountByFrequency, x: Array, m: Array, expected: Array) -> float:
    if isinstance(spend, AmountByFrequency):
        return 0.0
    return standard_error(spend, lambda candidate: float(expected @ candidate.expected_amount(x, m)))


def _individual_errors(
    purchases: BgNbd | Nbd,
    spend: GammaGamma | AmountByFrequency,
    columns: tuple[Array, ...],
    *,
    horizon: float,
    rng: np.random.Generator,
) -> tuple[float, float]:
    """Standard errors of both totals by chance alone, from a sample of customers simulated many times."""
    size = len(columns[0])
    x, t, T, m = _sampled(columns, rng)
    counts = simulated_purchases(purchases, x, t, T, horizon=horizon, rng=rng)
    money = _simulated_money(spend, counts, x, m, rng)
    return _error_of_total(counts, size), _error_of_total(money, size)


def errors_by_part(
    purchases: BgNbd | Nbd,
    spend: GammaGamma | AmountByFrequency,
    columns: tuple[Array, ...],
    *,
    ends: Sequence[float],
    rng: np.random.Generator,
) -> Iterator[tuple[float, float]]:
    """Standard errors of purchases and spend by chance alone, in each part of a future up to the next of ``ends``.

    ``columns`` are frequency, recency, T and monetary value, and spend is in the unit of the last one. A part has less
    than its share of the variance of the whole: who buys much in one part does so in the others too.
    """
    size = len(columns[0])
    x, t, T, m = _sampled(columns, rng)
    for counts in _simulated_parts(purchases, x, t, T, ends=ends, rng=rng):
        money = _simulated_money(spend, counts, x, m, rng)
        yield _error_of_total(counts, size), _error_of_total(money, size)


def _sampled(columns: tuple[Array, ...], rng: np.random.Generator) -> tuple[Array, ...]:
    """A row per customer of the sample, with a column for each of their futures."""
    size = len(columns[0])
    sample = np.arange(size) if size <= SAMPLE else rng.choice(size, SAMPLE, replace=False)
    return tuple(np.repeat(column[sample, None], DRAWS, axis=1) for column in columns)


def _error_of_total(draws: Array, size: int) -> float:
    return float(np.sqrt(draws.var(axis=1, ddof=1).mean() * size))


def simulated_purchases(
    model: BgNbd | Nbd, x: Array, t: Array, T: Array, *, horizon: float, rng: np.random.Generator
) -> Array:
    """One possible number of purchases in the ``horizon`` for each history."""
    counts = rng.poisson(rng.gamma(model.r + x) / (model.alpha + T) * horizon).astype(float)
    return np.minimum(counts, _most_purchases(model, x, t, T, rng))


def _simulated_parts(
    model: BgNbd | Nbd, x: Array, t: Array, T: Array, *, ends: Sequence[float], rng: np.random.Generator
) -> Iterator[Array]:
    """`simulated_purchases` of one future in parts, each up to the next of ``ends``."""
    rates, most = rng.gamma(model.r + x) / (model.alpha + T), _most_purchases(model, x, t, T, rng)
    start, wanted, bought = 0.0, np.zeros(x.shape), np.zeros(x.shape)
    for end in ends:
        wanted += rng.poisson(rates * (end - start))
        until = np.minimum(wanted, most)
        yield until - bought
        start, bought = end, until


def _most_purchases(model: BgNbd | Nbd, x: Array, t: Array, T: Array, rng: np.random.Generator) -> Array:
    """The purchase after which each customer leaves: the last one, however long the future is."""
    if isinstance(model, Nbd):
        return np.full(x.shape, np.inf)
    leaving = rng.beta(model.a, model.b + x + model.FIRST_CHANCE)
    alive = rng.random(x.shape) < model.p_alive(x, t, T)
    return np.where(alive, rng.geometric(np.clip(leaving, 1e-12, 1.0)), 0.0)


def purchase_range(
    model: BgNbd | Nbd, history: tuple[float, float, float], *, horizon: float, rng: np.random.Generator
) -> tuple[int, int]:
    """The numbers of purchases between which one customer ends nine times out of ten, by simulation.

    ``history`` is frequency, recency and T. The lower one is the largest number that fewer than 5% stay below.
    """
    low, high = _nine_of_ten(_futures(model, history, horizon, rng))
    return int(low), int(high)


def individual_ranges(
    model: BgNbd | Nbd,
    spend: GammaGamma | AmountByFrequency,
    history: tuple[float, float, float, float],
    *,
    horizon: float,
    rng: np.random.Generator,
) -> tuple[tuple[int, int], tuple[float, float]]:
    """`purchase_range`, the same for the same ``rng``, and between which amounts the customer pays in these futures.

    ``history`` is frequency, recency, T and monetary value; amounts are minor units, not discounted.
    """
    *times, m = history
    counts = _futures(model, (times[0], times[1], times[2]), horizon, rng)
    x = np.full(INDIVIDUAL_DRAWS, times[0])
    money = _nine_of_ten(_simulated_money(spend, counts, x, np.full(INDIVIDUAL_DRAWS, m / CENTS), rng))
    low, high = _nine_of_ten(counts)
    return (int(low), int(high)), (money[0] * CENTS, money[1] * CENTS)


def _futures(
    model: BgNbd | Nbd, history: tuple[float, float, float], horizon: float, rng: np.random.Generator
) -> Array:
    x, t, T = (np.full(INDIVIDUAL_DRAWS, value) for value in history)
    return simulated_purchases(model, x, t, T, horizon=horizon, rng=rng)


def _nine_of_ten(draws: Array) -> tuple[float, float]:
    low, high = np.quantile(draws, [0.05, 0.95], method="inverted_cdf")
    return float(low), float(high)


def _simulated_money(
    spend: GammaGamma | AmountByFrequency, counts: Array, x: Array, m: Array, rng: np.random.Generator
) -> Array:
    if isinstance(spend, AmountByFrequency):
        return counts * spend.expected_amount(x, m)
    rates = rng.gamma(spend.q + spend.p * x) / (spend.v + x * m)
    return rng.gamma(spend.p * counts) / rates
