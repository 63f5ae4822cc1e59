import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from crm_core.reports import value as reports
from crm_core.reports.fits import Fits
from crm_core.store.data_version import data_version
from crm_core.store.engine import Database
from crm_core.store.ledger import open_warehouse
from crm_core.store.tables import ModelFit
from tests.builders import sell
from tests.reports.cdnow import AS_OF, cdnow_lines


@pytest.fixture
def fits(database, now):
    """``fits()``: what a process that has just been started sees."""
    lines = cdnow_lines()
    sell(database, lines[(lines.day < AS_OF) & lines.customer_id.str.endswith("7")])
    opened = []

    def start(at=now):
        with database.read() as session:
            version = data_version(session)
        opened.append(open_warehouse(database))
        return Fits(database, opened[-1], version, at)

    yield start
    for warehouse in opened:
        warehouse.close()


def rows(database):
    with database.read() as session:
        return session.scalars(sa.select(ModelFit)).all()


def marked(database):
    """Write into what is kept something that no fit would find, to see whether it is read."""
    with database.write() as session:
        (row,) = session.scalars(sa.select(ModelFit))
        content = row.content
        content["model"]["purchases"]["r"] = 0.125
        row.content = {**content, "marked": True}


def test_a_fit_is_read_back_after_a_restart_with_its_backtests(fits, database):
    before = fits().tested(fits().fitted(as_of_day=AS_OF), horizon_days=90)
    (row,) = rows(database)
    assert (row.as_of_day, row.what, list(row.content["backtests"])) == (AS_OF, "lifetime value by day", ["90"])
    after = fits().tested(fits().fitted(as_of_day=AS_OF), horizon_days=90)
    assert after.backtest.describe() == before.backtest.describe()
    assert after.margins.known_share == before.margins.known_share == 0
    pd.testing.assert_frame_equal(
        reports.lifetime_values(before, horizon_days=365), reports.lifetime_values(after, horizon_days=365)
    )


def test_nothing_is_fitted_again_while_the_data_stand(fits, database):
    fits().fitted(as_of_day=AS_OF)
    marked(database)
    assert fits().fitted(as_of_day=AS_OF).model.purchases.r == 0.125
    assert fits().fitted(as_of_day=AS_OF - 30).model.purchases.r != 0.125
    assert fits().fitted(as_of_day=AS_OF, period="week").model.purchases.r != 0.125


def test_an_import_makes_the_next_look_fit_anew_and_removes_what_is_stale(fits, database):
    fits().fitted(as_of_day=AS_OF)
    marked(database)
    lines = cdnow_lines()
    sell(database, lines[(lines.day < AS_OF) & lines.customer_id.str.endswith("3")])
    fitted = fits().fitted(as_of_day=AS_OF)
    assert fitted.model.purchases.r != 0.125
    (row,) = rows(database)
    assert row.content["model"]["customers"] == fitted.model.customers > 4_000


def test_each_horizon_has_its_own_backtest_beside_the_one_fit(fits, database):
    first = fits()
    fitted = first.fitted(as_of_day=AS_OF)
    days = [first.tested(fitted, horizon_days=horizon).backtest.holdout_days for horizon in (30, 60)]
    assert days == [30, 60]
    assert sorted(rows(database)[0].content["backtests"]) == ["30", "60"]
    marked(database)
    assert fits().tested(fits().fitted(as_of_day=AS_OF), horizon_days=30).backtest.holdout_days == 30


def test_why_there_is_no_backtest_is_kept_too(fits):
    late = AS_OF + 3_000
    untested = [fits().tested(fits().fitted(as_of_day=late), horizon_days=90) for _ in range(2)]
    assert [value.backtest for value in untested] == [None, None]
    assert "cannot be checked" in untested[0].not_tested == untested[1].not_tested


def test_what_another_version_of_the_program_kept_is_fitted_anew(fits, database):
    fits().fitted(as_of_day=AS_OF)
    with database.write() as session:
        session.execute(sa.update(ModelFit).values(content={"model": {"edition": 0}, "backtests": {}}))
    assert fits().fitted(as_of_day=AS_OF).model.purchases.converged
    assert rows(database)[0].content["model"]["edition"] > 0


def test_without_a_clock_fits_are_read_but_none_is_kept(fits, database):
    fits(at=None).fitted(as_of_day=AS_OF)
    assert rows(database) == []


def test_who_looks_while_the_database_is_locked_sees_the_forecast_all_the_same(fits, database, caplog):
    if database.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite has one writer")
    locked, other = fits(), Database(database.url, database.home, busy_timeout_ms=1)
    with database.write() as session:
        data_version(session)
        value = Fits(other, locked.warehouse, locked.version, locked.now).fitted(as_of_day=AS_OF)
    other.close()
    assert np.isfinite(value.model.purchases.r)
    assert "was not kept" in caplog.text
