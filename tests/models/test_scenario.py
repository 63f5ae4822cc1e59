from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.errors import ModelError
from crm_core.models.scenario import (
    Scenario,
    break_even_retention,
    customer_equity,
    lifetime_value,
    perpetual_value,
    programme_gain,
    scenario_table,
)

STORE = Scenario(buyers=20_000, retention=0.40, sales=1_250)
PROFIT = Scenario(buyers=20_000, retention=0.40, sales=1_250, margin_rate=0.3, discount_rate=0.1)
COSTS = Scenario(
    buyers=20_000, retention=0.40, sales=1_250, margin_rate=0.3, discount_rate=0.1, acquisition_cost=100, yearly_cost=20
)
PROGRAMME = Scenario(
    buyers=20_000, retention=0.50, sales=1_250, margin_rate=0.3, discount_rate=0.1, acquisition_cost=100, yearly_cost=35
)


def test_the_department_store_by_sales():
    table = scenario_table(STORE)
    assert table.year.tolist() == [1, 2, 3]
    assert table.customers.tolist() == pytest.approx([20_000, 8_000, 3_200])
    assert table.sales.tolist() == pytest.approx([25e6, 10e6, 4e6])
    assert table.sales_per_buyer.iloc[-1] == pytest.approx(1_950)


def test_with_margin_and_discount():
    table = scenario_table(PROFIT)
    assert table.lifetime_value.tolist() == pytest.approx([375.00, 511.36, 560.95], abs=5e-3)
    assert table.net_present_value.iloc[-1] == pytest.approx(11_219_008.26, abs=5e-3)


def test_with_costs_of_winning_and_keeping():
    assert scenario_table(COSTS).lifetime_value.tolist() == pytest.approx([255.00, 384.09, 431.03], abs=5e-3)


def test_margin_less_costs_is_the_profit_of_each_year():
    table = scenario_table(COSTS)
    assert table.margin.tolist() == pytest.approx([7.5e6, 3e6, 1.2e6])
    assert table.costs.tolist() == pytest.approx([2.4e6, 160e3, 64e3])
    assert (table.margin - table.costs).tolist() == pytest.approx(table.profit.tolist())


def test_a_programme_that_wins_more_buyers_is_counted_by_what_all_of_them_bring():
    each, together = programme_gain(COSTS, replace(COSTS, buyers=21_000))
    assert each == pytest.approx(0)
    assert together == pytest.approx(1_000 * 431.03, abs=5)


def test_a_loyalty_programme():
    assert scenario_table(PROGRAMME).lifetime_value.tolist() == pytest.approx([240.00, 394.55, 464.79], abs=5e-3)
    each, together = programme_gain(COSTS, PROGRAMME)
    assert each == pytest.approx(33.76, abs=5e-3)
    assert together == pytest.approx(675_207, abs=0.5)


def test_the_retention_at_which_the_programme_pays():
    assert break_even_retention(COSTS, PROGRAMME) == pytest.approx(0.4411, abs=5e-5)


def test_a_programme_that_never_pays_and_one_that_always_does():
    dear = Scenario(buyers=1, retention=0.9, sales=100, yearly_cost=101)
    assert break_even_retention(Scenario(buyers=1, retention=0.1, sales=100), dear) is None
    free = Scenario(buyers=1, retention=0.9, sales=200)
    assert break_even_retention(Scenario(buyers=1, retention=0.1, sales=100), free) == 0.0


@pytest.mark.parametrize(
    ("margin", "retention", "discount", "after_a_year", "now"),
    [(100, 0.8, 0.1, 266.67, 366.67), (375, 0.4, 0.1, 214.29, 589.29), (150, 0.55, 0.1, 150.00, 300.00)],
)
def test_a_customer_kept_for_ever(margin, retention, discount, after_a_year, now):
    ask = {"retention": retention, "discount_rate": discount}
    assert perpetual_value(margin, **ask, first_margin="after a year") == pytest.approx(after_a_year, abs=5e-3)
    assert perpetual_value(margin, **ask, first_margin="now") == pytest.approx(now, abs=5e-3)


def test_a_sum_without_end_is_refused():
    with pytest.raises(ModelError, match="without end"):
        perpetual_value(100, retention=1.1, discount_rate=0.1, first_margin="now")


def test_customer_equity_of_two_groups():
    loyal = perpetual_value(100, retention=0.8, discount_rate=0.1, first_margin="after a year")
    assert customer_equity([(1_000, loyal), (5_000, 100)]) == pytest.approx(766_667, abs=0.5)


@pytest.mark.parametrize(
    "wrong", [{"retention": 1.2}, {"retention": -0.1}, {"buyers": 0}, {"years": 0}, {"discount_rate": -1.0}]
)
def test_impossible_assumptions_are_refused(wrong):
    with pytest.raises(ModelError):
        Scenario(**{"buyers": 10, "retention": 0.5, "sales": 100} | wrong)


@given(st.floats(0, 1), st.floats(0, 0.5), st.floats(1, 1_000))
def test_many_years_approach_the_perpetual_form(retention, discount, margin):
    scenario = Scenario(buyers=1, retention=retention * 0.9, sales=margin, discount_rate=discount, years=300)
    forever = perpetual_value(margin, retention=retention * 0.9, discount_rate=discount, first_margin="now")
    assert lifetime_value(scenario) == pytest.approx(forever, rel=1e-6)
