"""Long work of a page in a thread of its own: the page stays alive, shows how far it is, and can stop it."""

import threading
import weakref
from collections.abc import Callable
from typing import Generic, TypeVar

from crm_core.errors import CrmError
from crm_core.ingest.progress import Progress, Tell

T = TypeVar("T")

PATIENCE_SECONDS = 0.3
"""What is done sooner is shown at once, without a bar that only flickers."""


class StoppedError(CrmError):
    """The work was stopped by the person who waited for it; nothing was changed."""


class Job(Generic[T]):
    """Work that was begun. Held by one session; when that lets go of it, the work is stopped and its result discarded.

    ``interrupt`` stops what does not tell of its progress, such as one long statement of an engine; ``share`` says
    how far that is, in [0, 1], of about ``rows`` rows.
    """

    def __init__(
        self,
        work: Callable[[Tell], T],
        *,
        discard: Callable[[T], object],
        interrupt: Callable[[], object] = lambda: None,
        share: Callable[[], float | None] = lambda: None,
        rows: int = 0,
    ) -> None:
        self._share, self.rows = share, rows
        self._task = _Task(work, discard, interrupt)
        self._abandon = weakref.finalize(self, self._task.abandon)
        # A server that stops does not wait: nothing counts before the one transaction at the end.
        threading.Thread(target=self._task.run, name="page-work", daemon=True).start()

    def is_done(self, *, within: float = 0.0) -> bool:
        """Whether the work has ended, well or not; waits for it as long as ``within`` seconds."""
        return self._task.ended.wait(within)

    @property
    def progress(self) -> Progress | None:
        """How far it is, as it told last."""
        return self._task.progress

    @property
    def share(self) -> float | None:
        """How far the running statement is; None when nobody knows."""
        return self._share()

    def stop(self) -> None:
        """Ask it to stop at the next moment at which nothing is half done; `result` says whether it did."""
        self._task.stop()

    @property
    def is_stopping(self) -> bool:
        """Whether it was asked to stop."""
        return self._task.stopping.is_set()

    def result(self) -> T:
        """What the work returned; what it raised is raised here.

        Raises
        ------
        StoppedError
            It was stopped before it had an effect.
        """
        self._task.ended.wait()
        if self._task.fault is None:
            return self._task.made[0]
        if self.is_stopping:
            raise StoppedError("Stopped. Nothing was imported.") from self._task.fault
        raise self._task.fault

    def abandon(self) -> None:
        """Stop it, and discard its result whenever it comes."""
        self._abandon()


class _Task(Generic[T]):
    """What the thread and the job share; it knows nothing of the job, so that a job can be let go of."""

    def __init__(
        self, work: Callable[[Tell], T], discard: Callable[[T], object], interrupt: Callable[[], object]
    ) -> None:
        self._work, self._discard, self._interrupt = work, discard, interrupt
        self._gate, self._is_abandoned = threading.Lock(), False
        self.ended, self.stopping = threading.Event(), threading.Event()
        self.progress: Progress | None = None
        self.made: list[T] = []
        self.fault: Exception | None = None

    def run(self) -> None:
        try:
            made = self._work(self._tell)
        except Exception as fault:  # noqa: BLE001 - the page raises it again, where it is told and logged
            self.fault = fault
        else:
            with self._gate:
                self.made.append(made)
                is_wanted = not self._is_abandoned
            if not is_wanted:
                self._discard(made)
        finally:
            self.ended.set()

    def stop(self) -> None:
        self.stopping.set()
        if not self.ended.is_set():
            self._interrupt()

    def abandon(self) -> None:
        with self._gate:
            self._is_abandoned, made = True, list(self.made)
        self.stop()
        for each in made:
            self._discard(each)

    def _tell(self, progress: Progress) -> None:
        if self.stopping.is_set():
            raise StoppedError("Stopped. Nothing was imported.")
        self.progress = progress
