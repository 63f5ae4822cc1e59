"""Who answered: response rates as survey research defines them, and answers given too fast."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from crm_core.errors import ModelError
from crm_core.models.newton import Array


@dataclass(frozen=True)
class ResponseRates:
    """Shares in [0, 1]; None where nobody was invited or reached.

    ``complete`` and ``partial_too`` are RR1 and RR2 of the AAPOR standard, out of all invited;
    ``of_delivered`` is the complete ones out of invitations that did not bounce.
    """

    complete: float | None
    partial_too: float | None
    of_delivered: float | None


def response_rates(*, invited: int, bounced: int, complete: int, partial: int) -> ResponseRates:
    """Response rates of one wave."""
    delivered = invited - bounced
    if min(bounced, complete, partial) < 0 or complete + partial > delivered:
        raise ModelError("More answers than delivered invitations. Count answers without an invitation apart.")
    return ResponseRates(
        complete=complete / invited if invited else None,
        partial_too=(complete + partial) / invited if invited else None,
        of_delivered=complete / delivered if delivered else None,
    )


def too_fast(seconds: Array) -> npt.NDArray[np.bool_]:
    """Whether each answer took less than half the median time: a flag to look at, nothing more.

    A rule by standard deviations finds nobody, because one person who went to lunch widens it.
    """
    return np.asarray(seconds, float) < np.median(seconds) / 2 if len(seconds) else np.zeros(0, bool)
