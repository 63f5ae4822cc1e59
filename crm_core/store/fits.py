"""Fits: what was worked out at length from one version of the data is kept with it, and gone with it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.store.data_version import data_version
from crm_core.store.engine import rows_changed
from crm_core.store.tables import ModelFit


def stored_fit(session: Session, what: str, *, version: int, as_of_day: int) -> dict[str, Any] | None:
    """What was kept as ``what`` for this version of the data and this day; None when nothing was."""
    return session.scalar(sa.select(ModelFit.content).where(*_key(version, as_of_day, what)))


def holds_fit(session: Session, what: str, *, version: int, as_of_day: int) -> bool:
    """Whether `stored_fit` has something to return, which may be long."""
    return session.scalar(sa.select(sa.literal(1)).where(*_key(version, as_of_day, what))) is not None


def keep_fit(
    session: Session, what: str, content: dict[str, Any], *, version: int, as_of_day: int, now: datetime
) -> None:
    """Keep ``content`` in place of what stood there, and remove the fits of data that are no more.

    Nothing is kept when the data changed meanwhile: nobody would ask for it.
    """
    current = data_version(session)
    session.execute(sa.delete(ModelFit).where(ModelFit.data_version != current))
    if version != current:
        return
    values = {"content": content, "fitted_at": now}
    if rows_changed(session, sa.update(ModelFit).where(*_key(version, as_of_day, what)).values(values)):
        return
    try:
        with session.begin_nested():
            session.add(ModelFit(data_version=version, as_of_day=as_of_day, what=what, **values))
    except sa.exc.IntegrityError:
        # Another process fitted the same data at the same time, and found the same.
        return


def _key(version: int, as_of_day: int, what: str) -> tuple[sa.ColumnElement[bool], ...]:
    return ModelFit.data_version == version, ModelFit.as_of_day == as_of_day, ModelFit.what == what
