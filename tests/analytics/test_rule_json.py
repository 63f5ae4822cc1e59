import json

import pytest

from crm_core.analytics import AllOf, AnyOf, Condition, Fact, Filters, Not, Operator, from_json, to_json
from crm_core.errors import CampaignError

RULE = AllOf(
    (
        Condition(
            Fact.SPENT, Operator.MORE_THAN, (5000,), last_months=3, within=Filters(since=20_000, brands=("Nord", "Sud"))
        ),
        AnyOf(
            (
                Not(Condition(Fact.SEGMENT, Operator.ONE_OF, ("Lost",))),
                Condition(Fact.PROFILE, Operator.ONE_OF, ("Sofia",), field="city"),
                Condition(Fact.DAYS_SINCE_LAST_ORDER, Operator.BETWEEN, (1, 10), last_days=30),
            )
        ),
    )
)


def test_a_rule_survives_text_and_back():
    assert from_json(json.loads(json.dumps(to_json(RULE)))) == RULE


def test_what_is_not_said_is_not_written():
    assert to_json(Condition(Fact.ORDERS, Operator.AT_LEAST, (1,))) == {
        "fact": "orders",
        "operator": "at least",
        "values": (1,),
        "within": {},
    }


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"fact": "shoe size", "operator": "more than", "values": [1]},
        {"fact": "orders", "operator": "more than"},
        {"fact": "orders", "operator": "more than", "values": 3},
        {"fact": "orders", "operator": "more than", "values": [3], "unknown": 1},
        {"fact": "orders", "operator": "more than", "values": [3], "within": {"brand": ["x"]}},
        {"all": [1]},
        {"not": []},
    ],
)
def test_what_is_no_rule_is_refused(data):
    with pytest.raises(CampaignError, match="cannot be read"):
        from_json(data)
