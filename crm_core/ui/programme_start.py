"""What the fields of the Programmes page begin with, and where each value comes from, in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from crm_core.analytics import Filters
from crm_core.reports.acquisition import costs_not_by
from crm_core.reports.programmes import YearFacts
from crm_core.ui.format import Notation
from crm_core.ui.programmes import COST_OF_MARGIN

STORE = {"retention": 40.0, "margin_rate": 30.0, "sales": 100.0, "buyers": 1000.0}
"""What stands in the fields until somebody knows better."""
MORE_KEPT = 10.0
"""The programme to begin with: ten points more are kept, for `COST_OF_MARGIN`."""
KNOWN_ENOUGH = 0.95


@dataclass(frozen=True)
class Start:
    """What a field begins with, in the unit of the field, and where that comes from."""

    value: float
    words: str
    from_data: bool = False

    def is_shown(self, value: float | None) -> bool:
        """Whether the field still holds what the data say."""
        return self.from_data and value == self.value

    def said(self, value: float | None) -> str:
        """The origin of ``value``: the data, or somebody's assumption."""
        if self.is_shown(value):
            return f"From your data: {self.words}."
        return f"Assumption. {'Your data' if self.from_data else 'Why'}: {self.words}."


@dataclass(frozen=True)
class _Words:
    """How the year of the facts, and what was counted in it, is written."""

    notation: Notation
    until: str
    within: Filters

    @property
    def counted(self) -> str:
        """What is left out, as the end of a sentence; empty of all orders."""
        chosen = ", ".join(self.within.chosen())
        return f"; only orders of {chosen} count" if chosen else ""

    @property
    def costs(self) -> str:
        """Which marketing costs are counted."""
        chosen = " and ".join(self.within.chosen())
        return f"the marketing costs that name {chosen}" if chosen else "all marketing costs"

    @property
    def no_costs(self) -> str:
        """Why no marketing costs are known."""
        if unnamed := costs_not_by(self.within):
            return f"marketing costs are not known by {' or '.join(unnamed)}"
        chosen = " and ".join(self.within.chosen())
        named = f" that name {chosen}" if chosen else ""
        return f"no marketing costs{named} of a whole year are known"

    @property
    def nobody(self) -> str:
        """That there were no customers."""
        return f"nobody bought in {self.until}{self.counted}"


def starts(facts: YearFacts, notation: Notation, within: Filters | None = None) -> dict[str, Start]:
    """Field of `Scenario` to what ``As now`` begins with; ``within`` is what the facts were read from, columns only."""
    words = _Words(notation, f"the 12 months to {notation.day(facts.until - 1)}", within or Filters())
    return {
        "buyers": _buyers(facts, words),
        "retention": _retention(facts, words),
        "sales": _sales(facts, words),
        "margin_rate": _margin(facts, words),
        "yearly_cost": _yearly(facts, words),
        "acquisition_cost": _acquisition(facts, words),
    }


def _buyers(facts: YearFacts, words: _Words) -> Start:
    if not facts.customers:
        return Start(STORE["buyers"], words.nobody)
    bought = f"{words.notation.number(facts.customers)} bought in {words.until}{words.counted}"
    return Start(float(facts.customers), bought, from_data=True)


def _retention(facts: YearFacts, words: _Words) -> Start:
    share, notation = facts.retention, words.notation
    if facts.before is None:
        return Start(STORE["retention"], "retention takes two years of orders, there are fewer")
    if share is None:
        nobody = f"nobody bought in the year to {notation.day(facts.since - 1)}{words.counted}"
        return Start(STORE["retention"], nobody)
    ends = " to ".join(notation.share(end) for end in (share.low, share.high))
    said = (
        f"{notation.number(facts.kept or 0)} of {notation.number(facts.before)} customers of the year to "
        f"{notation.day(facts.since - 1)} bought again in the next (95% range {ends}){words.counted}"
    )
    return Start(round(share.estimate * 100, 1), said, from_data=True)


def _sales(facts: YearFacts, words: _Words) -> Start:
    if not facts.whole:
        return Start(STORE["sales"], "spend takes a whole year of orders")
    if facts.spend_cents is None:
        return Start(STORE["sales"], words.nobody)
    count = words.notation.number(facts.customers)
    said = f"paid less returned by {count} customers in {words.until}{words.counted}"
    return Start(round(facts.spend_cents / 100, 2), said, from_data=True)


def _margin(facts: YearFacts, words: _Words) -> Start:
    if facts.margin_rate is None or facts.known_cost_share is None:
        return Start(STORE["margin_rate"], f"no cost of goods is known{words.counted}")
    said = f"cost known for {words.notation.share(facts.known_cost_share, 0)} of the sales of {words.until}"
    if facts.known_cost_share < KNOWN_ENOUGH:
        said += "; the rest is assumed to earn the same"
    return Start(round(facts.margin_rate * 100, 1), f"{said}{words.counted}", from_data=True)


def _yearly(facts: YearFacts, words: _Words) -> Start:
    each = facts.marketing_per_customer
    if facts.marketing_cents is None or not facts.whole:
        return Start(0.0, words.no_costs)
    if each is None:
        return Start(0.0, words.nobody)
    count = words.notation.number(facts.customers)
    said = f"{words.costs} of {words.until} by {count} customers{words.counted}"
    return Start(round(each / 100, 2), said, from_data=True)


def _acquisition(facts: YearFacts, words: _Words) -> Start:
    said = "these customers are won already"
    if facts.marketing_per_new is not None:
        per, count = words.notation.money(facts.marketing_per_new), words.notation.number(facts.new)
        said += f"; {per} of {words.costs} fell on each of {count} new ones in {words.until}{words.counted}"
    return Start(0.0, said)


def programme_starts(now: Mapping[str, Start]) -> dict[str, Start]:
    """The fields in which the programme differs to begin with; all others are as now until filled in."""
    kept, margin = now["retention"].value, now["sales"].value * now["margin_rate"].value / 100
    dearer = round(now["yearly_cost"].value + COST_OF_MARGIN * max(margin, 0), 2)
    return {
        "retention": Start(round(min(kept + MORE_KEPT, 100.0), 1), "ten points more are kept; try what you believe"),
        "yearly_cost": Start(dearer, "a twentieth of a customer's yearly margin more; enter what it costs"),
    }
