"""Reads beforehand what the next press on a page would ask for: a page is read before something is pressed on it."""

import logging
import threading
import traceback
from collections import deque
from collections.abc import Callable, Hashable, Iterable
from functools import partial
from typing import Any

import streamlit as st

from crm_core.errors import CrmError
from crm_core.ui import load, one_run

log = logging.getLogger(__name__)

REST_SECONDS = 0.5
"""Without a run of any page, before the next reading begins: who waits for a page must not wait for this."""
MOST = 32
"""Readings that wait; the oldest gives way, as those of the page that is looked at now come last."""
MOST_KNOWN = 1_000
MOST_LINES = 3_000_000
"""Order lines beyond which nothing is read beforehand: what is kept of each view would fill a laptop's memory."""


class Ahead:
    """The readings that wait, and those asked for before; `work` runs in a thread of its own."""

    def __init__(self) -> None:
        self.is_working = False
        self._waiting: deque[Callable[[], object]] = deque(maxlen=MOST)
        self._known: set[Hashable] = set()
        self._asked = threading.Event()
        self._ended = threading.Event()

    def add(self, read: Callable[..., object], way: tuple[Any, ...], *, version: int) -> None:
        """Ask for ``read(*way)``, once for each version of the data; nothing where nobody works."""
        key = (version, read.__name__, way)
        if not self.is_working or key in self._known:
            return
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known.add(key)
        self._waiting.append(partial(read, *way))
        self._asked.set()

    def work(self) -> None:
        """Read while no page is run, what was asked for last first, until `end`."""
        self.is_working = True
        while not self._ended.is_set():
            self._asked.wait()
            self._asked.clear()
            while self._waiting and one_run.has_rest(REST_SECONDS, ended=self._ended):
                _attempt(self._waiting.pop())
        self.is_working = False

    def end(self) -> None:
        """Let `work` return after the reading that is under way."""
        self._ended.set()
        self._asked.set()


def _attempt(read: Callable[[], object]) -> None:
    try:
        read()
    except CrmError:
        return  # told by the page that asks for it
    except Exception as fault:  # noqa: BLE001 - the edge of the thread
        # Without the message, which may hold values of the data.
        place = traceback.extract_tb(fault.__traceback__)[-1]
        log.warning("Reading ahead failed: %s in %s, line %s", type(fault).__name__, place.name, place.lineno)


@st.cache_resource(show_spinner=False)
def beside() -> Ahead:
    """The one of this process; it works while the server is up."""
    return Ahead()


def read(what: Callable[..., object], ways: Iterable[tuple[Any, ...]]) -> None:
    """Have ``what`` called with each of the ways when no page is run; for functions of `load`, which keep the answer.

    The first way is read first.
    """
    sold = load.extent()
    if sold is None or sold.lines > MOST_LINES:
        return
    version = load.data_version()
    for way in reversed(tuple(ways)):
        beside().add(what, way, version=version)
