"""The course of a forecast: what is expected in each of the parts that follow one another."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from crm_core.errors import ModelError
from crm_core.models.bgnbd import distinct_pairs
from crm_core.models.forecast import errors_by_part
from crm_core.models.lifetime_value import CENTS, LifetimeValueModel
from crm_core.models.summary import DAYS_IN


def expected_course(
    model: LifetimeValueModel, summary: pd.DataFrame, *, ends: Sequence[int], rng: np.random.Generator
) -> pd.DataFrame:
    """What the customers of ``summary`` are expected to do up to each of ``ends``, days after the end of observation.

    A row per part, each from the end of the one before. Columns: purchases; buyers, the expected number of customers
    with at least one purchase in the part (one who buys in two parts is in both); spend, in minor units, not
    discounted; and purchases_variance, buyers_variance, spend_variance of each part, by chance alone: those of
    purchases and spend from a simulation.

    Raises
    ------
    ModelError
        When the model has nothing to predict with.
    """
    purchases, spend = model.purchases, model.spend
    if purchases is None or spend is None:
        raise ModelError(next(found.message for found in model.guardrails if found.severity == "block"))
    x, t, T, m = (summary[name].to_numpy(float) for name in ("frequency", "recency", "T", "monetary_value"))
    horizons = [end / DAYS_IN[model.period] for end in ends]
    errors = np.array(list(errors_by_part(purchases, spend, (x, t, T, m / CENTS), ends=horizons, rng=rng)))
    alive = purchases.p_alive(x, t, T)
    amount = spend.expected_amount(x, m / CENTS) * CENTS
    # The slow functions depend on frequency and T only: everything else is summed over those who share both.
    x, T, pair = distinct_pairs(x, T)
    people, squares, money = (
        np.bincount(pair, weights=weights, minlength=len(x)) for weights in (alive, alive**2, alive * amount)
    )
    rows, start, before = [], 0.0, np.zeros_like(x)
    for horizon in horizons:
        until = purchases.purchases_if_alive(x, T, horizon=horizon, distinct=True)
        any_one = purchases.p_any_if_alive(x, T, horizon=horizon, start=start)
        part = until - before
        rows.append((people @ part, people @ any_one, people @ any_one - squares @ any_one**2, money @ part))
        start, before = horizon, until
    course = pd.DataFrame(rows, columns=["purchases", "buyers", "buyers_variance", "spend"])
    return course.assign(purchases_variance=errors[:, 0] ** 2, spend_variance=(errors[:, 1] * CENTS) ** 2)
