"""The lifetimes library without its side effects: the second opinion when our own search finds no minimum."""

import contextlib
import io
import warnings
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from crm_core.errors import ModelError
from crm_core.models.dropout import Histories
from crm_core.models.newton import Array


def dropout_parameters(histories: Histories, *, first_chance: int) -> Array:
    """r, alpha, a, b as lifetimes finds them; it returns degenerate fits too, so check the slope there.

    Raises
    ------
    ModelError
        When lifetimes gives up as well.
    """
    with _lifetimes() as lifetimes:
        fitter = lifetimes.ModifiedBetaGeoFitter() if first_chance else lifetimes.BetaGeoFitter()
        columns = (histories.frequency, histories.recency, histories.T, histories.customers)
        return _fitted(lifetimes, fitter, *columns)


def spend_parameters(frequency: Array, monetary_value: Array) -> Array:
    """p, q, v as lifetimes finds them.

    Raises
    ------
    ModelError
        When lifetimes gives up as well.
    """
    with _lifetimes() as lifetimes:
        return _fitted(lifetimes, lifetimes.GammaGammaFitter(), frequency, monetary_value)


def pareto_parameters(histories: Histories) -> tuple[Array, float]:
    """r, alpha, s, beta of Pareto/NBD as lifetimes finds them, and the log-likelihood.

    Raises
    ------
    ModelError
        When lifetimes gives up.
    """
    with _lifetimes() as lifetimes:
        fitter, customers = lifetimes.ParetoNBDFitter(), histories.customers
        columns = (histories.frequency, histories.recency, histories.T, customers)
        # Its start would be drawn at random, from a generator that all of the process share.
        parameters = _fitted(lifetimes, fitter, *columns, initial_params=np.ones(4))
        scaled = -fitter._negative_log_likelihood_ * customers.mean()
        return parameters, float(scaled + (customers @ histories.frequency) * np.log(fitter._scale))


def pareto_p_alive(parameters: Array, frequency: Array, recency: Array, T: Array) -> Array:
    """Probability of being active at ``T`` by Pareto/NBD."""
    with _pareto(parameters) as fitter:
        return np.asarray(fitter.conditional_probability_alive(frequency, recency, T), dtype=float)


def pareto_purchases(parameters: Array, frequency: Array, recency: Array, T: Array, *, horizon: float) -> Array:
    """Expected purchases in the ``horizon`` after ``T`` by Pareto/NBD."""
    with _pareto(parameters) as fitter:
        found = fitter.conditional_expected_number_of_purchases_up_to_time(horizon, frequency, recency, T)
        return np.asarray(found, dtype=float)


@contextlib.contextmanager
def _pareto(parameters: Array) -> Iterator[Any]:
    with _lifetimes() as lifetimes:
        fitter = lifetimes.ParetoNBDFitter()
        fitter.params_ = pd.Series(parameters, index=["r", "alpha", "s", "beta"])
        yield fitter


def _fitted(lifetimes: ModuleType, fitter: Any, *columns: Array, **how: Array) -> Array:  # noqa: ANN401 -- it ships no types
    try:
        # It prints the optimiser's report before it raises.
        with contextlib.redirect_stdout(io.StringIO()):
            fitter.fit(*columns, **how)
    except (lifetimes.utils.ConvergenceError, np.linalg.LinAlgError) as error:
        message = "No parameters fit these purchases. Choose a longer history, or look at the history only."
        raise ModelError(message) from error
    return np.asarray(fitter.params_, dtype=float)


@contextlib.contextmanager
def _lifetimes() -> Iterator[ModuleType]:
    # On import it hides FutureWarning from the whole process and sets a pandas option that pandas 4
    # removes; each likelihood hides FutureWarning again. Both are undone here.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        chained = pd.get_option("mode.chained_assignment")
        try:
            import lifetimes  # noqa: PLC0415 -- 0.4 s and side effects that nobody needs unless our fit fails

            yield lifetimes
        finally:
            pd.set_option("mode.chained_assignment", chained)
