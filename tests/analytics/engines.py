"""The engines that statements run on: one seam over each."""

from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa

from crm_core.columns import costs, order_lines
from crm_core.store.warehouse import DuckWarehouse
from tests.analytics.ledger import costs_of, order_lines_of


class SqlWarehouse:
    """The seam of `DuckWarehouse` over one connection of a database."""

    def __init__(self, url: str, frames: dict[sa.Table, pd.DataFrame]) -> None:
        self._engine = sa.create_engine(url, poolclass=sa.StaticPool)
        self._connection = self._engine.connect()
        for table, frame in frames.items():
            self._hold(table, frame)

    def _hold(self, table: sa.Table, frame: pd.DataFrame) -> None:
        # Temporary tables, so that a shared server sees nothing of a test.
        copy = table.to_metadata(sa.MetaData())
        copy._prefixes = ["TEMPORARY"]
        copy.create(self._connection)
        if len(frame):
            rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
            self._connection.execute(copy.insert(), rows)

    def derive(self, table: sa.Table, rows) -> None:
        self._hold(table, rows())

    def frame(self, statement: sa.Select[Any]) -> pd.DataFrame:
        return pd.read_sql(statement, self._connection)

    def close(self) -> None:
        self._connection.close()
        self._engine.dispose()


def opened(engine: str, folder: Path, lines, marketing=()):
    """A warehouse over these lines and costs on ``duckdb`` (files in ``folder``), or on the database of an address."""
    frames = {order_lines: order_lines_of(lines), costs: costs_of(list(marketing))}
    if engine != "duckdb":
        return SqlWarehouse(engine, frames)
    files = {table.name: [str(folder / f"{table.name}.parquet")] for table in frames}
    for table, frame in frames.items():
        frame.to_parquet(files[table.name][0])
    return DuckWarehouse(files)
