"""What must hold when the sending process dies at any moment, and when two of them work at once."""

import itertools
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crm_core.campaigns.worker import Worker
from crm_core.store import campaigns
from tests.campaigns.builders import customer, running_campaign, statuses

PROCESS = Path(__file__).with_name("worker_process.py")
SECONDS = 15


@pytest.fixture
def campaign(installation):
    """A running campaign to so many people; returns its id."""

    def make(size):
        with installation.database.write() as session:
            people = [f"c{number}" for number in range(size)]
            for each in people:
                customer(session, each)
            return running_campaign(session, people, now=datetime.now(UTC)).id

    return make


def accepted(sink):
    return Counter(to.partition("@")[0] for to, _ in sink.accepted)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="workers are forked, which this system cannot do")
def test_a_worker_killed_again_and_again_sends_nothing_twice_and_loses_nothing(installation, campaign, sink, serve):
    campaign_id, chance = campaign(100), random.Random(7)  # noqa: S311
    kills, deadline = 0, time.monotonic() + SECONDS
    with serve(), _workers(installation) as start:
        while _is_running(installation, campaign_id) and time.monotonic() < deadline:
            kill = start()
            goal, patience = len(sink.accepted) + chance.randint(5, 25), time.monotonic() + 2
            while len(sink.accepted) < min(goal, 100) and time.monotonic() < patience:
                time.sleep(0.002)
            time.sleep(chance.random() * 0.01)
            kill()
            kills += 1
    with installation.database.read() as session:
        found = statuses(session, campaign_id)
    mails = accepted(sink)
    sent = {each for each, status in found.items() if status == "sent"}
    lost_sight_of = set(mails) - sent
    assert set(mails.values()) == {1}  # nobody twice
    assert sent <= set(mails)  # none marked that was not accepted
    assert lost_sight_of <= {each for each, status in found.items() if status in {"unknown", "sending"}}
    assert len(lost_sight_of) <= kills  # at most the one mail that was under way
    assert kills >= 3
    assert len(mails) >= 20


def test_two_workers_at_once_send_every_mail_once(installation, campaign, sink, serve):
    campaign_id = campaign(60)
    moments = itertools.count()
    started = datetime.now(UTC)

    def clock():
        # Whenever one looks, the other's lease of a minute is over: neither waits for the other.
        return started + timedelta(seconds=61) * next(moments)

    with serve():
        workers = [Worker(installation, clock=clock, batch=3, lease_seconds=1e6) for _ in range(2)]
        threads = [threading.Thread(target=_until_finished, args=(each, installation, campaign_id)) for each in workers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(SECONDS)
    assert accepted(sink) == {f"c{number}": 1 for number in range(60)}
    assert sink.connections >= 2
    with installation.database.read() as session:
        assert set(statuses(session, campaign_id).values()) == {"sent"}


def _until_finished(worker, installation, campaign_id):
    while _is_running(installation, campaign_id):
        worker.run_once()
    worker.close()


def _is_running(installation, campaign_id):
    with installation.database.read() as session:
        return campaigns.campaign(session, campaign_id).status == "running"


@contextmanager
def _workers(installation):
    """Starts worker processes, each of which is killed before the next is started."""
    environ = os.environ | {"PYTHONPATH": str(PROCESS.parents[2])}
    settings = installation.settings
    command = [sys.executable, str(PROCESS), str(settings.home), settings.database_url]
    with subprocess.Popen(command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:

        def start():
            print("go", file=parent.stdin, flush=True)
            child = int(parent.stdout.readline())

            def kill():
                os.kill(child, signal.SIGKILL)
                assert parent.stdout.readline() == "ended\n"

            return kill

        yield start
        parent.stdin.close()
