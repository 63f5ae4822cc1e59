"""Real purchases with published answers: CDNOW, read from inside the lifetimes wheel."""

import importlib.util
import warnings
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from hypothesis import settings

from crm_core.models.summary import purchase_summary

# A busy machine is no failure, and a failure must come back when the tests are run again.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")

CUT = date(1997, 10, 1)  # the first day not seen of the published fits


def _cdnow(name: str, columns: list[str]) -> pd.DataFrame:
    spec = importlib.util.find_spec("lifetimes")
    assert spec
    assert spec.submodule_search_locations
    path = Path(spec.submodule_search_locations[0]) / "datasets" / name
    lines = pd.read_csv(
        path, sep=r"\s+", header=None, names=columns, skiprows=int(columns[0] == "customer_id"), dtype=str
    )
    days = pd.to_datetime(lines["date"], format="%Y%m%d").to_numpy().astype("datetime64[D]").astype("int64")
    cents = (lines["dollars"].astype(float) * 100).round().astype("int64")
    return pd.DataFrame({"customer_id": lines["customer_id"], "day": days, "amount_cents": cents})


@pytest.fixture(scope="session")
def cdnow_orders() -> pd.DataFrame:
    """The 1-in-10 sample: 2,357 customers, January 1997 to June 1998."""
    return _cdnow("CDNOW_sample.txt", ["master_id", "customer_id", "date", "cds", "dollars"])


@pytest.fixture(scope="session")
def cdnow_all_orders() -> pd.DataFrame:
    """All 23,570 customers."""
    return _cdnow("CDNOW_master.txt", ["customer_id", "date", "cds", "dollars"])


@pytest.fixture(scope="session")
def cdnow(cdnow_orders: pd.DataFrame) -> pd.DataFrame:
    """Purchase summary of the sample at the published cut, in weeks."""
    return purchase_summary(cdnow_orders, as_of=CUT, period="week")


@pytest.fixture(scope="session")
def cdnow_all(cdnow_all_orders: pd.DataFrame) -> pd.DataFrame:
    """Purchase summary of all customers at the published cut, in weeks."""
    return purchase_summary(cdnow_all_orders, as_of=CUT, period="week")


@pytest.fixture
def lifetimes() -> Iterator[ModuleType]:
    """The library as an oracle; it changes warning filters and a pandas option when imported."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import lifetimes

        yield lifetimes


@pytest.fixture(scope="session")
def simulated() -> Callable[..., tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Frequency, recency and T of customers who each leave after a purchase with their own probability."""

    def histories(rng, *, size, drop_out, r=1.0, rate=0.1):
        rates, ages = rng.gamma(r, rate, size), rng.integers(50, 100, size).astype(float)
        frequency, recency = np.zeros(size), np.zeros(size)
        for i in range(size):
            day = rng.exponential(1 / rates[i])
            while day <= ages[i]:
                frequency[i], recency[i] = frequency[i] + 1, day
                if rng.random() < drop_out[i]:
                    break
                day += rng.exponential(1 / rates[i])
        return frequency, recency, ages

    return histories
