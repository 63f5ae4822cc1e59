"""Lifetime value of a part of the customers, by the model of all of them."""

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from crm_core.analytics import among
from crm_core.errors import ModelError
from crm_core.models.validation import judged
from crm_core.reports.sales_forecast import FEWEST
from crm_core.reports.value import LifetimeValue, cut_day

TOO_FEW = (
    f"Fewer than {FEWEST} of these customers have bought more than once, or had before the days held out: the model "
    "could not be tested on them, so no range is known."
)


def part(
    value: LifetimeValue, customer_ids: Iterable[str], past: pd.DataFrame | None, *, horizon_days: int
) -> LifetimeValue:
    """``value`` of these customers only; the model stays the one of all, and what forbids to show it forbids this too.

    Parameters
    ----------
    past
        The rows of `forecast_of_the_past` of those who would have been among them then: the model is judged by how it
        did on them. Who is among them by what they bought later would make it look too cautious. None where the model
        was not tested at all.
    """
    is_in = among(value.summary.customer_id, customer_ids)
    own = replace(
        value,
        summary=value.summary.loc[is_in].reset_index(drop=True),
        margins=value.margins.of(is_in.to_numpy()),
        backtest=None,
        not_tested=value.not_tested or TOO_FEW,
        error_of_all=value.relative_error,
        of_all=tuple(found for found in value.guardrails if found.severity == "block"),
    )
    if past is None or min(int((rows.frequency > 0).sum()) for rows in (own.summary, past)) < FEWEST:
        return own
    try:
        days = value.as_of_day - cut_day(value, horizon_days=horizon_days)
        return replace(own, backtest=judged(past, holdout_days=days), not_tested="")
    except ModelError as fault:
        return replace(own, not_tested=str(fault))
