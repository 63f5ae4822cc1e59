"""Which order lines a page looks at."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import sqlalchemy as sa

from crm_core.analytics.period import day_name
from crm_core.analytics.purchase import first_days
from crm_core.columns import customer_segments, order_lines

COLUMNS = {
    "channels": ("channel", order_lines.c.channel),
    "sources": ("source", order_lines.c.source),
    "regions": ("region", order_lines.c.region),
    "brands": ("brand", order_lines.c.brand),
    "models": ("model", order_lines.c.model),
    "categories": ("category", order_lines.c.category),
    "products": ("product", order_lines.c.product),
}
"""Field of `Filters` to its word and column."""


@dataclass(frozen=True)
class Filters:
    """Bounds on order lines. An empty tuple means all, also lines where the column is not stated.

    The first purchase of a customer is always taken over all history, before any filter.
    """

    since: int | None = None
    """First day in, as a day number."""
    until: int | None = None
    """First day out."""
    channels: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    """Orders of the customers in one of these segments at the end of the data, whatever the dates.

    Anonymous orders then have no place, nor have customers who only returned.
    """
    acquired: tuple[int, int] | None = None
    """Orders of the customers whose first purchase over all history lies from the first of these days to before the
    second."""

    def where(self) -> list[sa.ColumnElement[bool]]:
        """Clauses over `crm_core.columns.order_lines`."""
        clauses: list[sa.ColumnElement[bool]] = []
        if self.since is not None:
            clauses.append(order_lines.c.day >= self.since)
        if self.until is not None:
            clauses.append(order_lines.c.day < self.until)
        if self.segments:
            clauses.append(order_lines.c.customer_id.in_(_customers_in(self.segments)))
        if self.acquired:
            clauses.append(order_lines.c.customer_id.in_(_new_customers(*self.acquired)))
        return clauses + [
            column.in_(getattr(self, name)) for name, (_, column) in COLUMNS.items() if getattr(self, name)
        ]

    def previous(self) -> "Filters | None":
        """The same filters over the period of equal length just before; None when a bound is open."""
        if self.since is None or self.until is None:
            return None
        return replace(self, since=2 * self.since - self.until, until=self.since)

    def words(self, day: Callable[[int], str] = day_name) -> str:
        """The filters as a sentence without a full stop; ``day`` writes a day number."""
        return "; ".join([self._dates(day), *self.chosen(day)])

    def chosen(self, day: Callable[[int], str] = day_name) -> list[str]:
        """What is chosen besides dates, a phrase per column: ``brand Nord or Sud``."""
        columns = [
            f"{word} {' or '.join(getattr(self, name))}" for name, (word, _) in COLUMNS.items() if getattr(self, name)
        ]
        if self.acquired:
            first, out = self.acquired
            columns.append(f"customers who first bought from {day(first)} to {day(out - 1)}")
        if not self.segments:
            return columns
        named = " or ".join(self.segments)
        return [*columns, f"customers in segment {named} at the end of the data, without anonymous orders"]

    def _dates(self, day: Callable[[int], str]) -> str:
        if self.since is None and self.until is None:
            return "All orders"
        if self.since is None:
            return f"Orders up to {day(self.until - 1)}"  # type: ignore[operator]
        if self.until is None:
            return f"Orders from {day(self.since)}"
        return f"Orders from {day(self.since)} to {day(self.until - 1)}"


def _new_customers(since: int, until: int) -> sa.Select[tuple[str]]:
    return sa.select(first_days(since, until).subquery().c.customer_id)


def _customers_in(segments: tuple[str, ...]) -> sa.Select[tuple[str]]:
    return sa.select(customer_segments.c.customer_id).where(customer_segments.c.segment.in_(segments))
