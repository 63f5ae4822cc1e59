"""How often one address may fail before it has to wait."""

from collections import deque
from datetime import datetime, timedelta


class Throttle:
    """Counts the failures of each address over a sliding window, in this process.

    The lock of a user keeps one name from being guessed; this keeps one address from trying
    many names, and from keeping the processor busy with password hashes.
    """

    def __init__(self, *, limit: int, window: timedelta, addresses: int = 10_000) -> None:
        self._limit = limit
        self._window = window
        self._addresses = addresses
        self._failures: dict[str, deque[datetime]] = {}

    def is_exhausted(self, address: str, *, now: datetime) -> bool:
        """Whether the address has to wait."""
        failures = self._failures.get(address)
        if failures is None:
            return False
        while failures and failures[0] <= now - self._window:
            failures.popleft()
        return len(failures) >= self._limit

    def note(self, address: str, *, now: datetime) -> None:
        """Count a failure of the address."""
        failures = self._failures.pop(address, None) or deque(maxlen=self._limit)
        failures.append(now)
        self._failures[address] = failures
        if len(self._failures) > self._addresses:
            self._failures.pop(next(iter(self._failures)))
