"""How far the order lines reach, and which values there are to filter by."""

from dataclasses import dataclass
from datetime import date

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import func, select

from crm_core.analytics import date_of
from crm_core.columns import order_lines
from crm_core.store.warehouse import Warehouse

FILTERED = {
    "channels": "channel",
    "sources": "source",
    "regions": "region",
    "brands": "brand",
    "categories": "category",
    "products": "product",
}
"""Field of `Filters` to the column of the order lines it bounds, for the filters that pages offer."""

OFFERED = 300
"""Values of a column at most: all products of a large shop would be sent to the browser at every run."""


@dataclass(frozen=True)
class Extent:
    """The days that the order lines cover."""

    first_day: int
    last_day: int
    lines: int

    @property
    def as_of_day(self) -> int:
        """The first day not seen: the day after the last line, never today."""
        return self.last_day + 1

    @property
    def as_of(self) -> date:
        """The same as a date."""
        return date_of(self.as_of_day)


def extent(warehouse: Warehouse) -> Extent | None:
    """The extent of all order lines; None when there are none."""
    days = order_lines.c.day
    measures = {"first_day": func.min(days), "last_day": func.max(days), "lines": func.count(days)}
    statement = select(*[measure.label(name) for name, measure in measures.items()])
    row = warehouse.frame(statement).iloc[0]
    return Extent(int(row.first_day), int(row.last_day), int(row.lines)) if row.lines else None


def choices(warehouse: Warehouse) -> dict[str, tuple[str, ...]]:
    """Field of `Filters` to the values that occur, in alphabetical order; an empty tuple where none is stated.

    Of more than `OFFERED` values, those that stand in most lines.
    """
    found = {field: _most_frequent(warehouse, order_lines.c[name]) for field, name in FILTERED.items()}
    return {field: tuple(sorted(values, key=str.casefold)) for field, values in found.items()}


def _most_frequent(warehouse: Warehouse, column: sa.ColumnElement[str]) -> "pd.Series[str]":
    often = func.count().desc()
    counted = select(column.label("value")).where(column.is_not(None)).group_by(column).order_by(often, column)
    return warehouse.frame(counted.limit(OFFERED)).value
