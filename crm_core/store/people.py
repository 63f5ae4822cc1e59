"""Customers' records as sends and lists need them: a few columns of many customers."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.store.emptying import DEMONSTRATION
from crm_core.store.selection import selected
from crm_core.store.tables import Customer, Import

_COLUMNS = ("customer_id", "email", "first_name", "last_name", "company", "city", "region", "interests", "language")


def addresses_of(session: Session, customer_ids: Iterable[str]) -> dict[str, str]:
    """E-mail address of each of these customers, as written; customers without one are absent."""
    wanted = selected(session, customer_ids)
    rows = session.execute(
        sa.select(Customer.customer_id, Customer.email)
        .join(wanted, wanted.c.value == Customer.customer_id)
        .where(Customer.email.is_not(None))
    )
    return {customer_id: email for customer_id, email in rows if email}


def everybody(session: Session) -> set[str]:
    """Ids of all customers who have a record."""
    return set(session.scalars(sa.select(Customer.customer_id)))


def people(session: Session, customer_ids: Iterable[str]) -> Sequence[sa.Row[Any]]:
    """A row per customer who has a record, by id: the columns that the variables of a template come from."""
    wanted = selected(session, customer_ids)
    columns = [Customer.__table__.c[name] for name in _COLUMNS]
    return session.execute(
        sa.select(*columns).join(wanted, wanted.c.value == Customer.customer_id).order_by(Customer.customer_id)
    ).all()


def invented(session: Session) -> set[str]:
    """Ids of the customers whom the demonstration brought: nobody is behind their addresses."""
    brought = sa.select(Import.id).where(Import.source == DEMONSTRATION)
    return set(session.scalars(sa.select(Customer.customer_id).where(Customer.created_import_id.in_(brought))))


def with_profile(session: Session, field: str, values: Iterable[str]) -> set[str]:
    """Ids of the customers whose record has one of ``values`` in ``field``; a truth value is ``true`` or ``false``."""
    column, wanted = Customer.__table__.c[field], selected(session, values, name="selected_values")
    is_truth = isinstance(column.type, sa.Boolean)
    said = sa.case((column.is_(True), "true"), (column.is_(False), "false")) if is_truth else column
    return set(session.scalars(sa.select(Customer.customer_id).join(wanted, wanted.c.value == said)))


def profile_values(session: Session, field: str) -> list[str]:
    """What the customers' records have in ``field``, sorted; a truth value as ``true`` or ``false``."""
    column = Customer.__table__.c[field]
    found = session.scalars(sa.select(column).where(column.is_not(None)).distinct())
    return sorted(str(each).lower() if isinstance(each, bool) else str(each) for each in found)
