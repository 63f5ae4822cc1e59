"""Merging customers and undoing it, as commands of a person: with their permission, and never beside an import."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from crm_core.errors import IngestError
from crm_core.ingest.turn import turn
from crm_core.permissions import Actor
from crm_core.store import duplicates, merges
from crm_core.store.engine import Database
from crm_core.store.merges import PastMerge

PERMISSION = "imports.write"
"""A merge moves rows of many tables and every figure, as an import does; ``customers.write`` is for one's own notes."""

WAIT_SECONDS = 10.0


def merge_customers(
    database: Database, actor: Actor, kept_id: str, merged_id: str, *, choices: Mapping[str, Any], now: datetime
) -> PastMerge:
    """Make two records one (`merges.merge`).

    Raises
    ------
    IngestError
        The role does not allow it, or an import does not end.
    StoreError
        The two cannot be merged.
    """
    return _done(
        database,
        actor,
        now,
        lambda session: merges.merge(session, kept_id, merged_id, choices=choices, user=actor.name, now=now),
    )


def undo_merge(database: Database, actor: Actor, merge_id: int, *, now: datetime) -> PastMerge:
    """Make the records two again (`merges.undo`).

    Raises
    ------
    IngestError
        The role does not allow it, or an import does not end.
    StoreError
        The merge cannot be undone.
    """
    return _done(database, actor, now, lambda session: merges.undo(session, merge_id, user=actor.name, now=now))


def keep_apart(database: Database, actor: Actor, one: str, other: str, *, now: datetime) -> None:
    """Remember that two records that look alike are of different people.

    Raises
    ------
    IngestError
        The role does not allow it.
    """
    _demand(actor)
    with database.write() as session:
        duplicates.distinguish(session, one, other, user=actor.name, now=now)


def _done(database: Database, actor: Actor, now: datetime, command: Callable[[Session], PastMerge]) -> PastMerge:
    _demand(actor)
    # An import compares its rows with the records before it writes: none of them may move in between.
    with turn(database, now=now, wait_seconds=WAIT_SECONDS) as mine, database.write() as session:
        mine.confirm(session)
        return command(session)


def _demand(actor: Actor) -> None:
    if PERMISSION not in actor.permissions:
        raise IngestError("Your role may not merge customers. Ask a manager or an administrator.")
