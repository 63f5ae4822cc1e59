"""Which purchase model a history supports: BG/NBD, NBD where nobody is seen to leave, or none."""

import numpy as np

from crm_core.errors import ModelError
from crm_core.models.bgnbd import BgNbd
from crm_core.models.dropout import collapsed
from crm_core.models.guardrail import Guardrail
from crm_core.models.nbd import Nbd
from crm_core.models.newton import Array
from crm_core.models.uncertainty import standard_error

NARROW = 0.1
"""A total whose standard error is within a tenth of it can be used although a parameter cannot."""


def fit_purchases(x: Array, t: Array, T: Array, *, year: float) -> tuple[BgNbd | Nbd | None, list[Guardrail]]:
    """The model to forecast with, and what must be said about it.

    ``year`` is the length of a year in the unit of ``t`` and ``T``: a loose parameter is harmless
    when next year's total is not.
    """
    fitted = _bgnbd(x, t, T)
    if fitted is None:
        return None, [_NO_FIT]
    if not fitted.at_bound and _error_of_a(fitted) <= 1.5:
        return fitted, [_ROUGH] if _error_of_a(fitted) > 0.5 else []
    without = Nbd.fit(x, T)
    # Akaike's criterion: two more parameters have to gain two units of likelihood.
    if without.converged and fitted.log_likelihood - without.log_likelihood < 2:
        return without, [_NO_DROP_OUT]
    return fitted, [_SPREAD_UNKNOWN if relative_error(fitted, x, t, T, horizon=year) <= NARROW else _UNCERTAIN]


def relative_error(model: BgNbd, x: Array, t: Array, T: Array, *, horizon: float) -> float:
    """Standard error of the expected purchases of all customers, as a share of them."""
    histories = collapsed(x, t, T)
    columns = histories.frequency, histories.recency, histories.T

    def total(candidate: BgNbd) -> float:
        return float(histories.customers @ candidate.expected_purchases(*columns, horizon=horizon))

    return standard_error(model, total) / max(total(model), 1e-300)


def _bgnbd(x: Array, t: Array, T: Array) -> BgNbd | None:
    try:
        fitted = BgNbd.fit(x, t, T)
    except ModelError:
        # Both engines gave up: that is the data's doing and becomes a message, not a failure.
        return None
    return fitted if fitted.converged else None


def _error_of_a(fitted: BgNbd) -> float:
    return float(np.sqrt(fitted.covariance[2, 2]))


_NO_FIT = Guardrail(
    "no_fit",
    "block",
    "The search for the model's parameters did not settle on these purchases. "
    "Look at the history only, or choose a longer one.",
)
_ROUGH = Guardrail(
    "drop_out_rough",
    "warn",
    "How fast customers leave is known only roughly. Read the interval rather than the number; "
    "a longer history narrows it.",
)
_UNCERTAIN = Guardrail(
    "drop_out_uncertain",
    "block",
    "How fast customers leave cannot be told from these purchases, and the forecast depends on it. "
    "Look at the history only, or import a longer one.",
)
_SPREAD_UNKNOWN = Guardrail(
    "drop_out_spread_unknown",
    "warn",
    "How much customers differ in leaving cannot be identified from these purchases. Totals stay usable; "
    "do not compare the probability of being active of single customers.",
)
_NO_DROP_OUT = Guardrail(
    "no_drop_out",
    "warn",
    "Nobody is seen to leave in these purchases, so the forecast assumes that everybody stays (NBD). "
    "It is an upper limit; forecast again with a longer history.",
)
