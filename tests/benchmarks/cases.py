"""The cases: each prints the wall and CPU seconds of its work alone, data made before the clock starts."""

import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

CASES: dict[str, Callable[..., Callable[[], Any]]] = {}


def case(prepare: Callable[..., Callable[[], Any]]) -> Callable[..., Callable[[], Any]]:
    """Register a function that prepares and returns the work to be timed."""
    CASES[prepare.__name__.replace("_", "-")] = prepare
    return prepare


def histories(customers: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Daily histories simulated from a BG/NBD with CDNOW's parameters, two years long."""
    rng = np.random.default_rng(1997)
    age = rng.integers(30, 730, customers)
    rate = rng.gamma(0.25, 1 / (4.4 * 7), customers)
    dropout = rng.beta(0.8, 2.4, customers)
    last, count, alive = np.zeros(customers), np.zeros(customers, int), np.ones(customers, bool)
    clock = np.zeros(customers)
    while alive.any():
        clock = np.where(alive, clock + rng.exponential(1 / rate), clock)
        alive &= clock <= age
        count[alive] += 1
        last[alive] = np.maximum(np.ceil(clock[alive]), 1)
        alive &= rng.random(customers) >= dropout
    return count.astype(float), np.minimum(last, age), age.astype(float)


@case
def purchases_ours(customers: str) -> Callable[[], Any]:
    from crm_core.models.bgnbd import BgNbd

    data = histories(int(customers))
    return lambda: BgNbd.fit(*data)


@case
def purchases_lifetimes(customers: str) -> Callable[[], Any]:
    lifetimes = _lifetimes()
    data = histories(int(customers))
    return lambda: lifetimes.BetaGeoFitter().fit(*data)


def _spend(customers: str) -> tuple[np.ndarray, np.ndarray]:
    frequency = histories(int(customers))[0]
    repeat = frequency[frequency > 0]
    rng = np.random.default_rng(7)
    return repeat, rng.gamma(6.25 * repeat) * (15.44 / rng.gamma(3.74, size=len(repeat))) / repeat


@case
def spend_ours(customers: str) -> Callable[[], Any]:
    from crm_core.models.gamma_gamma import GammaGamma

    data = _spend(customers)
    return lambda: GammaGamma.fit(*data)


@case
def spend_lifetimes(customers: str) -> Callable[[], Any]:
    lifetimes = _lifetimes()
    data = _spend(customers)
    return lambda: lifetimes.GammaGammaFitter().fit(*data)


@case
def value_ours(customers: str) -> Callable[[], Any]:
    """The year of each customer from a fit and a summary, as the page computes it."""
    from tests.benchmarks.values import ours

    return ours(int(customers))


@case
def value_lifetimes(customers: str) -> Callable[[], Any]:
    from tests.benchmarks.values import theirs

    return theirs(_lifetimes(), int(customers))


@case
def import_ours(file: str, folder: str) -> Callable[[], Any]:
    """In a new home, made ready before the clock starts; a home that knows lines would compare with them."""
    from crm_core.columns import Kind
    from crm_core.ingest.checks import check
    from crm_core.ingest.loading import load
    from crm_core.ingest.opening import open_file
    from crm_core.settings import Settings
    from crm_core.store.installation import Installation
    from tests.builders import ANN

    home = Path(tempfile.mkdtemp(dir=folder))
    installation = Installation.open(Settings(home=home, database_url=f"sqlite:///{home / 'crm.sqlite'}"))
    now = datetime.now(UTC)

    def run() -> None:
        opened = open_file(installation, Kind.ORDER_LINES, Path(file), name="lines.csv")
        checked = check(installation, opened.source, opened.mapping, now=now)
        loaded = load(installation, checked, actor=ANN, now=now)
        opened.close()
        assert loaded.record.counts["new"] == checked.counts.new > 0

    return run


@case
def customers_ours(file: str, folder: str, first: str = "") -> Callable[[], Any]:
    from tests.benchmarks.customers import imported

    return imported(file, folder, first)


@case
def customers_executemany(file: str, folder: str) -> Callable[[], Any]:
    from tests.benchmarks.customers import executed

    return executed(file, folder)


@case
def import_bare_read(file: str) -> Callable[[], Any]:
    import duckdb

    types = {
        "order_id": "VARCHAR",
        "line": "INTEGER",
        "customer_id": "VARCHAR",
        "date": "DATE",
        "amount": "DECIMAL(18,2)",
    }
    query = (
        "SELECT count(order_id), sum(line), count(customer_id), max(date), sum(amount)"
        " FROM read_csv($1, header=true, columns=$2)"
    )
    return lambda: duckdb.connect().execute(query, [file, types]).fetchall()


@case
def import_pandas(file: str, folder: str) -> Callable[[], Any]:
    import pandas as pd
    import sqlalchemy as sa

    engine = sa.create_engine(f"sqlite:///{Path(folder) / 'pandas.sqlite'}")
    return lambda: pd.read_csv(file, parse_dates=["date"]).to_sql(
        "order_lines", engine, index=False, if_exists="replace"
    )


@case
def summary_ours(file: str) -> Callable[[], Any]:
    from tests.benchmarks.summary import ours

    return ours(file)


@case
def summary_everything(file: str) -> Callable[[], Any]:
    from tests.benchmarks.summary import ours

    return ours(file, everything=True)


@case
def summary_polars(file: str) -> Callable[[], Any]:
    from tests.benchmarks.summary import polars

    return polars(file)


@case
def summary_lifetimes(file: str) -> Callable[[], Any]:
    from tests.benchmarks.summary import theirs

    return theirs(_lifetimes(), file)


@case
def summary_agreed(file: str) -> Callable[[], Any]:
    from tests.benchmarks.summary import agreed

    return agreed(_lifetimes(), file)


@case
def query(name: str, file: str) -> Callable[[], Any]:
    from tests.benchmarks.queries import run

    return run(name, file)


def _lifetimes() -> Any:
    warnings.simplefilter("ignore")
    import lifetimes

    return lifetimes


def main() -> None:
    name, *arguments = sys.argv[1:]
    work = CASES[name](*arguments)
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    print(time.perf_counter() - wall, time.process_time() - cpu)


if __name__ == "__main__":
    main()
