"""What the Lifetime value page shows, worked out and worded; drawing it is left to the page."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from math import isnan
from typing import Any

import numpy as np
import pandas as pd

from crm_core import charts
from crm_core.analytics import histogram, relative_change
from crm_core.models.forecast import Forecast, purchase_range
from crm_core.models.interval import Interval
from crm_core.models.summary import DAYS_IN, Period
from crm_core.models.validation import Backtest
from crm_core.reports.outlook import chance
from crm_core.reports.value import LifetimeValue, equity, value_list, value_reasons
from crm_core.ui import value_findings
from crm_core.ui.figures import Figure, signed_share, spec
from crm_core.ui.format import Notation
from crm_core.ui.value_terms import Terms

BY_MONTH, BY_GROUP, TESTED, ACTIVE, MOST_VALUABLE = SECTIONS = (
    "Forecast by month",
    "Forecast by group",
    "Was it right?",
    "Still active?",
    "Most valuable customers",
)
FORECASTS = (BY_MONTH, BY_GROUP)
HORIZONS = {"3 months": 90, "6 months": 180, "1 year": 365, "2 years": 730, "3 years": 1095}
"""Name of a horizon to its days."""
ENGINES = {
    "newton": "our own search (Newton's method with exact derivatives)",
    "lifetimes": "the lifetimes library, because our own search found no minimum",
}
MODELS = {
    "BgNbd": "BG/NBD",
    "MbgNbd": "MBG/NBD",
    "Nbd": "NBD",
    "GammaGamma": "Gamma-Gamma",
    "AmountByFrequency": "averages by frequency",
}
ONE_TIME = (
    "Who bought on one day only is judged by MBG/NBD: in BG/NBD nobody leaves before the second purchase, so all of "
    "them would seem active for sure."
)
RIGHT = 0.01
"""A miss smaller than this share is none."""
LIKELY = 0.5
"""Probability of being active from which a customer is in the list of those likely active."""
TOP = 100
"""Customers in the list of the most valuable."""

Sums = Mapping[str, float]
OF_ALL = "Of all customers, on whom the model is fitted: "
NOT_COMPARED = "Nothing is compared: on the earlier day too little was known for a forecast on these terms."


@dataclass(frozen=True, eq=False)
class Value:
    """A forecast with what speaks for and against it, ready to be drawn."""

    figures: tuple[Figure, ...]
    alive: dict[str, Any]
    active: str
    """How many customers are likely active, as a heading."""
    deciles: dict[str, Any] | None
    """None without a backtest."""
    tested: str
    """How far off the expected purchases were in the backtest, as a heading."""
    rivals: pd.DataFrame
    last_time: str
    """How far off the expected value was in the backtest, in words; empty without one."""
    verdict: str
    engine: str
    cautions: list[str]
    tables: dict[str, pd.DataFrame]


def value(
    fitted: LifetimeValue,
    values: pd.DataFrame,
    total: Forecast,
    months: pd.DataFrame,
    *,
    chosen: Terms,
    notation: Notation,
    before: Sums | None = None,
) -> Value:
    """The forecast of ``values`` and ``total`` with its backtest, compared with ``before`` unless it is empty.

    Parameters
    ----------
    months
        Of `reports.sales_forecast.monthly_forecast`.
    """
    alive = histogram(values.p_alive_shown, edges=np.linspace(0, 1, 21))
    test = fitted.backtest
    return Value(
        figures=_with_changes(_figures(fitted, values, total, chosen, notation), sums(values, total), before, notation),
        alive=spec(charts.p_alive_histogram(alive), notation),
        active=value_findings.active(values.p_alive_shown, notation),
        tested=value_findings.backtest(test, notation),
        deciles=spec(charts.decile_calibration(test.deciles), notation) if test else None,
        rivals=rivals_in_words(test, notation) if test else pd.DataFrame(),
        last_time=last_time(test, notation) if test else not_tested(fitted),
        verdict=verdict(fitted, notation),
        engine=engine(fitted),
        cautions=[*cautions(fitted), *([NOT_COMPARED] if before == {} else [])],
        tables={"Months": months.drop(columns="month"), "Backtest": rivals(test) if test else pd.DataFrame()},
    )


def cautions(fitted: LifetimeValue, severities: Collection[str] = ("info", "warn", "block")) -> list[str]:
    """What speaks against a forecast. Of a part of the customers the model is that of all, the backtest their own."""
    tests = fitted.backtest.guardrails if fitted.backtest else ()
    of_all = "" if fitted.error_of_all is None else OF_ALL
    found = [each for each in fitted.guardrails if each.severity in severities]
    return [f"{'' if each in tests else of_all}{each.message}" for each in found]


def closed(fitted: LifetimeValue) -> str:
    """Why a forecast must not be shown, in words; empty when it may."""
    return " ".join(cautions(fitted, ["block"]))


def sums(values: pd.DataFrame, total: Forecast) -> Sums:
    """What a forecast says of all customers together, by the label of each figure."""
    return {
        "Expected purchases": total.purchases.estimate,
        "Expected buyers": total.buyers.estimate,
        "Expected sales": total.value.estimate,
        "Customer equity": float(values.expected_value.sum()),
        "Likely active": float(values.p_alive_shown.sum()),
    }


def _with_changes(
    figures: tuple[Figure, ...], now: Sums, before: Sums | None, notation: Notation
) -> tuple[Figure, ...]:
    then = before or {}
    return tuple(
        replace(figure, change=signed_share(relative_change(now[figure.label], then[figure.label]), notation))
        if figure.label in then
        else figure
        for figure in figures
    )


def _figures(
    fitted: LifetimeValue, values: pd.DataFrame, total: Forecast, chosen: Terms, notation: Notation
) -> tuple[Figure, ...]:
    active = float(values.p_alive_shown.sum())
    test, money = fitted.backtest, partial(notation.money, whole=True)
    worth = equity(values, total)
    return (
        Figure(
            "Expected purchases",
            notation.number(total.purchases.estimate),
            note=_between(total.purchases, notation.number),
            meaning="By the customers there are today; new ones are not in it. The range is widened by the backtest.",
            behind=("everybody",),
        ),
        Figure(
            "Expected buyers",
            notation.number(total.buyers.estimate),
            note=_between(total.buyers, notation.number),
            meaning="Customers of today who are expected to buy at least once in these days.",
            behind=("everybody",),
        ),
        Figure(
            "Expected sales",
            money(total.value.estimate),
            note=_between(total.value, money),
            meaning="Revenue of these purchases before returns, not discounted.",
            behind=("everybody",),
        ),
        Figure(
            "Customer equity",
            money(worth.estimate),
            note=_between(worth, money),
            meaning="What the customers of today are worth: the sum of their expected values. "
            f"{chosen.words(fitted.margins, notation)} Rates of discount and margin count as known in the range.",
            behind=("everybody",),
        ),
        Figure(
            "Likely active",
            notation.number(active),
            note=f"{notation.share(active / max(len(values), 1), 0)} of customers",
            meaning="Sum of the probabilities of being active. For customers who bought on one day only it comes from "
            "MBG/NBD, because BG/NBD lets nobody leave before the second purchase. Its list has those who are more "
            f"likely active than not: {notation.number((values.p_alive_shown >= LIKELY).sum())}.",
            behind=("likely",),
        ),
        Figure(
            "Off in the backtest",
            "–" if test is None else signed_share(test.bias, notation),
            note="not tested" if test is None else f"{notation.number(test.actual_purchases)} bought",
            meaning="Expected less actual purchases in the last part of the history, which the model had not seen, "
            "as a share of the actual ones. Within 15% is normal.",
            behind=() if test is None else ("tested",),
        ),
    )


def _between(interval: Interval, said: Callable[[float], str]) -> str:
    if isnan(interval.low):
        return "too few for a range"
    return f"{said(interval.low)} to {said(interval.high)}"


def rivals(test: Backtest) -> pd.DataFrame:
    """The model against two simple forecasts of the same days: what each expected, and how far off it was."""
    return pd.DataFrame(
        {
            "forecast": score.forecast,
            "expected": score.expected,
            "actual": test.actual_purchases,
            "bias": score.bias,
            "error per customer": score.root_mean_squared_error,
        }
        for score in (test.model, test.same_rate, test.nobody_buys)
    )


def rivals_in_words(test: Backtest, notation: Notation) -> pd.DataFrame:
    """`rivals` for the screen."""
    table = rivals(test)
    return pd.DataFrame(
        {
            "Forecast": table.forecast.str.capitalize(),
            "Expected": table.expected.map(notation.number),
            "Bought": table.actual.map(notation.number),
            "Off by": [signed_share(bias, notation) for bias in table.bias],
            "Error": [notation.number(error, 2) for error in table["error per customer"]],
        }
    )


def last_time(test: Backtest, notation: Notation) -> str:
    """How far off the expected value was in the part of the history that the model had not seen."""
    if test.actual_value <= 0:
        return ""
    off = test.expected_value / test.actual_value - 1
    said = f"Tested on the last {notation.number(test.holdout_days)} days, the model expected"
    if abs(off) < RIGHT:
        return f"{said} the value that came, to within {notation.share(RIGHT, 0)}."
    return f"{said} {notation.share(abs(off), 0)} too {'much' if off > 0 else 'little'} value."


def verdict(fitted: LifetimeValue, notation: Notation) -> str:
    """What the backtest found, in words."""
    test = fitted.backtest
    if test is None:
        return not_tested(fitted)
    return (
        f"Fitted without the last {test.holdout_days} days, the model expected {notation.number(test.model.expected)} "
        f"purchases in them; {notation.number(test.actual_purchases)} were made. The tenth of the customers it "
        f"ranked highest brought {notation.share(test.top_decile_revenue, 0)} of the revenue of these days."
    )


def not_tested(fitted: LifetimeValue) -> str:
    """Why there is no backtest, in words."""
    return f"The forecast was not tested. {fitted.not_tested}"


def engine(fitted: LifetimeValue) -> str:
    """Which models, fitted by what, stand behind the numbers."""
    model, spend = fitted.model.purchases, fitted.model.spend
    by = f" Fitted by {ENGINES[model.engine]}." if model else ""
    return f"Models: {MODELS[type(model).__name__]} for purchases, {MODELS[type(spend).__name__]} for amounts.{by}"


def explained(values: pd.DataFrame, *, period: Period) -> pd.DataFrame:
    """Rows of `lifetime_values` with ``reason``."""
    return values.assign(reason=value_reasons(values, period=period))


def with_ranges(values: pd.DataFrame, fitted: LifetimeValue, *, horizon_days: int) -> pd.DataFrame:
    """`explained` rows whose ``reason`` also says between which numbers of purchases the customer will likely end."""
    rows = explained(values, period=fitted.model.period)
    model, horizon = fitted.model.purchases, horizon_days / DAYS_IN[fitted.model.period]
    if model is None:
        return rows
    columns = (rows[name] for name in ("customer_id", "frequency", "recency", "T", "reason"))
    said = []
    for customer, x, t, T, reason in zip(*columns, strict=True):
        rng = chance(fitted.as_of_day, str(customer))
        low, high = purchase_range(model, (float(x), float(t), float(T)), horizon=horizon, rng=rng)
        many = f"{low} to {high} purchases" if low < high else f"{low} {'purchase' if low == 1 else 'purchases'}"
        said.append(f"{reason}; {many} in the next {horizon_days} days (90%)")
    return rows.assign(reason=said)


def as_file(values: pd.DataFrame, *, period: Period, basis: str) -> Callable[[], pd.DataFrame]:
    """What the export of the list holds, made when somebody asks for it; each row says what its value is."""
    return lambda: value_list(explained(values, period=period)).assign(expected_value_is=basis)
