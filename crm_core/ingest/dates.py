"""How the text of a cell becomes a date, as SQL for DuckDB.

The order of day and month is given, never guessed. A time of day and a zone after the date are passed over: the
date stays the one that its writer saw on the calendar.
"""

import unicodedata
from functools import cache

from babel import Locale

from crm_core.ingest.cells import DateOrder
from crm_core.ingest.workspace import literal

LANGUAGES = ("en", "bg", "pl", "uk", "ru")
"""The languages in which names of months and weekdays are read."""
FIRST_SERIAL, FIRST_BIRTHDAY_SERIAL, LAST_SERIAL = 20_000, 7_306, 80_000
"""Excel's numbers of 1954-10-03, 1920-01-01 and 2119-01-10: what may be a date that lost its format."""

_WEEKDAY = r"(?:\p{L}[\p{L}'’ʼ]{1,13}\.?,?\s+)?"
_ZONE = r"(?:\s*(?:Z|UTC|GMT|[A-Z]{3,4})?\s*(?:[+-]\d{2}(?::?\d{2})?)?(?:\s*\([^)]*\))?)"
_CLOCK = (
    r"(?:[T ,]+(?:at |в |о |o )?\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?"
    rf"\s*(?:[AaPp]\.?[Mm]\.?|ч\.?|год\.?)?{_ZONE}|Z|[+-]\d{{2}}:\d{{2}})?"
)
_YEAR_WORD = r"(?:\.|,?\s*(?:год(?:ина|а)?|року|рік|roku|г|р|r)\.?)?"
_DATE = rf"{_WEEKDAY}\d{{1,4}}[./ -]\d{{1,2}}[./ -]\d{{1,4}}{_YEAR_WORD}{_CLOCK}"
DAY_MONTH = r"^[^0-9]*([0-9]{1,2})[./ -]([0-9]{1,2})[./ -]([0-9]{2}|[0-9]{4})\b"
"""The part of a date on which the order of day and month shows."""


def date(value: str, order: DateOrder, *, this_year: int) -> str:
    """A DATE from the trimmed text ``value``.

    Read are dates in digits in the given order or with a year of four digits in front, and dates with the name of
    a month in any order; a weekday before, and a time and zone after the date are passed over. A year of two
    digits lies in the hundred years that end next year.
    """
    compact = f"substr({value}, 1, 4) || '-' || substr({value}, 5, 2) || '-' || substr({value}, 7, 2)"
    stamp = rf"\d{{4}}-\d{{2}}-\d{{2}}{_CLOCK}"
    return (
        # What ten bytes long the engine takes for a date, begins with a year of four digits.
        f"coalesce(CASE WHEN strlen({value}) = 10 THEN TRY_CAST({value} AS DATE) END, CASE "
        f"{_fixed(value, order)}"
        f"WHEN substr({value}, 5, 1) = '-' AND regexp_full_match({value}, {literal(stamp)}) "
        f"THEN TRY_CAST(left({value}, 10) AS DATE) "
        f"WHEN regexp_full_match({value}, '(?:19|20)\\d{{6}}') THEN TRY_CAST({compact} AS DATE) "
        f"WHEN regexp_full_match({value}, {literal(_DATE)}) THEN {_in_digits(value, order, this_year)} "
        f"WHEN regexp_matches({value}, '\\d') THEN {_in_words(value, this_year)} END)"
    )


def serial_date(value: str) -> str:
    """A DATE from a number of days as Excel counts them, 1 being 1900-01-01; a part of a day is dropped.

    Excel takes 1900 for a leap year, so from March 1900 on the count begins with 1899-12-30.
    """
    return f"DATE '1899-12-30' + CAST(floor(TRY_CAST(replace({value}, ',', '.') AS DOUBLE)) AS INTEGER)"


def is_serial(value: str, *, first: int = FIRST_SERIAL) -> str:
    """Whether the text may be Excel's number of a day, as SQL."""
    number = f"TRY_CAST(replace({value}, ',', '.') AS DOUBLE)"
    return (
        f"CASE WHEN regexp_full_match({value}, '\\d{{4,5}}(?:[.,]\\d+)?') "
        f"THEN {number} BETWEEN {first} AND {LAST_SERIAL} ELSE false END"
    )


def _fixed(value: str, order: DateOrder) -> str:
    """The commonest other form, dd.mm.yyyy with or without a time, by its places: a tenth of a pattern's cost."""
    if order is DateOrder.YMD:
        return ""
    day, month = (1, 4) if order is DateOrder.DMY else (4, 1)
    rebuilt = f"substr({value}, 7, 4) || '-' || substr({value}, {month}, 2) || '-' || substr({value}, {day}, 2)"
    shape = rf"\d\d[./-]\d\d[./-]\d{{4}}{_CLOCK}"
    return f"WHEN regexp_full_match({value}, {literal(shape)}) THEN TRY_CAST({rebuilt} AS DATE) "


def _in_digits(value: str, order: DateOrder, this_year: int) -> str:
    places = {DateOrder.DMY: ("a", "b", "c"), DateOrder.MDY: ("b", "a", "c"), DateOrder.YMD: ("c", "b", "a")}
    day, month, year = places[order]
    told = _assembled(f"p.{year}", f"p.{month}", f"p.{day}", this_year)
    chosen = (
        f"CASE WHEN length(p.a) = 4 AND length(p.c) <= 2 THEN {_assembled('p.a', 'p.b', 'p.c', this_year)} "
        f"WHEN length(p.{day}) <= 2 AND length(p.{year}) IN (2, 4) THEN {told} END"
    )
    # A list of one: so that the pattern is matched once, however often its parts are named. The whole text was matched
    # before: to match costs a thirtieth of taking parts out by a long pattern, and these short ones are cheap.
    parts = f"regexp_extract({value}, '(\\d{{1,4}})[./ -](\\d{{1,2}})[./ -](\\d{{1,4}})', ['a', 'b', 'c'])"
    return f"list_transform([{parts}], lambda p: {chosen})[1]"


def _in_words(value: str, this_year: int) -> str:
    """A date with the name of its month: the name leaves no question of order."""
    day_first, month_first, year_first = (literal(pattern) for pattern in _written_out())
    keys = ", ".join(f"{literal(key)}: '{number}'" for key, number in _month_keys().items())
    value = f"replace({value}, '\u00a0', ' ')"
    numbers = f"regexp_extract({value}, '([0-9]+)[^0-9]+([0-9]+)', ['a', 'b'])"
    # Plain classes of signs: with letters of all alphabets a pattern takes twenty times as long to take parts out.
    letters, gap = "([^0-9 ,./-]{3})", "[ ,./-]*"
    after = (
        f"CASE WHEN regexp_matches({value}, '[0-9](?:st|nd|rd|th)\\b| of ', 'i') "
        f"THEN regexp_extract({value}, '[0-9](?:st|nd|rd|th)?{gap}(?:of )?{letters}', 1, 'i') "
        f"ELSE regexp_extract({value}, '^[^0-9]*[0-9]+{gap}{letters}', 1) END"
    )
    before = f"regexp_extract({value}, '{letters}[^0-9 ,./-]*{gap}[0-9]', 1)"

    def read(day: str, word: str, year: str) -> str:
        told = _assembled(f"p.{year}", f"MAP {{{keys}}}[lower({word})]", f"p.{day}", this_year)
        return f"list_transform([{numbers}], lambda p: {told})[1]"

    return (
        f"CASE WHEN regexp_full_match({value}, {day_first}, 'i') THEN {read('a', after, 'b')} "
        f"WHEN regexp_full_match({value}, {month_first}, 'i') THEN {read('a', before, 'b')} "
        f"WHEN regexp_full_match({value}, {year_first}, 'i') THEN {read('b', after, 'a')} END"
    )


def _assembled(year: str, month: str, day: str, this_year: int) -> str:
    century = f"CASE WHEN CAST('20' || {year} AS INTEGER) <= {this_year + 1} THEN '20' ELSE '19' END || {year}"
    full = f"CASE WHEN length({year}) = 2 THEN {century} ELSE {year} END"
    return f"TRY_CAST({full} || '-' || {month} || '-' || {day} AS DATE)"


@cache
def _written_out() -> tuple[str, str, str]:
    """The patterns of day, month, year; month, day, year; and year, month, day."""
    month = f"(?:{'|'.join(sorted(_months()))})"
    weekday = f"(?:(?:{'|'.join(sorted(_weekdays()))})\\.?,?\\s+)?"
    day, year, gap = r"\d{1,2}(?:st|nd|rd|th|\.)?", r"(?:\d{4}|\d{2})", r"\.?[\s,./-]*"
    return (
        rf"{weekday}{day}[\s./-]*(?:of )?{month}{gap}{year}{_YEAR_WORD}{_CLOCK}",
        rf"{weekday}{month}{gap}{day},?[\s/-]+{year}{_YEAR_WORD}{_CLOCK}",
        rf"{weekday}{year}{gap}{month}{gap}{day}{_YEAR_WORD}{_CLOCK}",
    )


@cache
def _months() -> dict[str, int]:
    """Every name of a month and its beginnings of three letters and more, to the number of the month."""
    found: dict[str, set[int]] = {}
    for language in LANGUAGES:
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in Locale(language).months[context][width].items():
                    for plain in _spellings(name):
                        for length in range(3, len(plain) + 1):
                            found.setdefault(plain[:length], set()).add(number)
    return {name: numbers.pop() for name, numbers in found.items() if len(numbers) == 1}


@cache
def _month_keys() -> dict[str, int]:
    """Three letters are enough to tell the months of all the languages apart."""
    return {name: number for name, number in _months().items() if len(name) == 3}


@cache
def _weekdays() -> frozenset[str]:
    names = {
        name.casefold().removesuffix(".")
        for language in LANGUAGES
        for width in ("wide", "abbreviated")
        for name in Locale(language).days["format"][width].values()
    }
    return frozenset(name.replace("ʼ", mark) for name in names for mark in "ʼ'’")


def _spellings(name: str) -> set[str]:
    """The name in small letters; in Latin ones also without the marks that many a program loses."""
    plain = name.casefold().removesuffix(".")
    bare = "".join(letter for letter in unicodedata.normalize("NFD", plain) if not unicodedata.combining(letter))
    return {plain, bare} if bare.isascii() else {plain}
