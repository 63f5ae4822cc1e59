"""Who of an audience may be mailed, why the others may not, and the freezing of both arms of a campaign."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from crm_core.addresses import deliverable, normalised
from crm_core.campaigns.fields import LastOrder, fields, one_line
from crm_core.store import consents, outbox, suppressions
from crm_core.store.deliveries import contacted
from crm_core.store.people import addresses_of, invented, people
from crm_core.store.tables import Campaign


class Exclusion(StrEnum):
    """Why a customer of the audience is not mailed; the first that applies counts."""

    UNSUBSCRIBED = "unsubscribed"
    COMPLAINT = "complaint"
    HARD_BOUNCE = "hard_bounce"
    MANUAL = "manual"
    NO_ADDRESS = "no address"
    NO_CONSENT = "no consent"
    CONTACTED = "contacted"
    INVENTED = "invented"
    DUPLICATE = "duplicate"


IN_WORDS: dict[Exclusion, str] = {
    Exclusion.UNSUBSCRIBED: "Unsubscribed",
    Exclusion.COMPLAINT: "Complained about a mail",
    Exclusion.HARD_BOUNCE: "The address does not exist (bounced)",
    Exclusion.MANUAL: "On the suppression list",
    Exclusion.NO_ADDRESS: "No valid e-mail address",
    Exclusion.NO_CONSENT: "No confirmed consent",
    Exclusion.CONTACTED: "Got a campaign a short time ago",
    Exclusion.INVENTED: "Invented customer of the demonstration",
    Exclusion.DUPLICATE: "Same address as another customer",
}


@dataclass(frozen=True)
class Eligibility:
    """An audience sorted into those who may be mailed and those who may not."""

    eligible: tuple[str, ...]
    """Customer ids, sorted."""
    excluded: Mapping[str, Exclusion]
    """Customer id to the reason."""

    @property
    def exclusions(self) -> dict[Exclusion, int]:
        """Number of customers by reason, in the order of `Exclusion`; reasons without anybody left out."""
        counts = Counter(self.excluded.values())
        return {reason: counts[reason] for reason in Exclusion if counts[reason]}


def eligibility(
    session: Session,
    customer_ids: Iterable[str],
    *,
    purpose: str,
    now: datetime,
    frequency_cap_days: int,
    simulated: bool,
) -> Eligibility:
    """Who of ``customer_ids`` may be mailed for ``purpose`` at ``now``, and why the others may not."""
    wanted = sorted(set(customer_ids))
    addresses = {key: form for key, text in addresses_of(session, wanted).items() if (form := normalised(text))}
    since = now - timedelta(days=frequency_cap_days)
    known = _Known(
        addresses,
        consents.current(session, wanted, purpose=purpose),
        consents.opted_out(session, set(addresses.values()), purpose=purpose),
        suppressions.suppressed(session, set(addresses.values())),
        set() if simulated else invented(session),
        *(contacted(session, since=since, simulated_too=simulated) if frequency_cap_days else (set(), set())),
    )
    reasons = {customer_id: known.reason(customer_id) for customer_id in wanted}
    first = {addresses[each]: each for each in reversed(wanted) if reasons[each] is None}
    for customer_id in wanted:
        if reasons[customer_id] is None and first[addresses[customer_id]] != customer_id:
            reasons[customer_id] = Exclusion.DUPLICATE
    return Eligibility(
        tuple(each for each, reason in reasons.items() if reason is None),
        {each: reason for each, reason in reasons.items() if reason is not None},
    )


@dataclass(frozen=True)
class _Known:
    addresses: Mapping[str, str]
    status: Mapping[str, consents.Status]
    opted_out: set[str]
    listed: Mapping[str, suppressions.Reason]
    invented: set[str]
    recent_ids: set[str]
    recent_addresses: set[str]

    def reason(self, customer_id: str) -> Exclusion | None:
        address, status = self.addresses.get(customer_id, ""), self.status.get(customer_id)
        if status is consents.Status.UNSUBSCRIBED or address in self.opted_out:
            return Exclusion.UNSUBSCRIBED
        if address in self.listed:
            return Exclusion(self.listed[address])
        facts = {
            Exclusion.NO_ADDRESS: not address,
            Exclusion.NO_CONSENT: status is not consents.Status.CONFIRMED,
            Exclusion.INVENTED: customer_id in self.invented,
            Exclusion.CONTACTED: customer_id in self.recent_ids or address in self.recent_addresses,
        }
        return next((reason for reason, applies in facts.items() if applies), None)


def is_control(campaign: Campaign, customer_id: str) -> bool:
    """Whether the campaign's salt puts this customer into the control group; the same answer every time."""
    digest = hashlib.sha256(f"{campaign.salt}|{campaign.id}|{customer_id}".encode()).digest()
    return int.from_bytes(digest[:8]) < campaign.control_share * 2**64


def recipients(
    session: Session,
    campaign: Campaign,
    customer_ids: Iterable[str],
    last_orders: Mapping[str, LastOrder],
    *,
    locale: str,
) -> list[outbox.Recipient]:
    """These customers as the campaign would freeze them: address, variables of the template, arm."""
    return [
        outbox.Recipient(
            person.customer_id,
            deliverable(person.email or ""),
            fields(person, last_orders.get(person.customer_id), locale=locale) | _greeted(person),
            is_control(campaign, person.customer_id),
        )
        for person in people(session, customer_ids)
    ]


def freeze(
    session: Session, campaign: Campaign, found: Eligibility, chosen: list[outbox.Recipient], *, now: datetime
) -> int:
    """Write the recipients of ``chosen`` who are (still) eligible into the outbox; returns how many are to be mailed.

    The control group is drawn after eligibility, so that both arms differ in nothing but the mail.
    """
    still = set(found.eligible)
    frozen = [each for each in chosen if each.customer_id in still]
    outbox.add(session, campaign.id, frozen, now=now)
    return sum(not each.is_control for each in frozen)


def _greeted(person: Any) -> dict[str, str]:  # noqa: ANN401 - a row of the customers table
    """What the frame of the mail needs beside the variables; its names cannot be used in templates."""
    name = " ".join(each for each in (one_line(person.first_name), one_line(person.last_name)) if each)
    return {"_name": name, "_language": one_line(person.language) or "en"}
