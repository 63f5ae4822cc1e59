"""Customers as people look them up: search, one record, a note."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import func
from sqlalchemy.orm import Session

from crm_core.analytics.purchase import is_sale
from crm_core.columns import order_lines
from crm_core.errors import StoreError
from crm_core.store import audit
from crm_core.store.data_version import raise_data_version
from crm_core.store.tables import Customer, Interaction
from crm_core.store.warehouse import Warehouse

LONGEST_NOTE = 5_000

_LISTED = ("customer_id", "first_name", "last_name", "company", "email", "phone", "city", "region")
_NOT_SHOWN = {
    "customer_id",
    "extra",
    "search_text",
    "email_normalised",
    "phone_normalised",
    "created_import_id",
    "updated_import_id",
}


@dataclass(frozen=True)
class Found:
    """One page of a search."""

    customers: pd.DataFrame
    """``customer_id``, ``name``, ``email``, ``phone``, ``city``, ``region``; empty text where unknown."""
    total: int


@dataclass(frozen=True)
class Profile:
    """What is known about one customer besides what happened."""

    customer_id: str
    name: str
    """Empty when only order lines know them."""
    fields: dict[str, Any]
    """The filled columns of the record; ``birthday`` and ``created`` as days."""
    extra: dict[str, Any]
    """Custom fields, by the names the file gave them."""


def search(session: Session, text: str, *, unlisted: Sequence[str] = (), offset: int = 0, limit: int = 50) -> Found:
    """Customers whose name, company, e-mail address, phone or id contains every word of ``text``, by id.

    ``unlisted`` are the ids that only order lines know (`unlisted_ids`); they come after the others.
    """
    words = text.lower().split()
    matching = [Customer.search_text.contains(word, autoescape=True) for word in words]
    known = session.scalar(sa.select(func.count()).select_from(Customer).where(*matching)) or 0
    columns = [cast("sa.Table", Customer.__table__).c[name] for name in _LISTED]
    statement = sa.select(*columns).where(*matching).order_by(Customer.customer_id).offset(offset).limit(limit)
    rows = [_listed(row._mapping) for row in session.execute(statement)]
    others = [each for each in unlisted if all(word in each.lower() for word in words)]
    start = max(offset - known, 0)
    rows += [{"customer_id": each} for each in others[start : start + limit - len(rows)]]
    names = ["customer_id", "name", "email", "phone", "city", "region"]
    return Found(pd.DataFrame(rows, columns=names, dtype="str").fillna(""), known + len(others))


def unlisted_ids(session: Session, warehouse: Warehouse) -> list[str]:
    """Ids that stand in order lines but have no record, sorted."""
    ids = order_lines.c.customer_id
    buyers = warehouse.frame(sa.select(ids.label("customer_id")).where(ids.is_not(None)).distinct()).customer_id
    return sorted(set(buyers) - set(session.scalars(sa.select(Customer.customer_id))))


def figures(warehouse: Warehouse, customer_ids: Sequence[str]) -> pd.DataFrame:
    """What these customers bought: ``customer_id``, ``orders``, ``amount_cents``, ``first_day``, ``last_day``.

    A row per customer with at least one line that counts. Returns count into the amount, not into the orders.
    """
    lines = order_lines.c
    bought = sa.case((lines.amount_cents >= 0, lines.order_id))
    statement = (
        sa.select(
            lines.customer_id,
            func.count(bought.distinct()).label("orders"),
            sa.cast(func.sum(lines.amount_cents), sa.BigInteger).label("amount_cents"),
            func.min(lines.day).label("first_day"),
            func.max(lines.day).label("last_day"),
        )
        .where(is_sale(), lines.customer_id.in_(list(customer_ids)))
        .group_by(lines.customer_id)
    )
    return warehouse.frame(statement)


def profile(session: Session, customer_id: str) -> Profile:
    """One customer's record; without any when only order lines know them."""
    row = session.get(Customer, customer_id)
    if row is None:
        return Profile(customer_id, "", {}, {})
    values = {column.name: getattr(row, column.name) for column in Customer.__table__.columns}
    fields = {name: value for name, value in values.items() if name not in _NOT_SHOWN and value not in {None, ""}}
    return Profile(customer_id, _name(values), fields, dict(row.extra))


def add_note(session: Session, customer_id: str, text: str, *, user: str, now: datetime) -> None:
    """Put a note on a customer's timeline.

    Raises
    ------
    StoreError
        The note is empty or too long.
    """
    text = text.strip()
    if not text or len(text) > LONGEST_NOTE:
        raise StoreError(f"A note has 1 to {LONGEST_NOTE:,} characters; this one has {len(text):,}.")
    session.add(
        Interaction(
            interaction_id=f"note-{uuid.uuid4().hex}",
            customer_id=customer_id,
            day=(now.date() - datetime(1970, 1, 1).date()).days,  # noqa: DTZ001 - a date has no zone
            interaction="note",
            text=text,
            user=user,
        )
    )
    raise_data_version(session)
    audit.record(session, user, "customer.note", now=now, subject=customer_id)


def _listed(row: sa.RowMapping) -> dict[str, Any]:
    return {**{name: row[name] for name in ("customer_id", "email", "phone", "city", "region")}, "name": _name(row)}


def _name(values: Any) -> str:  # noqa: ANN401 - a row or a dict
    person = " ".join(filter(None, (values["first_name"], values["last_name"])))
    return person or values["company"] or ""
