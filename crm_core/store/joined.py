"""Customers who were known by an address only until an import gave them a number: what they did earlier is theirs.

The number made from the address becomes another name of the customer: a merge that stands and falls with the import.
Lists of what people merged leave it out, and nobody has to undo it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.store import merged_rows
from crm_core.store.aliases import BY_IMPORT, aliases
from crm_core.store.identities import owners
from crm_core.store.selection import selected
from crm_core.store.tables import Customer, Merge


def joinable(session: Session, earlier: Mapping[str, str], held: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Generated number to the customer it becomes a name of: the only one who has the address it was made from.

    Parameters
    ----------
    earlier
        Generated number to its normalised address. One that has a record, or means somebody already, is left out.
    held
        Customer id and normalised address of everybody who has one of these addresses.
    """
    holders = defaultdict(set)
    for customer_id, address in held:
        holders[address].add(customer_id)
    wanted = selected(session, earlier, name="selected_numbers")
    recorded = sa.select(Customer.customer_id).join(wanted, wanted.c.value == Customer.customer_id)
    taken = {*session.scalars(recorded), *aliases(session)}
    return {
        number: next(iter(holders[address]))
        for number, address in earlier.items()
        if number not in taken and len(holders[address]) == 1 and number not in holders[address]
    }


def join(session: Session, earlier: Mapping[str, str], *, import_id: int, now: datetime) -> None:
    """Make each number of ``earlier`` (`joinable`) a name of its customer, now that the import's rows are written.

    `merges.follow` comes after, and gives the customer the contacts and answers under that number.
    """
    if not earlier:
        return
    held = [(customer_id, address) for customer_id, address, _ in owners(session, earlier.values(), ()) if address]
    found = joinable(session, earlier, held)
    rows = merged_rows.keys_of(session, found)
    new = [
        {
            "kept_id": kept_id,
            "merged_id": number,
            "merged_at": now,
            "merged_by": f"import {import_id}",
            "before": {},
            "moved": {"import_id": import_id, **rows.get(number, {})},
        }
        for number, kept_id in found.items()
    ]
    if new:
        session.execute(sa.insert(Merge), new)


def part(session: Session, import_id: int, *, user: str, now: datetime) -> None:
    """Take back what `join` did for an import."""
    own = (import_id == BY_IMPORT, Merge.undone_at.is_(None))
    for number, moved in session.execute(sa.select(Merge.merged_id, Merge.moved).where(*own)).all():
        if len(moved) > 1:
            merged_rows.give_back(session, moved, number)
    session.execute(sa.update(Merge).where(*own).values(undone_at=now, undone_by=user))
