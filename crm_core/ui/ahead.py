"""Reads beforehand what the next press on a page would ask for: a page is read before something is pressed on it."""

import logging
import threading
import traceback
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any

from crm_core.errors import CrmError
from crm_core.ui import load, one_run

log = logging.getLogger(__name__)

NAME = "ahead"
"""Of the thread."""
REST_SECONDS = 0.5
"""Without a run of any page, before the next reading begins: who waits for a page must not wait for this."""
MOST = 32
"""Readings that wait; the oldest gives way, as those of the page that is looked at now come last."""
MOST_KNOWN = 1_000
MOST_LINES = 3_000_000
"""Order lines beyond which nothing is read beforehand: what is kept of each view would fill a laptop's memory."""


class Ahead:
    """The readings that wait, and those asked for before; `working` has them done by a thread of its own."""

    def __init__(self, *, rest_seconds: float = REST_SECONDS) -> None:
        self._rest = rest_seconds
        self._waiting: deque[Callable[[], object]] = deque(maxlen=MOST)
        self._known: set[Hashable] = set()
        self._asked, self._ended = threading.Event(), threading.Event()
        self._is_working = False

    def add(self, read: Callable[..., object], way: tuple[Any, ...], *, version: int) -> None:
        """Ask for ``read(*way)``, once for each version of the data; nothing where nobody works."""
        key = (version, read.__name__, way)
        if not self._is_working or key in self._known:
            return
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known.add(key)
        self._waiting.append(partial(read, *way))
        self._asked.set()

    @contextmanager
    def working(self) -> Iterator[None]:
        """Within the block, read while no page is run, what was asked for last first."""
        self._ended.clear()
        self._is_working = True
        thread = threading.Thread(target=self._work, name=NAME, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._is_working = False
            self._ended.set()
            self._asked.set()
            # What is under way is read to its end: a cache half filled would be worse.
            thread.join()
            self._waiting.clear()
            self._known.clear()

    def _work(self) -> None:
        while not self._ended.is_set():
            self._asked.wait()
            self._asked.clear()
            while self._waiting and one_run.has_rest(self._rest, ended=self._ended):
                _attempt(self._waiting.pop())


def _attempt(read: Callable[[], object]) -> None:
    try:
        read()
    except CrmError:
        return  # told by the page that asks for it
    except Exception as fault:  # noqa: BLE001 - the edge of the thread
        # Without the message, which may hold values of the data.
        place = traceback.extract_tb(fault.__traceback__)[-1]
        log.warning("Reading ahead failed: %s in %s, line %s", type(fault).__name__, place.name, place.lineno)


_BESIDE = Ahead()


def working() -> AbstractContextManager[None]:
    """While the server is up: within the block, what `read` asks for is read."""
    return _BESIDE.working()


def read(what: Callable[..., object], ways: Iterable[tuple[Any, ...]]) -> None:
    """Have ``what`` called with each of the ways when no page is run; for functions of `load`, which keep the answer.

    The first way is read first.
    """
    sold = load.extent()
    if sold is None or sold.lines > MOST_LINES:
        return
    version = load.data_version()
    for way in reversed(tuple(ways)):
        _BESIDE.add(what, way, version=version)
    data = load.warehouse()
    if data.was_asked_before:
        # No kept answer served the page, so none will serve what is pressed next.
        for table in data.worth_holding:
            _BESIDE.add(load.hold, (table,), version=version)


def call_once(what: Callable[[], object]) -> None:
    """Have ``what`` called when no page is run, once for each version of the data; costs a run of a page nothing."""
    _BESIDE.add(what, (), version=load.data_version())
