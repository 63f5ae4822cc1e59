from dataclasses import replace

import pandas as pd
import pytest

from crm_core.analytics import customer_totals
from crm_core.models.guardrail import Guardrail
from crm_core.models.record import model_record
from crm_core.reports.fits import Fits, fit_of
from crm_core.reports.likely_active import likely_active
from crm_core.reports.value import fitted, lifetime_values
from crm_core.store.data_version import data_version
from crm_core.store.fits import keep_fit
from crm_core.store.ledger import open_warehouse
from tests.builders import sell
from tests.reports.cdnow import AS_OF, cdnow_lines


@pytest.fixture
def shop(database):
    """The version of the data, a warehouse over them, and the rows of three customers."""
    lines = cdnow_lines()
    sell(database, lines[(lines.day < AS_OF) & lines.customer_id.str.endswith("7")])
    with database.read() as session:
        version = data_version(session)
    warehouse = open_warehouse(database)
    totals = warehouse.frame(customer_totals(until_day=AS_OF)).sort_values("customer_id")
    yield version, warehouse, totals.iloc[[0, 5, 9]]
    warehouse.close()


def kept(database, version, content, now):
    with database.write() as session:
        keep_fit(session, fit_of("day"), content, version=version, as_of_day=AS_OF, now=now)


def test_the_chance_of_each_customer_is_the_one_of_the_page_of_lifetime_value(shop, database, now):
    version, warehouse, rows = shop
    value = Fits(database, warehouse, version, now).fitted(as_of_day=AS_OF)
    found = likely_active(database, rows, version=version, as_of_day=AS_OF)
    listed = lifetime_values(value, horizon_days=90).set_index("customer_id").p_alive_shown
    pd.testing.assert_series_equal(found, listed[rows.customer_id], rtol=1e-12)


def test_without_a_fit_of_these_data_and_this_day_nothing_is_said_and_nothing_fitted(shop, database, now):
    version, warehouse, rows = shop
    assert likely_active(database, rows, version=version, as_of_day=AS_OF) is None
    Fits(database, warehouse, version, now).fitted(as_of_day=AS_OF)
    assert likely_active(database, rows, version=version + 1, as_of_day=AS_OF) is None
    assert likely_active(database, rows, version=version, as_of_day=AS_OF - 1) is None
    assert likely_active(database, rows.head(0), version=version, as_of_day=AS_OF) is None


def test_what_a_guardrail_forbids_is_not_shown_in_lists_either(shop, database, now):
    version, warehouse, rows = shop
    model = fitted(warehouse, as_of_day=AS_OF).model
    forbidden = replace(model, guardrails=(Guardrail("regularity", "block", "Looks like a subscription business."),))
    kept(database, version, {"model": model_record(forbidden), "backtests": {}}, now)
    assert likely_active(database, rows, version=version, as_of_day=AS_OF) is None


def test_a_fit_of_another_edition_of_the_program_is_passed_over(shop, database, now):
    version, _, rows = shop
    kept(database, version, {"model": {"purchases": {"r": 1.0}}}, now)
    assert likely_active(database, rows, version=version, as_of_day=AS_OF) is None
