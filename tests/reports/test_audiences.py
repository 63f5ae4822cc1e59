import pytest

from crm_core.analytics import AllOf, AnyOf, Condition, Fact, Filters, Not, Operator
from crm_core.campaigns.fields import LastOrder
from crm_core.errors import CampaignError
from crm_core.reports.audiences import last_order_frame, last_orders, selected_customers
from crm_core.store.people import profile_values
from crm_core.store.tables import Customer
from tests.analytics.ledger import order_line

#  ann  60.00 in the window, North, Champions, club     bob  exactly 50.00, South      cay  a record, no order
#  dee  orders, no record
LINES = [
    order_line("ann", 95, 6000, brand="Lime", product="Cup"),
    order_line("bob", 95, 5000, brand="Oak", product="Tray"),
    order_line("dee", 10, 9000, brand="Oak", product="Pot"),
]
SEGMENTS = {"ann": "Champions", "bob": "Loyal", "dee": "Lost"}
SPENT = Condition(Fact.SPENT, Operator.MORE_THAN, (5000,), last_days=30)


@pytest.fixture
def select(database, warehouse):
    with database.write() as session:
        session.add_all(
            [
                Customer(customer_id="ann", region="North", club_member=True),
                Customer(customer_id="bob", region="South", club_member=False),
                Customer(customer_id="cay", region="North"),
            ]
        )
    data = warehouse(LINES)

    def ask(rule):
        with database.read() as session:
            return sorted(selected_customers(session, data, rule, as_of_day=100, segments=SEGMENTS))

    return ask


def profile(field, *values):
    return Condition(Fact.PROFILE, Operator.ONE_OF, values, field=field)


def test_more_than_means_strictly_more(select):
    assert select(SPENT) == ["ann"]


def test_a_brand_narrows_the_orders(select):
    assert select(Condition(Fact.ORDERS, Operator.AT_LEAST, (1,), within=Filters(brands=("Oak",)))) == ["bob", "dee"]


def test_segments_and_records_are_asked_beside_the_orders(select):
    assert select(Condition(Fact.SEGMENT, Operator.ONE_OF, ("Champions", "Lost"))) == ["ann", "dee"]
    assert select(profile("region", "North")) == ["ann", "cay"]
    assert select(profile("club_member", "true")) == ["ann"]
    # Dee stands in order lines only, and nobody is known nowhere.
    assert select(profile("customer_id", "bob", "dee", "nobody")) == ["bob", "dee"]


def test_conditions_combine_and_everyone_includes_those_without_orders_or_records(select):
    assert select(AllOf(())) == ["ann", "bob", "cay", "dee"]
    assert select(AllOf((profile("region", "North"), Not(SPENT)))) == ["cay"]
    assert select(AnyOf((SPENT, profile("region", "South")))) == ["ann", "bob"]


def test_a_field_that_is_not_offered_is_refused(select):
    with pytest.raises(CampaignError, match="no field 'password'"):
        select(profile("password", "x"))


def test_many_chosen_customers_are_one_condition(select):
    assert select(profile("customer_id", *(f"c{number}" for number in range(50_000)), "ann")) == ["ann"]


def test_values_of_a_record_are_offered_as_text(database, select):
    with database.read() as session:
        assert profile_values(session, "club_member") == ["false", "true"]
        assert profile_values(session, "region") == ["North", "South"]


def test_the_last_orders_are_those_of_the_chosen_customers(warehouse):
    frame = last_order_frame(warehouse([*LINES, order_line("bob", 95, 100)]), as_of_day=100)
    assert last_orders(frame, {"ann", "bob", "cay"}) == {
        "ann": LastOrder(95, ("Cup",)),
        "bob": LastOrder(95, ("Tray",)),
    }
