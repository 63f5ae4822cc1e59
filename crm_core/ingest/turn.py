"""One import at a time: the lease ``import``, waited for, kept alive, and confirmed at the commit."""

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from crm_core.errors import IngestError, StoreError
from crm_core.store.engine import Database
from crm_core.store.leases import acquire, release

LEASE = "import"
LEASE_SECONDS = 30.0
_RENEW_SECONDS = 10.0
_POLL_SECONDS = 0.2


class Turn:
    """The right to import, as long as it is renewed."""

    def __init__(self, database: Database, now: datetime) -> None:
        self._database = database
        self._owner = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._started, self._now = time.monotonic(), now

    @property
    def now(self) -> datetime:
        """The caller's instant, moved on by what has passed since."""
        return self._now + timedelta(seconds=self.waited)

    @property
    def waited(self) -> float:
        """Seconds since the turn was asked for."""
        return time.monotonic() - self._started

    def take(self) -> bool:
        """Take or renew the lease; False while somebody else holds it."""
        with self._database.write() as session:
            return acquire(session, LEASE, self._owner, now=self.now, seconds=LEASE_SECONDS)

    def confirm(self, session: Session) -> None:
        """See, within the transaction that commits, that nobody took over in the meantime.

        Raises
        ------
        IngestError
            The turn was lost: this process stood still for too long.
        """
        if not acquire(session, LEASE, self._owner, now=self.now, seconds=LEASE_SECONDS):
            raise IngestError("Another import took over while this one stood still. Nothing was imported; try again.")

    def give_back(self) -> None:
        """Let the next one in."""
        with self._database.write() as session:
            release(session, LEASE, self._owner)


@contextmanager
def turn(
    database: Database, *, now: datetime, wait_seconds: float = 60.0, told: Callable[[str], None] | None = None
) -> Iterator[Turn]:
    """The turn to import; waits while another import runs, and says so once through ``told``.

    Raises
    ------
    IngestError
        The other import did not end in time.
    """
    mine = Turn(database, now)
    _await(mine, wait_seconds, told)
    done = threading.Event()
    keeper = threading.Thread(target=_keep_alive, args=(mine, done), name="import-lease", daemon=True)
    keeper.start()
    try:
        yield mine
    finally:
        done.set()
        keeper.join()
        mine.give_back()


def _await(mine: Turn, wait_seconds: float, told: Callable[[str], None] | None) -> None:
    while not mine.take():
        if told:
            told("Another import is running. Waiting for it to finish.")
            told = None
        if mine.waited > wait_seconds:
            raise IngestError("Another import is still running. Wait until it has finished and try again.")
        time.sleep(_POLL_SECONDS)


def _keep_alive(mine: Turn, done: threading.Event) -> None:
    while not done.wait(_RENEW_SECONDS):
        try:
            mine.take()
        except StoreError:
            continue  # the import itself holds the database: nobody else can take the lease either
