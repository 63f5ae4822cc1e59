"""What became of campaigns: counts per recipient, and the two arms whose spending is compared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlalchemy.orm import Session

from crm_core.campaigns.sender import demonstration
from crm_core.store.deliveries import arms, counts, events
from crm_core.store.outbox import Status
from crm_core.store.tables import Campaign

EPOCH = date(1970, 1, 1)
_OPEN = (Status.QUEUED, Status.CLAIMED, Status.SENDING)


@dataclass(frozen=True)
class Result:
    """Counts of one campaign; each recipient is in exactly one of the states."""

    states: Mapping[Status, int]
    unsubscribed: int

    @property
    def recipients(self) -> int:
        """Everybody who was to be mailed; the control group is apart."""
        return sum(self.states.values()) - self.control

    @property
    def control(self) -> int:
        """Held back on purpose."""
        return self.states.get(Status.CONTROL, 0)

    @property
    def sent(self) -> int:
        """Accepted by the mail server."""
        return self.states.get(Status.SENT, 0)

    @property
    def open(self) -> int:
        """Still to be sent, or being sent."""
        return sum(self.states.get(status, 0) for status in _OPEN)

    @property
    def unknown(self) -> int:
        """Handed over, without an answer."""
        return self.states.get(Status.UNKNOWN, 0)

    @property
    def progress(self) -> float:
        """Share of the recipients whose mail is settled; 1 of nothing."""
        return 1 - self.open / self.recipients if self.recipients else 1.0


def results(session: Session, campaign_ids: Iterable[int]) -> dict[int, Result]:
    """The result of each of these campaigns."""
    ids = list(campaign_ids)
    found, happened = counts(session, ids), events(session, ids)
    return {each: Result(found.get(each, {}), happened.get(each, {}).get("unsubscribed", 0)) for each in ids}


def assignments(session: Session, campaign_id: int) -> pd.DataFrame:
    """Everybody assigned to an arm, bounced, suppressed and cancelled included; a row per customer.

    Columns: ``customer_id``, ``arm`` (``treated`` or ``control``). Leaving out those whom the mail did not
    reach would compare the reachable with everybody.
    """
    return pd.DataFrame(arms(session, campaign_id), columns=["customer_id", "arm"])


def attribution_window(session: Session, campaign: Campaign) -> tuple[int, int] | None:
    """First day that counts and first day that does not, the same for both arms; None before the start.

    In the demonstration time stands still, so it begins on the day the audience was chosen, but never before
    the mails were sent: what was ordered before them is not their doing.
    """
    if campaign.started_at is None:
        return None
    since = (campaign.started_at.date() - EPOCH).days
    if demonstration(session).on and campaign.as_of_day is not None:
        since = max(since, campaign.as_of_day)
    return since, since + campaign.window_days
