"""Every statement runs on each engine at hand, and must give the same rows on all of them."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from crm_core.columns import costs, order_lines
from crm_core.store.warehouse import DuckWarehouse
from tests.analytics.ledger import costs_of, order_lines_of

POSTGRES = os.environ.get("CRM_DATABASE_URL", "")
ENGINES = ["duckdb", "sqlite", *(["postgresql"] if POSTGRES.startswith("postgresql") else [])]


class SqlWarehouse:
    """The seam of `DuckWarehouse` over one connection of a database."""

    def __init__(self, url: str, frames: dict[sa.Table, pd.DataFrame]) -> None:
        self._engine = sa.create_engine(url, poolclass=sa.StaticPool)
        self._connection = self._engine.connect()
        for table, frame in frames.items():
            # Temporary tables, so that a shared server sees nothing of a test.
            copy = table.to_metadata(sa.MetaData())
            copy._prefixes = ["TEMPORARY"]
            copy.create(self._connection)
            if len(frame):
                rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
                self._connection.execute(copy.insert(), rows)

    def frame(self, statement: sa.Select[Any]) -> pd.DataFrame:
        return pd.read_sql(statement, self._connection)

    def close(self) -> None:
        self._connection.close()
        self._engine.dispose()


@pytest.fixture(params=ENGINES)
def warehouse(request, tmp_path) -> Iterator[Callable[..., Any]]:
    """``warehouse(lines, costs)``: something whose ``.frame(statement)`` gives the rows, on one of the engines."""
    opened = []

    def build(lines: list[dict[str, Any]], marketing: list[dict[str, Any]] = ()):
        frames = {order_lines: order_lines_of(lines), costs: costs_of(marketing)}
        if request.param == "duckdb":
            files = {table.name: [str(tmp_path / f"{table.name}.parquet")] for table in frames}
            for table, frame in frames.items():
                frame.to_parquet(files[table.name][0])
            opened.append(DuckWarehouse(files))
        else:
            opened.append(SqlWarehouse("sqlite://" if request.param == "sqlite" else POSTGRES, frames))
        return opened[-1]

    yield build
    for one in opened:
        one.close()
