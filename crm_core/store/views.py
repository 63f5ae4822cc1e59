"""Saved views: the state of a page under a name, for oneself or for the team."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm_core.errors import StoreError
from crm_core.permissions import Actor, demand
from crm_core.store.engine import rows_changed
from crm_core.store.tables.analytics import SavedView

LONGEST_NAME = 60

State = Mapping[str, Any]
"""What the widgets of a page show: key, as in the address, to a value that JSON can hold."""


@dataclass(frozen=True)
class View:
    """A saved view as one user sees it."""

    id: int
    name: str
    owner: str
    query: State
    is_shared: bool
    is_own: bool


def saved_views(session: Session, actor: Actor, *, page: str) -> list[View]:
    """The actor's own views of a page by name, then those that others share."""
    seen = or_(SavedView.owner == actor.name, SavedView.is_shared)
    rows = session.scalars(select(SavedView).where(SavedView.page == page, seen).order_by(SavedView.name))
    views = [View(row.id, row.name, row.owner, row.query, row.is_shared, row.owner == actor.name) for row in rows]
    return sorted(views, key=lambda view: not view.is_own)


def save_view(
    session: Session, actor: Actor, *, page: str, name: str, query: State, is_shared: bool, now: datetime
) -> None:
    """Keep the state of a page under a name; the actor's view of this name is replaced.

    Raises
    ------
    StoreError
        No name, one that is too long, or a role that may not share.
    """
    if is_shared:
        demand(actor, "views.share", error=StoreError)
    wanted = _checked(name)
    session.execute(delete(SavedView).where(_of(actor), SavedView.page == page, SavedView.name == wanted))
    session.add(
        SavedView(owner=actor.name, page=page, name=wanted, query=dict(query), is_shared=is_shared, created_at=now)
    )


def rename_view(session: Session, actor: Actor, view_id: int, *, name: str) -> None:
    """Give one of the actor's own views another name.

    Raises
    ------
    StoreError
        Not the actor's own, no name, one that is too long, or one that another view of the page has.
    """
    wanted = _checked(name)
    try:
        mine = update(SavedView).where(_of(actor), SavedView.id == view_id)
        found = rows_changed(session, mine.values(name=wanted))
    except IntegrityError as fault:
        raise StoreError(f"You have a view named '{wanted}' already. Choose another name.") from fault
    _existed(found)


def remove_view(session: Session, actor: Actor, view_id: int) -> None:
    """Remove one of the actor's own views.

    Raises
    ------
    StoreError
        Not the actor's own.
    """
    _existed(rows_changed(session, delete(SavedView).where(_of(actor), SavedView.id == view_id)))


def _of(actor: Actor) -> sa.ColumnElement[bool]:
    return SavedView.owner == actor.name


def _existed(rows: int) -> None:
    if not rows:
        raise StoreError("This view is not yours, or is no longer there. Open the page again.")


def _checked(name: str) -> str:
    wanted = " ".join(name.split())
    if not wanted or len(wanted) > LONGEST_NAME:
        raise StoreError(f"Give the view a name of at most {LONGEST_NAME} characters.")
    return wanted
