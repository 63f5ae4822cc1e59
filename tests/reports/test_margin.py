import numpy as np
import pandas as pd
import pytest

from crm_core.errors import ModelError
from crm_core.reports import value as reports
from crm_core.reports.margin import margins
from crm_core.store.warehouse import DuckWarehouse
from tests.reports.cdnow import AS_OF, cdnow_lines


def totals(*rows):
    return pd.DataFrame(rows, columns=["total_cents", "margin_cents", "known_cost_cents", "purchase_days"])


def test_the_rate_is_of_what_is_known_and_the_share_says_how_much_that_is():
    # ann: 300 with cost 180; bob: 100 without
    found = margins(totals((300, 120, 180, 2), (100, 0, 0, 2)))
    assert (found.rate, found.known_share, found.are_known) == (pytest.approx(0.4), 0.75, False)


def test_95_percent_of_the_revenue_is_enough():
    assert margins(totals((950, 190, 760, 1), (50, 0, 0, 1))).are_known
    assert not margins(totals((949, 190, 759, 1), (51, 0, 0, 1))).are_known


def test_a_customers_own_margin_is_drawn_to_that_of_all_as_by_one_more_purchase():
    # overall 200 of 800 is 25 %, a purchase is 100 on average
    found = margins(totals((400, 0, 400, 4), (400, 200, 200, 4)))
    assert found.rate == 0.25
    assert found.rates == pytest.approx([25 / 500, 225 / 500])


def test_without_costs_the_margin_of_all_holds_and_without_any_there_is_none():
    assert margins(totals((100, 40, 60, 1), (100, 0, 0, 1))).rates[1] == pytest.approx(0.4)
    assert margins(totals((100, 40, 60, 1), (-50, -20, -30, 1))).rates[1] == pytest.approx(0.4)
    nothing = margins(totals((100, 0, 0, 1)))
    assert (nothing.known_share, nothing.are_known) == (0.0, False)


@pytest.fixture(scope="module")
def lines():
    """CDNOW's customers whose number ends in 7; an even tens digit costs 90 of 100, an odd one 50."""
    found = cdnow_lines().query("customer_id.str.endswith('7') and day < @AS_OF")
    dear = found.customer_id.str[3].astype(int) % 2 == 0
    return found.assign(cost_cents=(found.amount_cents * np.where(dear, 0.9, 0.5)).round().astype("int64"))


@pytest.fixture(scope="module")
def value(lines, tmp_path_factory):
    return fitted_on(lines, tmp_path_factory.mktemp("margin"))


def fitted_on(lines, folder):
    lines.to_parquet(folder / "lines.parquet")
    return reports.fitted(DuckWarehouse({"order_lines": [str(folder / "lines.parquet")]}), as_of_day=AS_OF)


def test_who_costs_more_is_worth_less(value):
    assert value.margins.known_share == 1
    by_revenue, by_margin = (
        reports.lifetime_values(value, horizon_days=365, by_margin=how).set_index("customer_id")
        for how in (False, True)
    )
    share = by_margin.expected_value / by_revenue.expected_value
    dear = share.index.str[3].astype(int) % 2 == 0
    assert share[dear].between(0.1, value.margins.rate + 1e-9).all()
    assert share[~dear].between(value.margins.rate - 1e-9, 0.5).all()
    assert value.margins.rate == pytest.approx(0.3, abs=0.05)
    assert by_margin.expected_spend.sort_index().equals(by_revenue.expected_spend.sort_index())


def test_equity_is_the_sum_and_keeps_the_width_of_the_forecast(value):
    total = reports.totals(value, horizon_days=365, rng=np.random.default_rng(1))
    values = reports.lifetime_values(value, horizon_days=365, discount_rate=0.1, by_margin=True)
    equity = reports.equity(values, total)
    assert equity.estimate == pytest.approx(values.expected_value.sum())
    assert equity.high / equity.estimate == pytest.approx(total.value.high / total.value.estimate)
    assert equity.estimate < values.expected_spend.sum() * value.margins.rates.max()


def test_margin_without_costs_is_refused(lines, tmp_path):
    value = fitted_on(lines.drop(columns="cost_cents").assign(cost_cents=pd.Series(dtype="Int64")), tmp_path)
    with pytest.raises(ModelError, match="No costs are known"):
        reports.lifetime_values(value, horizon_days=365, by_margin=True)
