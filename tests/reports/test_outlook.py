import pytest

from crm_core.errors import ModelError
from crm_core.models.forecast import purchase_range
from crm_core.reports import value as reports
from crm_core.reports.outlook import chance, outlook
from crm_core.store.warehouse import DuckWarehouse
from tests.analytics.ledger import order_line
from tests.reports.cdnow import AS_OF, cdnow_lines

BEST, ONCE = "07592", "00001"


@pytest.fixture(scope="module")
def value(tmp_path_factory):
    path = tmp_path_factory.mktemp("outlook") / "lines.parquet"
    cdnow_lines().to_parquet(path)
    return reports.fitted(DuckWarehouse({"order_lines": [str(path)]}), as_of_day=AS_OF)


def test_one_customer_is_expected_to_bring_what_the_list_says(value):
    found = outlook(value, BEST, horizon_days=365)
    row = reports.lifetime_values(value, horizon_days=365).set_index("customer_id").loc[BEST]
    assert found.purchases.estimate == pytest.approx(row.expected_purchases, rel=1e-12)
    assert found.spend.estimate == pytest.approx(row.expected_spend, rel=1e-12)
    assert found.p_alive == pytest.approx(row.p_alive_shown, rel=1e-12)


def test_the_range_of_purchases_is_the_one_of_the_list_and_holds_what_is_expected(value):
    found = outlook(value, BEST, horizon_days=365)
    history = tuple(value.summary.set_index("customer_id").loc[BEST, ["frequency", "recency", "T"]].astype(float))
    listed = purchase_range(value.model.purchases, history, horizon=365, rng=chance(AS_OF, BEST))
    assert (found.purchases.low, found.purchases.high) == listed
    assert found.purchases.low < found.purchases.estimate < found.purchases.high
    assert found.spend.low < found.spend.estimate < found.spend.high
    assert outlook(value, BEST, horizon_days=365) == found


def test_who_bought_once_will_likely_buy_nothing_and_is_never_sure_to_be_active(value):
    found = outlook(value, ONCE, horizon_days=365)
    assert (found.purchases.low, found.spend.low) == (0, 0)
    assert 0 < found.p_alive < 0.6


def test_who_bought_nothing_has_no_outlook(value):
    assert outlook(value, "nobody", horizon_days=365) is None


def test_too_few_customers_are_told_instead_of_a_forecast(warehouse):
    few = reports.fitted(warehouse([order_line(who, day, 100) for who in "ab" for day in (0, 9)]), as_of_day=20)
    with pytest.raises(ModelError, match="bought more than once"):
        outlook(few, "a", horizon_days=365)
