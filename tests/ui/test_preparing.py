import threading

import pytest

from crm_core.errors import StoreError
from crm_core.store.ledger import folder
from crm_core.ui import load
from crm_core.ui.preparing import preparing
from tests.analytics.ledger import order_line
from tests.builders import sell


@pytest.fixture
def database(monkeypatch, tmp_path):
    """Of the installation that cached functions serve; what they keep goes with it."""
    monkeypatch.setenv("CRM_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("CRM_DATABASE_URL", raising=False)
    load.forget()
    yield load.installation().database
    load.installation().database.close()
    load.forget()


@pytest.fixture
def prepared(database):
    """Prepares, and waits for the end of it."""

    def prepare():
        with preparing():
            for thread in [each for each in threading.enumerate() if each.name == "prepare"]:
                thread.join()

    return prepare


def files(database):
    return list(folder(database).glob("*.parquet"))


def test_what_every_page_needs_is_there_before_a_page_is_opened(database, prepared, caplog):
    sell(database, [order_line("ann", 10, 100), order_line("bob", 20, 100)])
    # It is all that is prepared where the data were looked at before; else the first views come first.
    load.customers(load.extent().as_of_day)
    load.forget()
    prepared()
    for file in [*files(database), *(load.installation().settings.home / "answers").glob("*/*")]:
        file.unlink()
    # Whatever was not worked out before cannot be any more.
    load.warehouse().close()
    assert sorted(load.customers(load.extent().as_of_day).customer_id) == ["ann", "bob"]
    assert "channel" in str(load.choices())
    assert not [
        record for record in caplog.records if "ScriptRunContext" in record.message and record.threadName == "prepare"
    ]


def test_an_installation_without_data_starts_too(prepared):
    prepared()
    assert load.extent() is None


def test_a_damaged_ledger_is_told_by_the_page_that_reads_it_and_not_at_the_start(database, prepared):
    sell(database, [order_line("ann", 10, 100)])
    for file in files(database):
        file.write_bytes(b"nothing")
    prepared()
    with pytest.raises(StoreError, match="damaged"):
        load.extent()
