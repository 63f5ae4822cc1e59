"""Emptying an installation: everything about customers goes, users and settings stay."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.store.data_version import raise_data_version
from crm_core.store.tables import Base, Customer, Import, Suppression

KEPT = frozenset(
    {"users", "sessions", "sign_in_links", "audit_log", "preferences", "leases", "data_state", "suppressions"}
)
"""What emptying leaves: also who must never be mailed, since an opt-out outlives the data it came with."""

DEMONSTRATION = "demonstration"
"""The source that imports of invented customers name."""


def holds_data(session: Session) -> bool:
    """Whether anything was ever imported that still counts."""
    return session.scalar(sa.select(Import.id).where(Import.status == "committed").limit(1)) is not None


def empty(session: Session) -> None:
    """Delete every row about customers, campaigns and surveys; ledger files stop counting and are swept later.

    Opt-outs stay, except those tried out with the demonstration's invented customers.
    """
    session.execute(sa.delete(Suppression).where(Suppression.address.in_(_invented_addresses())))
    for table in reversed(Base.metadata.sorted_tables):
        if table.name not in KEPT:
            session.execute(table.delete())
    raise_data_version(session)


def _invented_addresses() -> sa.Select[Any]:
    brought = sa.select(Import.id).where(Import.source == DEMONSTRATION)
    return sa.select(Customer.email_normalised).where(Customer.created_import_id.in_(brought))
