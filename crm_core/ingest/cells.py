"""How the text of a cell becomes a value, as SQL for DuckDB: money to cents, words to booleans; dates are in `dates`.

A cell that cannot be read gives null; `rules` says so to the person. Nothing here guesses: the order of
day and month and the decimal mark are given.
"""

from enum import StrEnum

from crm_core.ingest.workspace import literal


class DateOrder(StrEnum):
    """In which order a date gives day, month and year; a year of four digits in front is always understood."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"


class DecimalMark(StrEnum):
    """What stands before the cents."""

    POINT = "."
    COMMA = ","


class Blanks(StrEnum):
    """What may stand around the text of a cell."""

    NONE = "none"
    SPACES = "spaces"
    ANY = "any"


_BLANK = " \t\r\n\u00a0\u202f\u2007\ufeff"
_CYRILLIC = r"\x{400}-\x{52F}"
_UNSEEN = r"\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2064}\x{FEFF}"
TRUE = "1 true yes y t x on да д так tak т ано ja oui истина вярно prawda"
FALSE = "0 false no n f off не н ні nie нет нет. лъжа fałsz ложь ne nein non"
NEVER = " unsubscribed not_subscribed not-subscribed optout opt-out opted-out opt_out opted_out declined withdrawn"
"""What programs that send mail write where somebody said no."""

CURRENCY_OF = {
    "€": "EUR", "$": "USD", "£": "GBP", "₴": "UAH", "₽": "RUB", "zł": "PLN", "zl": "PLN", "лв": "BGN", "лв.": "BGN",
    "грн": "UAH", "грн.": "UAH", "руб": "RUB", "руб.": "RUB", "р.": "RUB", "kč": "CZK", "ft": "HUF", "lei": "RON",
}  # fmt: skip
"""Signs of currencies that may stand in a cell with the amount; three letters are taken as they are."""

_SIGNS = r"€|\$|£|₴|₽|zł|zl|лв\.?|грн\.?|руб\.?|р\.|kč|ft|lei|[A-Za-z]{3}"
_SPACES = r"[ \x{a0}\x{202f}'’]"


def text(column: str, blanks: Blanks) -> str:
    """The text without blanks around it; null when nothing is left."""
    trimmed = f"nullif(trim({column}, {literal(_BLANK)}), '')"
    if blanks is Blanks.SPACES:
        # Trimming costs a microsecond a cell; these two comparisons a fiftieth of it.
        return f"CASE WHEN {column} < '!' OR ends_with({column}, ' ') THEN {trimmed} ELSE {column} END"
    return column if blanks is Blanks.NONE else trimmed


def undefused(value: str) -> str:
    """Text without the apostrophe that our exports put before what a spreadsheet would take for a formula."""
    # The pattern costs ten times as much as to see that there is no apostrophe, which is nearly always so.
    guarded = f"starts_with({value}, '''') AND regexp_matches({value}, '^''[=+@＝＋－＠\\t\\r\\n-]')"
    return f"CASE WHEN {guarded} THEN substr({value}, 2) ELSE {value} END"


def visible(value: str) -> str:
    """Text without letters that nobody sees, zero-width ones and marks of direction: they make two ids of one."""
    # To compare two lengths costs a tenth of the pattern, and most ids have no letter beyond ASCII.
    seen = f"nullif(trim(regexp_replace({value}, '[{_UNSEEN}]', '', 'g'), {literal(_BLANK)}), '')"
    return f"CASE WHEN strlen({value}) <> length({value}) THEN {seen} ELSE {value} END"


def mixes_alphabets(value: str) -> str:
    """Whether Latin and Cyrillic letters stand together, of which many look the same."""
    mixed = f"regexp_matches({value}, '[A-Za-z]') AND regexp_matches({value}, '[{_CYRILLIC}]')"
    return f"strlen({value}) <> length({value}) AND {mixed}"


def is_simple(value: str, mark: DecimalMark) -> str:
    """Whether the trimmed text ``value`` is a number that needs no cleaning."""
    return f"regexp_full_match({value}, {literal(_simple(mark))})"


def cents(value: str, mark: DecimalMark, *, simple: str = "") -> str:
    """Minor units as BIGINT from the trimmed text ``value``; more than two decimals are rounded half away from zero.

    Thousands may be set apart by blanks, apostrophes or the other mark, three digits a group; brackets or a
    minus on either side make it negative; a currency sign is passed over (`currency_sign` gives it).
    ``simple`` is where `is_simple` was worked out already, for this and its neighbours.
    """
    return (
        f"CASE WHEN {simple or is_simple(value, mark)} "
        f"THEN CAST(TRY_CAST({_with_point(value, mark)} AS DECIMAL(18, 4)) * 100 AS BIGINT) "
        f"ELSE TRY(CAST({_odd_number(value, mark)} * 100 AS BIGINT)) END"
    )


def number(value: str, mark: DecimalMark, *, simple: str = "") -> str:
    """A DECIMAL(18, 4) from the trimmed text ``value``, written like money but without a currency."""
    return (
        f"CASE WHEN {simple or is_simple(value, mark)} "
        f"THEN TRY_CAST({_with_point(value, mark)} AS DECIMAL(18, 4)) "
        f"ELSE TRY_CAST({_odd_number(value, mark)} AS DECIMAL(18, 4)) END"
    )


def integer(value: str, mark: DecimalMark, *, plain: str = "") -> str:
    """An INTEGER from the trimmed text ``value``; null for a broken number.

    ``plain`` is where the engine's own cast was worked out already. The cast takes 1.5 and 1e3, too: it is believed
    only where it is written back as the same text.
    """
    read, plain = f"({number(value, mark)})", plain or f"TRY_CAST({value} AS INTEGER)"
    exact = f"CASE WHEN {read} = floor({read}) THEN TRY_CAST({read} AS INTEGER) END"
    return f"CASE WHEN CAST({plain} AS VARCHAR) = {value} THEN {plain} ELSE {exact} END"


def product_cents(quantity: str, price: str, mark: DecimalMark) -> str:
    """Quantity times price of one piece, in minor units; exact before the one rounding."""
    factors = f"({number(quantity, mark)}) * CAST({_odd_number(price, mark)} AS DECIMAL(19, 6))"
    return f"TRY(CAST({factors} * 100 AS BIGINT))"


def rate(value: str, mark: DecimalMark) -> str:
    """A DOUBLE with all the decimals that an exchange rate is written with."""
    return f"CAST({_odd_number(value, mark)} AS DOUBLE)"


def currency_sign(value: str, mark: DecimalMark, *, simple: str = "") -> str:
    """The currency sign or code that stands with the amount, lower case; null when none does."""
    return (
        f"CASE WHEN NOT {simple or is_simple(value, mark)} "
        f"THEN nullif(lower(regexp_extract({value}, {literal(f'({_SIGNS})')}, 1, 'i')), '') END"
    )


def boolean(value: str) -> str:
    """True or false from the words of five languages."""
    yes, no = (", ".join(literal(word) for word in words.split()) for words in (TRUE, FALSE + NEVER))
    return f"CASE WHEN lower({value}) IN ({yes}) THEN true WHEN lower({value}) IN ({no}) THEN false END"


def _simple(mark: DecimalMark) -> str:
    """What needs no cleaning: nearly every cell of a program's export."""
    return r"-?\d{1,13}(?:\%s\d{1,4})?" % mark  # noqa: UP031 - braces and percent would both need doubling


def _with_point(value: str, mark: DecimalMark) -> str:
    return f"replace({value}, ',', '.')" if mark is DecimalMark.COMMA else value


def _odd_number(value: str, mark: DecimalMark) -> str:
    """A DECIMAL(28, 10) from money written with signs, groups and brackets; null where a group is not of three."""
    other = "." if mark is DecimalMark.COMMA else ","
    separator = rf"{_SPACES}|\{other}"
    groups = rf"\d{{1,3}}(?:(?:\{other}\d{{3}})+|(?:{_SPACES}\d{{3}})+)(?:\{mark}\d+)?"
    body = rf"({groups}|\d+(?:\{mark}\d*)?|\{mark}\d+)"
    pattern = rf"^'?(\(?)\s*([-+−–]?)\s*(?:{_SIGNS})?\s*([-+−–]?)\s*{body}\s*(?:{_SIGNS})?\s*([-−–]?)(\)?)$"
    parts = f"regexp_extract({value}, {literal(pattern)}, ['open', 'm1', 'm2', 'body', 'm3', 'shut'], 'i')"
    digits = f"regexp_replace({parts}.body, {literal(separator)}, '', 'g')"
    negative = f"({parts}.open || {parts}.m1 || {parts}.m2 || {parts}.m3) SIMILAR TO '.*[-(−–].*'"
    return f"(CASE WHEN {negative} THEN -1 ELSE 1 END * TRY_CAST({_with_point(digits, mark)} AS DECIMAL(28, 10)))"
