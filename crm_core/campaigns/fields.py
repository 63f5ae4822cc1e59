"""Values of a template's variables for one customer, written in the customer's own notation."""

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.lists import format_list

EPOCH = date(1970, 1, 1)
MOST_PRODUCTS = 5


@dataclass(frozen=True)
class LastOrder:
    """The latest order of one customer, from the ledger."""

    day: int
    products: tuple[str, ...] = ()


class Person(Protocol):
    """The columns of a customer's record that templates use; any may be missing."""

    first_name: Any
    last_name: Any
    company: Any
    city: Any
    region: Any
    interests: Any
    language: Any


def fields(person: Person, last_order: LastOrder | None, *, locale: str) -> dict[str, str]:
    """The value of each of `template.VARIABLES`; empty where nothing is known.

    Parameters
    ----------
    locale
        Notation for customers whose language is not recorded.
    """
    notation = _locale(person.language, locale)
    return {
        "first_name": one_line(person.first_name),
        "last_name": one_line(person.last_name),
        "company": one_line(person.company),
        "city": one_line(person.city),
        "region": one_line(person.region),
        "interests": one_line(person.interests),
        "last_order_date": _date(last_order.day, notation) if last_order else "",
        "last_order_products": _products(last_order.products, notation) if last_order else "",
    }


def one_line(value: str | None) -> str:
    """``value`` without control characters or line breaks, which have no place in a name and none in a header."""
    kept = "".join(" " if unicodedata.category(sign) in {"Cc", "Zl", "Zp"} else sign for sign in value or "")
    return " ".join(kept.split())


def _date(day: int, locale: Locale) -> str:
    return format_date(EPOCH + timedelta(days=day), "long", locale=locale)


def _products(products: tuple[str, ...], locale: Locale) -> str:
    names = [name for name in dict.fromkeys(one_line(each) for each in products) if name]
    return format_list(names[:MOST_PRODUCTS], locale=locale)


def _locale(language: str | None, default: str) -> Locale:
    try:
        return Locale.parse((language or "").strip().replace("-", "_") or default)
    except (ValueError, UnknownLocaleError):
        return Locale.parse(default)
