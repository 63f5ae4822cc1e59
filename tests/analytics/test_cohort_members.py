import pytest

from crm_core.analytics import Filters, Grain, Variant, active_customers, retention
from crm_core.analytics.cohort_members import cohort_members, retained
from crm_core.analytics.gaps import gap_customers
from tests.analytics.four_months import JAN, LINES
from tests.analytics.ledger import order_line


def people(warehouse, *, age, variant=Variant.EXACT, until=JAN + 4, **options):
    rows = warehouse.frame(cohort_members(until_month=until, age=age, **options))
    table = retained(rows, age=age, variant=variant)
    return {
        one: set(table.customer_id[table.retained == came_back]) for one, came_back in (("yes", True), ("no", False))
    }


@pytest.mark.parametrize(
    ("cell", "variant", "yes", "no"),
    [
        ((0, 1), Variant.EXACT, {"ann"}, {"bob"}),
        ((0, 2), Variant.EXACT, set(), {"ann", "bob"}),
        ((0, 2), Variant.ON_OR_AFTER, {"ann"}, {"bob"}),
        ((0, 2), Variant.VERSUS_PREVIOUS, set(), {"ann"}),
        ((1, 1), Variant.VERSUS_PREVIOUS, {"cay"}, set()),
        ((0, 0), Variant.VERSUS_PREVIOUS, {"ann", "bob"}, set()),
    ],
)
def test_a_cell_has_those_who_came_back_and_those_who_did_not(warehouse, cell, variant, yes, no):
    found = people(warehouse(LINES), cohort=JAN + cell[0], age=cell[1], variant=variant)
    assert found == {"yes": yes, "no": no}


def test_all_cohorts_together_leave_out_those_whose_period_has_not_ended(warehouse):
    # Dan's second month is over, his third is not.
    opened = warehouse(LINES)
    assert people(opened, age=1) == {"yes": {"ann", "cay"}, "no": {"bob", "dan"}}
    assert people(opened, age=2) == {"yes": set(), "no": {"ann", "bob", "cay"}}


def test_quarters_filters_and_running_periods_are_counted_as_the_cohorts_count_them(warehouse):
    opened = warehouse(LINES)
    assert people(opened, age=1, grain=Grain.QUARTER, until=JAN + 6) == {"yes": {"ann"}, "no": {"bob", "cay", "dan"}}
    assert people(opened, age=1, customers=Filters(regions=("North",))) == {"yes": {"ann"}, "no": set()}
    assert people(opened, age=1, cohort=JAN + 2, until=JAN + 3) == {"yes": set(), "no": set()}


@pytest.mark.parametrize("variant", list(Variant))
@pytest.mark.parametrize("grain", list(Grain))
def test_every_cell_opens_as_many_customers_as_it_counts(warehouse, grain, variant):
    opened, until = warehouse(LINES), JAN + 6
    counted = retention(
        opened.frame(active_customers(until_month=until, grain=grain)), until_month=until, grain=grain, variant=variant
    )
    for cell in counted.itertuples():
        found = people(opened, age=cell.age, cohort=cell.cohort, grain=grain, variant=variant, until=until)
        assert (len(found["yes"]), len(found["yes"] | found["no"])) == (cell.active, cell.base)


# ann: gaps of 10 and 30 days; bob: 10; cay bought on one day only, twice.
DAYS = [("ann", 0), ("ann", 10), ("ann", 40), ("bob", 5), ("bob", 15), ("cay", 7), ("cay", 7)]


@pytest.mark.parametrize(
    ("at_least", "below", "who"),
    [(10, 11, {"ann", "bob"}), (11, None, {"ann"}), (11, 30, set()), (30, None, {"ann"}), (1, None, {"ann", "bob"})],
)
def test_a_gap_belongs_to_the_customers_who_paused_so_long(warehouse, at_least, below, who):
    opened = warehouse([order_line(customer, day, 100) for customer, day in DAYS])
    found = opened.frame(gap_customers(until_day=100, at_least=at_least, below=below))
    assert sorted(found.customer_id) == sorted(who)


def test_a_gap_that_ends_later_is_not_seen(warehouse):
    opened = warehouse([order_line(customer, day, 100) for customer, day in DAYS])
    assert opened.frame(gap_customers(until_day=40, at_least=11)).empty
