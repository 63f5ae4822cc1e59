"""Rules as plain data, for the database and for files."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from crm_core.analytics.filters import Filters
from crm_core.analytics.rule import AllOf, AnyOf, Condition, Fact, Not, Operator, Rule
from crm_core.errors import CampaignError


def to_json(rule: Rule) -> dict[str, Any]:
    """``rule`` as plain dictionaries, lists, texts and numbers; `from_json` reads it back."""
    match rule:
        case Condition():
            return {name: value for name, value in asdict(rule).items() if value not in (None, "")} | {
                "within": {name: value for name, value in asdict(rule.within).items() if value not in (None, ())}
            }
        case Not():
            return {"not": to_json(rule.rule)}
        case AllOf():
            return {"all": [to_json(part) for part in rule.rules]}
        case AnyOf():
            return {"any": [to_json(part) for part in rule.rules]}


def from_json(data: Mapping[str, Any]) -> Rule:
    """The rule that `to_json` wrote.

    Raises
    ------
    CampaignError
        ``data`` is not a rule.
    """
    try:
        return _read(data)
    except (TypeError, KeyError, AttributeError, ValueError) as fault:
        raise CampaignError(f"The audience cannot be read: {fault}. Build it anew.") from fault


def _read(data: Mapping[str, Any]) -> Rule:
    if "not" in data:
        return Not(_read(data["not"]))
    if "all" in data:
        return AllOf(tuple(_read(part) for part in data["all"]))
    if "any" in data:
        return AnyOf(tuple(_read(part) for part in data["any"]))
    within: dict[str, Any] = {
        name: tuple(v) if isinstance(v, list | tuple) else v for name, v in data.get("within", {}).items()
    }
    return Condition(
        **{
            **data,
            "fact": Fact(data["fact"]),
            "operator": Operator(data["operator"]),
            "values": tuple(data["values"]),
            "within": Filters(**within),
        }
    )
