"""Runs of pages: what each reads once, however many of its figures need it, and whether one is under way."""

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar, cast

T = TypeVar("T")

_READ: ContextVar[dict[tuple[str, int], object] | None] = ContextVar("_READ", default=None)


class _Runs:
    """The runs of all users in this process."""

    def __init__(self) -> None:
        self._gate = threading.Lock()
        self._under_way = 0
        self._last_end = -math.inf

    @contextmanager
    def one(self) -> Iterator[None]:
        with self._gate:
            self._under_way += 1
        try:
            yield
        finally:
            with self._gate:
                self._under_way -= 1
                self._last_end = time.monotonic()

    def has_rest(self, seconds: float, *, ended: threading.Event) -> bool:
        while not ended.is_set():
            with self._gate:
                left = seconds if self._under_way else self._last_end + seconds - time.monotonic()
            if left <= 0:
                return True
            ended.wait(left)
        return False


_RUNS = _Runs()


@contextmanager
def reading_once() -> Iterator[None]:
    """Around a run of a page, or of a part of it alone: `once` reads once within the block. Outside it reads anew."""
    if _READ.get() is not None:
        yield  # a part that is drawn with its page
        return
    before = _READ.set({})
    try:
        with _RUNS.one():
            yield
    finally:
        _READ.reset(before)


def once(name: str, read: Callable[[], T], *, commits: int) -> T:
    """What ``read`` returns, read again in this run only when ``commits`` says that something was changed since."""
    known = _READ.get()
    if known is None:
        return read()
    if (name, commits) not in known:
        known[name, commits] = read()
    return cast("T", known[name, commits])


def has_rest(seconds: float, *, ended: threading.Event) -> bool:
    """Wait until no page has been run for so long; False when ``ended`` was set before."""
    return _RUNS.has_rest(seconds, ended=ended)
