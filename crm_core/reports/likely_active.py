"""How likely customers are active, where a model of these data was fitted before: nothing is fitted for it."""

import pandas as pd
from sqlalchemy.orm import Session

from crm_core.errors import ModelError
from crm_core.models.lifetime_value import predict
from crm_core.models.record import model_of
from crm_core.models.summary import from_totals
from crm_core.reports.fits import fit_of
from crm_core.reports.kept import Kept
from crm_core.store.engine import Database
from crm_core.store.fits import holds_fit


def has_fit(session: Session, *, version: int, as_of_day: int) -> bool:
    """Whether `likely_active` has a fit to read."""
    return holds_fit(session, fit_of("day"), version=version, as_of_day=as_of_day)


def likely_active(database: Database, rows: pd.DataFrame, *, version: int, as_of_day: int) -> "pd.Series[float] | None":
    """``p_alive_shown`` by ``customer_id`` of some rows of `customer_segments`.

    None when there is no fit of this version of the data, or a guardrail forbids to show it.
    """
    known = Kept(database, fit_of("day"), version, as_of_day).read()
    if known is None or rows.empty:
        return None
    try:
        model = model_of(known["model"])
        if any(found.severity == "block" for found in model.guardrails):
            return None
        summary = from_totals(rows, as_of_day=as_of_day, period=model.period)
        return predict(model, summary, horizon_days=365).set_index("customer_id").p_alive_shown
    except (ModelError, KeyError):
        # Of another edition of the program: the page of lifetime value makes it anew, this one does without.
        return None
