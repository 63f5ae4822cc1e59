from datetime import timedelta

import pytest

from crm_core.campaigns.connection import Connection
from tests.campaigns.conftest import use_server


class Recorded:
    """A transport that only takes down what happens to it."""

    def __init__(self):
        self.closed = 0

    def open(self):
        """Nothing to do."""

    def close(self):
        self.closed += 1


@pytest.fixture
def connection(installation):
    return Connection(installation, lambda _installation, _session: (Recorded(), False))


def made(connection, installation):
    with installation.database.read() as session:
        return connection.transport(session)


def test_the_transport_is_kept_until_the_settings_change(connection, installation):
    first = made(connection, installation)
    assert made(connection, installation) is first
    use_server(installation, 2525)
    assert made(connection, installation) is not first
    assert first.closed == 1


def test_after_hanging_up_a_new_one_is_made(connection, installation):
    first = made(connection, installation)
    connection.hang_up()
    connection.hang_up()
    assert first.closed == 1
    assert made(connection, installation) is not first


def test_a_server_out_of_reach_is_left_alone_longer_each_time(connection, installation, now):
    made(connection, installation)
    waits = [(connection.rest(now) - now).total_seconds() for _ in range(6)]
    assert waits == [30, 60, 120, 240, 300, 300]
    with installation.database.read() as session:
        assert connection.must_rest(session, now + timedelta(seconds=299))
        assert not connection.must_rest(session, now + timedelta(seconds=300))
    assert connection.recovered()
    assert not connection.recovered()
    with installation.database.read() as session:
        assert not connection.must_rest(session, now)


def test_new_settings_need_no_rest(connection, installation, now):
    made(connection, installation)
    connection.rest(now)
    use_server(installation, 2525)
    with installation.database.read() as session:
        assert not connection.must_rest(session, now)
