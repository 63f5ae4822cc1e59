"""Which aspects of the service go with overall satisfaction, and how strongly: associated, not caused."""

from collections.abc import Iterator
from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd

from crm_core.errors import ModelError
from crm_core.models.newton import Array

MOST = 8


def importances(outcome: Array, among: Array) -> Array:
    """Share of the outcome's variance that goes with each driver; they add up to R squared.

    ``outcome`` is the correlation of each driver with the outcome, ``among`` of the drivers with
    one another.
    """
    # Lindeman, Merenda & Gold (1980): the mean gain over all orders of entering, Shapley's value.
    count = len(outcome)
    if count > MOST:
        raise ModelError(f"{count} drivers are too many to tell apart. Choose at most {MOST}.")
    explained = {chosen: _r_squared(outcome, among, chosen) for chosen in _subsets(range(count))}
    shares = np.zeros(count)
    for chosen, value in explained.items():
        for driver in chosen:
            rest = tuple(other for other in chosen if other != driver)
            weight = factorial(len(rest)) * factorial(count - len(chosen)) / factorial(count)
            shares[driver] += weight * (value - explained[rest])
    return shares


def driver_importances(
    answers: pd.DataFrame, *, outcome: str, rng: np.random.Generator, draws: int = 500
) -> pd.DataFrame:
    """A row per driver, the strongest first: driver, importance, low, high (95% bootstrap), correlation.

    ``answers`` has a row per person; rows with a skipped question are left out, and so are
    drivers that everybody answered alike. Empty with fewer than 30 complete rows.
    """
    complete = answers.dropna()
    drivers = [name for name in complete if name != outcome and np.ptp(complete[name]) > 0]
    values = complete[[outcome, *drivers]].to_numpy(float)
    columns = ["driver", "importance", "low", "high", "correlation"]
    if len(values) < 30 or not drivers or np.ptp(values[:, 0]) == 0:
        return pd.DataFrame(columns=columns)
    correlations = _correlations(values)
    samples = (values[rng.integers(0, len(values), len(values))] for _ in range(draws))
    drawn = np.array([_importances_of(sample) for sample in samples if (np.ptp(sample, axis=0) > 0).all()])
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    table = pd.DataFrame(
        {
            "driver": drivers,
            "importance": _importances_of(values),
            "low": low,
            "high": high,
            "correlation": correlations[0, 1:],
        }
    )
    return table.sort_values("importance", ascending=False, ignore_index=True)


def _importances_of(values: Array) -> Array:
    correlations = _correlations(values)
    return importances(correlations[0, 1:], correlations[1:, 1:])


def _correlations(values: Array) -> Array:
    return np.asarray(np.corrcoef(values, rowvar=False), dtype=float)


def _subsets(drivers: range) -> Iterator[tuple[int, ...]]:
    for size in range(len(drivers) + 1):
        yield from combinations(drivers, size)


def _r_squared(outcome: Array, among: Array, chosen: tuple[int, ...]) -> float:
    if not chosen:
        return 0.0
    own = outcome[list(chosen)]
    # Two drivers answered alike have no inverse; least squares shares their part.
    return float(own @ np.linalg.lstsq(among[np.ix_(chosen, chosen)], own, rcond=None)[0])
