"""Which encoding of one byte a letter a text was written in, judged by the words that it makes."""

import re
from collections import Counter
from collections.abc import Sequence

from charset_normalizer import from_bytes

LATIN = ("cp1250", "iso8859-2", "cp1252")
CYRILLIC = ("cp1251", "koi8-u", "cp866")

_WORD = re.compile(rb"[A-Za-z\x80-\x9f\xa1-\xff]+")
_WELL_WRITTEN = re.compile(r"\b(?:[А-ЯЁІЇЄҐ]?[а-яёіїєґ]+|[А-ЯЁІЇЄҐ]{2,})\b")
_POLISH = "ąćęłńśźżĄĆĘŁŃŚŹŻ"
_WESTERN = "àâäáãåæçèéêëìíîïñòôöõøùúûüßÀÁÂÄÅÆÇÈÉÊËÍÎÑÔÖØÚÛÜ"
_FAMILIAR = {"cp1250": _POLISH, "iso8859-2": _POLISH, "cp1252": _WESTERN}


def likely_encoding(sample: bytes) -> str | None:
    """The encoding of a text that is not UTF-8; None when it fits none.

    Words of nothing but letters outside ASCII are Cyrillic; there the encoding counts that gives most words in one
    case. In Latin text the bytes decide on which the encodings differ: more letters, and fewer control characters,
    then more letters of a language that is expected. Where that leaves two, charset-normalizer is asked: it errs on
    short samples.
    """
    cyrillic = {name: (_well_written(sample, name), 0) for name in _readable(sample, CYRILLIC)}
    if _has_solid_words(sample) and max(cyrillic.values())[0] * 2 > sum(byte >= 0x80 for byte in sample):
        return _best(CYRILLIC, cyrillic, sample)
    return _best(LATIN, {name: _letters(sample, name) for name in _readable(sample, LATIN)}, sample)


def _has_solid_words(sample: bytes) -> bool:
    """Whether most words with letters outside ASCII have no others, as Latin words never do."""
    words = [word for word in _WORD.findall(sample) if not word.isascii()]
    solid = sum(len(word) > 1 and not re.search(rb"[A-Za-z]", word) for word in words)
    return solid > len(words) - solid


def _readable(sample: bytes, names: Sequence[str]) -> list[str]:
    found = []
    for name in names:
        try:
            sample.decode(name)
        except UnicodeDecodeError:
            continue
        found.append(name)
    return found


def _best(order: Sequence[str], scores: dict[str, tuple[int, int]], sample: bytes) -> str | None:
    if not scores:
        return None
    highest = max(scores.values())
    names = [name for name in order if scores.get(name) == highest]
    if len(names) > 1 and order is LATIN:
        match = from_bytes(sample, cp_isolation=list(names)).best()
        told = match.encoding.replace("_", "-") if match else ""
        return told if told in names else names[0]
    return names[0]


def _well_written(sample: bytes, name: str) -> int:
    return sum(len(word) for word in _WELL_WRITTEN.findall(sample.decode(name)))


def _letters(sample: bytes, name: str) -> tuple[int, int]:
    """Letters less control characters, of the bytes that the Latin encodings read in different ways; and the letters
    of Polish, or of western languages, less those of the others.
    """
    letters = familiar = 0
    for byte, count in Counter(byte for byte in sample if byte >= 0x80).items():
        readings = {bytes([byte]).decode(each, "replace") for each in LATIN}
        sign = bytes([byte]).decode(name, "replace")
        letters += count * (len(readings) > 1) * (sign.isalpha() - (not sign.isprintable()))
        familiar += count * ((sign in _FAMILIAR[name]) - (name != "cp1252" and sign in _FAMILIAR["cp1252"]))
    return letters, familiar
