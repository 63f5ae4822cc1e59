"""What the outbox says about mails that were sent: counts, recipients, contacts, refusals."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.store import campaigns
from crm_core.store.aliases import aliases, resolved
from crm_core.store.outbox import Status
from crm_core.store.tables import Campaign, CampaignEvent, Consent, OutboxRow, Suppression

_HANDED_OVER = (Status.SENDING, Status.SENT, Status.UNKNOWN)
_COMING = (Status.QUEUED, Status.CLAIMED)


@dataclass(frozen=True)
class Rates:
    """How a mail server and recipients took what was sent."""

    sent: int
    hard_bounces: int
    complaints: int

    @property
    def bounce_rate(self) -> float:
        """Share of refused for good among all that were tried; 0 of nothing."""
        return self.hard_bounces / max(self.sent + self.hard_bounces, 1)

    @property
    def complaint_rate(self) -> float:
        """Share of complaints among those sent; 0 of nothing."""
        return self.complaints / max(self.sent, 1)


def counts(session: Session, campaign_ids: Iterable[int]) -> dict[int, dict[Status, int]]:
    """Number of recipients per campaign and status; statuses nobody is in are absent."""
    rows = session.execute(
        sa.select(OutboxRow.campaign_id, OutboxRow.status, sa.func.count())
        .where(OutboxRow.campaign_id.in_(list(campaign_ids)))
        .group_by(OutboxRow.campaign_id, OutboxRow.status)
    )
    found: dict[int, dict[Status, int]] = {}
    for campaign_id, status, number in rows:
        found.setdefault(campaign_id, {})[Status(status)] = number
    return found


def events(session: Session, campaign_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """Number of recipients per campaign and kind of event, each recipient counted once."""
    rows = session.execute(
        sa.select(OutboxRow.campaign_id, CampaignEvent.kind, sa.func.count(OutboxRow.id.distinct()))
        .join(CampaignEvent, CampaignEvent.outbox_id == OutboxRow.id)
        .where(OutboxRow.campaign_id.in_(list(campaign_ids)))
        .group_by(OutboxRow.campaign_id, CampaignEvent.kind)
    )
    found: dict[int, dict[str, int]] = {}
    for campaign_id, kind, number in rows:
        found.setdefault(campaign_id, {})[kind] = number
    return found


def recipients(
    session: Session, campaign_id: int, *, statuses: Iterable[Status] = (), limit: int | None = None
) -> pd.DataFrame:
    """A row per recipient, in the order of sending.

    Columns: ``customer_id``, ``address``, ``status``, ``reason``, ``attempts``, ``at`` (UTC, missing while open).
    """
    statement = (
        sa.select(
            OutboxRow.customer_id,
            OutboxRow.address,
            OutboxRow.status,
            OutboxRow.reason,
            OutboxRow.attempts,
            OutboxRow.settled_at.label("at"),
        )
        .where(OutboxRow.campaign_id == campaign_id)
        .order_by(OutboxRow.id)
        .limit(limit)
    )
    if wanted := list(statuses):
        statement = statement.where(OutboxRow.status.in_(wanted))
    columns = ["customer_id", "address", "status", "reason", "attempts", "at"]
    return pd.DataFrame(session.execute(statement).all(), columns=columns)


def arms(session: Session, campaign_id: int) -> list[tuple[str, str]]:
    """Customer id and arm (treated, control) of everybody frozen into the campaign.

    Of two records merged since, the kept one counts; neither does when they were in different arms.
    """
    arm = sa.case((OutboxRow.status == Status.CONTROL, "control"), else_="treated")
    rows = session.execute(
        sa.select(OutboxRow.customer_id, arm).where(OutboxRow.campaign_id == campaign_id).order_by(OutboxRow.id)
    )
    found = {customer_id: name for customer_id, name in rows}  # noqa: C416 - rows of the driver are no pairs to a reader
    known = aliases(session)
    mixed = {known[each] for each in found if each in known and found.get(known[each], found[each]) != found[each]}
    return [(each, name) for each, name in found.items() if each not in known and each not in mixed]


def contacted(session: Session, *, since: datetime, simulated_too: bool) -> tuple[set[str], set[str]]:
    """Customer ids and normalised addresses that got a campaign since then, or have one coming.

    A mail that was only simulated reached nobody; it counts where the next one is simulated too.
    """
    keys = sa.select(OutboxRow.customer_id, OutboxRow.address_normalised).join(
        Campaign, Campaign.id == OutboxRow.campaign_id
    )
    if not simulated_too:
        keys = keys.where(Campaign.simulated.is_(False))
    running = Campaign.status.in_([campaigns.Status.RUNNING, campaigns.Status.PAUSED])
    rows = session.execute(
        sa.union(
            keys.where(OutboxRow.settled_at >= since, OutboxRow.status.in_(_HANDED_OVER)),
            keys.where(OutboxRow.status.in_([*_COMING, Status.SENDING]), running),
        )
    ).all()
    return set(resolved(session, (row[0] for row in rows))), {row[1] for row in rows}


def contact_state(session: Session) -> tuple[object, ...]:
    """Something that changes whenever somebody may be mailed who might not before, or the other way round."""
    lists = session.execute(
        sa.select(sa.func.count(), sa.func.max(Suppression.at)).where(Suppression.lifted_at.is_(None))
    ).one()
    frozen = session.execute(
        sa.select(sa.func.max(OutboxRow.id), sa.func.max(OutboxRow.settled_at)).select_from(OutboxRow)
    ).one()
    return session.scalar(sa.select(sa.func.max(Consent.id))), *lists, *frozen


def rates(session: Session, *, since: datetime, campaign_id: int | None = None) -> Rates:
    """Sent, refused for good (5xx) and complained about since then; simulated mails left out."""
    real = [Campaign.simulated.is_(False), OutboxRow.settled_at >= since]
    if campaign_id is not None:
        real.append(OutboxRow.campaign_id == campaign_id)
    sent, refused = session.execute(
        sa.select(
            sa.func.count().filter(OutboxRow.status == Status.SENT),
            sa.func.count().filter(OutboxRow.status == Status.FAILED, OutboxRow.smtp_code >= 500),
        )
        .select_from(OutboxRow)
        .join(Campaign, Campaign.id == OutboxRow.campaign_id)
        .where(*real)
    ).one()
    complaints = session.scalar(
        sa.select(sa.func.count(OutboxRow.id.distinct()))
        .join(CampaignEvent, CampaignEvent.outbox_id == OutboxRow.id)
        .join(Campaign, Campaign.id == OutboxRow.campaign_id)
        .where(CampaignEvent.kind == "complained", *real)
    )
    return Rates(sent, refused, complaints or 0)


def past_sizes(session: Session, *, before_id: int, last: int = 10) -> list[int]:
    """Numbers of people mailed by the latest campaigns before this one, newest first."""
    rows = session.execute(
        sa.select(OutboxRow.campaign_id, sa.func.count())
        .where(OutboxRow.campaign_id < before_id, OutboxRow.status.in_(_HANDED_OVER))
        .group_by(OutboxRow.campaign_id)
        .order_by(OutboxRow.campaign_id.desc())
        .limit(last)
    )
    return [number for _, number in rows]
