"""The fit of the data as they are: read where it was kept, made and kept where it was not."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from crm_core.errors import ModelError
from crm_core.models.record import backtest_of, backtest_record, model_of, model_record
from crm_core.models.summary import Period
from crm_core.reports.kept import Kept
from crm_core.reports.value import LifetimeValue, fitted, read_back, tested
from crm_core.store.engine import Database
from crm_core.store.warehouse import Warehouse

log = logging.getLogger(__name__)


def fit_of(period: Period) -> str:
    """What the fit of a value model in days or weeks is kept as."""
    return f"lifetime value by {period}"


@dataclass(frozen=True)
class Fits:
    """Fits of one version of the data, in the database that keeps them.

    ``warehouse`` shows the data of ``version``; ``now`` is written beside what is kept, without it nothing is kept.
    """

    database: Database
    warehouse: Warehouse
    version: int
    now: datetime | None = None

    def fitted(self, *, as_of_day: int, period: Period = "day") -> LifetimeValue:
        """`reports.value.fitted`, fitted once for each version of the data, also over a restart."""
        known = self._known(as_of_day, period)
        if known is not None:
            return read_back(self.warehouse, model_of(known["model"]), as_of_day=as_of_day)
        made = fitted(self.warehouse, as_of_day=as_of_day, period=period)
        self._place(as_of_day, period).keep({"model": model_record(made.model), "backtests": {}})
        return made

    def tested(self, value: LifetimeValue, *, horizon_days: int) -> LifetimeValue:
        """`reports.value.tested`, tested once for each horizon."""
        period, key = value.model.period, str(horizon_days)
        known = self._known(value.as_of_day, period)
        if known is not None and key in known["backtests"]:
            return _with(value, known["backtests"][key])
        made = tested(self.warehouse, value, horizon_days=horizon_days)
        outcome = {"backtest": made.backtest and backtest_record(made.backtest), "not_tested": made.not_tested}
        kept = known or {"model": model_record(value.model), "backtests": {}}
        self._place(value.as_of_day, period).keep({**kept, "backtests": {**kept["backtests"], key: outcome}})
        return made

    def _known(self, as_of_day: int, period: Period) -> dict[str, Any] | None:
        known = self._place(as_of_day, period).read()
        try:
            return None if known is None or not model_of(known["model"]) else known
        except (ModelError, KeyError, TypeError) as fault:
            log.warning("The stored fit cannot be read and is made anew: %s", fault)
            return None

    def _place(self, as_of_day: int, period: Period) -> Kept:
        return Kept(self.database, fit_of(period), self.version, as_of_day, self.now)


def _with(value: LifetimeValue, outcome: dict[str, Any]) -> LifetimeValue:
    found = outcome["backtest"]
    return replace(value, backtest=backtest_of(found) if found else None, not_tested=outcome["not_tested"])
