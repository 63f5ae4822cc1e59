"""``make bench``: prints every comparison; nothing here fails a test, since machines differ."""

import os
import tempfile
from pathlib import Path

from tests.benchmarks import pages, queries, summary, values
from tests.benchmarks.customers import LOCKED, written
from tests.benchmarks.generated import copied
from tests.benchmarks.measure import Cost, cost, row

KNOWN = 1_000_000
LINES = (1_000_000, 10_000_000)


def main() -> None:
    value_models()
    with tempfile.TemporaryDirectory() as folder:
        import_of_lines(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        import_of_customers(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        # A hundred million lines want 3 GB of disk and some minutes, so they are made only on demand.
        summary.compared(Path(folder), int(os.environ.get("CRM_BENCH_LINES", LINES[1])))
    with tempfile.TemporaryDirectory() as folder:
        queries.growth(Path(folder), *LINES)
    with tempfile.TemporaryDirectory() as folder:
        pages.compared(Path(folder), LINES[0], customers=100_000)


def value_models() -> None:
    """The limits of the ratios of CPU time are 50, 50 and 100."""
    customers = str(values.CUSTOMERS)
    print(f"Value models, {values.CUSTOMERS:,} simulated customers, daily")
    for name, case in (("BG/NBD fit", "purchases"), ("Gamma-Gamma fit", "spend"), ("12 months of value", "value")):
        theirs = cost(f"{case}-lifetimes", customers, runs=1)
        print(row(name, cost(f"{case}-ours", customers), "lifetimes", theirs))
    print(values.differences())


def import_of_lines(folder: Path) -> None:
    """The limit of the ratio to the bare read is 4, of the growth 11, of the memory 600 and 1,500 MB."""
    print("Import of a CSV of order lines, checked and committed")
    ours = {lines: _compared(_order_lines(folder / f"{lines}.csv", lines), folder, lines) for lines in LINES}
    few, many = LINES
    print(
        f"{'growth':<34} {ours[many].wall_s / ours[few].wall_s:7.1f}x the wall time,"
        f" {ours[many].peak_mb / ours[few].peak_mb:.1f}x the memory, for {many // few} times the lines"
    )


def import_of_customers(folder: Path) -> None:
    """The limit for new ones is 30 s; other writers wait 30 s for the lock at most."""
    print(f"Import of a CSV of {KNOWN:,} customers, checked and committed")
    first, second = written(folder / "first.csv", KNOWN), written(folder / "second.csv", KNOWN, "x")
    bare = cost("customers-executemany", first, str(folder), runs=1)
    for name, arguments in (("new customers", (first,)), ("every customer changed", (second, first))):
        file, *before = arguments
        ours = cost("customers-ours", file, str(folder), *before, runs=1)
        print(row(name, ours, "sqlite3 executemany", bare))
        locked = (folder / LOCKED).read_text(encoding="utf-8")
        print(f"{'':34} {ours.wall_s / bare.wall_s:7.1f}x its wall time; others waited {locked} s for the lock")


def _compared(file: str, folder: Path, lines: int) -> Cost:
    bare, ours = cost("import-bare-read", file), cost("import-ours", file, str(folder))
    pandas = cost("import-pandas", file, str(folder), runs=3 if lines == LINES[0] else 1)
    print(row(f"{lines:,} lines", ours, "pandas + to_sql", pandas))
    print(
        f"{'':34} {ours.wall_s / bare.wall_s:7.1f}x the wall time of DuckDB's bare typed read"
        f" ({bare.wall_s:.3f} s, {bare.peak_mb:.0f} MB)"
    )
    return ours


def _order_lines(path: Path, lines: int) -> str:
    """Orders of three lines by a tenth as many customers, over 900 days."""
    query = f"""
        SELECT
            'O' || i // 3 AS order_id, i % 3 + 1 AS line, 'C' || hash(i // 3) % {lines // 10} AS customer_id,
            DATE '2024-01-01' + (hash(i // 3 + 7) % 900)::INTEGER AS date,
            CAST((hash(i + 99) % 19900 + 100) / 100 AS DECIMAL(10, 2)) AS amount
        FROM range({lines}) numbers(i)
    """  # noqa: S608 - numbers of ours
    return copied(query, path, "HEADER")


if __name__ == "__main__":
    main()
