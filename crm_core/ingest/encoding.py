"""What the bytes of a text file are: encoding, line ends, and whether it is text at all."""

import codecs
import hashlib
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from charset_normalizer import from_bytes

from crm_core.errors import IngestError

CHUNK = 1 << 20
ENCODINGS = ("utf-8", "utf-16", "cp1250", "cp1251", "cp1252")
"""The encodings a file may be read as, the ones a person may choose among."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 200_000


@dataclass(frozen=True)
class TextFacts:
    """What one pass over the bytes of a text file says."""

    sha256: str
    encoding: str
    """Python's name of the encoding, ``utf-8`` where possible."""
    plain: bool
    """Whether DuckDB may count its lines: one kind of line end, no empty line."""
    only_spaces: bool
    """Whether the only blanks in it are spaces: no tab, no hard space."""


def text_facts(path: Path, *, encoding: str | None = None) -> TextFacts:
    """Examine the whole file; ``encoding`` overrules what would be detected.

    Raises
    ------
    IngestError
        The file is empty, holds NUL characters or two encodings, or a line that no table has.
    """
    scan = _Scan()
    with path.open("rb") as file:
        marked = _marked_encoding(file)
        wide = (encoding or marked or "").startswith("utf-16")
        while chunk := file.read(CHUNK):
            scan.add(chunk, wide=wide)
    scan.finish()
    if scan.size == 0:
        raise IngestError("The file is empty. Export it again and check that it has rows.")
    chosen = encoding or marked or ("utf-8" if scan.is_utf8 else _guessed(path))
    if chosen == "utf-8" and not scan.is_utf8:
        raise IngestError(f"Row {_telling_lines(path)[2]} is not written in UTF-8. Choose another encoding.")
    return TextFacts(
        scan.sha256.hexdigest(),
        chosen,
        plain=scan.is_plain and not chosen.startswith("utf-16"),
        only_spaces=chosen == "utf-8" and not scan.has_odd_blank,
    )


def known_encoding(name: str) -> str:
    """Python's name of an encoding that a person wrote.

    Raises
    ------
    IngestError
        There is none of this name, or it is none for text.
    """
    try:
        found = codecs.lookup(name)
        b"ab".decode(found.name, "replace")
    except (LookupError, ValueError) as fault:
        raise IngestError(f"There is no encoding '{name}'. Use one of: {', '.join(ENCODINGS)}.") from fault
    return "utf-8" if found.name == "utf-8-sig" else found.name


def write_utf8(path: Path, encoding: str, target: Path) -> None:
    """Copy the file into UTF-8 without a mark, chunk by chunk.

    Raises
    ------
    IngestError
        Bytes that the encoding does not have; the message names the row.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 0
    with path.open("rb") as source, target.open("wb") as copy:
        while True:
            chunk = source.read(CHUNK)
            try:
                text = decoder.decode(chunk, not chunk)
            except UnicodeDecodeError as fault:
                row = lines + chunk.count(b"\n", 0, fault.start) + 1
                raise IngestError(
                    f"Row {row} is not written in {encoding}. Choose another encoding, or save the file as UTF-8."
                ) from fault
            if "\0" in text:
                raise IngestError(
                    f"Row {lines + 1} or a later one holds a NUL character. Export the file again as CSV."
                )
            copy.write(text.removeprefix("\ufeff").encode() if not lines else text.encode())
            lines += text.count("\n")
            if not chunk:
                return


def sha256(path: Path) -> str:
    """The hash that recognises the same file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Scan:
    """Counts over chunks; each test is one search in C, so 750 MB take about a second."""

    def __init__(self) -> None:
        self.sha256 = hashlib.sha256()
        self.size = 0
        self.lines = 0
        self.is_utf8 = True
        self.has_empty_line = False
        self.has_odd_blank = False
        self._ends = [0, 0, 0]  # CR LF together, CR, LF
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._last = b""

    @property
    def is_plain(self) -> bool:
        pairs, returns, feeds = self._ends
        one_kind = (pairs == returns == feeds) or (returns == 0) or (feeds == 0)
        return one_kind and not self.has_empty_line

    def add(self, chunk: bytes, *, wide: bool) -> None:
        self.sha256.update(chunk)
        self.size += len(chunk)
        if wide:
            return
        self._refuse_what_is_no_table(chunk)
        returns, feeds = chunk.count(b"\r"), chunk.count(b"\n")
        split_pair = self._last.endswith(b"\r") and chunk.startswith(b"\n")
        self._ends = [self._ends[0] + chunk.count(b"\r\n") + split_pair, self._ends[1] + returns, self._ends[2] + feeds]
        joined = self._last + chunk
        self.has_empty_line |= any(pair in joined for pair in (b"\n\n", b"\r\r", b"\n\r\n"))
        self.has_odd_blank |= any(blank in joined for blank in (b"\t", b"\xc2\xa0", b"\xe2\x80"))
        self.lines += feeds
        self._last = chunk[-2:]
        self._decode(chunk)

    def finish(self) -> None:
        self._decode(b"", final=True)

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


def _marked_encoding(file: BufferedReader) -> str | None:
    head = file.read(4096)
    file.seek(0)
    return marked_encoding(head)


def marked_encoding(head: bytes) -> str | None:
    """The encoding that the first bytes declare, or that zero bytes in every other place betray."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd and not even and (b"\n\0" in head or b"\r\0" in head):
        return "utf-16-le"
    if even and not odd and (b"\0\n" in head or b"\0\r" in head):
        return "utf-16-be"
    return None


def _guessed(path: Path) -> str:
    """The likeliest 8-bit encoding by the lines that are not ASCII."""
    sample, first_utf8, first_other = _telling_lines(path)
    if first_utf8 and first_other:
        line, name = max((first_utf8, "UTF-8"), (first_other, "another encoding"))
        raise IngestError(
            f"The file mixes two encodings: row {line} is written in {name}, unlike the rows before it. "
            "Save the whole file as UTF-8 and import it again."
        )
    matches = from_bytes(sample, cp_isolation=["cp1250", "cp1251", "cp1252"])
    best = matches.best()
    if best is None:
        raise IngestError("The file is not readable as text. Save it as CSV in UTF-8 and import it again.")
    return str(best.encoding)


def _telling_lines(path: Path) -> tuple[bytes, int, int]:
    """Lines outside ASCII, and the numbers of the first that is UTF-8 and the first that is not (0: none)."""
    sample, first_utf8, first_other = bytearray(), 0, 0
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
                first_utf8 = first_utf8 or number
            except UnicodeDecodeError:
                first_other = first_other or number
            if len(sample) < _SAMPLE:
                sample += line
    return bytes(sample), first_utf8, first_other
