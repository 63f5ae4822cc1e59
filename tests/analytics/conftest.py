"""Every statement runs on each engine at hand, and must give the same rows on all of them."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.analytics.engines import opened

POSTGRES = os.environ.get("CRM_DATABASE_URL", "")
ENGINES = {"duckdb": "duckdb", "sqlite": "sqlite://"}
if POSTGRES.startswith("postgresql"):
    ENGINES["postgresql"] = POSTGRES


@pytest.fixture(params=ENGINES)
def warehouse(request, tmp_path) -> Iterator[Callable[..., Any]]:
    """``warehouse(lines, costs)``: something whose ``.frame(statement)`` gives the rows, on one of the engines."""
    built = []

    def build(lines: list[dict[str, Any]], marketing: list[dict[str, Any]] = ()):
        built.append(opened(ENGINES[request.param], tmp_path, lines, marketing))
        return built[-1]

    yield build
    for one in built:
        one.close()
