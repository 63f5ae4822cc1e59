"""From which year and which orders the Programmes page reads its assumptions, and with which year it compares them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from zlib import crc32

import pandas as pd
import streamlit as st

from crm_core.analytics import Filters, months_before, relative_change
from crm_core.reports.extent import Extent
from crm_core.reports.programmes import YearFacts
from crm_core.ui import as_of, filters
from crm_core.ui.figures import signed_points, signed_share
from crm_core.ui.format import Notation

COLUMNS = ("channels", "sources", "regions", "brands", "categories", "products")
"""Not segments: who is in a good segment now was kept, by definition."""
FACTS = "What your data say"
"""The one card that compares."""
IN_NAME = 80
"""Characters that the filters may take in the name of an audience or of a file."""


@dataclass(frozen=True)
class Scope:
    """What the assumptions are read from."""

    standing: as_of.AsOf
    within: Filters
    """Columns only."""
    compared: str
    """Which years `FACTS` compares, or why none, as a sentence without a full stop."""

    @property
    def whom(self) -> str:
        """Whose orders count, as a sentence without a full stop."""
        return f"Only orders of {', '.join(self.within.chosen())}" if self.within != Filters() else "All customers"

    @property
    def words(self) -> str:
        """As sentences, the last without a full stop."""
        return f"{self.standing.words}. {self.whom}"

    @property
    def suffix(self) -> str:
        """A name of what is chosen, for the keys of fields; empty for all orders to the end of the data."""
        chosen = "" if self.within == Filters() else f"-{self._mark}"
        return f"{self.standing.suffix}{chosen}"

    def audience_name(self, which: str, notation: Notation) -> str:
        """A name that no other group, day or filters have: an audience saved under a name takes the place of its like.

        ``which`` is one of `programmes.PEOPLE`.
        """
        return ", ".join([which, notation.day(self.standing.day - 1), *self._filters])

    def file_subject(self, which: str) -> str:
        """What the file of their list is called after."""
        return " ".join(["retention customers", which, *self._filters])

    @property
    def _filters(self) -> list[str]:
        """The filters for a name: with a mark where they are cut off, or could be read as others."""
        chosen = self.within.chosen()
        said, values = ", ".join(chosen), [value for name in COLUMNS for value in getattr(self.within, name)]
        is_clear = len(said) <= IN_NAME and not any(re.search(r"\bor\b|,|\s\s", value) for value in values)
        return chosen if is_clear else [said[:IN_NAME].rstrip(), self._mark]

    @property
    def _mark(self) -> str:
        return f"{crc32(repr(self.within).encode()):08x}"


def choose(*, extent: Extent, choices: Mapping[str, tuple[str, ...]], notation: Notation) -> Scope:
    """The widgets of the day and of the columns, drawn where the page stands."""
    standing = as_of.choose("programmes", extent=extent, notation=notation)
    with st.popover("Filters", icon=":material/tune:", key="programmes.filters"):
        within = filters.chosen_columns("programmes", {name: choices[name] for name in COLUMNS if name in choices})
    return Scope(standing, within, years_compared(standing, notation))


def years_compared(standing: as_of.AsOf, notation: Notation) -> str:
    """Which 12 months stand beside which, and what the two have in common; or why there is nothing beside them."""
    if standing.before_day is None:
        return f"'{FACTS}' is {standing.comparison}"
    ends = [f"the 12 months to {notation.day(day - 1)}" for day in (standing.day, standing.before_day)]
    said, since = f"'{FACTS}' compares {' with '.join(ends)}", months_before(standing.day, 12)
    if since < standing.before_day:
        said += f"; both hold the days from {notation.day(since)} to {notation.day(standing.before_day - 1)}"
    if months_before(standing.before_day, 12) < standing.extent.first_day:
        said += f"; the data begin only on {notation.day(standing.extent.first_day)}"
    return said


def facts_table(facts: YearFacts, before: YearFacts | None, notation: Notation) -> pd.DataFrame:
    """What the data say of one year, beside an earlier one, and by how much it changed."""
    now, then = _said(facts, notation), {} if before is None else _said(before, notation)
    table = {"From your data": list(now), f"12 months to {notation.day(facts.until - 1)}": list(now.values())}
    if before is not None:
        table[f"12 months to {notation.day(before.until - 1)}"] = list(then.values())
        table["Change"] = list(_changes(facts, before, notation))
    return pd.DataFrame(table, dtype="str")


def _said(facts: YearFacts, notation: Notation) -> dict[str, str]:
    kept = facts.retention
    ends = "" if kept is None else f" ({notation.share(kept.low, 0)} to {notation.share(kept.high, 0)})"
    each = facts.marketing_per_customer if facts.whole else None
    spend = facts.spend_cents if facts.whole else None
    return {
        "Customers": notation.number(facts.customers) if facts.whole else "–",
        "Kept a year, 95% range": "–" if kept is None else f"{notation.share(kept.estimate)}{ends}",
        "Spend a year": "–" if spend is None else notation.money(spend),
        "Margin": "–" if facts.margin_rate is None else notation.share(facts.margin_rate),
        "Marketing per customer": "–" if each is None else notation.money(each),
    }


def _changes(facts: YearFacts, before: YearFacts, notation: Notation) -> list[str]:
    kept, kept_before = (one.retention.estimate if one.retention else None for one in (facts, before))
    shares = [_points(kept, kept_before, notation), _points(facts.margin_rate, before.margin_rate, notation)]
    if not (facts.whole and before.whole):
        return ["", shares[0], "", shares[1], ""]
    amounts = [
        signed_share(relative_change(now, then), notation)
        for now, then in (
            (facts.customers, before.customers),
            (facts.spend_cents, before.spend_cents),
            (facts.marketing_per_customer, before.marketing_per_customer),
        )
    ]
    return [amounts[0], shares[0], amounts[1], shares[1], amounts[2]]


def _points(now: float | None, then: float | None, notation: Notation) -> str:
    return signed_points(None if now is None or then is None else now - then, notation)
