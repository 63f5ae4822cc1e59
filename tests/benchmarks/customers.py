"""Customers into SQL: our import with the seconds for which it keeps other writers out, and the bare minimum."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

LOCKED = "locked.txt"
_COLUMNS = (
    "customer_id", "first_name", "last_name", "email", "email_normalised", "phone", "phone_normalised", "region",
    "city", "extra", "search_text", "created_import_id", "updated_import_id",
)  # fmt: skip
_INDEXED = ("email_normalised", "phone_normalised", "region", "created_import_id", "updated_import_id")


def written(path: Path, customers: int, mark: str = "") -> str:
    """A file of customers; another ``mark`` changes the name and the address of each."""
    with path.open("w", encoding="utf-8") as file:
        file.write("id,first name,last name,email,phone,region,city,Hat\n")
        file.writelines(
            f"C{n},First{n % 1000}{mark},Last{n % 3333},u{n * 7919 % 10**9}{mark}@example.com,"
            f"+35988{n:07},Region {n % 20},Sofia,{n % 60}\n"
            for n in range(customers)
        )
    return str(path)


def imported(file: str, folder: str, first: str = "") -> Callable[[], Any]:
    """Check and import ``file`` into a new home, or into one that holds ``first``."""
    from crm_core.columns import Kind
    from crm_core.ingest.checks import check
    from crm_core.ingest.loading import load
    from crm_core.ingest.opening import open_file
    from crm_core.settings import Settings
    from crm_core.store.installation import Installation
    from tests.builders import ANN

    home = Path(folder) / f"home-{time.time_ns()}"
    installation = Installation.open(Settings(home=home, database_url=f"sqlite:///{home / 'crm.sqlite'}"))
    now = datetime.now(UTC)

    def run(path: str) -> None:
        opened = open_file(installation, Kind.CUSTOMERS, Path(path), name="customers.csv")
        checked = check(installation, opened.source, opened.mapping, now=now)
        assert load(installation, checked, actor=ANN, now=now).record.counts["rejected"] == 0
        opened.close()

    def timed() -> None:
        with _locked(home / "crm.sqlite", Path(folder) / LOCKED):
            run(file)

    if first:
        run(first)
    return timed


def executed(file: str, folder: str) -> Callable[[], Any]:
    """The same rows by the driver's executemany into a table of the columns and indexes that they fill."""
    import csv

    with Path(file).open(encoding="utf-8") as lines:
        rows = [
            (key, name, last, mail, mail, phone, phone, region, city, f'{{"Hat": "{hat}"}}',
             f"{key} {name} {last} {mail} {phone}".lower(), 1, 1)
            for key, name, last, mail, phone, region, city, hat in list(csv.reader(lines))[1:]
        ]  # fmt: skip
    connection = sqlite3.connect(Path(folder) / f"bare-{time.time_ns()}.sqlite", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"CREATE TABLE customers ({', '.join(_COLUMNS)}, PRIMARY KEY (customer_id))")
    for name in _INDEXED:
        connection.execute(f"CREATE INDEX ix_{name} ON customers ({name})")

    def run() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(f"INSERT INTO customers VALUES ({', '.join('?' * len(_COLUMNS))})", rows)  # noqa: S608
        connection.execute("COMMIT")

    return run


@contextmanager
def _locked(database: Path, report: Path) -> Iterator[None]:
    """Ask for the write lock all the time, as the mail worker does, and note the longest wait."""
    done, longest = threading.Event(), [0.0]

    def ask() -> None:
        connection = sqlite3.connect(database, isolation_level=None, timeout=600)
        while not done.wait(0.05):
            began = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
            longest[0] = max(longest[0], time.perf_counter() - began)
        connection.close()

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield
    finally:
        done.set()
        asking.join()
        report.write_text(f"{longest[0]:.1f}", encoding="utf-8")
