"""Records that are probably of one customer, listed for a person to decide; nothing is merged by itself."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy import func
from sqlalchemy.orm import Session

from crm_core.phones import ENDING
from crm_core.store import audit
from crm_core.store.aliases import aliases
from crm_core.store.tables import Customer, Distinction

CROWD = 10
"""What more records than these share (a switchboard, an address made up by a till) says nothing about any two."""

WEIGHTS = {
    "same e-mail": 60,
    "same name and birthday": 50,
    "same phone": 40,
    "same name and address": 40,
    "same name and postal code": 30,
    "phones with the same ending": 25,
    "same name and city": 15,
}
"""How much each reason says, in the order in which they are told; a pair's score is their sum."""

QUICK = 50_000
"""Records that are compared in about a second."""

_PLACES = ("same name and address", "same name and postal code", "same name and city")
_CHUNK = 50_000

Pair = tuple[str, str]


@dataclass(frozen=True)
class _Named:
    """The records with a first and a last name: their ids, birthdays, and a number per reason; 0 where it has none."""

    ids: list[str]
    birthdays: list[int | None]
    keys: dict[str, "np.ndarray[Any, np.dtype[np.int64]]"]


def likely_pairs(session: Session) -> pd.DataFrame:
    """Pairs of records that look like one customer, the likeliest first; the smaller id is ``first_id``.

    Columns: ``first_id``, ``second_id``, ``score`` (`WEIGHTS`), ``reasons`` (words, separated by a comma). Names
    count without case, accents and order; name and city alone only where just two records have the name. Two
    birthdays that differ rule out what a name alone suggests.
    """
    found: dict[Pair, set[str]] = {}
    for reason, pairs in (*_by_address(session), *_by_name(session)):
        for pair in pairs:
            found.setdefault(pair, set()).add(reason)
    rows = [(pair[0], pair[1], sum(WEIGHTS[each] for each in told), ", ".join(told)) for pair, told in _told(found)]
    frame = pd.DataFrame(rows, columns=["first_id", "second_id", "score", "reasons"])
    return frame.sort_values(["score", "first_id", "second_id"], ascending=[False, True, True], ignore_index=True)


def compared_quickly(session: Session) -> bool:
    """Whether `likely_pairs` takes a second or two, so that their number can be told beside other things."""
    return (session.scalar(sa.select(func.count()).select_from(Customer)) or 0) <= QUICK


def distinguish(session: Session, one: str, other: str, *, user: str, now: datetime) -> None:
    """Remember that two records are of different people: they are not listed again."""
    first, second = sorted((one, other))
    if session.get(Distinction, (first, second)) is None:
        session.add(Distinction(first_id=first, second_id=second, said_at=now, said_by=user))
        audit.record(session, user, "customer.distinguish", now=now, subject=f"{first} and {second}")


def undecided(session: Session, pairs: pd.DataFrame) -> pd.DataFrame:
    """Those of `likely_pairs` that nobody said are different people; what was said of a merged record stays said."""
    known = aliases(session)
    said = session.execute(sa.select(Distinction.first_id, Distinction.second_id))
    apart = {tuple(sorted((known.get(first, first), known.get(second, second)))) for first, second in said}
    is_open = [pair not in apart for pair in zip(pairs.first_id, pairs.second_id, strict=True)]
    return pairs[is_open].reset_index(drop=True)


def _told(found: dict[Pair, set[str]]) -> Iterator[tuple[Pair, list[str]]]:
    """The reasons of each pair in their order; of places and phones the one that says most."""
    for pair, reasons in found.items():
        lesser = {*[each for each in _PLACES if each in reasons][1:]}
        if "same phone" in reasons:
            lesser.add("phones with the same ending")
        yield pair, [each for each in WEIGHTS if each in reasons - lesser]


def _by_address(session: Session) -> Iterator[tuple[str, Iterable[Pair]]]:
    email, phone = Customer.email_normalised.expression, Customer.phone_normalised.expression
    ending = func.substr(phone, func.length(phone) - (ENDING - 1))
    yield "same e-mail", _sharing(session, email, email > "")
    yield "same phone", _sharing(session, phone, phone > "")
    yield "phones with the same ending", _sharing(session, ending, func.length(phone) >= ENDING)


def _sharing(session: Session, key: sa.ColumnElement[Any], filled: sa.ColumnElement[bool]) -> Iterator[Pair]:
    """The pairs of customers with the same ``key``, where few have it."""
    shared = sa.select(key.label("key")).where(filled).group_by(key).having(func.count().between(2, CROWD)).subquery()
    rows = session.execute(
        sa.select(shared.c.key, Customer.customer_id).join(shared, shared.c.key == key).where(filled)
    )
    groups: dict[str, list[str]] = {}
    for value, customer_id in rows:
        groups.setdefault(value, []).append(customer_id)
    for group in groups.values():
        yield from combinations(sorted(group), 2)


def _by_name(session: Session) -> Iterator[tuple[str, Iterable[Pair]]]:
    named = _named(session)
    for reason, keys in named.keys.items():
        yield reason, _alike(named, keys)


def _alike(named: _Named, keys: "np.ndarray[Any, np.dtype[np.int64]]") -> Iterator[Pair]:
    order = np.argsort(keys, kind="stable")
    values, starts, sizes = np.unique(keys[order], return_index=True, return_counts=True)
    for value, start, size in zip(values, starts, sizes, strict=True):
        if value and 2 <= size <= CROWD:
            for one, other in combinations(order[start : start + size].tolist(), 2):
                born = {named.birthdays[one], named.birthdays[other]} - {None}
                if len(born) < 2:
                    first, second = sorted((named.ids[one], named.ids[other]))
                    yield first, second


def _named(session: Session) -> _Named:
    """Numbers in place of texts: a million records take 60 MB, not a gigabyte."""
    columns: list[Any] = [
        Customer.customer_id, Customer.first_name, Customer.last_name, Customer.birthday,
        Customer.address, Customer.city, Customer.postal_code,
    ]  # fmt: skip
    rows = session.execute(
        sa.select(*columns).where(Customer.first_name > "", Customer.last_name > ""),
        execution_options={"yield_per": _CHUNK},
    )
    ids, birthdays, keys = [], [], []
    for customer_id, first, last, birthday, address, city, code in rows:
        name = tuple(sorted((_plain(first), _plain(last))))
        place = (_plain(address), _plain(city)) if address else None
        parts = (birthday, place, _plain(code) if code else None, _plain(city) if city else None)
        ids.append(customer_id)
        birthdays.append(birthday)
        keys.append([*(0 if part is None else hash((name, part)) for part in parts), hash(name)])
    table = np.array(keys, dtype=np.int64).reshape(-1, 5)
    table[_common(table[:, -1]), -2] = 0
    reasons = ["same name and birthday", *_PLACES]
    return _Named(ids, birthdays, {reason: table[:, place] for place, reason in enumerate(reasons)})


def _common(names: "np.ndarray[Any, np.dtype[np.int64]]") -> "np.ndarray[Any, np.dtype[np.bool_]]":
    """Names that more than two records have: in one city, they are borne by several people."""
    _, places, counts = np.unique(names, return_inverse=True, return_counts=True)
    return counts[places] > 2


@lru_cache(maxsize=200_000)
def _plain(text: str | None) -> str:
    """The letters and digits, without case and accents."""
    spread = unicodedata.normalize("NFKD", text or "").casefold()
    return "".join(letter for letter in spread if letter.isalnum())
