"""Backtest: forecast a past that is known, and see how far off it was."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from crm_core.errors import ModelError
from crm_core.models import lifetime_value
from crm_core.models.guardrail import Guardrail
from crm_core.models.newton import Array
from crm_core.models.summary import DAYS_IN, EPOCH, Period, from_totals, purchase_summary

NOBODY_BOUGHT = "Nobody bought in the last part of the history, so the forecast cannot be checked against it."


@dataclass(frozen=True)
class Score:
    """How a forecast of purchases did; ``bias`` is (expected - actual) / actual."""

    forecast: str
    expected: float
    bias: float
    mean_absolute_error: float
    root_mean_squared_error: float


@dataclass(frozen=True, eq=False)
class Backtest:
    """A forecast of the holdout period from the calibration period, against what happened.

    ``deciles`` has a row per tenth of customers by expected purchases, 1 the highest: decile,
    customers, expected and actual (mean purchases per customer), actual_error (standard error of
    that mean). ``top_decile_purchases`` and ``top_decile_revenue`` are the shares of all that the
    tenth with the highest expected purchases, or value, really brought. Values are in minor units.
    """

    holdout_days: int
    customers: int
    actual_purchases: float
    actual_value: float
    expected_value: float
    correlation: float
    model: Score
    same_rate: Score
    nobody_buys: Score
    top_decile_purchases: float
    top_decile_revenue: float
    deciles: pd.DataFrame

    @property
    def bias(self) -> float:
        """Expected less actual purchases, as a share of actual ones."""
        return self.model.bias

    @property
    def relative_error(self) -> float:
        """Size of the miss as a share of the expected purchases: what to widen an interval by."""
        return abs(self.actual_purchases / self.model.expected - 1)

    @property
    def guardrails(self) -> tuple[Guardrail, ...]:
        """What the backtest says against the forecast."""
        return tuple(_guardrails(self))

    def describe(self) -> dict[str, object]:
        """The figures as JSON-able values."""
        scores = {name: vars(getattr(self, name)) for name in ("model", "same_rate", "nobody_buys")}
        plain = {name: value for name, value in vars(self).items() if name not in {*scores, "deciles"}}
        deciles = self.deciles.to_dict("records")
        return {**plain, "bias": self.bias, **scores, "deciles": deciles, "guardrails": [*map(vars, self.guardrails)]}


def holdout_start(*, first_day: int, as_of_day: int, horizon_days: int) -> int:
    """First day of the holdout period: as long as the horizon, but at most a third of the history."""
    return as_of_day - max(1, min(horizon_days, (as_of_day - first_day) // 3))


def split(orders: pd.DataFrame, *, cut: date, as_of: date, period: Period = "day") -> tuple[pd.DataFrame, pd.DataFrame]:
    """The calibration summary before ``cut`` and the holdout up to ``as_of``, from single purchases.

    ``orders`` as for ``summary.purchase_summary``. The holdout has a row per customer of the
    summary, in its order: customer_id, purchases (days with one), amount_cents.
    """
    cut_day, as_of_day = ((day - EPOCH).days for day in (cut, as_of))
    summary = purchase_summary(orders, as_of=cut, period=period)
    later = orders.loc[(orders["day"] >= cut_day) & (orders["day"] < as_of_day) & (orders["amount_cents"] >= 0)]
    days = later.groupby(["customer_id", "day"], as_index=False)["amount_cents"].sum()
    actual = days.groupby("customer_id")["amount_cents"].agg(purchases="size", amount_cents="sum")
    return summary, actual.reindex(summary["customer_id"], fill_value=0).reset_index()


def split_totals(
    before: pd.DataFrame, after: pd.DataFrame, *, cut_day: int, period: Period = "day"
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The same from two totals per customer, taken at the cut and at the end of observation.

    Both as for ``summary.from_totals``. The engine makes them; nothing here grows with the number
    of orders. Whatever was spent after the cut was spent after the first day, so repeat_cents tells it.
    """
    summary = from_totals(before, as_of_day=cut_day, period=period)
    names = ["purchase_days", "repeat_cents"]
    end = after.set_index("customer_id")[names].reindex(before["customer_id"]).to_numpy()
    if np.isnan(end.astype(float)).any():
        raise ModelError("A customer of the calibration period is missing later. Take both totals from the same data.")
    grown = end - before[names].to_numpy()
    actual = {"customer_id": summary["customer_id"], "purchases": grown[:, 0], "amount_cents": grown[:, 1]}
    return summary, pd.DataFrame(actual)


def backtest(summary: pd.DataFrame, holdout: pd.DataFrame, *, holdout_days: int, period: Period) -> Backtest:
    """Fit on ``summary``, forecast ``holdout_days``, compare with ``holdout`` (both from a split).

    Raises
    ------
    ModelError
        When the calibration period holds too little to fit, or the holdout period no purchase:
        then the forecast has nothing to be judged by, and the message says so.
    """
    return judged(held_out(summary, holdout, holdout_days=holdout_days, period=period), holdout_days=holdout_days)


def held_out(summary: pd.DataFrame, holdout: pd.DataFrame, *, holdout_days: int, period: Period) -> pd.DataFrame:
    """What a fit on ``summary`` expects of each customer in ``holdout_days``, beside what happened.

    In the order of ``summary``: customer_id, frequency (before), expected and actual (purchases),
    expected_cents and actual_cents, same_rate (purchases if everybody went on as before).

    Raises
    ------
    ModelError
        As `backtest`.
    """
    if not holdout["purchases"].sum():
        raise ModelError(NOBODY_BOUGHT)
    fitted = lifetime_value.fit(summary, period=period)
    predicted = lifetime_value.predict(fitted, summary, horizon_days=holdout_days)
    age = summary["T"].to_numpy()
    rate = np.divide(summary["frequency"].to_numpy(float), age, out=np.zeros_like(age), where=age > 0)
    return pd.DataFrame(
        {
            "customer_id": summary["customer_id"].to_numpy(),
            "frequency": summary["frequency"].to_numpy(),
            "expected": predicted["expected_purchases"].to_numpy(),
            "actual": holdout["purchases"].to_numpy(float),
            "expected_cents": predicted["expected_value"].to_numpy(),
            "actual_cents": holdout["amount_cents"].to_numpy(float),
            "same_rate": rate * holdout_days / DAYS_IN[period],
        }
    )


def judged(rows: pd.DataFrame, *, holdout_days: int) -> Backtest:
    """The backtest over ``rows`` of `held_out`: all of them, or those of a part of the customers.

    Raises
    ------
    ModelError
        When none of them bought in the holdout period.
    """
    names = ("expected", "actual", "expected_cents", "actual_cents", "same_rate")
    expected, actual, value, revenue, same_rate = (rows[name].to_numpy() for name in names)
    if not actual.sum():
        raise ModelError(NOBODY_BOUGHT)
    return Backtest(
        holdout_days=holdout_days,
        customers=len(rows),
        actual_purchases=float(actual.sum()),
        actual_value=float(revenue.sum()),
        expected_value=float(value.sum()),
        correlation=_correlation(expected, actual),
        model=_score("model", expected, actual),
        same_rate=_score("same rate as before", same_rate, actual),
        nobody_buys=_score("nobody buys", np.zeros_like(actual), actual),
        top_decile_purchases=_captured(expected, actual),
        top_decile_revenue=_captured(value, revenue),
        deciles=_deciles(expected, actual),
    )


def _score(forecast: str, expected: Array, actual: Array) -> Score:
    miss = expected - actual
    return Score(
        forecast=forecast,
        expected=float(expected.sum()),
        bias=float(miss.sum() / actual.sum()),
        mean_absolute_error=float(np.abs(miss).mean()),
        root_mean_squared_error=float(np.sqrt((miss**2).mean())),
    )


def _correlation(expected: Array, actual: Array) -> float:
    if not np.ptp(expected) or not np.ptp(actual):
        return 0.0
    return float(np.corrcoef(expected, actual)[0, 1])


def _captured(score: Array, outcome: Array) -> float:
    top = np.argsort(-score, kind="stable")[: max(1, len(score) // 10)]
    return float(outcome[top].sum() / outcome.sum()) if outcome.sum() else 0.0


def tenths(expected: Array) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """In which tenth each customer is by ``expected`` purchases: 1 is expected to buy most."""
    place = np.empty(len(expected), dtype=np.int64)
    place[np.argsort(-expected, kind="stable")] = np.arange(len(expected))
    return place * 10 // len(expected) + 1


def _deciles(expected: Array, actual: Array) -> pd.DataFrame:
    ranked = pd.DataFrame({"decile": tenths(expected), "expected": expected, "actual": actual})
    grouped = ranked.groupby("decile", as_index=False)
    return grouped.agg(
        customers=("expected", "size"),
        expected=("expected", "mean"),
        actual=("actual", "mean"),
        actual_error=("actual", "sem"),
    )


def _guardrails(result: Backtest) -> list[Guardrail]:
    found = []
    model, rival = result.model, result.same_rate
    worse = [
        abs(model.bias) > abs(rival.bias),
        model.root_mean_squared_error > rival.root_mean_squared_error,
    ]
    if all(worse):
        message = (
            "On the last part of the history the model did worse than assuming that everybody goes on as before. "
            "Do not use the forecast; look for a change in prices, supply or data at that time."
        )
        found.append(Guardrail("backtest_lost", "block", message))
    if abs(model.bias) > 0.15:
        direction = "too many" if model.bias > 0 else "too few"
        message = (
            f"On the last {result.holdout_days} days the model expected {abs(model.bias):.0%} {direction} purchases. "
            "The interval is widened by it; a season or a campaign in those days may explain it."
        )
        found.append(Guardrail("backtest_bias", "warn", message))
    return found
