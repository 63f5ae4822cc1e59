"""Audiences, campaigns, the outbox and what recipients did."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.store.tables.customers import ID
from crm_core.store.tables.declarative import Base, BigKey


class Audience(Base):
    """A saved rule; who it selects is worked out anew at each use."""

    __tablename__ = "audiences"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120), unique=True)
    rule: Mapped[dict[str, Any]]
    created_by: Mapped[str] = mapped_column(sa.String(120))
    created_at: Mapped[datetime]


class Campaign(Base):
    """One mail to one audience. ``status``: draft, scheduled, running, paused, cancelled, finished."""

    __tablename__ = "campaigns"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    status: Mapped[str] = mapped_column(sa.String(20), default="draft", index=True)
    purpose: Mapped[str] = mapped_column(sa.String(60), default="marketing")
    rule: Mapped[dict[str, Any]] = mapped_column(default=dict)
    subject: Mapped[str] = mapped_column(sa.String(250), default="")
    body: Mapped[str] = mapped_column(sa.Text, default="")  # as the person wrote it; HTML and text derive from it
    control_share: Mapped[float] = mapped_column(default=0.1)  # share of the eligible who are not mailed on purpose
    window_days: Mapped[int] = mapped_column(default=7)  # attribution window, fixed before sending, same for both arms
    salt: Mapped[str] = mapped_column(sa.String(40))
    simulated: Mapped[bool] = mapped_column(default=False)
    cost_cents: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    exclusions: Mapped[dict[str, Any]] = mapped_column(default=dict)  # reason -> count, when frozen
    created_by: Mapped[str] = mapped_column(sa.String(120))
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime]
    tested_at: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    started_by: Mapped[str | None] = mapped_column(sa.String(120))
    finished_at: Mapped[datetime | None]
    trouble: Mapped[str | None] = mapped_column(sa.String(250))  # why it is paused, or why sending waits
    as_of_day: Mapped[int | None]  # data the audience was chosen on; in the demonstration also the day of sending


class OutboxRow(Base):
    """One recipient of one campaign; the outbox is the queue.

    ``status``: queued, claimed, sending, sent, failed, unknown, suppressed, control, cancelled.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        sa.UniqueConstraint("campaign_id", "customer_id"),
        sa.UniqueConstraint("campaign_id", "address_normalised"),
        sa.Index("ix_outbox_ready", "status", "not_before", "id"),
        sa.Index("ix_outbox_recent", "settled_at"),
        sa.Index("ix_outbox_address", "address_normalised"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaigns.id"))
    customer_id: Mapped[str] = mapped_column(ID, index=True)
    address: Mapped[str] = mapped_column(sa.String(320))
    address_normalised: Mapped[str] = mapped_column(sa.String(320))
    status: Mapped[str] = mapped_column(sa.String(12))
    reason: Mapped[str | None] = mapped_column(sa.String(200))  # why suppressed, failed or unknown
    attempts: Mapped[int] = mapped_column(default=0)
    owner: Mapped[str | None] = mapped_column(sa.String(80))
    lease_until: Mapped[datetime | None]
    not_before: Mapped[datetime]
    smtp_code: Mapped[int | None]
    settled_at: Mapped[datetime | None]
    message_id: Mapped[str | None] = mapped_column(sa.String(200))
    link_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)  # hash of the unsubscribe token
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)  # values of the template's variables when frozen


class CampaignEvent(Base):
    """What happened to a mail after it left: delivered, opened, clicked, unsubscribed, bounced, complained."""

    __tablename__ = "campaign_events"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    outbox_id: Mapped[int] = mapped_column(sa.ForeignKey("outbox.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    at: Mapped[datetime]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


class SimulatedMail(Base):
    """A message that was written to the built-in outbox viewer instead of a mail server."""

    __tablename__ = "simulated_mails"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    outbox_id: Mapped[int | None] = mapped_column(sa.ForeignKey("outbox.id", ondelete="CASCADE"), unique=True)
    campaign_id: Mapped[int | None] = mapped_column(sa.ForeignKey("campaigns.id", ondelete="CASCADE"), index=True)
    address: Mapped[str] = mapped_column(sa.String(320))
    subject: Mapped[str] = mapped_column(sa.String(500))
    message: Mapped[bytes] = mapped_column(sa.LargeBinary)  # RFC 5322 bytes, zlib-compressed
    at: Mapped[datetime]
