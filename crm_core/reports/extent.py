"""How far the order lines reach, and which values there are to filter by."""

from dataclasses import dataclass
from datetime import date

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
}
"""Field of `Filters` to the column of the order lines it bounds, for the filters that pages offer."""


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
    """Field of `Filters` to the values that occur, in alphabetical order; an empty tuple where none is stated."""
    columns = {field: order_lines.c[name] for field, name in FILTERED.items()}
    values = {
        field: warehouse.frame(select(column.label("value")).where(column.is_not(None)).distinct()).value
        for field, column in columns.items()
    }
    return {field: tuple(sorted(found, key=str.casefold)) for field, found in values.items()}
