"""The purchase summary from a Parquet file of order lines: ours, lifetimes and plain polars."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from tests.benchmarks.generated import copied
from tests.benchmarks.measure import alternately, cost, row

LAST_DAY = 19_723 + 899
"""No generated line is later; 19,723 is 1 January 2024."""
WITH_LIFETIMES = 10_000_000
NUMBERS = ["frequency", "recency", "T", "monetary_value"]


def written(path: Path, lines: int, customers: int) -> str:
    """A file as an import leaves it: orders of three lines over 900 days, one line in fifty a return.

    Customers come at any time, buy at rates and of amounts of their own, and leave early, later or never: where all
    were alike, no value model would be shown.
    """
    # An order falls to a customer by their rate, and again to another one when that one had left by then.
    draws = [f"floor({customers} * 2 * pow(hash(i // 3 + {at}) % 1000003 / 1000003, 1.4))::BIGINT" for at in range(5)]
    stays = "[60, 400, 1000][(hash({} + 2) % 3)::INT + 1]"
    met = [
        f"CASE WHEN hash(i // 3 + {at + 50}) % 1000 < {stays.format(each)} THEN {each} END"
        for at, each in enumerate(draws)
    ]
    query = f"""
        SELECT
            'O' || o AS order_id, line::INTEGER AS line, 'C' || c AS customer_id, day,
            (12 * year(DATE '1970-01-01' + day) + month(DATE '1970-01-01' + day) - 1)::INTEGER AS month,
            'P' || p AS product_id, 'Product ' || p AS product, 'Brand ' || p % 20 AS brand,
            'Category ' || p % 8 AS category, sign(cents)::DOUBLE AS quantity, cents AS amount_cents,
            abs(cents) // 10 AS discount_cents, cents * 6 // 10 AS cost_cents, 'EUR' AS currency,
            'Channel ' || hash(o + 3) % 4 AS channel, 'Source ' || hash(o + 5) % 5 AS source,
            'Region ' || hash(c) % 20 AS region, 'paid' AS status, 1::INTEGER AS import_id
        FROM (
            SELECT
                *, (900 - born) * {stays.format("c")} // 1000 AS life,
                ({LAST_DAY} - 899 + born + hash(o + 7) % life)::INTEGER AS day
            FROM (
                SELECT
                    i // 3 AS o, i % 3 + 1 AS line, hash(i + 11) % 500 AS p,
                    coalesce({", ".join([*met, draws[0]])}) AS c, hash(c + 1) % 700 AS born,
                    (hash(i + 99) % 9900 + 100)::BIGINT * (hash(c + 4) % 9 + 1) // 2
                    * CASE WHEN hash(i + 17) % 50 = 0 THEN -1 ELSE 1 END AS cents
                FROM range({lines}) numbers(i)
            )
        )
    """  # noqa: S608 - numbers of ours
    return copied(query, path, "FORMAT parquet")


def ours(file: str, *, everything: bool = False) -> Callable[[], pd.DataFrame]:
    """The way of the pages: the statement on the warehouse, finished in pandas.

    With ``everything``, from the statement that also gives orders, returns and margin.
    """
    from crm_core.analytics import customer_totals, purchase_totals
    from crm_core.models.summary import from_totals
    from crm_core.store.warehouse import DuckWarehouse

    statement = (customer_totals if everything else purchase_totals)(until_day=LAST_DAY + 1)

    def run() -> pd.DataFrame:
        warehouse = DuckWarehouse({"order_lines": [file]})
        return from_totals(warehouse.frame(statement), as_of_day=LAST_DAY + 1)

    return run


def polars(file: str) -> Callable[[], Any]:
    """The same question, lazily over the same file: the same lines are left out, and by as few comparisons."""
    import polars as pl

    day, cents, status = pl.col("day"), pl.col("amount_cents"), pl.col("status")
    counts = status.is_null() | ~status.is_in(["cancelled", "returned"])
    purchases = pl.scan_parquet(file).filter(
        cents >= 0, pl.col("customer_id").is_not_null(), day < LAST_DAY + 1, counts
    )
    totals = (
        purchases.group_by("customer_id", "day")
        .agg(cents.sum())
        .group_by("customer_id")
        .agg(
            first=day.min(),
            last=day.max(),
            frequency=pl.len().cast(pl.Int64) - 1,
            repeat=cents.sum() - cents.get(day.arg_min()),
        )
    )
    mean = pl.when(pl.col("frequency") > 0).then(pl.col("repeat") / pl.col("frequency")).otherwise(0.0)
    return totals.select(
        "customer_id",
        "frequency",
        recency=(pl.col("last") - pl.col("first")).cast(pl.Float64),
        T=(LAST_DAY - pl.col("first")).cast(pl.Float64),
        monetary_value=mean,
    ).collect


def theirs(lifetimes: Any, file: str) -> Callable[[], pd.DataFrame]:
    """lifetimes, over purchases that already lie in memory in the types it wants."""
    query = (
        "SELECT customer_id, (DATE '1970-01-01' + day)::TIMESTAMP AS date, amount_cents::DOUBLE AS amount"
        " FROM read_parquet(?) WHERE amount_cents >= 0"
    )
    purchases = duckdb.connect().execute(query, [file]).df()
    end = pd.Timestamp("1970-01-01") + pd.Timedelta(days=LAST_DAY)
    return lambda: lifetimes.utils.summary_data_from_transaction_data(
        purchases, "customer_id", "date", monetary_value_col="amount", observation_period_end=end
    )


def agreed(lifetimes: Any, file: str) -> Callable[[], None]:
    """Fail unless each way gives every customer the same four numbers, to 1e-9."""

    def run() -> None:
        own = _sorted(ours(file)())
        others = (
            ours(file, everything=True)(),
            pd.DataFrame(polars(file)().to_dict(as_series=False)),
            theirs(lifetimes, file)().reset_index(),
        )
        for other in map(_sorted, others):
            assert list(own.index) == list(other.index)
            np.testing.assert_allclose(own, other, rtol=1e-9, atol=0)

    return run


def _sorted(summary: pd.DataFrame) -> pd.DataFrame:
    return summary.set_index("customer_id")[NUMBERS].astype("float64").sort_index()


def compared(folder: Path, lines: int) -> None:
    """The limits are 8 times faster than lifetimes and no slower than polars.

    lifetimes needs all purchases in memory, so it takes no part beyond ten million lines.
    """
    print(f"Purchase summary of {lines:,} order lines of {lines // 20:,} customers, from Parquet to pandas")
    small = min(lines, 1_000_000)
    cost("summary-agreed", written(folder / "small.parquet", small, small // 20), runs=1)
    file = written(folder / "lines.parquet", lines, lines // 20)
    runs = 5 if lines <= WITH_LIFETIMES else 1
    # In turns: they are so close to one another that what the machine does in between would decide.
    own, other = alternately(("summary-ours", file), ("summary-polars", file), runs=runs)
    if lines <= WITH_LIFETIMES:
        print(row("purchases alone", own, "lifetimes", cost("summary-lifetimes", file, runs=1)))
    print(row("purchases alone", own, "polars", other))
    print(row("with orders, returns, margin", cost("summary-everything", file, runs=runs), "polars", other))
