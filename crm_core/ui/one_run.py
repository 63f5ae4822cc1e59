"""What one run of a page reads once, however many of its figures need it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar, cast

T = TypeVar("T")

_READ: ContextVar[dict[tuple[str, int], object] | None] = ContextVar("_READ", default=None)


@contextmanager
def reading_once() -> Iterator[None]:
    """Around a run of a page: `once` reads once within the block. Outside it, as in a fragment, it reads anew."""
    before = _READ.set({})
    try:
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
