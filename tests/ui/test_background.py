import gc
import threading

import pytest

from crm_core.errors import IngestError
from crm_core.ingest.progress import Progress
from crm_core.ui.background import Job, StoppedError


class Work:
    """Work that goes on when it is told to, a row at a time."""

    def __init__(self, rows=3):
        self.rows, self.go, self.told, self.discarded = rows, threading.Semaphore(0), threading.Event(), []

    def __call__(self, tell):
        for row in range(self.rows):
            self.go.acquire(timeout=10)
            tell(Progress("Checking", row + 1, self.rows))
            self.told.set()
        return "done"

    def start(self):
        return Job(self, discard=self.discarded.append, interrupt=self.go.release)


def test_the_result_comes_when_the_work_is_done():
    work = Work()
    job = work.start()
    assert not job.is_done()
    work.go.release()
    assert work.told.wait(10)
    assert job.progress == Progress("Checking", 1, 3)
    work.go.release(2)
    assert job.is_done(within=10)
    assert job.result() == "done"
    assert work.discarded == []


def test_a_fault_reaches_whoever_asks_for_the_result():
    def fail(_tell):
        raise IngestError("The file is a PDF document.")

    job = Job(fail, discard=print)
    with pytest.raises(IngestError, match="PDF"):
        job.result()


def test_work_that_is_stopped_ends_where_it_tells_next():
    work = Work()
    job = work.start()
    job.stop()
    with pytest.raises(StoppedError, match="Nothing was imported"):
        job.result()
    assert job.progress is None


def test_work_that_was_too_far_to_stop_has_its_result():
    work = Work(rows=0)
    job = work.start()
    assert job.is_done(within=10)
    job.stop()
    assert job.result() == "done"


def test_what_is_abandoned_when_done_is_discarded():
    work = Work(rows=0)
    job = work.start()
    assert job.is_done(within=10)
    job.abandon()
    job.abandon()
    assert work.discarded == ["done"]


def test_what_is_abandoned_before_is_discarded_when_it_comes():
    release, discarded = threading.Event(), []
    job = Job(lambda _tell: release.wait(10), discard=discarded.append)
    job.abandon()
    assert discarded == []
    release.set()
    assert job.is_done(within=10)
    assert discarded == [True]


def test_a_session_that_ends_stops_its_work():
    work = Work()
    job = work.start()
    ended = job._task.ended
    del job
    gc.collect()
    assert ended.wait(10)
    assert not work.told.is_set()
