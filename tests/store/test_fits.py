import sqlalchemy as sa

from crm_core.store.data_version import raise_data_version
from crm_core.store.fits import holds_fit, keep_fit, stored_fit
from crm_core.store.tables import ModelFit


def keep(database, now, content, *, version=0, as_of_day=100, what="value"):
    with database.write() as session:
        keep_fit(session, what, content, version=version, as_of_day=as_of_day, now=now)


def found(database, *, version=0, as_of_day=100, what="value"):
    with database.read() as session:
        return stored_fit(session, what, version=version, as_of_day=as_of_day)


def kept(database):
    with database.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(ModelFit))


def test_a_fit_is_found_under_its_data_day_and_name_only(database, now):
    keep(database, now, {"r": 0.25})
    assert found(database) == {"r": 0.25}
    assert [found(database, version=1), found(database, as_of_day=101), found(database, what="groups")] == [None] * 3
    with database.read() as session:
        assert holds_fit(session, "value", version=0, as_of_day=100)
        assert not holds_fit(session, "value", version=0, as_of_day=101)


def test_what_is_kept_again_replaces_what_stood_there(database, now):
    keep(database, now, {"backtests": {}})
    keep(database, now, {"backtests": {"90": {}}})
    assert (found(database), kept(database)) == ({"backtests": {"90": {}}}, 1)


def test_fits_of_data_that_are_no_more_are_removed(database, now):
    keep(database, now, {})
    keep(database, now, {}, as_of_day=50)
    with database.write() as session:
        raise_data_version(session)
    keep(database, now, {"new": 1}, version=1)
    assert (kept(database), found(database, version=1)) == (1, {"new": 1})


def test_a_fit_of_data_that_changed_meanwhile_is_not_kept(database, now):
    with database.write() as session:
        raise_data_version(session)
    keep(database, now, {}, version=0)
    assert kept(database) == 0
