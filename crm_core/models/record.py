"""A fit and its backtests as values that JSON can hold, and back: what was fitted once need not be fitted again."""

import dataclasses
from typing import Any

import numpy as np
import pandas as pd

from crm_core.errors import ModelError
from crm_core.models.bgnbd import BgNbd
from crm_core.models.gamma_gamma import GammaGamma
from crm_core.models.guardrail import Guardrail
from crm_core.models.lifetime_value import LifetimeValueModel
from crm_core.models.mbgnbd import MbgNbd
from crm_core.models.nbd import Nbd
from crm_core.models.spend import AmountByFrequency
from crm_core.models.validation import Backtest, Score

EDITION = 1
"""Raised when a model or a guardrail changes its meaning: records of another edition are not read."""

_KINDS = {kind.__name__: kind for kind in (BgNbd, MbgNbd, Nbd, GammaGamma, AmountByFrequency)}
_PARTS = ("purchases", "one_time", "gamma_gamma", "spend")
_SCORES = ("model", "same_rate", "nobody_buys")


def model_record(model: LifetimeValueModel) -> dict[str, Any]:
    """The fit: parameters with their covariance, likelihood, diagnostics and guardrails."""
    return {
        "edition": EDITION,
        "period": model.period,
        "customers": model.customers,
        "repeat_buyers": model.repeat_buyers,
        **{part: _part(getattr(model, part)) for part in _PARTS},
        "guardrails": _guardrails(model.guardrails),
    }


def model_of(record: dict[str, Any]) -> LifetimeValueModel:
    """The fit that `model_record` wrote down, equal to the last bit.

    Raises
    ------
    ModelError
        When another edition wrote it.
    """
    if record.get("edition") != EDITION:
        raise ModelError("The stored fit was made by another version of the program. Fit the model again.")
    return LifetimeValueModel(
        period=record["period"],
        customers=record["customers"],
        repeat_buyers=record["repeat_buyers"],
        **{part: _part_of(record[part]) for part in _PARTS},
        guardrails=tuple(Guardrail(**found) for found in record["guardrails"]),
    )


def backtest_record(result: Backtest) -> dict[str, Any]:
    """The backtest with its scores and deciles."""
    plain = {field.name: getattr(result, field.name) for field in dataclasses.fields(result)}
    scores = {name: vars(plain[name]) for name in _SCORES}
    return {**plain, **scores, "deciles": result.deciles.to_dict("list")}


def backtest_of(record: dict[str, Any]) -> Backtest:
    """The backtest that `backtest_record` wrote down."""
    scores = {name: Score(**record[name]) for name in _SCORES}
    return Backtest(**{**record, **scores, "deciles": pd.DataFrame(record["deciles"])})


def _guardrails(found: tuple[Guardrail, ...]) -> list[dict[str, str]]:
    return [dict(vars(guardrail)) for guardrail in found]


def _part(fitted: Any) -> dict[str, Any] | None:  # noqa: ANN401 - any of the kinds
    if fitted is None:
        return None
    values = {field.name: getattr(fitted, field.name) for field in dataclasses.fields(fitted)}
    plain = {name: value.tolist() if isinstance(value, np.ndarray) else value for name, value in values.items()}
    return {"kind": type(fitted).__name__, **plain}


def _part_of(record: dict[str, Any] | None) -> Any:  # noqa: ANN401 - any of the kinds
    if record is None:
        return None
    kind: Any = _KINDS[record["kind"]]
    values = {name: tuple(value) if name in {"at_bound", "means"} else value for name, value in record.items()}
    if "covariance" in values:
        values["covariance"] = np.array(values["covariance"], dtype=float)
    del values["kind"]
    return kind(**values)
