"""Campaigns and saved audiences: drafts, and the compare-and-set of a campaign's status."""

import secrets
from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.errors import StoreError
from crm_core.store.engine import rows_changed
from crm_core.store.tables import Audience, Campaign


class Status(StrEnum):
    """Where a campaign stands."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    FINISHED = "finished"


def create(session: Session, name: str, *, user: str, now: datetime) -> Campaign:
    """Add a draft. Its salt is drawn here, once: it decides who will be in the control group."""
    row = Campaign(
        name=name, status=Status.DRAFT, salt=secrets.token_hex(16), created_by=user, created_at=now, edited_at=now
    )
    session.add(row)
    session.flush()
    return row


def campaign(session: Session, campaign_id: int) -> Campaign:
    """The campaign with this id.

    Raises
    ------
    StoreError
        There is none.
    """
    row = session.get(Campaign, campaign_id)
    if row is None:
        raise StoreError(f"Campaign {campaign_id} does not exist any more. Go back to the list.")
    return row


def change(session: Session, campaign_id: int, *, while_in: Collection[Status], **values: Any) -> bool:  # noqa: ANN401
    """Set ``values`` if the campaign's status is one of ``while_in``; False when it was not, and nothing changed."""
    update = sa.update(Campaign).where(Campaign.id == campaign_id, Campaign.status.in_(while_in)).values(**values)
    return rows_changed(session, update) == 1


def clear_trouble(session: Session) -> None:
    """Take the notice of trouble off the campaigns that run: mail is being taken again."""
    troubled = sa.update(Campaign).where(Campaign.status == Status.RUNNING, Campaign.trouble.is_not(None))
    session.execute(troubled.values(trouble=None), execution_options={"synchronize_session": False})


def listing(session: Session, *, status: Status | None = None, limit: int = 200) -> list[Campaign]:
    """The newest campaigns first."""
    statement = sa.select(Campaign).order_by(Campaign.id.desc()).limit(limit)
    if status is not None:
        statement = statement.where(Campaign.status == status)
    return list(session.scalars(statement))


def delete_draft(session: Session, campaign_id: int) -> bool:
    """Remove a campaign that was never started; False when it was."""
    draft = sa.delete(Campaign).where(Campaign.id == campaign_id, Campaign.status == Status.DRAFT)
    return rows_changed(session, draft) == 1


def save_audience(session: Session, name: str, rule: dict[str, Any], *, user: str, now: datetime) -> None:
    """Keep ``rule`` under ``name``; an audience of that name gets the new rule."""
    row = session.scalar(sa.select(Audience).where(Audience.name == name))
    if row is None:
        session.add(Audience(name=name, rule=rule, created_by=user, created_at=now))
    else:
        row.rule, row.created_by, row.created_at = rule, user, now


def audiences(session: Session) -> list[Audience]:
    """Saved audiences by name."""
    return list(session.scalars(sa.select(Audience).order_by(Audience.name)))


def delete_audience(session: Session, audience_id: int) -> None:
    """Remove a saved audience; campaigns keep the rule they were made with."""
    session.execute(sa.delete(Audience).where(Audience.id == audience_id))
