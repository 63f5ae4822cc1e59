import pytest
import sqlalchemy as sa

from crm_core.demo.loading import leave, load, reset
from crm_core.demo.stories import AS_OF
from crm_core.errors import IngestError, StoreError
from crm_core.settings import Settings
from crm_core.signing import Key
from crm_core.store.installation import Installation
from crm_core.store.ledger import default_as_of, open_warehouse
from crm_core.store.preferences import preference
from crm_core.store.tables import Campaign, Customer, Import, OutboxRow


@pytest.fixture
def installation(database):
    return Installation(Settings(database.home, database.url), Key.from_home(database.home), database)


def count(installation, table):
    with installation.database.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table))


def demonstration(installation):
    with installation.database.read() as session:
        return preference(session, "demonstration")


def test_the_shop_is_loaded_once_stands_at_its_own_date_and_stays_when_it_is_left(installation, now, tmp_path):
    with pytest.raises(IngestError, match="no file"):
        load(installation, now=now, folder=tmp_path)
    load(installation, now=now)  # makes good what was cut off
    load(installation, now=now)
    assert count(installation, Customer) == 5000
    assert count(installation, Import) == 6
    assert count(installation, Campaign) == 8
    assert default_as_of(open_warehouse(installation.database)) == AS_OF
    assert demonstration(installation)["on"]
    leave(installation, now=now, user="ann")
    assert not demonstration(installation)["on"]
    assert count(installation, Customer) == 5000
    with installation.database.read() as session:
        assert preference(session, "sender") == {}  # sends are real from now on
    load(installation, now=now)
    assert demonstration(installation)["on"]


def test_reset_throws_away_what_was_added_since(installation, now):
    load(installation, now=now)
    with installation.database.write() as session:
        session.add(Customer(customer_id="mine"))
    sent = count(installation, OutboxRow)
    reset(installation, now=now)
    assert count(installation, Customer) == 5000
    assert count(installation, OutboxRow) == sent


def test_data_of_ones_own_are_never_mixed_with_invented_customers_nor_reset(installation, now):
    with installation.database.write() as session:
        session.add(Import(kind="customers", file_name="a.csv", sha256="0" * 64, imported_at=now, imported_by="ann"))
    with pytest.raises(StoreError, match="data of its own"):
        load(installation, now=now)
    with pytest.raises(StoreError, match="not thrown away"):
        reset(installation, now=now)
    assert count(installation, Import) == 1
