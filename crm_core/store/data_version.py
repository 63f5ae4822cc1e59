"""The data version: a counter that every committed change of the data raises."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.store.engine import rows_changed
from crm_core.store.tables import DataState


def data_version(session: Session) -> int:
    """The number of changes of the data so far; the key of everything cached."""
    return session.scalar(sa.select(DataState.version).where(DataState.id == 1)) or 0


def raise_data_version(session: Session) -> None:
    """Say, within the transaction of a change, that the data is now another."""
    if rows_changed(session, sa.update(DataState).values(version=DataState.version + 1)) == 0:
        session.add(DataState(id=1, version=1))
        session.flush()
