"""Rules: who belongs to an audience, as data that can be stored, said in words and evaluated."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import reduce
from typing import TypeAlias

from crm_core.analytics.filters import Filters
from crm_core.analytics.period import months_before
from crm_core.errors import CampaignError


class Fact(StrEnum):
    """What a condition asks about a customer."""

    SPENT = "spent"
    """Sum of the lines in view, in cents; returns lower it."""
    LARGEST_ORDER = "largest order"
    """The largest single order in view, in cents."""
    ORDERS = "orders"
    """Number of orders in view."""
    DAYS_SINCE_LAST_ORDER = "days since last order"
    """Days from the last purchase in view to the day of asking."""
    DAYS_SINCE_FIRST_ORDER = "days since first order"
    """The same from the first purchase in view: with a window, the first within it."""
    SEGMENT = "segment"
    """RFM segment; the caller knows who is in it."""
    PROFILE = "profile"
    """A field of the customer's record, named by ``field``; the caller knows who has it."""


MONEY_FACTS = frozenset({Fact.SPENT, Fact.LARGEST_ORDER})
CALLER_FACTS = frozenset({Fact.SEGMENT, Fact.PROFILE})


class Operator(StrEnum):
    """How a fact is compared."""

    MORE_THAN = "more than"
    """Strictly: more than 50 leaves exactly 50.00 out."""
    AT_LEAST = "at least"
    AT_MOST = "at most"
    BETWEEN = "between"
    """Both ends are in."""
    ONE_OF = "one of"


EVERYTHING = Filters()


@dataclass(frozen=True)
class Condition:
    """One question about a customer, over the purchases in view.

    Customers without any purchase in view satisfy no condition on purchases, whatever the operator;
    `Not` turns a condition round.
    """

    fact: Fact
    operator: Operator
    values: tuple[int, ...] | tuple[str, ...]
    """One number; two for `Operator.BETWEEN`; texts for `Operator.ONE_OF`. Money is in cents."""
    last_months: int | None = None
    """Window of calendar months up to the day of asking."""
    last_days: int | None = None
    """Window of days up to the day of asking."""
    within: Filters = EVERYTHING
    """Purchases in view: channels, regions, brands, models, categories, products; fixed dates as well."""
    field: str = ""
    """Column of the customer's record, for `Fact.PROFILE`."""

    def __post_init__(self) -> None:
        """Refuse what cannot be evaluated."""
        by_text = self.operator is Operator.ONE_OF
        if by_text != (self.fact in CALLER_FACTS):
            raise CampaignError(f"'{self.fact}' cannot be compared with '{self.operator}'. Choose another comparison.")
        if not self.values or (not by_text and len(self.values) != (2 if self.operator is Operator.BETWEEN else 1)):
            raise CampaignError(f"The condition on '{self.fact}' has no value to compare with. Fill it in.")
        if not all(isinstance(value, str if by_text else int) for value in self.values):
            raise CampaignError(f"'{self.values[0]}' cannot be compared with '{self.fact}'. Correct the value.")
        if (self.fact is Fact.PROFILE) != bool(self.field):
            raise CampaignError("A condition on the customer's record needs the name of a field, others do not.")
        _check_view(self.within)

    @property
    def in_engine(self) -> bool:
        """Whether order lines alone answer it (`audience.matching`); otherwise the caller does."""
        return self.fact not in CALLER_FACTS

    def view(self, as_of_day: int) -> Filters:
        """The purchases in view, with the window as days; ``as_of_day`` is the first day not seen."""
        starts = [
            *([self.within.since] if self.within.since is not None else []),
            *([months_before(as_of_day, self.last_months)] if self.last_months else []),
            *([as_of_day - self.last_days] if self.last_days else []),
        ]
        until = as_of_day if self.within.until is None else min(as_of_day, self.within.until)
        return replace(self.within, since=max(starts, default=None), until=until)


def _check_view(within: Filters) -> None:
    # A campaign asks a warehouse that knows no segments.
    if within.segments:
        raise CampaignError("Purchases have no segment, customers have. Add a condition on the segment instead.")


@dataclass(frozen=True)
class AllOf:
    """Customers whom every rule takes; without rules, everyone."""

    rules: "tuple[Rule, ...]"


@dataclass(frozen=True)
class AnyOf:
    """Customers whom at least one rule takes; without rules, nobody."""

    rules: "tuple[Rule, ...]"


@dataclass(frozen=True)
class Not:
    """Customers whom the rule does not take."""

    rule: "Rule"


Rule: TypeAlias = Condition | AllOf | AnyOf | Not


def buyers_within(filters: Filters) -> tuple[Condition, ...]:
    """The conditions that all hold of the customers whom a page shows within ``filters``; none of all orders."""
    asked, purchases = [], replace(filters, segments=())
    if filters.segments:
        asked.append(Condition(Fact.SEGMENT, Operator.ONE_OF, filters.segments))
    if purchases != EVERYTHING:
        asked.append(Condition(Fact.ORDERS, Operator.AT_LEAST, (1,), within=purchases))
    return tuple(asked)


def conditions(rule: Rule) -> list[Condition]:
    """Every different condition of ``rule``, in order."""
    match rule:
        case Condition():
            return [rule]
        case Not():
            return conditions(rule.rule)
        case AllOf() | AnyOf():
            return list(dict.fromkeys(leaf for part in rule.rules for leaf in conditions(part)))


def combine(rule: Rule, matches: Mapping[Condition, Set[str]], *, everyone: Set[str]) -> Set[str]:
    """The customers whom ``rule`` takes, out of ``everyone``.

    Parameters
    ----------
    matches
        Customer ids that satisfy each of ``conditions(rule)``.
    everyone
        All customers there are: `Not` and an empty `AllOf` need them, and nobody else is returned.
    """
    match rule:
        case Condition():
            return matches[rule] & everyone
        case Not():
            return everyone - combine(rule.rule, matches, everyone=everyone)
        case AllOf():
            parts = [combine(part, matches, everyone=everyone) for part in rule.rules]
            return reduce(lambda one, other: one & other, parts, everyone)
        case AnyOf():
            return frozenset().union(*[combine(part, matches, everyone=everyone) for part in rule.rules])
