"""An installation that is ready to send, a mail server for it, and people who may."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest

from crm_core.campaigns.sender import Security, Sender, Smtp, keep_sender, keep_smtp
from crm_core.permissions import PERMISSIONS, Role, Somebody
from crm_core.settings import Settings
from crm_core.signing import Key
from crm_core.store.engine import Database
from crm_core.store.installation import Installation
from tests.campaigns.office import Office
from tests.campaigns.sink import Sink, running

SHOP = Sender("Shop", "news@shop.example", "1 Lime Street\nPlovdiv 4000", "https://crm.example", True)

# aiosmtpd logs that it will rename an attribute of its own session; the tests read the log for what we write.
logging.getLogger("mail.log").setLevel(logging.ERROR)


@pytest.fixture
def installation(database: Database) -> Installation:
    """Sender set, no mail server: sends are simulated."""
    with database.write() as session:
        keep_sender(session, SHOP)
    settings = Settings(home=database.home, database_url=database.url)
    return Installation(settings, Key.from_home(database.home), database)


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def serve(installation: Installation, sink: Sink):
    """Run ``sink`` as the installation's mail server as long as the block lasts."""

    @contextmanager
    def block(port: int = 0) -> Iterator[int]:
        with running(sink, port=port) as chosen:
            use_server(installation, chosen)
            yield chosen

    return block


def use_server(installation: Installation, port: int) -> None:
    """Set the mail server to one on this machine."""
    with installation.database.write() as session:
        keep_smtp(session, installation.key, Smtp("127.0.0.1", port, Security.NONE))


@pytest.fixture
def office(installation: Installation, manager: Somebody, now: datetime) -> Office:
    """A draft that was tested, for two people who agreed and one who did not."""
    return Office(installation, manager, now)


@pytest.fixture
def manager() -> Somebody:
    return Somebody("boss", PERMISSIONS[Role.MANAGER])


@pytest.fixture
def viewer() -> Somebody:
    return Somebody("guest", PERMISSIONS[Role.VIEWER])
