"""Answers to statements over the ledger, kept on the disk: a start over data that did not change asks nothing twice."""

import hashlib
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Lock
from time import perf_counter

import duckdb
import pandas as pd

MOST_BYTES = 400_000_000
"""What all answers over one state of the ledger may take on the disk."""
WORTH_SECONDS = 0.005
"""What took less is quicker asked again than looked up."""
_DIGEST_BYTES = 16


class Answers:
    """The answers over one state of the ledger; every one may be deleted at any time.

    An answer is found by the text and the values of its statement only, so neither another state of the ledger nor
    another version of this program can be given a stale one. One that was spoilt on the disk is asked for anew.

    Parameters
    ----------
    folder
        Where they lie; made when the first is kept. Another state of the ledger has another folder.
    """

    def __init__(self, folder: Path, *, most_bytes: int = MOST_BYTES, worth_seconds: float = WORTH_SECONDS) -> None:
        self._folder = folder
        self._worth_seconds = worth_seconds
        self._bytes_left = most_bytes - _size(folder)
        self.were_kept = self._bytes_left < most_bytes
        """Whether some were there when these were opened: somebody has looked at the data before."""
        self._counting = Lock()

    def frame(self, text: str, values: Iterable[object], ask: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """The kept rows of a statement; those of ``ask``, kept from now on, where there are none."""
        path = self._folder / _digest(repr((duckdb.__version__, pd.__version__, text, list(values))).encode()).hex()
        kept = _read(path)
        if kept is not None:
            return kept
        start = perf_counter()
        rows = ask()
        if perf_counter() - start >= self._worth_seconds and _comes_back_as_it_is(rows):
            self._keep(path, rows)
        return rows

    def _keep(self, path: Path, rows: pd.DataFrame) -> None:
        content = BytesIO()
        rows.to_feather(content)
        with self._counting:
            if content.tell() > self._bytes_left:
                return
            self._bytes_left -= content.tell()
        # A disk that is full, or a folder that went with an older state, costs the time of asking again, no more.
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self._folder, delete=False) as draft:
                draft.write(_digest(content.getbuffer()))
                draft.write(content.getbuffer())
            Path(draft.name).replace(path)


def answers_over(
    home: Path, files: Iterable[str], aliases: Mapping[str, str], *, worth_seconds: float = WORTH_SECONDS
) -> Answers:
    """The answers over these files of the ledger, with customers merged as ``aliases`` say; those over others go.

    Files are told apart by name, size and time of writing, and are never changed once they are written.
    """
    found = [(file.name, file.stat()) for file in map(Path, files)]
    state = [(name, stat.st_size, stat.st_mtime_ns) for name, stat in found], sorted(aliases.items())
    name = _digest(repr(state).encode()).hex()
    folder = home / "answers"
    for other in folder.glob("*"):
        if other.name != name:
            shutil.rmtree(other, ignore_errors=True)
    return Answers(folder / name, worth_seconds=worth_seconds)


def _read(path: Path) -> pd.DataFrame | None:
    try:
        content = memoryview(path.read_bytes())
    except OSError:
        return None
    digest, rows = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
    return pd.read_feather(BytesIO(rows)) if digest == _digest(rows) else None


def _digest(content: bytes | memoryview) -> bytes:
    return hashlib.blake2b(content, digest_size=_DIGEST_BYTES).digest()


def _comes_back_as_it_is(rows: pd.DataFrame) -> bool:
    """Whether a file gives the same types: of Python's own objects it does not."""
    return all(isinstance(kind, pd.StringDtype) or kind.kind in "biufM" for kind in rows.dtypes)


def _size(folder: Path) -> int:
    with suppress(OSError):
        return sum(path.stat().st_size for path in folder.glob("*"))
    return 0
