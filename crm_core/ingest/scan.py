"""One look at every byte of a text file: its hash, whether it is UTF-8, its line ends and where its blanks stand."""

import codecs

import numpy as np

from crm_core.errors import IngestError

CHUNK = 1 << 20
SIGNS, JOINED = "'+", "1e5"
"""What only oddities hold: an apostrophe, a plus, and digits on both sides of an e or _ as in 1e5 or 1_000."""


_IS_DIGIT = np.isin(np.arange(256), np.frombuffer(b"0123456789", dtype=np.uint8))
_IS_DIGIT_OR_MINUS = _IS_DIGIT | (np.arange(256) == ord("-"))


class Scan:
    """What the chunks of a file say together; the hash is the half of it, so that 750 MB take about a second."""

    def __init__(self) -> None:
        self.size = 0
        self.lines = 0
        self.is_utf8 = self.is_ascii = True
        self.has_empty_line = False
        self.has_odd_blank = False
        self.has_quote = False
        self._unseen = {*SIGNS, JOINED}
        self._ends = [0, 0, 0]  # CR LF together, CR, LF
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._last = b""
        self._beside_space = np.zeros(256, dtype=bool)
        self._is_feed, self._is_pair = np.empty(CHUNK, dtype=bool), np.empty(CHUNK, dtype=bool)

    @property
    def is_plain(self) -> bool:
        """Whether all lines end alike and none is empty."""
        pairs, returns, feeds = self._ends
        one_kind = (pairs == returns == feeds) or (returns == 0) or (feeds == 0)
        return one_kind and not self.has_empty_line

    @property
    def absent(self) -> frozenset[str]:
        """Those of `SIGNS` and `JOINED` that stand nowhere."""
        return frozenset(self._unseen)

    @property
    def beside_space(self) -> bytes:
        """Every byte that stands next to a space somewhere; the ends of the file count as ends of lines."""
        return bytes(np.flatnonzero(self._beside_space).tolist())

    def add(self, chunk: bytes, *, wide: bool) -> None:
        """Take the next bytes, at most `CHUNK`; ``wide`` when a letter takes several and zero bytes are no fault.

        Raises
        ------
        IngestError
            A NUL character, or a line that no table has.
        """
        self.size += len(chunk)
        if wide:
            self._unseen.clear()
            return
        self._refuse_what_is_no_table(chunk)
        self._count_feeds(chunk)
        self.has_quote |= b'"' in chunk
        self.has_odd_blank |= b"\t" in chunk
        self._unseen -= {sign for sign in SIGNS if sign.encode() in chunk}
        if JOINED in self._unseen and any(
            letter in part for letter in (b"e", b"E", b"_") for part in (chunk, self._last)
        ):
            self._look_between_digits(self._last + chunk)
        # What needs the chunk joined with the end of the one before is rare in the files of programs.
        if b"\r" in chunk or b"\r" in self._last:
            self._count_returns(chunk)
        if not self.has_quote and (b" " in chunk or b" " in self._last):
            self._look_beside_spaces(self._last + chunk)
        if not chunk.isascii() or not self._last.isascii():
            self.is_ascii = False
            self.has_odd_blank |= any(blank in self._last + chunk for blank in (b"\xc2\xa0", b"\xe2\x80"))
            self._decode(chunk)
        self._last = (self._last + chunk)[-2:] if len(chunk) < 2 else chunk[-2:]

    def finish(self) -> None:
        """There are no more bytes."""
        self._beside_space[10] |= self._last.endswith(b" ")
        self._decode(b"", final=True)

    def _count_feeds(self, chunk: bytes) -> None:
        # Comparing numbers is ten times as fast as searching for a pair of bytes, in memory that is there already.
        feed = np.equal(np.frombuffer(chunk, dtype=np.uint8), 10, out=self._is_feed[: len(chunk)])
        feeds = int(np.count_nonzero(feed))
        twice = np.logical_and(feed[1:], feed[:-1], out=self._is_pair[: len(chunk) - 1]).any()
        self.has_empty_line |= bool(twice) or (self._last.endswith(b"\n") and bool(feed[0]))
        self._ends[2] += feeds
        self.lines += feeds

    def _count_returns(self, chunk: bytes) -> None:
        joined = self._last + chunk
        self._ends[1] += chunk.count(b"\r")
        self._ends[0] += chunk.count(b"\r\n") + (self._last.endswith(b"\r") and chunk.startswith(b"\n"))
        self.has_empty_line |= any(pair in joined for pair in (b"\r\r", b"\n\r\n"))

    def _look_beside_spaces(self, joined: bytes) -> None:
        letters = np.frombuffer(joined, dtype=np.uint8)
        places = np.flatnonzero(letters == 32)
        self._beside_space[letters[places[places > 0] - 1]] = True
        self._beside_space[letters[places[places < len(letters) - 1] + 1]] = True
        self._beside_space[10] |= not self._last and joined.startswith(b" ")

    def _look_between_digits(self, joined: bytes) -> None:
        letters = np.frombuffer(joined, dtype=np.uint8)
        places = np.flatnonzero(((letters | 32) == 101) | (letters == 95))  # e or E, and _
        places = places[(places > 0) & (places < len(letters) - 1)]
        if (_IS_DIGIT[letters[places - 1]] & _IS_DIGIT_OR_MINUS[letters[places + 1]]).any():
            self._unseen.discard(JOINED)

    def _refuse_what_is_no_table(self, chunk: bytes) -> None:
        if (at := chunk.find(b"\0")) >= 0:
            line = self.lines + chunk.count(b"\n", 0, at) + 1
            raise IngestError(
                f"Row {line} holds a NUL character: the file is damaged or not a table. Export it again as CSV."
            )
        if len(chunk) == CHUNK and b"\n" not in chunk and b"\r" not in chunk:
            raise IngestError(
                f"Row {self.lines + 1} is longer than a million characters: a quotation mark that is never closed, "
                "or not a table. Mend the row, or export the file again as CSV."
            )

    def _decode(self, chunk: bytes, *, final: bool = False) -> None:
        if self.is_utf8:
            try:
                self._decoder.decode(chunk, final)
            except UnicodeDecodeError:
                self.is_utf8 = False
