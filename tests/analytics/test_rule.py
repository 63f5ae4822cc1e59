import pytest

from crm_core.analytics import AllOf, AnyOf, Condition, Fact, Filters, Not, Operator, combine, conditions, words
from crm_core.analytics.rule import buyers_within
from crm_core.errors import CampaignError

SPENT = Condition(Fact.SPENT, Operator.MORE_THAN, (5000,), last_months=3)
RECENT = Condition(Fact.DAYS_SINCE_LAST_ORDER, Operator.AT_MOST, (10,))
LOYAL = Condition(Fact.SEGMENT, Operator.ONE_OF, ("Loyal", "Champions"))

#           a  b  c  d
# SPENT     x  x
# RECENT       x  x
# LOYAL     x     x          (z satisfies it, but is not among the customers)
MATCHES = {SPENT: {"a", "b"}, RECENT: {"b", "c"}, LOYAL: {"a", "c", "z"}}
EVERYONE = frozenset("abcd")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (SPENT, "ab"),
        (LOYAL, "ac"),
        (AllOf((SPENT, RECENT)), "b"),
        (AnyOf((SPENT, RECENT)), "abc"),
        (Not(SPENT), "cd"),
        (AllOf((AnyOf((SPENT, RECENT)), Not(LOYAL))), "b"),
        (AllOf(()), "abcd"),
        (AnyOf(()), ""),
    ],
)
def test_rules_combine_as_sets(rule, expected):
    assert "".join(sorted(combine(rule, MATCHES, everyone=EVERYONE))) == expected


def test_each_condition_is_asked_for_once():
    assert conditions(AllOf((AnyOf((SPENT, RECENT)), Not(SPENT)))) == [SPENT, RECENT]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((Fact.SPENT, Operator.ONE_OF, ("x",)), "cannot be compared with 'one of'"),
        ((Fact.SEGMENT, Operator.MORE_THAN, (1,)), "cannot be compared with 'more than'"),
        ((Fact.SPENT, Operator.MORE_THAN, ()), "no value"),
        ((Fact.SPENT, Operator.BETWEEN, (1,)), "no value"),
        ((Fact.SEGMENT, Operator.ONE_OF, ()), "no value"),
        ((Fact.SPENT, Operator.MORE_THAN, ("50",)), "'50' cannot be compared"),
        ((Fact.PROFILE, Operator.ONE_OF, ("Sofia",)), "needs the name of a field"),
    ],
)
def test_a_condition_that_cannot_be_evaluated_is_refused(arguments, message):
    with pytest.raises(CampaignError, match=message):
        Condition(*arguments)


def test_purchases_in_view_are_told_by_what_was_bought_not_by_who_bought():
    with pytest.raises(CampaignError, match="Add a condition on the segment"):
        Condition(Fact.ORDERS, Operator.AT_LEAST, (1,), within=Filters(segments=("Lost",)))


@pytest.mark.parametrize(
    ("within", "said"),
    [
        (Filters(), []),
        (Filters(segments=("Lost", "At risk")), ["are in segment Lost or At risk"]),
        (Filters(regions=("Ruse",)), ["placed at least 1 orders (region Ruse)"]),
        (
            Filters(regions=("Ruse",), segments=("Lost",)),
            ["are in segment Lost", "placed at least 1 orders (region Ruse)"],
        ),
    ],
)
def test_what_a_page_filters_by_becomes_conditions(within, said):
    assert [words(condition) for condition in buyers_within(within)] == said
