"""Commands on a campaign under way: plan, start, pause, resume, cancel, send the uncertain again."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from crm_core.campaigns.actor import demand
from crm_core.campaigns.audience import eligibility, freeze, recipients
from crm_core.campaigns.fields import LastOrder
from crm_core.campaigns.preflight import Plan, checks, situation, unsubscribe_page_answers
from crm_core.campaigns.sender import is_simulated, sending
from crm_core.errors import CampaignError
from crm_core.permissions import Actor
from crm_core.store import audit, campaigns, outbox
from crm_core.store.campaigns import Status
from crm_core.store.installation import Installation
from crm_core.store.tables import Campaign


@dataclass(frozen=True)
class Chosen:
    """Whom a campaign's rule selects, as the caller found out from the ledger."""

    customer_ids: frozenset[str]
    last_orders: Mapping[str, LastOrder]
    as_of_day: int
    """First day not seen by the rule."""


def plan(session: Session, campaign_id: int, chosen: Chosen, *, now: datetime, locale: str = "en_GB") -> Plan:
    """The campaign as it would be sent now."""
    campaign = campaigns.campaign(session, campaign_id)
    found = eligibility(
        session,
        chosen.customer_ids,
        purpose=campaign.purpose,
        now=now,
        frequency_cap_days=sending(session).frequency_cap_days,
        simulated=is_simulated(session),
    )
    rows = recipients(session, campaign, found.eligible, chosen.last_orders, locale=locale)
    return Plan(campaign, found, rows)


def start(
    installation: Installation,
    actor: Actor,
    campaign_id: int,
    chosen: Chosen,
    *,
    now: datetime,
    locale: str = "en_GB",
    confirmed_size: int = 0,
    answers: Callable[[str], bool] = unsubscribe_page_answers,
) -> None:
    """Freeze the recipients of a draft and let the worker send; a second click does nothing.

    What was checked is exactly what is frozen, less whoever became ineligible in between.

    Raises
    ------
    CampaignError
        A check of `preflight` failed, the draft changed meanwhile, or the role may not. Nothing was frozen.
    """
    demand(actor, "campaigns.send")
    with installation.database.read() as session:
        if campaigns.campaign(session, campaign_id).status != Status.DRAFT:
            return
        planned = plan(session, campaign_id, chosen, now=now, locale=locale)
        stands = situation(session, installation.settings, planned.campaign, now=now)
    failed = [
        each for each in checks(planned, stands, answers=answers, confirmed_size=confirmed_size) if not each.passed
    ]
    if failed:
        raise CampaignError("Not sent. " + " ".join(each.advice for each in failed))
    with installation.database.write() as session:
        row = session.get(Campaign, campaign_id, with_for_update=True)
        if row is None or row.status != Status.DRAFT:
            return
        if _content(row) != _content(planned.campaign) or is_simulated(session) is not stands.simulated:
            raise CampaignError("Not sent: the campaign or the settings were changed a moment ago. Look at it again.")
        _begin(session, actor, row, planned, chosen, simulated=stands.simulated, now=now)


def _begin(
    session: Session, actor: Actor, row: Campaign, planned: Plan, chosen: Chosen, *, simulated: bool, now: datetime
) -> None:
    cap = sending(session).frequency_cap_days
    found = eligibility(
        session, chosen.customer_ids, purpose=row.purpose, now=now, frequency_cap_days=cap, simulated=simulated
    )
    mailed = freeze(session, row, found, planned.recipients, now=now)
    if not mailed:
        raise CampaignError("Not sent: nobody is left to be mailed. Look at the exclusions.")
    row.status, row.simulated, row.started_at, row.started_by = Status.RUNNING, simulated, now, actor.name
    row.exclusions = {str(reason): number for reason, number in found.exclusions.items()}
    row.as_of_day, row.trouble = chosen.as_of_day, None
    audit.record(session, actor.name, "campaign.started", now=now, subject=f"campaign:{row.id}", mailed=mailed)


def pause(installation: Installation, actor: Actor, campaign_id: int, *, now: datetime) -> None:
    """Stop sending after the mail that is under way."""
    reason = f"Paused by {actor.name}."
    _move(installation, actor, campaign_id, [Status.RUNNING], Status.PAUSED, now=now, trouble=reason)


def resume(installation: Installation, actor: Actor, campaign_id: int, *, now: datetime) -> None:
    """Go on sending.

    Raises
    ------
    CampaignError
        It would send for real what was started as a simulation, or the other way round; or the role may not.
    """
    with installation.database.read() as session:
        if campaigns.campaign(session, campaign_id).simulated is not is_simulated(session):
            raise CampaignError(
                "This campaign was started while the mail server was set up differently (simulated or real). "
                "Cancel it and send a copy."
            )
    _move(installation, actor, campaign_id, [Status.PAUSED], Status.RUNNING, now=now, trouble=None)


def cancel(installation: Installation, actor: Actor, campaign_id: int, *, now: datetime) -> int:
    """End a campaign early; returns how many were not mailed because of it. Mails sent stay sent."""
    demand(actor, "campaigns.send")
    with installation.database.write() as session:
        running = [Status.RUNNING, Status.PAUSED]
        if not campaigns.change(session, campaign_id, while_in=running, status=Status.CANCELLED, finished_at=now):
            return 0
        number = outbox.cancel(session, campaign_id, now=now)
        audit.record(
            session, actor.name, "campaign.cancelled", now=now, subject=f"campaign:{campaign_id}", not_mailed=number
        )
    return number


def resend_unknown(installation: Installation, actor: Actor, campaign_id: int, *, now: datetime) -> int:
    """Send the uncertain ones again, by decision of a person; returns how many.

    Those whose mail did arrive get it twice. Consent and suppression are asked again, as at every claim.
    """
    demand(actor, "campaigns.send")
    with installation.database.write() as session:
        number = outbox.queue_unknown(session, campaign_id, now=now)
        if number:
            campaigns.change(
                session, campaign_id, while_in=[Status.FINISHED], status=Status.RUNNING, finished_at=None, trouble=None
            )
            audit.record(
                session, actor.name, "campaign.resent", now=now, subject=f"campaign:{campaign_id}", uncertain=number
            )
    return number


def _move(
    installation: Installation,
    actor: Actor,
    campaign_id: int,
    while_in: Iterable[Status],
    status: Status,
    *,
    now: datetime,
    trouble: str | None,
) -> None:
    demand(actor, "campaigns.send")
    with installation.database.write() as session:
        if campaigns.change(session, campaign_id, while_in=list(while_in), status=status, trouble=trouble):
            audit.record(session, actor.name, f"campaign.{status}", now=now, subject=f"campaign:{campaign_id}")


def _content(row: Campaign) -> tuple[object, ...]:
    return row.subject, row.body, row.rule, row.purpose, row.control_share, row.edited_at
