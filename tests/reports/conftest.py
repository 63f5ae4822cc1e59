"""A warehouse over order lines drawn by hand."""

import pytest

from crm_core.store.warehouse import DuckWarehouse
from tests.analytics.ledger import costs_of, order_lines_of


@pytest.fixture
def warehouse(tmp_path):
    """``warehouse(lines, costs)``: the lines and costs of ``tests.analytics.ledger``, ready to be asked."""

    def build(lines, costs=()):
        files = {"order_lines": order_lines_of(lines), "costs": costs_of(list(costs))}
        for name, frame in files.items():
            frame.to_parquet(tmp_path / f"{name}.parquet")
        return DuckWarehouse({name: [str(tmp_path / f"{name}.parquet")] for name in files})

    return build
