"""Rules said in words."""

from collections.abc import Callable

from crm_core.analytics.revenue import plain_money
from crm_core.analytics.rule import MONEY_FACTS, AllOf, AnyOf, Condition, Fact, Not, Operator, Rule

_PHRASES = {
    Fact.SPENT: "spent {}",
    Fact.LARGEST_ORDER: "placed a single order of {}",
    Fact.ORDERS: "placed {} orders",
    Fact.DAYS_SINCE_LAST_ORDER: "ordered last {} days ago",
    Fact.DAYS_SINCE_FIRST_ORDER: "ordered first {} days ago",
    Fact.SEGMENT: "are in segment {}",
    Fact.PROFILE: "have {}",
}


def words(rule: Rule, *, money: Callable[[float], str] = plain_money) -> str:
    """The rule as a phrase after "customers who", e.g. ``spent more than 50.00 in the last 3 months``."""
    match rule:
        case Condition():
            return _condition_words(rule, money)
        case Not():
            return f"not ({words(rule.rule, money=money)})"
        case AllOf() | AnyOf():
            joint = " and " if isinstance(rule, AllOf) else " or "
            parts = [words(part, money=money) for part in rule.rules]
            bracketed = [
                f"({text})" if isinstance(part, AllOf | AnyOf) else text
                for part, text in zip(rule.rules, parts, strict=True)
            ]
            return joint.join(bracketed) or ("are in the data" if isinstance(rule, AllOf) else "do not exist")


def _condition_words(condition: Condition, money: Callable[[float], str]) -> str:
    said = [money(float(v)) if condition.fact in MONEY_FACTS else str(v) for v in condition.values]
    compared = {Operator.BETWEEN: " to ", Operator.ONE_OF: " or "}.get(condition.operator, "").join(said)
    if condition.operator not in {Operator.BETWEEN, Operator.ONE_OF}:
        compared = f"{condition.operator} {compared}"
    if condition.fact is Fact.PROFILE:
        compared = f"{condition.field.replace('_', ' ')} {compared}"
    return " ".join([_PHRASES[condition.fact].format(compared), *_view_words(condition)])


def _view_words(condition: Condition) -> list[str]:
    windows = [
        f"in the last {count} {unit if count > 1 else unit.removesuffix('s')}"
        for count, unit in ((condition.last_months, "months"), (condition.last_days, "days"))
        if count
    ]
    within = condition.within
    dated = within.since is not None or within.until is not None
    narrowed = within.words() if dated else "; ".join(within.chosen())
    return [*windows, f"({narrowed})"] if narrowed else windows
