from datetime import timedelta

import pytest

from crm_core.errors import IngestError
from crm_core.ingest.turn import LEASE_SECONDS, Turn, turn


def test_two_imports_do_not_run_at_once_and_the_second_is_told_to_wait(database, now):
    heard = []
    with turn(database, now=now):
        late = turn(database, now=now, wait_seconds=0.3, told=heard.append)
        with pytest.raises(IngestError, match="Another import is still running"), late:
            pytest.fail("two imports at once")
        assert heard == ["Another import is running. Waiting for it to finish."]
    with turn(database, now=now, wait_seconds=0.3) as mine:
        assert mine.take()


def test_the_turn_of_a_killed_process_runs_out(database, now):
    assert Turn(database, now).take()
    later = now + timedelta(seconds=LEASE_SECONDS + 1)
    with turn(database, now=later, wait_seconds=0.0) as mine, database.write() as session:
        mine.confirm(session)


def test_whoever_lost_the_turn_cannot_commit(database, now):
    slow = Turn(database, now)
    assert slow.take()
    told = pytest.raises(IngestError, match="took over while this one stood still")
    with turn(database, now=now + timedelta(seconds=LEASE_SECONDS + 1)), database.write() as session, told:
        slow.confirm(session)
