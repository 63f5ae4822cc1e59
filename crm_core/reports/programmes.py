"""What the data say about the assumptions of a programme: the last 12 months, and the 12 before."""

from dataclasses import dataclass, replace

import pandas as pd

from crm_core.analytics import Filters, among, key_figures, marketing_costs, months_before, period_figures
from crm_core.analytics.key_figures import buyers
from crm_core.analytics.programme import known_sales
from crm_core.models.interval import Interval
from crm_core.models.proportion import wilson
from crm_core.reports.acquisition import costs_not_by
from crm_core.reports.overview import is_covered
from crm_core.store.warehouse import Warehouse


@dataclass(frozen=True)
class YearFacts:
    """The last 12 months before the end of the data. None says that the data do not tell."""

    since: int
    until: int
    """First day not in it."""
    whole: bool
    """Whether the data cover all of it; a part of a year would read as little spending."""
    customers: int
    """Known customers who bought in it."""
    before: int | None
    """Who bought in the 12 months before; None when the data do not reach back that far."""
    kept: int | None
    """Of these, who bought again in the last 12 months."""
    new: int
    """Of ``customers``, those whose first purchase over all history lies in it."""
    spend_cents: float | None
    """Paid less returned by known customers, per customer who bought."""
    margin_rate: float | None
    """Margin over sales of known customers, of the lines whose cost is known."""
    known_cost_share: float | None
    marketing_cents: int | None
    """All marketing costs of the year; None when no costs were imported for it."""

    @property
    def retention(self) -> Interval | None:
        """Share of the customers of the year before who bought again, with Wilson's interval."""
        return None if self.before is None or self.kept is None else wilson(self.kept, self.before)

    @property
    def marketing_per_customer(self) -> float | None:
        """Marketing costs in cents per customer who bought."""
        return None if self.marketing_cents is None or not self.customers else self.marketing_cents / self.customers

    @property
    def marketing_per_new(self) -> float | None:
        """All marketing costs in cents per new customer: the most that winning one can have cost."""
        return None if self.marketing_cents is None or not self.new else self.marketing_cents / self.new


def year_facts(warehouse: Warehouse, *, first_day: int, as_of_day: int, within: Filters | None = None) -> YearFacts:
    """The facts of the 12 months before ``as_of_day``; ``first_day`` is that of the data.

    ``within`` (columns only) leaves the orders, and the costs, that state what is chosen.
    """
    year = last_year(as_of_day, within)
    before = year_before(as_of_day, within)
    people, sales = key_figures(warehouse.frame(period_figures(year))), warehouse.frame(known_sales(year)).iloc[0]
    spent = 0 if costs_not_by(year) else int(warehouse.frame(marketing_costs(filters=year)).marketing_cents.sum())
    # A return can fall into a later period than its sale, so what is covered is compared before returns.
    covered, paid = int(sales.covered_cents), int(sales.cents + sales.returns_cents)
    known_net = int(sales.margin_cents + sales.known_cost_cents)
    kept = _kept(warehouse, year, before) if is_covered(before, from_day=first_day) else None
    return YearFacts(
        since=year.since or 0,
        until=as_of_day,
        whole=is_covered(year, from_day=first_day),
        customers=people.active_customers,
        before=kept[0] if kept else None,
        kept=kept[1] if kept else None,
        new=people.new_customers,
        spend_cents=int(sales.cents) / people.active_customers if people.active_customers else None,
        margin_rate=int(sales.margin_cents) / known_net if covered and known_net > 0 else None,
        known_cost_share=covered / paid if paid else None,
        marketing_cents=spent or None,
    )


def last_year(as_of_day: int, within: Filters | None = None) -> Filters:
    """The 12 calendar months before ``as_of_day``, of the columns ``within``."""
    return replace(within or Filters(), since=months_before(as_of_day, 12), until=as_of_day)


def year_before(as_of_day: int, within: Filters | None = None) -> Filters:
    """The 12 calendar months before `last_year`: 365 days would leave one out in four years."""
    start, end = (months_before(as_of_day, months) for months in (24, 12))
    return replace(within or Filters(), since=start, until=end)


def _kept(warehouse: Warehouse, year: Filters, before: Filters) -> tuple[int, int]:
    start, kept = (set(warehouse.frame(buyers(period)).customer_id) for period in (before, year))
    return len(start), len(start & kept)


def kept_and_lost(warehouse: Warehouse, *, as_of_day: int, within: Filters | None = None) -> pd.DataFrame:
    """Customers of the 12 months before last, a row each: ``customer_id`` and ``kept``, whether they bought again."""
    year = last_year(as_of_day, within)
    before = replace(year, since=months_before(as_of_day, 24), until=year.since)
    ids, again = (warehouse.frame(buyers(period)).customer_id for period in (before, year))
    return pd.DataFrame({"customer_id": ids, "kept": among(ids, again)})
