"""Telephone numbers: the form in which two spellings of one number are equal.

No numbering plan is consulted, so nothing is guessed: a number without its country code stays national and
equals only another that is written without it. The last nine digits alone would make one of Moscow and Irkutsk,
whose national numbers have ten; they are good enough to show two records to a person, not to make them one.
"""

import re
import unicodedata

FEWEST, MOST = 7, 15
"""Digits of a number. Shorter ones are extensions and are shared by strangers; no country has longer ones (E.164)."""

ENDING = 9
"""Digits at the end that are the same with and without the country code nearly everywhere."""

_TRUNK = re.compile(r"\(0\)")
_FLOAT = re.compile(r"\.0+$")
_LABEL = re.compile(r"^[^\d+]+")
_REST = re.compile(r"[^\W\d_]")


def normalised_phone(text: str) -> str:
    """Digits, after a ``+`` where the country code is given (``+359 88``, ``00359 88``); empty when no one number.

    Words before the number go (``tel.``). Words after it name an extension or a second number: then it is not
    told apart from other people's, and nothing is compared. So with two numbers in one cell.
    """
    number = _FLOAT.sub("", unicodedata.normalize("NFKC", text).strip())
    number = _LABEL.sub("", number.removeprefix("("))
    if _REST.search(number):
        return ""
    is_international = number.startswith(("+", "00"))
    if is_international:
        number = _TRUNK.sub("", number)
    digits = "".join(str(unicodedata.decimal(letter)) for letter in number if letter.isdecimal())
    digits = digits.removeprefix("00") if number.startswith("00") else digits
    if not FEWEST <= len(digits) <= MOST:
        return ""
    return f"+{digits}" if is_international else digits
