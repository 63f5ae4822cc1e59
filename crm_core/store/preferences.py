"""Preferences: what is set on the Settings page, one JSON value a key."""

from typing import Any

from sqlalchemy.orm import Session

from crm_core.store.tables import Preference


def preference(session: Session, key: str) -> dict[str, Any]:
    """The value kept under ``key``; empty when it was never set."""
    row = session.get(Preference, key)
    return dict(row.value) if row else {}


def keep_preference(session: Session, key: str, value: dict[str, Any]) -> None:
    """Keep ``value`` under ``key``, replacing what stood there."""
    session.merge(Preference(key=key, value=value))
