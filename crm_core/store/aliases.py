"""Other names of customers: the ids of records that were merged into one, and the id that stands for them now."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.store.tables import Merge

BY_IMPORT = Merge.moved["import_id"].as_integer()
"""The import that made a merge (`joined`), as SQL; null where a person did."""


def aliases(session: Session) -> dict[str, str]:
    """Merged id to the id that is kept, through chains: what was merged into a record merged later, too."""
    rows = session.execute(sa.select(Merge.merged_id, Merge.kept_id).where(Merge.undone_at.is_(None)))
    one_step = {merged: kept for merged, kept in rows}  # noqa: C416 - rows of the driver are no pairs to a reader
    return {merged: _end(one_step, merged) for merged in one_step}


def resolved(session: Session, customer_ids: Iterable[str]) -> list[str]:
    """Each id once, merged ones as the id that is kept, in their order."""
    known = aliases(session)
    return list(dict.fromkeys(known.get(each, each) for each in customer_ids))


def names_of(session: Session, customer_id: str) -> list[str]:
    """Every id that means this customer, their own first."""
    return [customer_id, *sorted(merged for merged, kept in aliases(session).items() if kept == customer_id)]


def _end(one_step: dict[str, str], merged: str) -> str:
    while merged in one_step:
        merged = one_step[merged]
    return merged
