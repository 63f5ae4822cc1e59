"""Numbers, money and dates in the reader's own notation; the only formatter of the pages."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from babel import Locale, dates, numbers

EPOCH = date(1970, 1, 1)

# Everywhere, at the edge of a word, before a word (``:red[x]``, ``:tada:``), and at the start of a line. No more than
# needed: the words of most messages stay as they were written.
_SIGNS = re.compile(r"[\\`*\[\]<>$~&|]|(?<!\w)_|_(?!\w)|:(?=\S)|(?m:^[ \t]*\d*)[#+\-=.)]")

# ``:smile:`` and ``:material/home:`` become pictures after the signs were taken off, so that no sign prevents it: what
# prevents it is a character that nobody sees.
_SHORTCODE = re.compile(r":(?=(?!\d+:)[\w+\-/]+:)")
_JOINER = "\u2060"


def plain(text: str) -> str:
    """Text of the data as Markdown that shows it as it is: a brand named ``*new*`` or ``:red[x]`` stays so."""
    split = _SHORTCODE.sub(f":{_JOINER}", text)
    return _SIGNS.sub(lambda found: f"{found[0][:-1].lstrip()}\\{found[0][-1]}", split)


def of_its_own(label: str, subject: str) -> str:
    """The label of one of several like buttons: ``subject`` is heard, not seen (static/frame.css hides it)."""
    return f"{label} :gray[{plain(subject)}]"


@dataclass(frozen=True)
class Notation:
    """How this installation writes numbers; currency and locale come from the Settings page."""

    locale: str = "en_GB"
    currency: str = "EUR"

    def money(self, cents: float, *, whole: bool = False) -> str:
        """Minor units as an amount: ``€1,234.50``, or ``€1,235`` when ``whole``."""
        locale, pattern = _money(self.locale, whole=whole)
        return pattern.apply(cents / 100, locale, currency=self.currency, currency_digits=not whole)

    def number(self, value: float, digits: int = 0) -> str:
        """``1,234`` or ``1,234.5``."""
        return numbers.format_decimal(round(value, digits), locale=self.locale)

    def customers(self, count: int) -> str:
        """``1 customer``, ``4,800 customers``."""
        return "1 customer" if count == 1 else f"{self.number(count)} customers"

    def share(self, value: float, digits: int = 1) -> str:
        """A share in [0, 1] as ``38.4%``."""
        pattern = "#,##0." + "0" * digits + "%" if digits else "#,##0%"
        return numbers.format_percent(value, pattern, locale=self.locale)

    def day(self, day: int | date) -> str:
        """A day as ``30 Jun 2026``."""
        value = day if isinstance(day, date) else EPOCH + timedelta(days=int(day))
        return dates.format_date(value, "medium", locale=self.locale)


@lru_cache(maxsize=64)
def _money(name: str, *, whole: bool) -> tuple[Locale, numbers.NumberPattern]:
    """A locale and how it writes money; to look both up again takes longer than to write an amount."""
    locale = Locale.parse(name)
    pattern = locale.currency_formats["standard"]
    return locale, numbers.parse_pattern(pattern.pattern.replace(".00", "")) if whole else pattern


def epoch_day(value: date) -> int:
    """Days since 1970-01-01, as the ledger keeps them."""
    return (value - EPOCH).days
