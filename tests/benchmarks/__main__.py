"""``make bench``: prints every comparison; nothing here fails a test, since machines differ."""

import tempfile
from pathlib import Path

import numpy as np

from tests.benchmarks.measure import cost, row

CUSTOMERS = "200000"
LINES = 1_000_000


def main() -> None:
    print(f"Value models, {int(CUSTOMERS):,} simulated customers, daily")
    print(
        row(
            "BG/NBD fit", cost("purchases-ours", CUSTOMERS), "lifetimes", cost("purchases-lifetimes", CUSTOMERS, runs=1)
        )
    )
    print(
        row("Gamma-Gamma fit", cost("spend-ours", CUSTOMERS), "lifetimes", cost("spend-lifetimes", CUSTOMERS, runs=1))
    )
    print(f"Import of a CSV of {LINES:,} order lines, checked and committed")
    with tempfile.TemporaryDirectory() as folder:
        file = _order_lines(Path(folder) / "lines.csv")
        bare = cost("import-bare-read", file)
        ours = cost("import-ours", file, f"{folder}/home", runs=1)
        print(row("import", ours, "pandas + to_sql", cost("import-pandas", file, folder, runs=1)))
        print(
            f"{'':34} {ours.wall_s / bare.wall_s:7.1f}x the wall time of DuckDB's bare typed read ({bare.wall_s:.3f} s)"
        )


def _order_lines(path: Path) -> str:
    rng = np.random.default_rng(1)
    order, line = np.divmod(np.arange(LINES), 3)
    customer = rng.integers(0, LINES // 10, LINES)[order]
    day = np.datetime64("2024-01-01") + rng.integers(0, 900, LINES)[order]
    cents = rng.integers(100, 20_000, LINES)
    with path.open("w", encoding="utf-8") as file:
        file.write("order_id,line,customer_id,date,amount\n")
        file.writelines(
            f"O{o},{k + 1},C{c},{d},{a / 100:.2f}\n"
            for o, k, c, d, a in zip(order, line, customer, day, cents, strict=True)
        )
    return str(path)


if __name__ == "__main__":
    main()
