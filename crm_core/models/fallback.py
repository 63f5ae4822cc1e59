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


def _fitted(lifetimes: ModuleType, fitter: Any, *columns: Array) -> Array:  # noqa: ANN401 -- it ships no types
    try:
        # It prints the optimiser's report before it raises.
        with contextlib.redirect_stdout(io.StringIO()):
            fitter.fit(*columns)
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
