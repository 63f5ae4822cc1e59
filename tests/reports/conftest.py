"""Warehouses over order lines drawn by hand and over the CDNOW log."""

import pytest

from crm_core.reports.value import fitted, tested
from crm_core.store.warehouse import DuckWarehouse
from tests.analytics.ledger import costs_of, order_lines_of
from tests.reports.cdnow import AS_OF, cdnow_lines


@pytest.fixture
def warehouse(tmp_path):
    """``warehouse(lines, costs)``: the lines and costs of ``tests.analytics.ledger``, ready to be asked."""

    def build(lines, costs=()):
        files = {"order_lines": order_lines_of(lines), "costs": costs_of(list(costs))}
        for name, frame in files.items():
            frame.to_parquet(tmp_path / f"{name}.parquet")
        return DuckWarehouse({name: [str(tmp_path / f"{name}.parquet")] for name in files})

    return build


@pytest.fixture(scope="session")
def cdnow(tmp_path_factory):
    path = tmp_path_factory.mktemp("cdnow") / "lines.parquet"
    cdnow_lines().to_parquet(path)
    return DuckWarehouse({"order_lines": [str(path)]})


@pytest.fixture(scope="session")
def value(cdnow):
    """The model of the CDNOW log by weeks, with its backtest."""
    return tested(cdnow, fitted(cdnow, as_of_day=AS_OF, period="week"), horizon_days=90)
