"""What the bytes of a text file are: encoding, line ends, and whether it is text at all."""

import codecs
import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from crm_core.errors import IngestError
from crm_core.ingest.alphabet import likely_encoding
from crm_core.ingest.cells import Blanks
from crm_core.ingest.progress import Progress, Tell, untold
from crm_core.ingest.scan import CHUNK, Scan

ENCODINGS = (
    "utf-8", "utf-16", "utf-32", "cp1250", "iso-8859-2", "cp1251", "koi8-u", "cp866", "iso-8859-5", "cp1252", "cp852",
)  # fmt: skip
"""The encodings a file may be read as, the ones a person may choose among."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins like the mark of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NO_TABLES = {"utf_7", "unicode_escape", "raw_unicode_escape", "hz", "punycode", "idna", "undefined"}
"""Encodings for other things than tables: what plain letters mean in them depends on the letters before."""
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
    beside_space: bytes | None = None
    """Every byte that stands next to a space; None where a quotation mark may stand between them."""
    is_ascii: bool = False
    """Whether no cell can hold a letter beyond ASCII."""

    absent: frozenset[str] = frozenset()
    """What no cell holds (`Scan.absent`)."""
    lines: int = 0
    """Ends of lines, those within cells too; about as many as there are rows."""

    def blanks(self, separator: str) -> Blanks:
        """What may stand around the text of its cells."""
        if not self.only_spaces:
            return Blanks.ANY
        if self.beside_space is None or set(f"{separator}\r\n".encode()) & set(self.beside_space):
            return Blanks.SPACES
        return Blanks.NONE


def text_facts(path: Path, *, encoding: str | None = None, tell: Tell = untold) -> TextFacts:
    """Examine the whole file; ``encoding`` overrules what would be detected, ``tell`` hears of lines.

    Raises
    ------
    IngestError
        The file is empty, holds NUL characters or two encodings, or a line that no table has.
    """
    scan, size = Scan(), path.stat().st_size
    with path.open("rb") as file:
        marked = _marked_encoding(file)
        wide = _is_wide(encoding or marked or "")
        # The hash takes as long as all else, and lets go of the interpreter's lock.
        with ThreadPoolExecutor(1) as beside:
            digest = beside.submit(sha256, path)
            while chunk := file.read(CHUNK):
                scan.add(chunk, wide=wide)
                tell(_so_far("Looking at the file", scan.lines, file, size))
    scan.finish()
    if scan.size == 0:
        raise IngestError("The file is empty. Export it again and check that it has rows.")
    chosen = encoding or marked or ("utf-8" if scan.is_utf8 else _guessed(path))
    if chosen == "utf-8" and not scan.is_utf8:
        raise IngestError(f"Row {_telling_lines(path)[2]} is not written in UTF-8. Choose another encoding.")
    return TextFacts(
        digest.result(),
        chosen,
        plain=scan.is_plain and not _is_wide(chosen),
        only_spaces=chosen == "utf-8" and not scan.has_odd_blank,
        beside_space=None if scan.has_quote else scan.beside_space,
        is_ascii=chosen == "utf-8" and scan.is_ascii,
        absent=scan.absent,
        lines=scan.lines,
    )


def known_encoding(name: str) -> str:
    """Python's name of an encoding that a person wrote.

    Raises
    ------
    IngestError
        There is none of this name, or it is none for text.
    """
    unknown = f"There is no encoding '{name}'. Use one of: {', '.join(ENCODINGS)}."
    try:
        found = codecs.lookup(name)
        b"ab".decode(found.name, "replace")
    except (LookupError, ValueError) as fault:
        raise IngestError(unknown) from fault
    if found.name.replace("-", "_") in _NO_TABLES:
        raise IngestError(unknown)
    return "utf-8" if found.name == "utf-8-sig" else found.name


def write_utf8(path: Path, encoding: str, target: Path, *, tell: Tell = untold) -> None:
    """Copy the file into UTF-8 without a mark, chunk by chunk; ``tell`` hears of lines.

    Raises
    ------
    IngestError
        Bytes that the encoding does not have; the message names the row.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    lines, size = 0, path.stat().st_size
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
            except UnicodeError as fault:  # some encodings say no more about it
                raise IngestError(
                    f"The file is not written in {encoding}. Choose another encoding, or save the file as UTF-8."
                ) from fault
            if "\0" in text:
                raise IngestError(
                    f"Row {lines + 1} or a later one holds a NUL character. Export the file again as CSV."
                )
            copy.write(text.removeprefix("\ufeff").encode() if not lines else text.encode())
            lines += text.count("\n")
            tell(_so_far("Converting to UTF-8", lines, source, size))
            if not chunk:
                return


def _so_far(step: str, lines: int, file: BufferedReader, size: int) -> Progress:
    """As if the rest of the file had lines of the same length."""
    return Progress(step, lines, lines * size // max(file.tell(), 1), about=True)


def sha256(path: Path) -> str:
    """The hash that recognises the same file."""
    digest = hashlib.sha256()
    # A megabyte at a time: with less, hashing waits more often for the thread that scans than it works.
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _marked_encoding(file: BufferedReader) -> str | None:
    head = file.read(4096)
    file.seek(0)
    return marked_encoding(head)


def marked_encoding(head: bytes) -> str | None:
    """The encoding that the first bytes declare, or that zero bytes in every other place betray."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if len(head) >= 8 and not any(head[3::4]) and head[2::4].count(0) > 0.8 * len(head[2::4]):
        return "utf-32-le"
    even, odd = head[::2].count(0), head[1::2].count(0)  # a sign beyond ASCII may have a zero byte in either place
    signs = (b"\n", b"\r", b",", b";", b"\t")
    if odd > 4 * even and any(sign + b"\0" in head for sign in signs):
        return "utf-16-le"
    if even > 4 * odd and any(b"\0" + sign in head for sign in signs):
        return "utf-16-be"
    return None


def _is_wide(encoding: str) -> bool:
    """Whether a letter takes two bytes or four, so that zero bytes are no fault."""
    return encoding.startswith(("utf-16", "utf_16", "utf-32", "utf_32"))


def _guessed(path: Path) -> str:
    """The likeliest 8-bit encoding by the lines that are not ASCII."""
    sample, first_utf8, first_other = _telling_lines(path)
    if first_utf8 and first_other:
        line, name = max((first_utf8, "UTF-8"), (first_other, "another encoding"))
        raise IngestError(
            f"The file mixes two encodings: row {line} is written in {name}, unlike the rows before it. "
            "Save the whole file as UTF-8 and import it again."
        )
    found = likely_encoding(sample)
    if found is None:
        raise IngestError("The file is not readable as text. Save it as CSV in UTF-8 and import it again.")
    return found


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
