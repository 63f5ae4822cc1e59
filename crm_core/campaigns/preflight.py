"""What must hold before a campaign is sent, as a list to show; nothing is sent until every line passes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from statistics import median
from urllib.request import HTTPRedirectHandler, ProxyHandler, build_opener

from sqlalchemy.orm import Session

from crm_core.campaigns.audience import Eligibility
from crm_core.campaigns.sender import (
    LOCAL_HOSTS,
    Sender,
    Sending,
    is_simulated,
    is_web_address,
    public_address,
    sender,
    sending,
    smtp,
)
from crm_core.campaigns.template import Template, render_all
from crm_core.errors import CampaignError
from crm_core.settings import Settings
from crm_core.store.deliveries import Rates, past_sizes, rates
from crm_core.store.outbox import Recipient
from crm_core.store.tables import Campaign

READY_HEADER = "X-Unsubscribe-Page"
"""The header by which the unsubscribe page is told from whatever else may answer at its address."""
MOST_BOUNCES, MOST_COMPLAINTS = 0.02, 0.001
LEAST_SENT = 100
"""Below so many mails a share says nothing."""
LARGE_FIRST_SEND = 500


@dataclass(frozen=True)
class Check:
    """One line of the list."""

    code: str
    passed: bool
    message: str
    advice: str = ""


@dataclass(frozen=True)
class Situation:
    """What the checks need to know besides the campaign itself."""

    sender: Sender
    limits: Sending
    simulated: bool
    is_local_relay: bool
    base_url: str
    rates: Rates
    sent_today: int
    usual_size: int | None
    """Median of the last campaigns; None before the first one."""


@dataclass(frozen=True)
class Plan:
    """A campaign as it would be sent now: who is eligible, and the rows that would be frozen."""

    campaign: Campaign
    eligibility: Eligibility
    recipients: list[Recipient]

    @property
    def mailed(self) -> list[Recipient]:
        """Recipients outside the control group."""
        return [each for each in self.recipients if not each.is_control]


def situation(session: Session, settings: Settings, campaign: Campaign, *, now: datetime) -> Situation:
    """How things stand at ``now``."""
    chosen = sender(session)
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    sizes = past_sizes(session, before_id=campaign.id)
    return Situation(
        sender=chosen,
        limits=sending(session),
        simulated=is_simulated(session),
        is_local_relay=smtp(session).host in LOCAL_HOSTS,
        base_url=public_address(settings, chosen),
        rates=rates(session, since=now - timedelta(days=30)),
        sent_today=rates(session, since=midnight).sent,
        usual_size=int(median(sizes)) if sizes else None,
    )


def checks(
    plan: Plan, now_stands: Situation, *, answers: Callable[[str], bool], confirmed_size: int = 0
) -> list[Check]:
    """Every check, in the order in which a person would mend them.

    Parameters
    ----------
    answers
        Whether the unsubscribe page answers at a public address (`unsubscribe_page_answers`).
    confirmed_size
        Number of recipients that the person typed, where that is asked for.
    """
    return [
        _sender(now_stands),
        _domain(now_stands),
        _link(now_stands, answers),
        *_audience(plan),
        *_content(plan),
        _tested(plan.campaign),
        _size(plan, now_stands, confirmed_size),
        _quota(plan, now_stands),
        _refusals(now_stands.rates),
    ]


def unsubscribe_page_answers(base_url: str) -> bool:
    """Whether the unsubscribe page answers under ``base_url``, without a redirect, as RFC 8058 wants it."""
    if not is_web_address(base_url):
        return False
    opener = build_opener(ProxyHandler({}), _NoRedirect)
    try:
        with opener.open(f"{base_url}/u/check", timeout=5) as response:
            return response.status == 200 and response.headers.get(READY_HEADER) == "ready"
    except (OSError, HTTPException):
        return False


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow nowhere: the answer stays a 3xx, which counts as none."""


def _sender(now_stands: Situation) -> Check:
    return Check(
        "sender",
        now_stands.sender.is_complete,
        "The sender has a name, an e-mail address and a postal address.",
        "Fill in the sender in Settings: the law asks for all three in every mail.",
    )


def _domain(now_stands: Situation) -> Check:
    return Check(
        "domain",
        now_stands.simulated or now_stands.is_local_relay or now_stands.sender.domain_confirmed,
        "Simulated: the sender's domain need not vouch for anything."
        if now_stands.simulated
        else "The sender's domain vouches for its mail (SPF, DKIM, DMARC), or a relay of your own sends it.",
        "Have SPF, DKIM and DMARC set up for the domain, then confirm it in Settings; without them mail ends as spam.",
    )


def _link(now_stands: Situation, answers: Callable[[str], bool]) -> Check:
    return Check(
        "link",
        now_stands.simulated or answers(now_stands.base_url),
        "Simulated: nobody will need the unsubscribe page."
        if now_stands.simulated
        else f"The unsubscribe page answers at {now_stands.base_url}.",
        "Set the public address of this installation in Settings (https, or localhost to try things out) "
        "and check that /u/check opens there without signing in.",
    )


def _audience(plan: Plan) -> list[Check]:
    eligible = set(plan.eligibility.eligible)
    return [
        Check(
            "audience",
            bool(plan.mailed),
            f"{len(plan.mailed):,} people will be mailed, {len(plan.recipients) - len(plan.mailed):,} held back "
            "as control group.",
            "Nobody would be mailed. Widen the audience, or look at the exclusions.",
        ),
        Check(
            "consent",
            all(each.customer_id in eligible for each in plan.recipients),
            f"Everybody has agreed and nobody is suppressed; {len(plan.eligibility.excluded):,} are left out.",
            "Open the campaign again: the audience has changed meanwhile.",
        ),
    ]


def _content(plan: Plan) -> list[Check]:
    try:
        template = Template(plan.campaign.subject, plan.campaign.body)
    except CampaignError as fault:
        return [Check("template", False, "The mail can be written for everybody.", str(fault))]
    faults = render_all(template, ((each.customer_id, each.fields) for each in plan.mailed))
    told = " ".join(f"{fault.customers:,} people, such as {fault.example}: {fault.message}" for fault in faults[:3])
    insecure = [link for link in template.links if not link.startswith(("https://", "mailto:"))]
    return [
        Check("template", not faults, "The mail can be written for everybody.", told),
        Check(
            "links",
            not insecure,
            "Every link is encrypted (https).",
            f"Change {insecure[0]} to https://." if insecure else "",
        ),
    ]


def _tested(campaign: Campaign) -> Check:
    return Check(
        "test",
        campaign.tested_at is not None and campaign.tested_at >= campaign.edited_at,
        "A test mail was sent since the last edit.",
        "Send a test mail to yourself and read it.",
    )


def is_large(count: int, usual: int | None) -> bool:
    """Whether so many recipients must be confirmed by typing their number; ``usual`` is None before any campaign."""
    return count > (2 * usual if usual is not None else LARGE_FIRST_SEND)


def _size(plan: Plan, now_stands: Situation, confirmed_size: int) -> Check:
    count, usual = len(plan.mailed), now_stands.usual_size
    compared = f"the usual size is {usual:,}" if usual is not None else "it is the first campaign"
    return Check(
        "size",
        not is_large(count, usual) or confirmed_size == count,
        "The number of recipients is usual, or confirmed.",
        f"{count:,} people are many ({compared}). Type the number {count} to confirm it.",
    )


def _quota(plan: Plan, now_stands: Situation) -> Check:
    quota = now_stands.limits.daily_quota
    left = quota - now_stands.sent_today
    return Check(
        "quota",
        not quota or len(plan.mailed) <= left,
        "The provider's daily limit suffices.",
        f"The limit set in Settings leaves {max(left, 0):,} mails today. Choose fewer people or another day.",
    )


def _refusals(seen: Rates) -> Check:
    return Check(
        "refusals",
        not too_many_refusals(seen),
        "Few addresses bounced and few people complained in the last 30 days.",
        f"{seen.bounce_rate:.1%} of the addresses did not exist, {seen.complaint_rate:.2%} of the people complained; "
        "beyond 2% and 0.1% providers block a sender. Ask only people who agreed lately.",
    )


def too_many_refusals(seen: Rates) -> bool:
    """Whether a provider would begin to block us; the same limits pause a campaign that runs."""
    tried = seen.sent + seen.hard_bounces
    return tried >= LEAST_SENT and (seen.bounce_rate > MOST_BOUNCES or seen.complaint_rate > MOST_COMPLAINTS)
