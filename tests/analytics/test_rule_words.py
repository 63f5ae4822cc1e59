import pytest

from crm_core.analytics import AllOf, AnyOf, Condition, Fact, Filters, Not, Operator, words

SPENT = Condition(Fact.SPENT, Operator.MORE_THAN, (5000,), last_months=3)
LOYAL = Condition(Fact.SEGMENT, Operator.ONE_OF, ("Loyal", "Champions"))
CITY = Condition(Fact.PROFILE, Operator.ONE_OF, ("Sofia",), field="preferred_medium")


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (SPENT, "spent more than 50.00 in the last 3 months"),
        (
            Condition(Fact.LARGEST_ORDER, Operator.AT_LEAST, (5000,), last_days=1, within=Filters(brands=("Nord",))),
            "placed a single order of at least 50.00 in the last 1 day (brand Nord)",
        ),
        (Condition(Fact.DAYS_SINCE_LAST_ORDER, Operator.BETWEEN, (30, 90)), "ordered last 30 to 90 days ago"),
        (
            Condition(Fact.ORDERS, Operator.AT_MOST, (3,), within=Filters(since=0, brands=("Nord",))),
            "placed at most 3 orders (Orders from 1 Jan 1970; brand Nord)",
        ),
        (LOYAL, "are in segment Loyal or Champions"),
        (CITY, "have preferred medium Sofia"),
        (Not(LOYAL), "not (are in segment Loyal or Champions)"),
        (AllOf((SPENT, AnyOf((LOYAL, CITY)))), "spent more than 50.00 in the last 3 months and "
         "(are in segment Loyal or Champions or have preferred medium Sofia)"),
        (AllOf(()), "are in the data"),
        (AnyOf(()), "do not exist"),
    ],
)  # fmt: skip
def test_a_rule_is_said_in_words(rule, text):
    assert words(rule) == text


def test_money_is_written_as_told():
    assert words(SPENT, money=lambda cents: f"EUR {cents:.0f}").startswith("spent more than EUR 5000")
