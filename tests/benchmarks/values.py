"""Value models against lifetimes on the same simulated customers: what is timed, and that both say the same."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from tests.benchmarks.cases import _spend, histories

YEAR = 365
CUSTOMERS = 1_000_000
CHECKED = 100_000


def summary(customers: int) -> pd.DataFrame:
    """A purchase summary in days, amounts in cents."""
    frequency, recency, T = histories(customers)
    amounts = np.zeros(customers)
    amounts[frequency > 0] = _spend(str(customers))[1] * 100
    ids = np.arange(customers).astype(str)
    columns = {"customer_id": ids, "frequency": frequency, "recency": recency, "T": T, "monetary_value": amounts}
    return pd.DataFrame(columns)


def ours(customers: int) -> Callable[[], Any]:
    from crm_core.models.lifetime_value import fit, predict

    data = summary(customers)
    model = fit(data, period="day")
    return lambda: predict(model, data, horizon_days=YEAR, discount_rate=0.1)


def theirs(lifetimes: Any, customers: int) -> Callable[[], Any]:
    data = summary(customers)
    x, t, T, m = (data[name] for name in ("frequency", "recency", "T", "monetary_value"))
    model = _fitted(data)
    bgnbd = _with_our_parameters(lifetimes.BetaGeoFitter(), model.purchases)
    spend = _with_our_parameters(lifetimes.GammaGammaFitter(), model.gamma_gamma)
    return lambda: spend.customer_lifetime_value(bgnbd, x, t, T, m / 100, time=12, discount_rate=0.01, freq="D")


def differences() -> str:
    """Largest differences to lifetimes: of the parameters as each finds them, of predictions by the same ones."""
    warnings.simplefilter("ignore")
    import lifetimes

    from crm_core.models.lifetime_value import predict

    data = summary(CHECKED)
    x, t, T, m = (data[name].to_numpy(float) for name in ("frequency", "recency", "T", "monetary_value"))
    model, again = _fitted(data), x > 0
    # Its own tolerance stops it where the fourth digit still moves.
    found = lifetimes.BetaGeoFitter().fit(x, t, T, tol=1e-9)
    paid = lifetimes.GammaGammaFitter().fit(x[again], m[again] / 100, tol=1e-9)
    pairs = ((model.purchases, found), (model.gamma_gamma, paid))
    parameters = max(float(np.abs(ours.parameters / other.params_.to_numpy() - 1).max()) for ours, other in pairs)
    bgnbd = _with_our_parameters(lifetimes.BetaGeoFitter(), model.purchases)
    spend = _with_our_parameters(lifetimes.GammaGammaFitter(), model.gamma_gamma)
    counts = np.asarray(bgnbd.conditional_expected_number_of_purchases_up_to_time(YEAR, x, t, T))
    amounts = np.asarray(spend.conditional_expected_average_profit(x, m / 100))
    predicted = predict(model, data, horizon_days=YEAR)
    right = np.isfinite(counts)
    largest = max(
        float(np.abs(predicted[name].to_numpy()[right] / other[right] - 1).max())
        for name, other in (("expected_purchases", counts), ("expected_spend", counts * amounts * 100))
    )
    return (
        f"largest relative difference to lifetimes, {CHECKED:,} customers: parameters {parameters:.1e} (limit 1e-4), "
        f"predictions {largest:.1e} (limit 1e-9; {np.sum(~right)} customers for whom theirs is not a number left out)"
    )


def _fitted(data: pd.DataFrame) -> Any:
    from crm_core.models.lifetime_value import fit

    return fit(data, period="day")


def _with_our_parameters(fitter: Any, model: Any) -> Any:
    fitter.params_ = pd.Series(model.parameters, index=model.NAMES)
    if hasattr(fitter, "conditional_expected_number_of_purchases_up_to_time"):
        fitter.predict = fitter.conditional_expected_number_of_purchases_up_to_time
    return fitter
