"""Segmentations: groups of customers by several features, with the names that somebody gave them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.errors import StoreError
from crm_core.permissions import Actor
from crm_core.store import audit
from crm_core.store.tables import Segmentation

LONGEST_NAME = 120


def segmentations(session: Session) -> dict[str, dict[str, Any]]:
    """Content of each saved segmentation by its name, in the order of the names."""
    statement = sa.select(Segmentation.name, Segmentation.content).order_by(Segmentation.name)
    return {name: dict(content) for name, content in session.execute(statement)}


def save(session: Session, actor: Actor, name: str, content: dict[str, Any], *, now: datetime) -> str:
    """Keep ``content`` under ``name``; a segmentation of that name gets the new content. Returns the name as kept.

    Raises
    ------
    StoreError
        The name is empty or too long, or the role may not.
    """
    _demand(actor)
    kept = " ".join(name.split())
    if not kept:
        raise StoreError("The groups have no name to be kept under. Give them one.")
    if len(kept) > LONGEST_NAME:
        raise StoreError(f"A name may have {LONGEST_NAME} characters; this one has {len(kept)}. Shorten it.")
    row = session.scalar(sa.select(Segmentation).where(Segmentation.name == kept))
    if row is None:
        session.add(Segmentation(name=kept, content=content, created_by=actor.name, created_at=now))
    else:
        row.content, row.created_by, row.created_at = content, actor.name, now
    audit.record(session, actor.name, "segmentation.saved", now=now, subject=kept)
    return kept


def delete(session: Session, actor: Actor, name: str, *, now: datetime) -> None:
    """Remove a saved segmentation; audiences made from its groups stay.

    Raises
    ------
    StoreError
        The role may not.
    """
    _demand(actor)
    session.execute(sa.delete(Segmentation).where(Segmentation.name == name))
    audit.record(session, actor.name, "segmentation.deleted", now=now, subject=name)


def _demand(actor: Actor) -> None:
    # Whoever may write an audience may name groups: both only say whom one means.
    if "campaigns.write" not in actor.permissions:
        raise StoreError("Your role may not save groups. Ask an analyst, a manager or an administrator.")
