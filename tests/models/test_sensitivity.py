from dataclasses import replace

import pytest

from crm_core.models.scenario import Scenario, break_even_retention, programme_gain
from crm_core.models.sensitivity import gain_grid, tornado

NOW = Scenario(
    buyers=20_000, retention=0.40, sales=1_250, margin_rate=0.3, discount_rate=0.1, acquisition_cost=100, yearly_cost=20
)
PROGRAMME = replace(NOW, retention=0.50, yearly_cost=35)


def gains(table):
    return {(row.assumption, row.whose): (row.low_gain, row.high_gain) for row in table.itertuples()}


def test_one_assumption_at_a_time_and_the_most_decisive_first():
    table = tornado(NOW, PROGRAMME)
    assert list(table.assumption + " " + table.whose)[:2] == ["retention programme", "retention without"]
    spread = (table.high_gain - table.low_gain).abs()
    assert spread.is_monotonic_decreasing
    low, high = gains(table)["retention", "programme"]
    assert low == pytest.approx(programme_gain(NOW, replace(PROGRAMME, retention=0.45))[1])
    assert high == pytest.approx(programme_gain(NOW, replace(PROGRAMME, retention=0.55))[1])


def test_what_is_the_same_in_both_is_varied_in_both_at_once():
    found = gains(tornado(NOW, PROGRAMME))
    assert found["buyers", "both"] == pytest.approx((675_207 * 0.9, 675_207 * 1.1), abs=1)
    # The same acquisition cost in both cancels out: the gain stays as it is.
    assert found["acquisition_cost", "both"] == pytest.approx((675_207, 675_207), abs=1)


def test_an_assumption_that_decides_whether_the_programme_pays_is_marked():
    table = tornado(NOW, replace(PROGRAMME, retention=0.45)).set_index(["assumption", "whose"])
    assert table.turns["retention", "programme"]
    assert not table.turns["buyers", "both"]


def test_assumptions_of_nothing_are_left_out_and_retention_stays_a_share():
    free = replace(NOW, acquisition_cost=0)
    table = tornado(free, replace(free, retention=1.0))
    assert "acquisition_cost" not in set(table.assumption)
    assert gains(table)["retention", "programme"][1] == pytest.approx(
        programme_gain(free, replace(free, retention=1))[1]
    )


def test_the_grid_is_zero_where_the_programme_breaks_even():
    pays = break_even_retention(NOW, PROGRAMME)
    cells = gain_grid(NOW, PROGRAMME, retentions=[pays, 0.5], yearly_costs=[35.0, 20.0])
    assert list(cells.gain[:2]) == pytest.approx([0, 675_207], abs=1)
    assert cells.gain[3] > cells.gain[1]
