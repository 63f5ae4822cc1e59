"""Who the customers are by their addresses: for rows of a file without a customer number."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.store.aliases import BY_IMPORT, aliases
from crm_core.store.selection import selected
from crm_core.store.tables import Customer, Merge

Owner = tuple[str, str | None, str | None]
"""Customer id, and an e-mail address and a phone of theirs, both normalised; None where there is none."""


def owners(session: Session, emails: Iterable[str], phones: Iterable[str]) -> list[Owner]:
    """The customers who have one of these addresses (normalised), records that were merged into theirs included."""
    columns = [Customer.customer_id, Customer.email_normalised, sa.func.nullif(Customer.phone_normalised, "")]
    asked = [
        (selected(session, emails, name="selected_addresses"), Customer.email_normalised),
        (selected(session, phones, name="selected_phones"), Customer.phone_normalised),
    ]
    found: set[Owner] = set()
    for wanted, column in asked:
        rows = session.execute(sa.select(*columns).join(wanted, wanted.c.value == column))
        found.update((customer_id, email, phone) for customer_id, email, phone in rows)
    return [*found, *_merged(session)]


def _merged(session: Session) -> list[Owner]:
    """What the records of a merge had before it still tells who a row is about."""
    known = aliases(session)
    rows = session.execute(sa.select(Merge.kept_id, Merge.before).where(Merge.undone_at.is_(None), BY_IMPORT.is_(None)))
    return [
        (known.get(kept_id, kept_id), image.get("email_normalised") or None, image.get("phone_normalised") or None)
        for kept_id, before in rows
        for image in before.values()
    ]
